/** 64-bit integers read without making a BigInt, for those within ±2^53. */

/** Above this magnitude of the high word a value may not be exact as a number. */
const highMax = 0x1f_ffff;
const wordRange = 0x1_0000_0000;

export type WideValues = Readonly<{
  /** The value when it is within ±2^53, else NaN: then take `exact`. */
  number: (row: number) => number;
  exact: (row: number) => bigint;
}>;

export function wideValues(values: BigInt64Array | BigUint64Array): WideValues {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  const isSigned = values instanceof BigInt64Array;
  const number = (row: number): number => {
    const low = words[row * 2] as number;
    const high = words[row * 2 + 1] as number;
    if (high === 0) return low >>> 0;
    if (isSigned && high === -1 && low < 0) return low;
    const isExact = isSigned ? high <= highMax && high > -highMax : high > 0 && high <= highMax;
    return isExact ? high * wordRange + (low >>> 0) : Number.NaN;
  };
  return { number, exact: (row) => values[row] as bigint };
}
