/** The buffer of a connection that gets little, and of one that gets much; only a long packet makes it larger. */
const [smallBytes, largeBytes] = [16 * 1_024, 256 * 1_024];

/** Less room than this is not worth a read. */
const roomBytesMin = 8 * 1_024;

/**
 * Bytes of a stream that nobody has taken yet, in one piece, in a buffer that is used again and again: what was handed
 * out is valid until the next `push` or `room`, or, where it was lent, until it is `returned`.
 */
export class ReceiveBuffer {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;
  /** How large the buffer is to be while packets are not longer. */
  #usualBytes = smallBytes;
  #filledBytes = 0;
  #lent: Buffer | undefined;
  #spare: Buffer | undefined;

  get size(): number {
    return this.#end - this.#at;
  }

  /** All bytes that are here, without taking them. */
  get unread(): Buffer {
    return this.#bytes.subarray(this.#at, this.#end);
  }

  push(chunk: Buffer): void {
    this.#makeRoom(chunk.length);
    chunk.copy(this.#bytes, this.#end);
    this.filled(chunk.length);
  }

  /**
   * Room behind what is here, for the next bytes to be written into without a copy; `filled` tells how many came. It is
   * this buffer's own until then.
   */
  room(): Buffer {
    this.#makeRoom(roomBytesMin);
    return this.#bytes.subarray(this.#end);
  }

  filled(count: number): void {
    this.#end += count;
    this.#filledBytes += count;
    if (this.#end === this.#bytes.length) this.#usualBytes = largeBytes;
  }

  /** The caller has checked that `count` bytes are there. */
  take(count: number): Buffer {
    const taken = this.#bytes.subarray(this.#at, this.#at + count);
    this.#at += count;
    return taken;
  }

  /** What was taken is still being read by somebody: it stays as it is until `returned`. */
  lend(): void {
    this.#lent = this.#bytes;
  }

  /** Nobody reads any more what was lent. */
  returned(): void {
    if (this.#lent !== this.#bytes && this.#lent?.length === largeBytes) this.#spare = this.#lent;
    this.#lent = undefined;
  }

  /** An answer has ended: room that only large ones need is given up behind a small one. */
  rest(): void {
    if (this.#filledBytes < smallBytes) {
      this.#usualBytes = smallBytes;
      this.#spare = undefined;
    }
    this.#filledBytes = 0;
  }

  /** For `count` bytes behind what is unread, which moves to the front, or into a buffer of the right size. */
  #makeRoom(count: number): void {
    const isLent = this.#lent === this.#bytes;
    if (this.size === 0 && !isLent) this.#at = this.#end = 0;
    const wanted = this.size + count;
    const isTooSmall = this.#bytes.length < Math.max(wanted, this.#usualBytes);
    const isTooLarge = this.#bytes.length > this.#usualBytes && wanted <= this.#usualBytes;
    const isFull = this.#bytes.length - this.#end < count;
    if (isTooSmall || isTooLarge || (isFull && isLent)) this.#moveTo(this.#another(wanted));
    else if (isFull) this.#moveTo(this.#bytes);
  }

  #another(wantedBytes: number): Buffer {
    const spare = this.#spare;
    this.#spare = undefined;
    const bytes = wantedBytes <= this.#usualBytes ? this.#usualBytes : wantedBytes * 2;
    return spare?.length === bytes ? spare : Buffer.allocUnsafeSlow(bytes);
  }

  #moveTo(next: Buffer): void {
    const { size } = this;
    this.#bytes.copy(next, 0, this.#at, this.#end);
    this.#bytes = next;
    this.#at = 0;
    this.#end = size;
  }
}
