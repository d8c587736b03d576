import type { RowChecksum } from '../frozen.ts';
import type { RowBatch } from './row-batch.ts';

/**
 * A 64-bit hash of each row as the binary protocol carries it (NULL bitmap and values, under the session settings of
 * `connect.ts`, all columns in the table's order), added up over the rows without wrapping. Whoever reads the same rows
 * by the same SELECT gets the same sum, whatever the order. The number at the end is raised when the hash changes.
 */
export const rowChecksumAlgorithm = 'mysql-row64-sum-2';

const twoTo32 = 4_294_967_296n;
/** So many numbers below 2^32 add up exactly in a double. */
const exactAdditions = 2_000_000;
const [blockBytes, wordBytes] = [16, 4];

/** Adds up the hashes of rows. */
export class RowSum {
  #rows = 0;
  #pending = 0;
  #low = 0;
  #high = 0;
  #total = 0n;

  get rows(): number {
    return this.#rows;
  }

  /** Rows and sum so far. */
  get checksum(): RowChecksum {
    this.#fold();
    return { rows: this.#rows, algorithm: rowChecksumAlgorithm, value: this.#total.toString() };
  }

  /**
   * Four lanes of 32 bits with the multipliers of MurmurHash3 and xxHash, each added to its neighbour: plain JavaScript
   * has no 64-bit multiply, and a processor works on all four at once. The last block, or word, begins where it ends with
   * the row, so that rows have no bytes left over.
   */
  add({ view, starts, lengths, rows }: RowBatch): void {
    if (this.#pending + rows > exactAdditions) this.#fold();
    let low = 0;
    let high = 0;
    for (let row = 0; row < rows; row += 1) {
      const length = lengths[row] as number;
      let at = starts[row] as number;
      const end = at + length;
      let a = 0x9e3779b9 ^ length;
      let b = 0x85ebca6b;
      let c = 0xc2b2ae35;
      let d = 0x27d4eb2f;
      if (length >= blockBytes) {
        for (const last = end - blockBytes; ; at = Math.min(at + blockBytes, last)) {
          const first = a;
          a = step(a, view.getInt32(at, true), b);
          b = step(b, view.getInt32(at + 4, true), c);
          c = step(c, view.getInt32(at + 8, true), d);
          d = step(d, view.getInt32(at + 12, true), first);
          if (at === last) break;
        }
      } else if (length >= wordBytes) {
        for (const last = end - wordBytes; ; at = Math.min(at + wordBytes, last)) {
          const first = a;
          a = step(a, view.getInt32(at, true), b);
          b = step(b, first, c);
          if (at === last) break;
        }
      } else {
        for (; at < end; at += 1) a = step(a, view.getUint8(at), b);
      }
      const left = mixed(a ^ Math.imul(c, 0x9e3779b1));
      const right = mixed(b ^ Math.imul(d, 0x85ebca77));
      low += mixed(left + Math.imul(right, 5)) >>> 0;
      high += mixed(right ^ Math.imul(left, 0x1b873593)) >>> 0;
    }
    this.#low += low;
    this.#high += high;
    this.#rows += rows;
    this.#pending += rows;
  }

  #fold(): void {
    this.#total += BigInt(this.#high) * twoTo32 + BigInt(this.#low);
    this.#pending = 0;
    this.#low = 0;
    this.#high = 0;
  }
}

/** No two words give the same from one state. */
function step(lane: number, word: number, neighbour: number): number {
  const product = Math.imul(lane ^ word, 0xcc9e2d51);
  return (((product << 13) | (product >>> 19)) + neighbour) | 0;
}

/** MurmurHash3's last step. */
function mixed(hash: number): number {
  let value = hash ^ (hash >>> 16);
  value = Math.imul(value, 0x85ebca6b);
  value ^= value >>> 13;
  value = Math.imul(value, 0xc2b2ae35);
  return value ^ (value >>> 16);
}
