/** So many rows of a narrow table lie in one processor's cache; those that came behind them wait. */
const rowsMax = 4096;

/**
 * Rows of a result that lie in one buffer as packets of the binary protocol (Protocol::BinaryResultsetRow): row `i` from
 * `starts[i]`, its NULL bitmap, over `lengths[i]` bytes. They are read column by column, each by one loop, since a call
 * for each value costs more than most values do; `at[i]` is where the next value of row `i` lies.
 */
export class RowBatch {
  readonly starts: Int32Array = new Int32Array(rowsMax);
  readonly lengths: Int32Array = new Int32Array(rowsMax);
  readonly at: Int32Array = new Int32Array(rowsMax);
  #bytes: Buffer = Buffer.alloc(0);
  #view: DataView = viewOf(this.#bytes);
  #rows = 0;

  get bytes(): Buffer {
    return this.#bytes;
  }

  /** The same bytes. */
  get view(): DataView {
    return this.#view;
  }

  get rows(): number {
    return this.#rows;
  }

  /** True when a row of this buffer can be added. */
  hasRoom(bytes: Buffer): boolean {
    return this.#rows === 0 || (this.#bytes === bytes && this.#rows < rowsMax);
  }

  /** A row from its NULL bitmap to its end. There must be room. */
  add(bytes: Buffer, start: number, end: number): void {
    if (this.#bytes !== bytes) {
      this.#bytes = bytes;
      this.#view = viewOf(bytes);
    }
    this.starts[this.#rows] = start;
    this.lengths[this.#rows] = end - start;
    this.#rows += 1;
  }

  clear(): void {
    this.#rows = 0;
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
