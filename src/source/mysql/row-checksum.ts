import type { RowChecksum } from '../source.ts';

/**
 * A 64-bit hash of each row as the binary protocol carries it (NULL bitmap and values, under the session settings of
 * `connect.ts`, all columns in the table's order), added up over the rows without wrapping. Whoever reads the same rows
 * by the same SELECT gets the same sum, whatever the order. The number at the end is raised when the hash changes.
 */
export const rowChecksumAlgorithm = 'mysql-row64-sum-1';

const twoTo32 = 4_294_967_296n;
/** So many numbers below 2^32 add up exactly in a double. */
const exactAdditions = 2_000_000;

/** Adds up the hashes of rows. */
export class RowSum {
  #rows = 0;
  #pending = 0;
  #low = 0;
  #high = 0;
  #total = 0n;
  #bytes: Uint8Array = new Uint8Array();
  /** Reads 32 bits at once, wherever they lie. Many rows lie in the same buffer. */
  #view = new DataView(this.#bytes.buffer);

  /** Adds the row whose packet lies from `start` (behind its 0x00 header) to `end`. */
  add(bytes: Uint8Array, start: number, end: number): void {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    const view = this.#view;
    let a = 0x9e3779b9 ^ (end - start);
    let b = 0x85ebca6b;
    let at = start;
    // Two lanes of 32 bits with the multipliers of MurmurHash3 and xxHash: plain JavaScript has no 64-bit multiply.
    for (const last = end - 3; at < last; at += 4) {
      const word = view.getInt32(at, true);
      a = Math.imul(a ^ word, 0xcc9e2d51);
      a = (a << 13) | (a >>> 19);
      b = Math.imul(b + word, 0x9e3779b1);
      b ^= b >>> 15;
    }
    for (; at < end; at += 1) {
      const byte = bytes[at] as number;
      a = Math.imul(a ^ byte, 0x1b873593);
      b = Math.imul(b + byte, 0x85ebca77);
      b ^= b >>> 13;
    }
    a ^= b;
    this.#low += mixed(a);
    this.#high += mixed(b + Math.imul(a, 5));
    this.#rows += 1;
    this.#pending += 1;
    if (this.#pending === exactAdditions) this.#fold();
  }

  get rows(): number {
    return this.#rows;
  }

  /** Rows and sum so far. */
  get checksum(): RowChecksum {
    this.#fold();
    return { rows: this.#rows, algorithm: rowChecksumAlgorithm, value: this.#total.toString() };
  }

  #fold(): void {
    this.#total += BigInt(this.#high) * twoTo32 + BigInt(this.#low);
    this.#pending = 0;
    this.#low = 0;
    this.#high = 0;
  }
}

/** MurmurHash3's last step, as an unsigned number. */
function mixed(hash: number): number {
  let value = hash ^ (hash >>> 16);
  value = Math.imul(value, 0x85ebca6b);
  value ^= value >>> 13;
  value = Math.imul(value, 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
