import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { Duplex } from 'node:stream';
import { type ConnectionOptions, type TLSSocket, connect as connectTls } from 'node:tls';
import { capability, offeredCapabilities } from '../../../src/wire/capabilities.ts';
import type { Packet } from '../../../src/wire/framing.ts';
import { scrambleOf } from './test-handler.ts';

/** What a client of today asks for, but for what gives packets another form. */
export const usualCapabilities: number =
  offeredCapabilities(false) &
  ~(capability.CONNECT_WITH_DB | capability.QUERY_ATTRIBUTES | capability.COMPRESS | capability.ZSTD);

export type RawLogin = Readonly<{
  user: string;
  password: string;
  plugin?: 'caching_sha2_password' | 'mysql_native_password';
  capabilities?: number;
  database?: string;
}>;

/** A client that sends exactly the bytes it is told to, and reads whole packets. */
export class RawClient implements Disposable {
  #socket: Socket;
  #bytes = Buffer.alloc(0);
  /** What came after `#bytes`, joined with it only when there is enough: large packets come in many pieces. */
  #pieces: Buffer[] = [];
  #pieceBytes = 0;
  #bytesWanted = 4;
  #wake: () => void = () => undefined;
  #isClosed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#listen(socket);
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const client = new RawClient(socket);
    await once(socket, 'connect');
    return client;
  }

  /** A connection after its login, the OK read. */
  static async loggedIn(port: number, login: RawLogin): Promise<RawClient> {
    const client = await RawClient.connect(port);
    const reply = await client.logIn(login);
    if (reply[0] !== 0x00) throw new Error(`login failed: ${reply.toString('latin1')}`);
    return client;
  }

  /** Greeting, login, and the packet that decides: OK or ERR. For native accounts and filled caches. */
  async logIn(login: RawLogin): Promise<Buffer> {
    const greeting = await this.payload();
    this.send(1, loginPacket(login, nonceOf(greeting)));
    const reply = await this.payload();
    return reply[0] === 0x01 && reply[1] === 0x03 ? this.payload() : reply;
  }

  /** One frame. */
  send(sequence: number, payload: Buffer): void {
    this.raw(framed(sequence, payload));
  }

  /** A command byte and what belongs to it. */
  command(code: number, body: string | Buffer = ''): void {
    this.send(0, Buffer.concat([Buffer.of(code), Buffer.from(body)]));
  }

  raw(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** The next packet; `undefined` when the server has closed. */
  async packet(): Promise<Packet | undefined> {
    for (;;) {
      const packet = this.#take();
      if (packet !== undefined) return packet;
      if (this.#isClosed) return undefined;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }

  async payload(): Promise<Buffer> {
    const packet = await this.packet();
    if (packet === undefined) throw new Error('the server closed the connection');
    return packet.payload;
  }

  /** Everything until the server closes. */
  async rest(): Promise<readonly Buffer[]> {
    const payloads: Buffer[] = [];
    for (let next = await this.packet(); next !== undefined; next = await this.packet()) {
      payloads.push(next.payload);
    }
    return payloads;
  }

  /** Stops reading, so that what the server sends piles up. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Turns to TLS; `request` is sent in the segment of the client's hello. */
  async startTls(ca: string, request: Buffer, options: ConnectionOptions = {}): Promise<TLSSocket> {
    const plain = this.#socket;
    plain.removeAllListeners('data');
    let first = request;
    const joined = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        plain.write(Buffer.concat([first, chunk]), done);
        first = Buffer.alloc(0);
      },
    });
    plain.on('data', (chunk: Buffer) => joined.push(chunk));
    const secure = connectTls({ socket: joined, ca, servername: 'localhost', ...options });
    await once(secure, 'secureConnect');
    this.#socket = secure;
    this.#listen(secure);
    return secure;
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  /** A whole packet, its frames joined; by other means than the server's own decoder. */
  #take(): Packet | undefined {
    if (this.#bytes.length + this.#pieceBytes < this.#bytesWanted) return undefined;
    this.#bytes = Buffer.concat([this.#bytes, ...this.#pieces]);
    this.#pieces = [];
    this.#pieceBytes = 0;
    this.#bytesWanted = 4;
    const parts: Buffer[] = [];
    for (let at = 0; this.#bytes.length >= at + 4;) {
      const length = this.#bytes.readUIntLE(at, 3);
      const sequence = this.#bytes.readUInt8(at + 3);
      if (this.#bytes.length < at + 4 + length) {
        this.#bytesWanted = at + 4 + length;
        return undefined;
      }
      parts.push(this.#bytes.subarray(at + 4, at + 4 + length));
      at += 4 + length;
      if (length === 0xff_ffff) continue;
      this.#bytes = this.#bytes.subarray(at);
      return { payload: Buffer.concat(parts), sequence };
    }
    return undefined;
  }

  #listen(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => {
      this.#pieces.push(chunk);
      this.#pieceBytes += chunk.length;
      this.#wake();
    });
    const close = (): void => {
      this.#isClosed = true;
      this.#wake();
    };
    socket.on('close', close);
    socket.on('error', close);
  }
}

export function framed(sequence: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUIntLE(payload.length, 0, 3);
  header.writeUInt8(sequence, 3);
  return Buffer.concat([header, payload]);
}

/** The nonce of a greeting. */
export function nonceOf(greeting: Buffer): Buffer {
  const afterVersion = greeting.indexOf(0) + 1;
  const first = greeting.subarray(afterVersion + 4, afterVersion + 12);
  const second = greeting.subarray(afterVersion + 31, afterVersion + 43);
  return Buffer.concat([first, second]);
}

/** Protocol::HandshakeResponse41 with the right answer to the nonce. */
export function loginPacket(login: RawLogin, nonce: Buffer): Buffer {
  const { user, password, plugin = 'mysql_native_password', database } = login;
  const wantsDatabase = database === undefined ? 0 : capability.CONNECT_WITH_DB;
  const capabilities = login.capabilities ?? (usualCapabilities & ~capability.CONNECT_ATTRS) | wantsDatabase;
  const response = password === '' ? Buffer.alloc(0) : scrambleOf(plugin, password, nonce);
  return Buffer.concat([
    loginHead(capabilities),
    Buffer.from(`${user}\0`),
    Buffer.of(response.length),
    response,
    Buffer.from(database === undefined ? '' : `${database}\0`),
    Buffer.from(`${plugin}\0`),
  ]);
}

/** The 32 bytes that an SSLRequest and a login begin with. */
export function loginHead(capabilities: number): Buffer {
  const head = Buffer.alloc(32);
  head.writeUInt32LE(capabilities >>> 0, 0);
  head.writeUInt32LE(0x100_0000, 4);
  head.writeUInt8(45, 8);
  return head;
}

/** Number and text of an ERR packet. */
export function errorOf(payload: Buffer): Readonly<{ number: number; text: string }> {
  if (payload[0] !== 0xff) throw new Error(`no ERR packet: ${payload.toString('hex')}`);
  return { number: payload.readUInt16LE(1), text: payload.toString('utf8', 3) };
}
