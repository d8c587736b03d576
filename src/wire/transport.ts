import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import type { Clock } from '../base/clock.ts';
import type { Cipher, Timeouts } from './handler.ts';
import type { BatchPool } from './batch-pool.ts';
import type { Compression } from './compression.ts';
import { Decompressor } from './decompressor.ts';
import { PacketInput } from './packet-input.ts';
import { PacketOutput } from './packet-output.ts';
import { PacketWriter } from './writer.ts';
import type { WireLimits } from './limits.ts';
import { ConnectionClosedError } from './protocol-error.ts';

/**
 * One client's byte stream as packets: framing, sequence numbers, TLS, and the end of the connection. After
 * `closed` has aborted nothing is read or sent.
 */
export class Transport {
  readonly writer: PacketWriter;
  readonly #clock: Clock;
  readonly #limits: WireLimits;
  readonly #closed = new AbortController();
  #socket: Socket;
  #input: PacketInput;
  #output: PacketOutput;
  #decompressor: Decompressor | undefined;
  #isTrusted = false;
  #timeouts: Timeouts;

  /** `pool`: of the buffers in which answers are collected, shared by all connections. */
  constructor(socket: Socket, clock: Clock, limits: WireLimits, pool: BatchPool) {
    this.#clock = clock;
    this.#limits = limits;
    this.#timeouts = limits;
    this.writer = new PacketWriter(limits.batchBytes, pool);
    this.#socket = socket;
    this.#watch(socket);
    this.#input = new PacketInput(socket, clock, limits.pipelineBytesMax);
    this.#output = new PacketOutput(socket, this.writer, clock, limits);
  }

  /** Aborts when the socket is gone, whoever closed it. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  get isSecure(): boolean {
    return this.#socket instanceof TLSSocket;
  }

  /** What TLS agreed on; undefined for a connection in the clear. */
  get cipher(): Cipher | undefined {
    const socket = this.#socket;
    if (!(socket instanceof TLSSocket)) return undefined;
    return { name: socket.getCipher().name, protocol: socket.getProtocol() ?? '' };
  }

  /** The peer has logged in: from here on packets may be as long as `packetBytesMax`. */
  trust(): void {
    this.#isTrusted = true;
  }

  /** How long the peer is waited for from here on; the limits hold for what is absent. */
  heed(timeouts: Partial<Timeouts>): void {
    this.#timeouts = { ...this.#limits, ...timeouts };
    this.#output.writeTimeoutMs = this.#timeouts.writeTimeoutMs;
  }

  /** Both sides compress what they send from here on. */
  compress(compression: Compression): void {
    const { packetBytesMax, pipelineBytesMax } = this.#limits;
    // The end of one packet and the begin of the next may share a frame.
    this.#decompressor = new Decompressor(compression, packetBytesMax + pipelineBytesMax);
    this.#input.decompress(this.#decompressor);
    this.#output.compress(compression);
  }

  /** The payload of the next packet of an exchange; the answer will carry the following sequence number. */
  async receive(): Promise<Buffer> {
    return this.#receive(this.writer.sequence, this.#limits.handshakeTimeoutMs);
  }

  /** The payload of the next command, which begins a new sequence; what is sent meanwhile looks like its answer. */
  async receiveCommand(): Promise<Buffer> {
    this.#output.rest();
    this.writer.sequence = 1;
    return this.#receive(0, this.#timeouts.waitTimeoutMs);
  }

  /** Whoever waits in `receive` or `receiveCommand` gets `reason` instead. */
  interrupt(reason: Error): void {
    this.#input.interrupt(reason);
  }

  /** Writes one packet; `flush` sends it. What a failing `write` began is taken back. */
  packet(write: (writer: PacketWriter) => void): void {
    this.writer.packet(write);
  }

  /** Sends whole frames, a lot of them from where they are: see `isReading`. */
  frames(bytes: Buffer): void {
    this.#output.frames(bytes);
  }

  /** True while bytes given to `frames` are still being sent; `flush` waits for the end of it. */
  get isReading(): boolean {
    return this.#output.isReading;
  }

  get isBatchFull(): boolean {
    return this.#output.isBatchFull;
  }

  /** Sends what is written and waits while the peer reads too slowly. */
  async flush(): Promise<void> {
    await this.#output.flush();
  }

  async send(write: (writer: PacketWriter) => void): Promise<void> {
    this.packet(write);
    await this.flush();
  }

  /**
   * Continues over TLS. Bytes that came before are given to the TLS engine, never to the packet decoder: those of
   * an honest client are its hello, those of an injector break the handshake.
   */
  async upgrade(context: SecureContext): Promise<void> {
    const early = this.#input.detach();
    if (early.length > 0) this.#socket.unshift(early);
    const secure = new TLSSocket(this.#socket, { isServer: true, secureContext: context });
    this.#socket = secure;
    this.#watch(secure);
    await this.#handshake(secure);
    this.#input = new PacketInput(secure, this.#clock, this.#limits.pipelineBytesMax);
    this.#output = new PacketOutput(secure, this.writer, this.#clock, this.#limits);
  }

  /** Sends what is written, and closes when the peer has read it or the linger time is over. */
  async end(): Promise<void> {
    if (this.closed.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed.addEventListener('abort', () => resolve(), { once: true });
    using _linger = this.#clock.schedule(this.#limits.lingerMs, () => this.destroy());
    this.#input.detach();
    this.writer.abandon();
    this.#socket.on('data', () => undefined);
    this.#socket.end(this.#output.last());
    this.#socket.resume();
    await promise;
  }

  /** Closes at once. */
  destroy(): void {
    this.#socket.destroy();
  }

  async #receive(sequence: number, firstByteTimeoutMs: number): Promise<Buffer> {
    const packet = await this.#input.receive({
      sequence,
      firstByteTimeoutMs,
      stallTimeoutMs: this.#timeouts.readStallTimeoutMs,
      packetBytesMax: this.#isTrusted ? this.#limits.packetBytesMax : this.#limits.loginPacketBytesMax,
      mayContinue: this.#isTrusted,
    });
    this.writer.sequence = (packet.sequence + 1) & 0xff;
    if (this.#decompressor !== undefined) this.#output.answerFrom(this.#decompressor.sequence + 1);
    return packet.payload;
  }

  async #handshake(secure: TLSSocket): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const fail = (): void => reject(new ConnectionClosedError());
    secure.once('secure', resolve);
    this.closed.addEventListener('abort', fail, { once: true });
    try {
      await promise;
    } finally {
      secure.off('secure', resolve);
      this.closed.removeEventListener('abort', fail);
    }
  }

  #watch(socket: Socket): void {
    socket.on('error', (error) => this.#onClosed(error));
    socket.on('end', () => this.#onClosed());
    socket.on('close', () => this.#onClosed());
  }

  #onClosed(cause?: unknown): void {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort(new ConnectionClosedError(cause));
    this.#input.close();
    this.#output.close();
    this.#socket.destroy();
  }
}

/** Packets of an exchange that is not a command's answer: login and change of user. */
export type Exchange = Pick<Transport, 'receive' | 'packet' | 'send' | 'isSecure'>;
