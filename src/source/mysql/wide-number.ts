const twoTo16 = 65_536;
const twoTo32 = 4_294_967_296;

/** A 64-bit number in two's complement. */
export type Wide = { low: number; high: number };

/**
 * `factor * times + addend`, exactly, where the result fits 64 bits: doubles hold 53. `factor` may be negative, its size
 * at most 2^38; `times` and `addend` are from 0 to 2^30.
 */
export function multiplyAdd(factor: number, times: number, addend: number, into: Wide): void {
  const upper = Math.floor(factor / twoTo16);
  const lower = (factor - upper * twoTo16) * times + addend;
  const product = upper * times;
  const high = Math.floor(product / twoTo16);
  const rest = (product - high * twoTo16) * twoTo16 + lower;
  into.high = high + Math.floor(rest / twoTo32);
  into.low = (rest % twoTo32) | 0;
}

/** The number with its sign changed. */
export function negate(wide: Wide): void {
  const low = -wide.low | 0;
  wide.high = (~wide.high + (low === 0 ? 1 : 0)) | 0;
  wide.low = low;
}
