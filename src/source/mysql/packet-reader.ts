/** Length (3 bytes) and sequence number (1 byte) before each frame (MySQL protocol, "MySQL Packets"). */
const headerBytes = 4;
/** A frame of this length is continued by the next one. */
const framePayloadMax = 0xff_ff_ff;

/** Receives a packet that lies from `start` to `end`; the bytes are only good until it returns. */
export type PacketHandler = (bytes: Buffer, start: number, end: number) => void;

/**
 * Cuts what a server sends into packets. Packets that lie whole in what was received are handed on where they lie;
 * only the one at its end is copied. Sequence numbers are not looked at: TCP keeps the order.
 */
export class PacketReader {
  readonly #onPacket: PacketHandler;
  /** A frame that has begun: its header and payload so far. */
  #frame: Buffer | undefined;
  #filled = 0;
  readonly #header = Buffer.alloc(headerBytes);
  #headerFilled = 0;
  /** Payloads of full frames whose packet goes on. */
  #continued: Buffer[] = [];

  constructor(onPacket: PacketHandler) {
    this.#onPacket = onPacket;
  }

  push(chunk: Buffer): void {
    let at = this.#finishFrame(chunk);
    if (at < 0) return;
    const last = chunk.length - headerBytes;
    while (at <= last) {
      const length = (chunk[at] ?? 0) | ((chunk[at + 1] ?? 0) << 8) | ((chunk[at + 2] ?? 0) << 16);
      const start = at + headerBytes;
      const end = start + length;
      if (end > chunk.length) {
        this.#frame = Buffer.allocUnsafeSlow(length);
        this.#filled = chunk.copy(this.#frame, 0, start);
        return;
      }
      this.#take(chunk, start, end);
      at = end;
    }
    this.#headerFilled = chunk.copy(this.#header, 0, at);
  }

  /** Completes what the chunks before began. Says where the next frame begins, or -1 when all of it was needed. */
  #finishFrame(chunk: Buffer): number {
    let at = 0;
    if (this.#headerFilled > 0) {
      at = chunk.copy(this.#header, this.#headerFilled, 0);
      this.#headerFilled += at;
      if (this.#headerFilled < headerBytes) return -1;
      this.#headerFilled = 0;
      this.#frame = Buffer.allocUnsafeSlow(this.#header.readUIntLE(0, 3));
      this.#filled = 0;
    }
    const frame = this.#frame;
    if (frame === undefined) return at;
    const copied = chunk.copy(frame, this.#filled, at);
    this.#filled += copied;
    if (this.#filled < frame.length) return -1;
    this.#frame = undefined;
    this.#take(frame, 0, frame.length);
    return at + copied;
  }

  #take(bytes: Buffer, start: number, end: number): void {
    const isFull = end - start === framePayloadMax;
    if (!isFull && this.#continued.length === 0) {
      this.#onPacket(bytes, start, end);
      return;
    }
    // What was received is the socket's and may be used again.
    this.#continued.push(Buffer.from(bytes.subarray(start, end)));
    if (isFull) return;
    const whole = Buffer.concat(this.#continued);
    this.#continued = [];
    this.#onPacket(whole, 0, whole.length);
  }
}
