import type { Socket } from 'node:net';
import { assert } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import type { Decompressor } from './decompressor.ts';
import { FrameDecoder, type FrameLimits, type Packet } from './framing.ts';
import { ConnectionClosedError } from './protocol-error.ts';

export type ReceiveOptions = FrameLimits &
  Readonly<{
    /** Sequence number that the packet's first frame must carry. */
    sequence: number;
    /** Milliseconds until its first byte, and between the bytes after that. */
    firstByteTimeoutMs: number;
    stallTimeoutMs: number;
  }>;

/** Why a packet did not come. */
export class ReceiveTimeout extends Error {
  override readonly name = 'ReceiveTimeout';
  readonly hasBegun: boolean;

  constructor(hasBegun: boolean) {
    super('the peer sent nothing in time');
    this.hasBegun = hasBegun;
  }
}

type Waiter = Readonly<{
  options: ReceiveOptions;
  resolve: (packet: Packet) => void;
  reject: (error: unknown) => void;
}>;

/**
 * Packets of one socket, one at a time, decoded only when asked for. The socket is always read, so that its end is
 * seen while a command runs, but no further ahead than `aheadBytesMax`.
 */
export class PacketInput {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #aheadBytesMax: number;
  readonly #decoder = new FrameDecoder();
  #waiter: Waiter | undefined;
  #timer: Disposable | undefined;
  #decompressor: Decompressor | undefined;
  #isInflating = false;
  /** Why what is compressed cannot be read on. */
  #failure: unknown;
  #isClosed = false;

  constructor(socket: Socket, clock: Clock, aheadBytesMax: number) {
    this.#socket = socket;
    this.#clock = clock;
    this.#aheadBytesMax = aheadBytesMax;
    socket.on('data', this.#onData);
  }

  /**
   * The next packet. Throws ProtocolError for one that breaks the framing or a limit, ReceiveTimeout, or
   * ConnectionClosedError when the peer is gone.
   */
  async receive(options: ReceiveOptions): Promise<Packet> {
    assert(this.#waiter === undefined, 'one reader at a time');
    if (this.#failure !== undefined) throw this.#failure;
    const ready = this.#decoder.take(options.sequence, options);
    if (ready !== undefined) return ready;
    if (this.#isClosed) throw new ConnectionClosedError();
    const { promise, resolve, reject } = Promise.withResolvers<Packet>();
    this.#waiter = { options, resolve, reject };
    this.#arm(this.#bufferedBytes > 0);
    this.#socket.resume();
    void this.#inflate();
    return promise;
  }

  /** What the peer sends from here on is compressed. */
  decompress(decompressor: Decompressor): void {
    this.#decompressor = decompressor;
    decompressor.push(this.#decoder.drain());
  }

  /** Ends reading here and gives back the bytes no packet took. */
  detach(): Buffer {
    this.#socket.pause();
    this.#socket.off('data', this.#onData);
    return this.#decoder.drain();
  }

  /** Whoever waits, now or later, hears that the connection is closed. */
  close(): void {
    this.#isClosed = true;
    this.#settle()?.reject(new ConnectionClosedError());
  }

  /** Whoever waits for a packet gets `reason` instead. A packet that is on its way is not lost. */
  interrupt(reason: Error): void {
    this.#settle()?.reject(reason);
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#decompressor === undefined) this.#decoder.push(chunk);
    else this.#decompressor.push(chunk);
    this.#arrived();
    void this.#inflate();
  };

  get #bufferedBytes(): number {
    return this.#decoder.bufferedBytes + (this.#decompressor?.bufferedBytes ?? 0);
  }

  #arrived(): void {
    if (this.#waiter !== undefined) this.#offer(this.#waiter.options);
    else if (this.#bufferedBytes > this.#aheadBytesMax) this.#socket.pause();
  }

  /** Gives the decoder what is compressed, frame by frame, while somebody waits or there is room ahead. Never throws. */
  async #inflate(): Promise<void> {
    const decompressor = this.#decompressor;
    if (decompressor === undefined || this.#isInflating) return;
    this.#isInflating = true;
    try {
      while (this.#waiter !== undefined || this.#decoder.bufferedBytes <= this.#aheadBytesMax) {
        const bytes = await decompressor.next();
        if (bytes === undefined) return;
        this.#decoder.push(bytes);
        this.#arrived();
      }
    } catch (error) {
      this.#failure = error;
      this.#settle()?.reject(error);
    } finally {
      this.#isInflating = false;
    }
  }

  #offer(options: ReceiveOptions): void {
    try {
      const packet = this.#decoder.take(options.sequence, options);
      if (packet === undefined) this.#arm(true);
      else this.#settle()?.resolve(packet);
    } catch (error) {
      this.#settle()?.reject(error);
    }
  }

  #arm(hasBegun: boolean): void {
    this.#timer?.[Symbol.dispose]();
    const options = this.#waiter?.options;
    assert(options !== undefined, 'somebody waits');
    const delayMs = hasBegun ? options.stallTimeoutMs : options.firstByteTimeoutMs;
    this.#timer = this.#clock.schedule(delayMs, () => this.#settle()?.reject(new ReceiveTimeout(hasBegun)));
  }

  #settle(): Waiter | undefined {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    return waiter;
  }
}
