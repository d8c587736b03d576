/** What is kept of memory for the next file: that of the columns of most tables. */
const keptBytesMax = 24 * 1024 * 1024;

/**
 * Memory of pages that files have done with. Were it new for each file, a garbage collection would run for every few small
 * tables, and for every chunk of a large one.
 */
export class PageBuffers {
  readonly #free: Buffer[] = [];
  #keptBytes = 0;

  /** Memory of `bytesMin` or more, with anything in it. */
  take(bytesMin: number): Buffer {
    const kept = this.#free.pop();
    if (kept === undefined) return Buffer.allocUnsafeSlow(bytesMin);
    this.#keptBytes -= kept.length;
    return kept.length < bytesMin ? Buffer.allocUnsafeSlow(bytesMin) : kept;
  }

  /** Whoever gives it may not use it any more. */
  give(buffer: Buffer): void {
    if (this.#keptBytes + buffer.length > keptBytesMax) return;
    this.#free.push(buffer);
    this.#keptBytes += buffer.length;
  }
}
