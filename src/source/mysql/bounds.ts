import type { ColumnBounds } from '../frozen.ts';

/** Least and greatest value of a column that was seen, as text; longer ones than this are left out. */
const boundBytesMax = 128;

/** Collects the bounds of one column. */
export interface Bounds {
  /** Least and greatest as text; undefined without values, and for values that have no text. */
  texts(): Pick<ColumnBounds, 'min' | 'max'>;
}

/** Of numbers that a double holds exactly; `print` makes their text. */
export class NumberBounds implements Bounds {
  #min = Infinity;
  #max = -Infinity;
  readonly #print: (value: number) => string;

  constructor(print: (value: number) => string = String) {
    this.#print = print;
  }

  add(value: number): void {
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  texts(): Pick<ColumnBounds, 'min' | 'max'> {
    return this.#min > this.#max ? {} : { min: this.#print(this.#min), max: this.#print(this.#max) };
  }
}

/** Of 64-bit numbers in two halves, of which the upper one carries the sign. */
export class WideBounds implements Bounds {
  #has = false;
  #minHigh = 0;
  #minLow = 0;
  #maxHigh = 0;
  #maxLow = 0;
  readonly #print: (value: bigint) => string;

  constructor(print: (value: bigint) => string = String) {
    this.#print = print;
  }

  /** `low` is taken as unsigned, `high` as it is given: signed or not. */
  add(low: number, high: number): void {
    const bits = low >>> 0;
    if (!this.#has) {
      this.#has = true;
      this.#minHigh = this.#maxHigh = high;
      this.#minLow = this.#maxLow = bits;
      return;
    }
    if (high < this.#minHigh || (high === this.#minHigh && bits < this.#minLow)) {
      this.#minHigh = high;
      this.#minLow = bits;
    }
    if (high > this.#maxHigh || (high === this.#maxHigh && bits > this.#maxLow)) {
      this.#maxHigh = high;
      this.#maxLow = bits;
    }
  }

  texts(): Pick<ColumnBounds, 'min' | 'max'> {
    if (!this.#has) return {};
    const text = (high: number, low: number): string => this.#print((BigInt(high) << 32n) + BigInt(low));
    return { min: text(this.#minHigh, this.#minLow), max: text(this.#maxHigh, this.#maxLow) };
  }
}

/** Of numbers of any size. */
export class BigBounds implements Bounds {
  #min: bigint | undefined;
  #max: bigint | undefined;
  readonly #print: (value: bigint) => string;

  constructor(print: (value: bigint) => string) {
    this.#print = print;
  }

  add(value: bigint): void {
    if (this.#min === undefined || value < this.#min) this.#min = value;
    if (this.#max === undefined || value > this.#max) this.#max = value;
  }

  texts(): Pick<ColumnBounds, 'min' | 'max'> {
    if (this.#min === undefined || this.#max === undefined) return {};
    return { min: this.#print(this.#min), max: this.#print(this.#max) };
  }
}

/** Of texts, byte by byte. */
export class TextBounds implements Bounds {
  readonly #min = new KeptText();
  readonly #max = new KeptText();

  /** `view` has the same bytes, which are needed until `settle`. */
  add(bytes: Buffer, view: DataView, start: number, end: number): void {
    // Nearly every value is told apart by how it begins.
    const head = headOf(view, start, end);
    if (head > this.#min.head && head < this.#max.head) return;
    if (!this.#min.isSet || this.#min.compare(bytes, start, end) > 0) this.#min.keep(bytes, start, end, head);
    if (!this.#max.isSet || this.#max.compare(bytes, start, end) < 0) this.#max.keep(bytes, start, end, head);
  }

  /** Keeps what may be gone after this. */
  settle(): void {
    this.#min.settle();
    this.#max.settle();
  }

  texts(): Pick<ColumnBounds, 'min' | 'max'> {
    const [min, max] = [this.#min.text, this.#max.text];
    return min === undefined || max === undefined ? {} : { min, max };
  }
}

/** The first four bytes as a number that orders texts; what is shorter counts as if zeros followed. */
function headOf(view: DataView, start: number, end: number): number {
  if (end - start >= 4) return view.getUint32(start);
  let head = 0;
  for (let at = start; at < start + 4; at += 1) head = head * 256 + (at < end ? view.getUint8(at) : 0);
  return head;
}

/**
 * A text that was seen: where it lies, and after `settle` in bytes of its own. In a table that is sorted by a text each row
 * has a new greatest one. Kept is no more than tells that it is too long, for it may have 16 MB.
 */
class KeptText {
  readonly #own = Buffer.allocUnsafeSlow(boundBytesMax + 1);
  #bytes: Buffer = this.#own;
  #start = 0;
  #length = -1;
  #head = -1;

  get isSet(): boolean {
    return this.#length >= 0;
  }

  /** `headOf` it; -1 when there is none. */
  get head(): number {
    return this.#head;
  }

  /** Undefined when it is longer than a bound may be. */
  get text(): string | undefined {
    if (this.#length < 0 || this.#length > boundBytesMax) return undefined;
    return this.#bytes.toString('utf8', this.#start, this.#start + this.#length);
  }

  keep(bytes: Buffer, start: number, end: number, head: number): void {
    this.#bytes = bytes;
    this.#start = start;
    this.#length = Math.min(end - start, boundBytesMax + 1);
    this.#head = head;
  }

  settle(): void {
    if (this.#bytes === this.#own) return;
    this.#bytes.copy(this.#own, 0, this.#start, this.#start + this.#length);
    this.#bytes = this.#own;
    this.#start = 0;
  }

  /** Below zero when it comes before the value. */
  compare(bytes: Buffer, start: number, end: number): number {
    const length = Math.min(end - start, this.#length);
    for (let at = 0; at < length; at += 1) {
      const difference = (this.#bytes[this.#start + at] as number) - (bytes[start + at] as number);
      if (difference !== 0) return difference;
    }
    return this.#length - (end - start);
  }
}
