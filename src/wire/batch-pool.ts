/**
 * Buffers of one size that answers are collected in, shared by all connections: making one for each answer costs more
 * than filling it. Holds a bounded number; the rest goes to the garbage collector.
 */
export class BatchPool {
  readonly bufferBytes: number;
  readonly #countMax: number;
  readonly #free: Buffer[] = [];

  constructor(bufferBytes: number, countMax: number) {
    this.bufferBytes = bufferBytes;
    this.#countMax = countMax;
  }

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.bufferBytes);
  }

  /** A buffer that nobody reads or writes any more. One of another size is passed over. */
  give(buffer: Buffer): void {
    if (buffer.length === this.bufferBytes && this.#free.length < this.#countMax) this.#free.push(buffer);
  }
}
