/** A buffer that a long packet has made larger than this is not kept behind it. */
const keptBytesMax = 256 * 1_024;

/** Room that a stream reads into: this much for a connection that gets little, and up to the other while it gets much. */
const [roomBytesMin, roomBytesMax] = [8 * 1_024, 64 * 1_024];

/**
 * Bytes of a stream that nobody has taken yet, in one piece, in a buffer that is used again and again: what was handed
 * out is valid until the next `push` or `room`.
 */
export class ReceiveBuffer {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;
  #roomBytes = roomBytesMin;

  get size(): number {
    return this.#end - this.#at;
  }

  /** All bytes that are here, without taking them. */
  get unread(): Buffer {
    return this.#bytes.subarray(this.#at, this.#end);
  }

  push(chunk: Buffer): void {
    if (this.#bytes.length - this.#end < chunk.length) this.#makeRoom(chunk.length);
    chunk.copy(this.#bytes, this.#end);
    this.#end += chunk.length;
  }

  /**
   * Room behind what is here, for the next bytes to be written into without a copy; `filled` tells how many came. It is
   * this buffer's own until then.
   */
  room(): Buffer {
    const isLeft = this.#bytes.length > keptBytesMax && this.size + this.#roomBytes <= keptBytesMax;
    if (this.size === 0 && !isLeft) this.#at = this.#end = 0;
    if (isLeft || this.#bytes.length - this.#end < this.#roomBytes) this.#makeRoom(this.#roomBytes);
    return this.#bytes.subarray(this.#end, this.#end + this.#roomBytes);
  }

  filled(count: number): void {
    this.#end += count;
    const isFull = count === this.#roomBytes;
    this.#roomBytes = isFull
      ? Math.min(roomBytesMax, count * 4)
      : Math.max(roomBytesMin, this.#roomBytes / 2);
  }

  /** The caller has checked that `count` bytes are there. */
  take(count: number): Buffer {
    const taken = this.#bytes.subarray(this.#at, this.#at + count);
    this.#at += count;
    return taken;
  }

  /** Moves what is unread to the front; into another buffer where this one is too small, or was for a long packet. */
  #makeRoom(count: number): void {
    const { size } = this;
    const wanted = size + count;
    const isLeft = this.#bytes.length > keptBytesMax && wanted <= keptBytesMax;
    if (wanted <= this.#bytes.length && !isLeft) {
      this.#bytes.copyWithin(0, this.#at, this.#end);
    } else {
      const moved = Buffer.allocUnsafeSlow(wanted * 2);
      this.#bytes.copy(moved, 0, this.#at, this.#end);
      this.#bytes = moved;
    }
    this.#at = 0;
    this.#end = size;
  }
}
