import type { Socket } from 'node:net';
import type { Clock } from '../base/clock.ts';
import { compressed, compressedNow, piecesOf } from './compressed-frame.ts';
import type { Compression } from './compression.ts';
import { ConnectionClosedError } from './protocol-error.ts';
import type { PacketWriter } from './writer.ts';

export type OutputLimits = Readonly<{
  batchBytes: number;
  batchesInFlightMax: number;
  writeTimeoutMs: number;
}>;

/** Frames that take less than this are collected with what else is to be sent; a write of their own costs more than a copy. */
const collectedBytesMax = 16 * 1_024;

/** Sends a writer's packets in batches and waits while the socket holds too many unsent ones. */
export class PacketOutput {
  readonly writer: PacketWriter;
  /** How long the peer may take nothing of what is sent. */
  writeTimeoutMs: number;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #limits: OutputLimits;
  #compression: Compression | undefined;
  /** Of the next compressed frame. */
  #sequence = 0;
  #inFlight = 0;
  #isReading = false;
  #isClosed = false;
  #wake: (() => void) | undefined;

  constructor(socket: Socket, writer: PacketWriter, clock: Clock, limits: OutputLimits) {
    this.#socket = socket;
    this.writer = writer;
    this.#clock = clock;
    this.#limits = limits;
    this.writeTimeoutMs = limits.writeTimeoutMs;
  }

  /** True when enough is collected to be worth a socket write. */
  get isBatchFull(): boolean {
    return this.writer.at >= this.#limits.batchBytes;
  }

  /** Whole frames, numbered. Many bytes are sent from where they are, and must not change while `isReading`. */
  frames(bytes: Buffer): void {
    if (this.#compression !== undefined || bytes.length <= collectedBytesMax) {
      this.writer.raw(bytes);
      return;
    }
    if (this.#isClosed) throw new ConnectionClosedError();
    if (this.writer.at > 0) this.#sendCollected();
    this.#write(bytes);
    this.#isReading = this.#socket.writableLength > 0;
  }

  /** True while bytes given to `frames` are still being sent; `flush` waits for the end of it. */
  get isReading(): boolean {
    return this.#isReading;
  }

  /**
   * Hands the collected packets to the socket and returns when it has room for more. Throws ConnectionClosedError
   * when the socket is gone, and destroys it when nothing moved for `writeTimeoutMs`.
   */
  async flush(): Promise<void> {
    if (this.#isClosed) throw new ConnectionClosedError();
    if (this.writer.at > 0) await this.#send();
    await this.#roomy();
    while (this.#isReading) {
      await this.#progress();
      this.#isReading = this.#socket.writableLength > 0;
    }
  }

  /** What is sent from here on is compressed. */
  compress(compression: Compression): void {
    this.#compression = compression;
  }

  /** The compressed answer begins with this number. */
  answerFrom(sequence: number): void {
    this.#sequence = sequence;
  }

  /** What is written, for the last write to the socket. */
  last(): Buffer {
    const bytes = this.writer.take();
    const compression = this.#compression;
    if (compression === undefined) return bytes;
    return Buffer.concat(piecesOf(bytes).map((piece) => compressedNow(piece, compression, this.#sequence++)));
  }

  /** The answer is given: room that a large one took is not kept while the client is idle. */
  rest(): void {
    this.writer.shrink();
  }

  /** Wakes whoever waits for room; nothing is sent any more. */
  close(): void {
    this.#isClosed = true;
    this.#wake?.();
  }

  #sendCollected(): void {
    const whole = this.writer.bytes;
    this.#write(this.writer.take(), whole);
  }

  async #send(): Promise<void> {
    if (this.#compression === undefined) return this.#sendCollected();
    const whole = this.writer.bytes;
    const bytes = this.writer.take();
    for (const piece of piecesOf(bytes)) {
      const frame = await compressed(piece, this.#compression, this.#sequence++);
      if (this.#isClosed) throw new ConnectionClosedError();
      this.#write(frame);
      await this.#roomy();
    }
    this.writer.recycle(whole);
  }

  /** `spent` is a buffer that nobody reads any more once `bytes` are sent. */
  #write(bytes: Buffer, spent?: Buffer): void {
    this.#inFlight++;
    this.#socket.write(bytes, (error) => {
      this.#inFlight--;
      // What a broken connection has not sent may still be read by the system.
      if (spent !== undefined && !error && !this.#isClosed) this.writer.recycle(spent);
      this.#wake?.();
    });
  }

  async #roomy(): Promise<void> {
    while (this.#inFlight >= this.#limits.batchesInFlightMax) await this.#progress();
  }

  async #progress(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    using _timer = this.#clock.schedule(this.writeTimeoutMs, () => {
      this.#socket.destroy(new Error('the peer reads no more'));
    });
    await promise;
    this.#wake = undefined;
    if (this.#isClosed) throw new ConnectionClosedError();
  }
}
