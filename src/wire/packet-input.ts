import type { Socket } from 'node:net';
import { assert } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
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
    const ready = this.#decoder.take(options.sequence, options);
    if (ready !== undefined) return ready;
    if (this.#isClosed) throw new ConnectionClosedError();
    const { promise, resolve, reject } = Promise.withResolvers<Packet>();
    this.#waiter = { options, resolve, reject };
    this.#arm(this.#decoder.bufferedBytes > 0);
    this.#socket.resume();
    return promise;
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
    this.#decoder.push(chunk);
    if (this.#waiter === undefined) {
      if (this.#decoder.bufferedBytes > this.#aheadBytesMax) this.#socket.pause();
      return;
    }
    this.#offer(this.#waiter.options);
  };

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
