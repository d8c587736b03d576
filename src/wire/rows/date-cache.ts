import { SqlError } from '../../base/sql-error.ts';
import { type CivilDate, civilDate } from './calendar.ts';
import { writeDigits } from './digits.ts';

/** Slots of the cache, a power of two: eleven years of days without a collision. */
const slotCount = 4_096;
const dateBytes = 10;
const hyphen = 0x2d;
const emptySlot = -0x8000_0000;
/** The years that four digits, and MySQL, can write. */
const yearMax = 9_999;

/** Writes dates as `YYYY-MM-DD`, remembering the text of those seen. One per result set. */
export class DateCache {
  /** Made with the first date: most results have none. */
  #days = new Int32Array(0);
  #text = new Uint8Array(0);

  /** Writes ten bytes at `at` and returns the end. Throws SqlError `out_of_range` beyond years 0 to 9999. */
  write(bytes: Uint8Array, at: number, days: number): number {
    const slot = days & (slotCount - 1);
    const from = slot * dateBytes;
    if (this.#days[slot] !== days) this.#fill(slot, days);
    const text = this.#text;
    for (let index = 0; index < dateBytes; index++) bytes[at + index] = text[from + index] as number;
    return at + dateBytes;
  }

  #fill(slot: number, days: number): void {
    if (this.#days.length === 0) {
      this.#days = new Int32Array(slotCount).fill(emptySlot);
      this.#text = new Uint8Array(slotCount * dateBytes);
    }
    const { year, month, day } = representableDate(days);
    const at = slot * dateBytes;
    writeDigits(this.#text, at, year, 4);
    this.#text[at + 4] = hyphen;
    writeDigits(this.#text, at + 5, month, 2);
    this.#text[at + 7] = hyphen;
    writeDigits(this.#text, at + 8, day, 2);
    this.#days[slot] = days;
  }
}

/** The civil date of a day MySQL's protocol can carry. Throws SqlError `out_of_range`. */
export function representableDate(days: number): CivilDate {
  const date = civilDate(days);
  if (date.year >= 0 && date.year <= yearMax) return date;
  throw new SqlError('out_of_range', `a date of the year ${date.year} cannot be sent to a client`, {
    hint: 'Dates go from year 0 to 9999; convert the value to text to see it.',
  });
}
