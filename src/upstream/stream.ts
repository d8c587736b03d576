import { type Socket, connect } from 'node:net';
import { type ConnectionOptions, TLSSocket, connect as connectTls } from 'node:tls';
import { assert } from '../base/assert.ts';
import { SqlError } from '../base/sql-error.ts';
import { frameHeaderBytes, framePayloadMax } from '../wire/framing.ts';
import { type UpstreamAccount, addressOf } from './account.ts';
import { ReceiveBuffer } from './receive-buffer.ts';

/** Bytes of an answer that may wait here; beyond them the socket is not read. */
const aheadBytesMax = 128 * 1_024;
/** Packets that are read whole, not passed on: errors, greetings and the like. */
const wholeBytesMax = 1_024 * 1_024;

/**
 * A server that answers nothing for so long is asked for a sign of life, ten times a second apart; without one it is lost.
 * What it has not received at all is given up by the system, after a quarter of an hour on Linux, or by KILL QUERY.
 */
const keepAliveAfterMs = 60_000;

/** Emitted by a socket whose bytes have been written into the queue. */
const receivedEvent = 'received';

/** A copy of a short payload behind its header costs less than two buffers do on their way to the system. */
const copiedBytesMax = 16 * 1_024;

/** The socket to another server, as frames. */
export class UpstreamStream implements Disposable {
  readonly #address: string;
  readonly #queue: ReceiveBuffer;
  #socket: Socket;
  #lost: Error | undefined;
  #wake: (() => void) | undefined;

  private constructor(socket: Socket, queue: ReceiveBuffer, address: string) {
    this.#socket = socket;
    this.#queue = queue;
    this.#address = address;
    this.#watch(socket);
  }

  /** Throws SqlError `upstream_unreachable`. */
  static async connect(account: UpstreamAccount, signal: AbortSignal): Promise<UpstreamStream> {
    const { host, port } = account;
    const queue = new ReceiveBuffer();
    const received = (count: number): boolean => {
      queue.filled(count);
      socket.emit(receivedEvent);
      return true;
    };
    // Straight to where it is wanted: Node's own way makes a buffer of 64 KiB for each read.
    const onread = { buffer: () => queue.room(), callback: received };
    const keepAlive = { keepAlive: true, keepAliveInitialDelay: keepAliveAfterMs };
    const socket = connect({ host, port, noDelay: true, ...keepAlive, onread });
    try {
      await first(socket, 'connect', signal);
    } catch (cause) {
      socket.destroy();
      throw unreachable(account, cause);
    }
    return new UpstreamStream(socket, queue, addressOf(account));
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** Continues over TLS. Throws SqlError `upstream_tls`. */
  async upgrade(account: UpstreamAccount, signal: AbortSignal): Promise<void> {
    const plain = this.#socket;
    plain.removeAllListeners();
    const secure = connectTls({ socket: plain, ...tlsOptions(account) });
    this.#socket = secure;
    try {
      await first(secure, 'secureConnect', signal);
    } catch (cause) {
      this.#fail(cause);
      throw new SqlError('upstream_tls', `no TLS with ${addressOf(account)}: ${textOf(cause)}`, {
        cause,
        hint: 'Look at the properties "tls" and "tls_ca", and at the certificate of the server.',
      });
    }
    this.#watch(secure);
  }

  get isSecure(): boolean {
    return this.#socket instanceof TLSSocket;
  }

  /** Sends one packet; what the socket does not take at once waits in its memory. */
  write(payload: Buffer, sequence: number): void {
    const socket = this.#socket;
    if (payload.length <= copiedBytesMax) {
      socket.write(Buffer.concat([frameHeader(payload.length, sequence), payload]));
      return;
    }
    socket.cork();
    for (let at = 0, frame = sequence; at <= payload.length; at += framePayloadMax, frame++) {
      const part = payload.subarray(at, at + framePayloadMax);
      socket.write(frameHeader(part.length, frame));
      if (part.length > 0) socket.write(part);
    }
    socket.uncork();
  }

  /** What is here, from the beginning of a frame; the last one may be cut. Never waits. Valid until more is waited for. */
  get unread(): Buffer {
    return this.#queue.unread;
  }

  /** The first `count` bytes of `unread` have been passed on. */
  drop(count: number): void {
    this.#queue.take(count);
  }

  /** What was dropped is still being sent: it stays as it is until `returned`. */
  lend(): void {
    this.#queue.lend();
  }

  returned(): void {
    this.#queue.returned();
  }

  /** An answer has ended. */
  rest(): void {
    this.#queue.rest();
  }

  /** The payload of the next packet, for those that are small. */
  async packet(): Promise<Readonly<{ payload: Buffer; sequence: number }>> {
    for (;;) {
      if (this.#queue.size >= frameHeaderBytes) {
        const length = this.#queue.unread.readUIntLE(0, 3);
        if (length > wholeBytesMax)
          throw this.#failed(new Error(`a packet of ${length} bytes was not expected`));
        if (this.#queue.size >= frameHeaderBytes + length) {
          const sequence = this.#queue.take(frameHeaderBytes).readUInt8(3);
          return { payload: Buffer.from(this.#queue.take(length)), sequence };
        }
      }
      await this.more();
    }
  }

  /** Waits for more bytes. Throws SqlError `upstream_lost` when there will be none. */
  async more(): Promise<void> {
    assert(this.#wake === undefined, 'one reader at a time');
    if (this.#lost !== undefined) throw lostConnection(this.#address, this.#lost);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    this.#socket.resume();
    await promise;
    if (this.#lost !== undefined && this.#queue.size === 0) throw lostConnection(this.#address, this.#lost);
  }

  /** Closes after what was written, without waiting for the server to close its end: it may be gone. */
  end(): void {
    this.#lost ??= new Error('the connection was closed');
    this.#socket.destroySoon();
  }

  [Symbol.dispose](): void {
    this.#fail(new Error('the connection was closed'));
  }

  #watch(socket: Socket): void {
    const onReceived = (): void => {
      if (this.#queue.size > aheadBytesMax && this.#wake === undefined) socket.pause();
      this.#notify();
    };
    socket.on(receivedEvent, onReceived);
    // Of TLS, which has buffers of its own.
    socket.on('data', (chunk: Buffer) => {
      this.#queue.push(chunk);
      onReceived();
    });
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
    socket.on('end', () => this.#fail(new Error('the server closed the connection')));
  }

  #failed(error: Error): SqlError {
    this.#fail(error);
    return lostConnection(this.#address, error);
  }

  #fail(cause: unknown): void {
    this.#lost ??= cause instanceof Error ? cause : new Error(String(cause));
    this.#socket.destroy();
    this.#notify();
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}

function frameHeader(length: number, sequence: number): Buffer {
  const header = Buffer.allocUnsafe(frameHeaderBytes);
  header.writeUIntLE(length, 0, 3);
  header[3] = sequence & 0xff;
  return header;
}

/** What MySQL's client library calls 2013. */
export function lostConnection(address: string, cause: unknown): SqlError {
  return new SqlError('upstream_lost', `Lost connection to ${address} (${textOf(cause)})`, {
    cause,
    hint:
      'The next statement opens a new one: variables that were SET are kept, but the transaction, prepared ' +
      'statements, temporary tables, locks and user variables are gone.',
  });
}

async function first(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onAbort = (): void =>
    reject(signal.reason instanceof Error ? signal.reason : new Error('interrupted'));
  const onClose = (): void => reject(new Error('the server closed the connection'));
  socket.once(event, resolve);
  socket.once('error', reject);
  socket.once('close', onClose);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    await promise;
  } finally {
    socket.off(event, resolve);
    socket.off('error', reject);
    socket.off('close', onClose);
    signal.removeEventListener('abort', onAbort);
    // A failure that comes when nobody listens any more would end the process.
    socket.on('error', () => undefined);
  }
}

function tlsOptions({ host, tls }: UpstreamAccount): ConnectionOptions {
  const proves = tls.mode === 'verify_ca' || tls.mode === 'verify_identity';
  return {
    host,
    // SNI takes names only.
    ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
    rejectUnauthorized: proves,
    ...(tls.mode === 'verify_identity' ? {} : { checkServerIdentity: () => undefined }),
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key.reveal() }),
  };
}

function unreachable(account: UpstreamAccount, cause: unknown): SqlError {
  return new SqlError('upstream_unreachable', `cannot connect to ${addressOf(account)}: ${textOf(cause)}`, {
    cause,
    hint: 'Look at host and port, whether the server runs there, and at firewalls between.',
  });
}

/** Errors of several addresses tried have their reasons inside. */
function textOf(cause: unknown): string {
  if (cause instanceof AggregateError) {
    return [...new Set(cause.errors.map((error) => textOf(error)))].join(', ');
  }
  return cause instanceof Error ? cause.message : String(cause);
}
