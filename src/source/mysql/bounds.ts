import type { ColumnBounds } from '../source.ts';

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
  #min: Buffer | undefined;
  #max: Buffer | undefined;
  #minFirst = -1;
  #maxFirst = -1;

  add(bytes: Buffer, start: number, end: number): void {
    // Nearly every value is told apart by its first byte. An empty one comes before all.
    const first = start === end ? -1 : (bytes[start] as number);
    if (this.#min !== undefined && first > this.#minFirst && first < this.#maxFirst) return;
    this.#compare(bytes, start, end, first);
  }

  texts(): Pick<ColumnBounds, 'min' | 'max'> {
    const [min, max] = [this.#min, this.#max];
    if (min === undefined || max === undefined) return {};
    if (min.length > boundBytesMax || max.length > boundBytesMax) return {};
    return { min: min.toString('utf8'), max: max.toString('utf8') };
  }

  #compare(bytes: Buffer, start: number, end: number, first: number): void {
    if (this.#min === undefined || isBefore(bytes, start, end, this.#min)) {
      this.#min = keep(bytes, start, end);
      this.#minFirst = first;
    }
    if (this.#max === undefined || isAfter(bytes, start, end, this.#max)) {
      this.#max = keep(bytes, start, end);
      this.#maxFirst = first;
    }
  }
}

/** No more than tells that it is too long: a bound must not hold 16 MB. */
function keep(bytes: Buffer, start: number, end: number): Buffer {
  return Buffer.from(bytes.subarray(start, Math.min(end, start + boundBytesMax + 1)));
}

function isBefore(bytes: Buffer, start: number, end: number, other: Buffer): boolean {
  const length = Math.min(end - start, other.length);
  for (let at = 0; at < length; at += 1) {
    const difference = (bytes[start + at] as number) - (other[at] as number);
    if (difference !== 0) return difference < 0;
  }
  return end - start < other.length;
}

function isAfter(bytes: Buffer, start: number, end: number, other: Buffer): boolean {
  const length = Math.min(end - start, other.length);
  for (let at = 0; at < length; at += 1) {
    const difference = (bytes[start + at] as number) - (other[at] as number);
    if (difference !== 0) return difference > 0;
  }
  return end - start > other.length;
}
