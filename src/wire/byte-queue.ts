/**
 * Bytes of a stream that nobody has taken yet, in one piece. Nothing is copied as long as each chunk is taken whole;
 * bytes that were handed out are never rewritten.
 */
export class ByteQueue {
  /** Unread bytes are `#at` to `#end`; what lies after `#end` is room to append. */
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;

  get size(): number {
    return this.#end - this.#at;
  }

  /** All unread bytes, without taking them. */
  get unread(): Buffer {
    return this.#buffer.subarray(this.#at, this.#end);
  }

  push(chunk: Buffer): void {
    if (this.size === 0) {
      this.#buffer = chunk;
      this.#at = 0;
      this.#end = chunk.length;
      return;
    }
    if (this.#buffer.length - this.#end < chunk.length) this.#grow(this.size + chunk.length);
    chunk.copy(this.#buffer, this.#end);
    this.#end += chunk.length;
  }

  /** The caller has checked that `offset + bytes` are there: a little-endian integer of 1 to 6 bytes. */
  peekInteger(offset: number, bytes: number): number {
    return this.#buffer.readUIntLE(this.#at + offset, bytes);
  }

  /** The caller has checked that `count` bytes are there. */
  take(count: number): Buffer {
    const at = this.#at;
    this.#at += count;
    return this.#buffer.subarray(at, at + count);
  }

  /** Doubles, so that a packet that arrives byte by byte is copied a constant number of times. */
  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(needed * 2);
    this.#buffer.copy(grown, 0, this.#at, this.#end);
    this.#buffer = grown;
    this.#end = this.size;
    this.#at = 0;
  }
}
