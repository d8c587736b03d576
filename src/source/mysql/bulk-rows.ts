import { assert } from '../../base/assert.ts';

const [comma, lineEnd, quote] = [0x2c, 0x0a, 0x22];
/** Before each value: it follows, or it is NULL (MariaDB, COM_STMT_BULK_EXECUTE). */
const [follows, isNull] = [0, 1];
/** The word that stands for no value. */
const nullWord = Buffer.from('NULL');
/** Values up to this are copied byte by byte: a call costs more. */
const shortBytesMax = 48;
/** Memory of a table that has a few rows; it grows with what is added. */
const initialBytes = 4 * 1024;
/** A length takes at most four bytes below 16 MiB; one more says that a value follows. */
const prefixBytesMax = 5;

/**
 * Rows as COM_STMT_BULK_EXECUTE carries them, every value a text in UTF-8: from CSV as DuckDB writes it for `loadRows`
 * (texts in quotes that are doubled inside, a bare NULL for no value), or from texts.
 */
export class BulkRows {
  readonly #fields: number;
  bytes: Buffer;
  at: number;
  readonly #start: number;
  readonly #bytesMax: number;

  /** `fields` in each row; `start` bytes are left free for a header; a row must fit into `bytesMax` with it. */
  constructor(fields: number, start: number, bytesMax: number) {
    this.#fields = fields;
    this.#start = start;
    this.at = start;
    this.#bytesMax = bytesMax;
    this.bytes = Buffer.allocUnsafeSlow(Math.min(bytesMax, initialBytes));
  }

  get isEmpty(): boolean {
    return this.at === this.#start;
  }

  /** Begins anew, in the same memory. */
  clear(): void {
    this.at = this.#start;
  }

  /**
   * Adds the row of `text` that begins at `from`. Says where the next one begins; -1 when `text` ends before the row does,
   * and `full` when there is no room for it: then nothing was added.
   */
  addCsv(text: Buffer, from: number): number | 'full' {
    const rowAt = this.at;
    let at = from;
    for (let field = 0; field < this.#fields; field++) {
      const end = text[at] === quote ? quotedEnd(text, at) : plainEnd(text, at);
      // The byte behind a field says whether the row goes on, and that the field is whole.
      if (end < 0 || end >= text.length) return this.#undo(rowAt, -1);
      assert((text[end] === lineEnd) === (field === this.#fields - 1), 'a row has its fields');
      if (!this.#reserve(end - at + prefixBytesMax)) return this.#undo(rowAt, 'full');
      if (text[at] === quote) this.#quoted(text, at + 1, end - 1);
      else this.#plain(text, at, end);
      at = end + 1;
    }
    return at;
  }

  #undo<T>(rowAt: number, answer: T): T {
    this.at = rowAt;
    return answer;
  }

  #reserve(count: number): boolean {
    const wanted = this.at + count;
    if (wanted <= this.bytes.length) return true;
    if (wanted > this.#bytesMax) return false;
    const grown = Buffer.allocUnsafeSlow(Math.min(this.#bytesMax, wanted * 2));
    this.bytes.copy(grown, 0, 0, this.at);
    this.bytes = grown;
    return true;
  }

  #plain(text: Buffer, from: number, to: number): void {
    const length = to - from;
    if (length === nullWord.length && text.compare(nullWord, 0, length, from, to) === 0) {
      this.bytes[this.at++] = isNull;
      return;
    }
    this.#prefix(length);
    this.#copy(text, from, to);
  }

  /** `from` and `to` lie inside the quotes. */
  #quoted(text: Buffer, from: number, to: number): void {
    let doubled = 0;
    for (let at = text.indexOf(quote, from); at >= 0 && at < to; at = text.indexOf(quote, at + 2)) {
      doubled += 1;
    }
    this.#prefix(to - from - doubled);
    let piece = from;
    for (; doubled > 0; doubled -= 1) {
      const at = text.indexOf(quote, piece);
      this.#copy(text, piece, at + 1);
      piece = at + 2;
    }
    this.#copy(text, piece, to);
  }

  #copy(text: Buffer, from: number, to: number): void {
    if (to - from > shortBytesMax) {
      this.at += text.copy(this.bytes, this.at, from, to);
      return;
    }
    const { bytes } = this;
    let { at } = this;
    for (let index = from; index < to; index += 1) bytes[at++] = text[index] as number;
    this.at = at;
  }

  #prefix(length: number): void {
    const { bytes } = this;
    bytes[this.at++] = follows;
    if (length < 0xfb) {
      bytes[this.at++] = length;
    } else if (length <= 0xffff) {
      bytes[this.at++] = 0xfc;
      this.at = bytes.writeUInt16LE(length, this.at);
    } else {
      bytes[this.at++] = 0xfd;
      this.at = bytes.writeUIntLE(length, this.at, 3);
    }
  }
}

/** Where the row of CSV that begins at `from` ends, its line end included; -1 when `text` ends before. */
export function csvRowEnd(text: Buffer, from: number): number {
  for (let at = from; ;) {
    const end = text[at] === quote ? quotedEnd(text, at) : plainEnd(text, at);
    if (end < 0 || end >= text.length) return -1;
    if (text[end] === lineEnd) return end + 1;
    at = end + 1;
  }
}

/** The comma or line end behind a field without quotes; the end of the text when there is none. */
function plainEnd(text: Buffer, from: number): number {
  const { length } = text;
  let at = from;
  while (at < length && text[at] !== comma && text[at] !== lineEnd) at += 1;
  return at;
}

/** Behind the quote that ends a field; -1 when it is not there. A doubled one at the end of the text may yet end it. */
function quotedEnd(text: Buffer, from: number): number {
  let at = text.indexOf(quote, from + 1);
  while (at >= 0 && text[at + 1] === quote) at = text.indexOf(quote, at + 2);
  return at < 0 ? -1 : at + 1;
}
