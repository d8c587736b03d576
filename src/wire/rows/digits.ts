/** ASCII digits written straight into a buffer: no string per number. */

const zero = 0x30;
const minus = 0x2d;
const point = 0x2e;
/** Digits are written in groups of nine: the greatest power of ten below 2^32. */
const group = 1_000_000_000;
const groupDigits = 9;

/** Decimal digits of a whole number from 0 to 2^53. */
export function digitCount(value: number): number {
  if (value < 10) return 1;
  if (value < 100) return 2;
  if (value < 1_000) return 3;
  if (value < 10_000) return 4;
  if (value < 100_000) return 5;
  if (value < 1_000_000) return 6;
  if (value < 10_000_000) return 7;
  if (value < 100_000_000) return 8;
  if (value < group) return groupDigits;
  return groupDigits + digitCount(Math.floor(value / group));
}

/** Writes exactly `count` digits of `value` at `at`, with zeros in front. Returns the end. */
export function writeDigits(bytes: Uint8Array, at: number, value: number, count: number): number {
  let end = at + count;
  let rest = value;
  let left = count;
  while (left > groupDigits) {
    const high = Math.floor(rest / group);
    writeGroup(bytes, end, (rest - high * group) | 0, groupDigits);
    end -= groupDigits;
    left -= groupDigits;
    rest = high;
  }
  writeGroup(bytes, end, rest | 0, left);
  return at + count;
}

/** Writes a whole number within ±2^53 as a length-encoded string. Returns the end. Needs 18 bytes. */
export function writeIntegerText(bytes: Uint8Array, at: number, value: number): number {
  if (value >= 0) {
    const count = digitCount(value);
    bytes[at] = count;
    return writeDigits(bytes, at + 1, value, count);
  }
  const count = digitCount(-value);
  bytes[at] = count + 1;
  bytes[at + 1] = minus;
  return writeDigits(bytes, at + 2, -value, count);
}

/** Writes `unscaled` × 10^-scale as a length-encoded string; |unscaled| within 2^53, scale from 1. Needs 64 bytes. */
export function writeDecimalText(bytes: Uint8Array, at: number, unscaled: number, scale: number): number {
  const isNegative = unscaled < 0;
  const magnitude = isNegative ? -unscaled : unscaled;
  const power = 10 ** scale;
  const whole = Math.floor(magnitude / power);
  let end = at + 1;
  if (isNegative) bytes[end++] = minus;
  end = writeDigits(bytes, end, whole, digitCount(whole));
  bytes[end++] = point;
  end = writeDigits(bytes, end, magnitude - whole * power, scale);
  bytes[at] = end - at - 1;
  return end;
}

/** `value` must be below 2^31 and is written backwards from `end`. */
function writeGroup(bytes: Uint8Array, end: number, value: number, count: number): void {
  let rest = value;
  for (let at = end - 1; at >= end - count; at--) {
    const next = (rest / 10) | 0;
    bytes[at] = zero + rest - next * 10;
    rest = next;
  }
}
