import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** What a hostile server does with a statement: the bytes that it sends, whole packets or not. */
export type Malice = (socket: Socket, sql: string) => void;

/** PROTOCOL_41, PLUGIN_AUTH, SECURE_CONNECTION, TRANSACTIONS and, though nobody asked for it, LOCAL_FILES. */
const capabilities = 0x0000_8000 | 0x0008_0000 | 0x0000_0200 | 0x0000_2000 | 0x0000_0080;
const okPayload = Buffer.from('00000002000000', 'hex');
const comQuery = 0x03;

/** A server that speaks MySQL's protocol as far as the login, believes anybody, and then does what `malice` does. */
export class HostileMysql implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #closed: Promise<unknown>;
  readonly statements: string[] = [];
  /** What the client sent that was no command: a file that was asked for, say. */
  readonly received: Buffer[] = [];
  malice: Malice = answerOk;
  /** False: it accepts connections and says nothing. */
  greets = true;

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket));
    this.#closed = once(this.#server, 'close');
  }

  static async start(): Promise<HostileMysql> {
    const server = new HostileMysql();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Accepts nobody any more; those who are there stay. */
  refuse(): void {
    this.#server.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.refuse();
    await this.#closed;
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    if (this.greets) socket.write(packet(0, greeting()));
    let isLoggedIn = false;
    socket.on('data', (bytes) => {
      const kind = bytes[4];
      if (!isLoggedIn) {
        isLoggedIn = true;
        socket.write(packet(2, okPayload));
      } else if (kind === comQuery && bytes[3] === 0) {
        const sql = bytes.toString('utf8', 5);
        this.statements.push(sql);
        if (sql.startsWith('SET ')) answerOk(socket);
        else this.malice(socket, sql);
      } else {
        this.received.push(Buffer.from(bytes));
      }
    });
  }
}

export function answerOk(socket: Socket): void {
  socket.write(packet(1, okPayload));
}

export function packet(sequence: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUIntLE(payload.length, 0, 3);
  header[3] = sequence;
  return Buffer.concat([header, payload]);
}

/** One column of text, named c, in the long form of ColumnDefinition41, and what comes around it. */
export function resultHead(): Buffer {
  const text = (value: string): Buffer => Buffer.concat([Buffer.of(value.length), Buffer.from(value)]);
  const names = ['def', '', '', '', 'c', 'c'].map(text);
  const column = Buffer.concat([...names, Buffer.from('0c2d00ff000000fd0000000000', 'hex')]);
  const eof = Buffer.from('fe00000200', 'hex');
  return Buffer.concat([packet(1, Buffer.of(1)), packet(2, column), packet(3, eof)]);
}

function greeting(): Buffer {
  const salt = Buffer.from('abcdefghijklmnopqrst');
  const low = Buffer.alloc(2);
  low.writeUInt16LE(capabilities & 0xffff);
  const high = Buffer.alloc(2);
  high.writeUInt16LE(capabilities >>> 16);
  return Buffer.concat([
    Buffer.from('\x0a8.0.36\0\x07\0\0\0', 'latin1'),
    salt.subarray(0, 8),
    Buffer.of(0),
    low,
    Buffer.from([45, 2, 0]),
    high,
    Buffer.of(21),
    Buffer.alloc(10),
    salt.subarray(8),
    Buffer.of(0),
    Buffer.from('mysql_native_password\0'),
  ]);
}
