import { constants, zstdCompressSync } from 'node:zlib';
import { isUtf8 } from 'node:buffer';
import { assert } from '../../base/assert.ts';
import { encodeStruct, i32, struct, writeVarint } from './compact-thrift.ts';
import type { PageBuffers } from './page-buffers.ts';

/** A page is what is compressed at once: large enough for zstd to find repetitions, small enough for the cache. */
const pageBytes = 1024 * 1024;
/** A page begins with this much and grows: most tables are small, and each column of each has a page. */
const firstBytes = 8 * 1024;
/** Bounds the levels of a page whose values take no room. */
const pageRowsMax = 262_144;
/** Before the values lie the definition levels: a length, a run's head, and a bit for each row. */
const levelBytesMax = 4 + 5 + pageRowsMax / 8;
const zstdLevel = 1;
const compressSlackBytes = 1024;
/** A column that is no longer than this stays as it is: to set up zstd takes longer than to write the rows. */
const plainBytesMax = 512;
/** Values up to this length are copied byte by byte, which is faster than a call out of JavaScript. */
const shortBytes = 32;

export type FinishedColumn = Readonly<{
  /** Headers and compressed bodies, one after the other. */
  parts: readonly Uint8Array[];
  rows: number;
  nulls: number;
  compressedBytes: number;
  uncompressedBytes: number;
  /** False for a column of few bytes, whose only page stands there as it is. */
  isCompressed: boolean;
}>;

/**
 * Collects the values of one column as PLAIN encoded, zstd compressed pages. Where a page ends follows from the values
 * alone, so equal values give equal bytes. What is kept in memory is compressed, but for one page.
 */
export class ColumnWriter {
  readonly #buffers: PageBuffers;
  #bytes: Buffer;
  #view: DataView;
  #used = levelBytesMax;
  /** A bit for each row of the page that is not NULL; kept from the first NULL of the page on. */
  #validity: Uint8Array = new Uint8Array();
  #hasValidity = false;
  #pageRows = 0;
  #pageNulls = 0;
  #lengthBits = 0;
  #parts: Uint8Array[] = [];
  #rows = 0;
  #nulls = 0;
  #compressedBytes = 0;
  #uncompressedBytes = 0;
  readonly #onPage: ((page: TextPage) => void) | undefined;

  /** `onPage` sees each page of texts before it is compressed, and may set values to NULL. */
  constructor(buffers: PageBuffers, onPage?: (page: TextPage) => void) {
    this.#buffers = buffers;
    this.#bytes = buffers.take(levelBytesMax + firstBytes);
    this.#view = viewOf(this.#bytes);
    this.#onPage = onPage;
  }

  /** Rows since the last `finish`. */
  get rows(): number {
    return this.#rows + this.#pageRows;
  }

  appendNull(): void {
    if (!this.#hasValidity) this.#beginValidity();
    this.#pageNulls += 1;
    this.#next();
  }

  /** NULL for all rows up to `rows`. */
  fillNulls(rows: number): void {
    while (this.rows < rows) {
      if (!this.#hasValidity) this.#beginValidity();
      const added = Math.min(rows - this.rows, pageRowsMax - this.#pageRows);
      this.#pageNulls += added;
      this.#pageRows += added;
      this.#endFullPage();
    }
  }

  append32(value: number): void {
    const at = this.#take(4);
    this.#view.setInt32(at, value, true);
    this.#valid();
  }

  append64(low: number, high: number): void {
    const at = this.#take(8);
    this.#view.setInt32(at, low, true);
    this.#view.setInt32(at + 4, high, true);
    this.#valid();
  }

  /** Copies a value that lies as Parquet has it: 4, 8 or 16 bytes. */
  appendFixed(source: Uint8Array, start: number, width: number): void {
    let at = this.#take(width);
    const bytes = this.#bytes;
    for (let from = start; from < start + width; from += 1) bytes[at++] = source[from] ?? 0;
    this.#valid();
  }

  /** A BYTE_ARRAY: its length and the bytes. */
  appendBytes(source: Buffer, start: number, end: number): void {
    const length = end - start;
    let at = this.#take(4 + length);
    this.#view.setInt32(at, length, true);
    this.#lengthBits |= length;
    at += 4;
    const bytes = this.#bytes;
    if (length > shortBytes) source.copy(bytes, at, start, end);
    else for (let from = start; from < end; from += 1) bytes[at++] = source[from] ?? 0;
    this.#valid();
  }

  /** What was collected since the last time; the writer begins anew. */
  finish(): FinishedColumn {
    const isCompressed = this.#parts.length > 0 || this.#used > levelBytesMax + plainBytesMax;
    if (this.#pageRows > 0) this.#endPage(isCompressed);
    const finished = {
      isCompressed,
      parts: this.#parts,
      rows: this.#rows,
      nulls: this.#nulls,
      compressedBytes: this.#compressedBytes,
      uncompressedBytes: this.#uncompressedBytes,
    };
    this.#parts = [];
    this.#rows = 0;
    this.#nulls = 0;
    this.#compressedBytes = 0;
    this.#uncompressedBytes = 0;
    return finished;
  }

  /** Gives its memory back: nothing can be written any more. May be called twice. */
  release(): void {
    if (this.#bytes.length > 0) this.#buffers.give(this.#bytes);
    this.#bytes = Buffer.alloc(0);
    this.#view = viewOf(this.#bytes);
  }

  #take(size: number): number {
    const at = this.#used;
    this.#used = at + size;
    if (this.#used > this.#bytes.length) this.#grow();
    return at;
  }

  #grow(): void {
    const values = this.#used - levelBytesMax;
    const size =
      values > pageBytes ? this.#used + pageBytes : levelBytesMax + Math.min(values * 2, pageBytes);
    const grown = Buffer.allocUnsafeSlow(size);
    this.#bytes.copy(grown);
    this.#bytes = grown;
    this.#view = viewOf(grown);
  }

  #valid(): void {
    if (this.#hasValidity) {
      const row = this.#pageRows;
      this.#validity[row >> 3] = (this.#validity[row >> 3] ?? 0) | (1 << (row & 7));
    }
    this.#next();
  }

  /** All rows of the page so far have a value. */
  #beginValidity(): void {
    if (this.#validity.length === 0) this.#validity = new Uint8Array(pageRowsMax / 8);
    const rows = this.#pageRows;
    this.#validity.fill(0xff, 0, rows >> 3);
    if ((rows & 7) !== 0) this.#validity[rows >> 3] = (1 << (rows & 7)) - 1;
    this.#hasValidity = true;
  }

  #next(): void {
    this.#pageRows += 1;
    this.#endFullPage();
  }

  #endFullPage(): void {
    if (this.#used >= levelBytesMax + pageBytes || this.#pageRows === pageRowsMax) this.#endPage();
  }

  #endPage(isCompressed = true): void {
    this.#onPage?.(this.#textPage());
    const start = this.#writeLevels();
    const body = this.#bytes.subarray(start, this.#used);
    // The buffer of the page is used again.
    const compressed = isCompressed ? compress(body) : Buffer.from(body);
    const header = pageHeader(this.#pageRows, body.length, compressed.length);
    this.#parts.push(header, compressed);
    this.#compressedBytes += header.length + compressed.length;
    this.#uncompressedBytes += header.length + body.length;
    this.#rows += this.#pageRows;
    this.#nulls += this.#pageNulls;
    this.#beginPage();
  }

  #beginPage(): void {
    this.#used = levelBytesMax;
    if (this.#hasValidity) this.#validity.fill(0, 0, (this.#pageRows + 7) >> 3);
    this.#hasValidity = false;
    this.#pageRows = 0;
    this.#pageNulls = 0;
    this.#lengthBits = 0;
    // One large value must not keep its memory for the rest of the table.
    if (this.#bytes.length > levelBytesMax + 4 * pageBytes) {
      this.#bytes = Buffer.allocUnsafeSlow(levelBytesMax + pageBytes);
      this.#view = viewOf(this.#bytes);
    }
  }

  /** Puts the definition levels right before the values and says where they begin (Encodings.md, RLE = 3). */
  #writeLevels(): number {
    const head: number[] = [];
    const groups = (this.#pageRows + 7) >> 3;
    if (this.#pageNulls === 0) {
      writeVarint(head, this.#pageRows * 2);
      head.push(1);
    } else {
      writeVarint(head, groups * 2 + 1);
    }
    const bits = this.#pageNulls === 0 ? new Uint8Array() : this.#validity.subarray(0, groups);
    const length = head.length + bits.length;
    const start = levelBytesMax - length - 4;
    assert(start >= 0, 'the levels of a page have room');
    this.#view.setInt32(start, length, true);
    this.#bytes.set(head, start + 4);
    this.#bytes.set(bits, start + 4 + head.length);
    return start;
  }

  #textPage(): TextPage {
    return {
      firstRow: this.#rows,
      rows: this.#pageRows,
      isUtf8: () => this.#isUtf8(),
      removeIf: (isBad) => this.#removeIf(isBad),
    };
  }

  /**
   * Whether all values are UTF-8. They are looked at together with their lengths, which are ASCII while they have no
   * high bit: then no value can borrow a byte from the next.
   */
  #isUtf8(): boolean {
    return (this.#lengthBits & 0x80808080) === 0 && isUtf8(this.#bytes.subarray(levelBytesMax, this.#used));
  }

  #removeIf(isBad: (value: Buffer, row: number) => boolean): void {
    if (!this.#hasValidity) this.#beginValidity();
    let from = levelBytesMax;
    let to = levelBytesMax;
    for (let row = 0; row < this.#pageRows; row += 1) {
      const bits = this.#validity[row >> 3] ?? 0;
      if ((bits & (1 << (row & 7))) === 0) continue;
      const size = 4 + this.#view.getInt32(from, true);
      if (isBad(this.#bytes.subarray(from + 4, from + size), this.#rows + row)) {
        this.#validity[row >> 3] = bits & ~(1 << (row & 7));
        this.#pageNulls += 1;
      } else {
        this.#bytes.copyWithin(to, from, from + size);
        to += size;
      }
      from += size;
    }
    this.#used = to;
  }
}

/** A page of BYTE_ARRAY values that is complete but not yet compressed. */
export type TextPage = Readonly<{
  /** Row numbers count from the last `finish`. */
  firstRow: number;
  rows: number;
  /** True when all values surely are UTF-8; false when each has to be looked at. */
  isUtf8: () => boolean;
  /** Makes NULL of the values for which it is true. */
  removeIf: (isBad: (value: Buffer, row: number) => boolean) => void;
}>;

/**
 * With room for the worst case (ZSTD_compressBound) zstd works from the page to the answer; with less it copies both
 * through buffers of its own. The answer is copied, since it would keep all of that room.
 */
function compress(body: Buffer): Buffer {
  const chunkSize = body.length + (body.length >> 8) + compressSlackBytes;
  const params = { [constants.ZSTD_c_compressionLevel]: zstdLevel };
  return Buffer.from(zstdCompressSync(body, { chunkSize, params }));
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A PageHeader of a DATA_PAGE with PLAIN values and RLE levels. */
function pageHeader(rows: number, uncompressedBytes: number, compressedBytes: number): Buffer {
  const [dataPage, plain, rle] = [0, 0, 3];
  return encodeStruct(
    [1, i32(dataPage)],
    [2, i32(uncompressedBytes)],
    [3, i32(compressedBytes)],
    [5, struct([1, i32(rows)], [2, i32(plain)], [3, i32(rle)], [4, i32(rle)])],
  );
}
