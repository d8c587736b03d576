import { isArray, isObject, type JsonValue } from './value.ts';

/** Offsets and sizes of two bytes do for documents up to here; larger ones have four (json_binary.cc of MySQL). */
const smallBytesMax = 65_535;
const typeBytes = 1;

/** JSON_STORAGE_SIZE: the bytes that MySQL's binary form of a document has, its type included. */
export function storageSize(value: JsonValue): number {
  return typeBytes + bodySize(value);
}

function bodySize(value: JsonValue): number {
  if (value === null || typeof value === 'boolean') return 1;
  if (typeof value === 'string') return textSize(value);
  if (typeof value === 'bigint') return integerSize(value);
  if (isArray(value)) return containerSize([], [...value]);
  if (isObject(value)) return containerSize([...value.keys()], [...value.values()]);
  return 8;
}

/** Whole numbers have 2, 4 or 8 bytes. */
function integerSize(value: bigint): number {
  if (value >= -32_768n && value <= 65_535n) return 2;
  return value >= -2_147_483_648n && value <= 4_294_967_295n ? 4 : 8;
}

/** The length in groups of seven bits, then the bytes. */
function textSize(text: string): number {
  const bytes = Buffer.byteLength(text);
  let lengthBytes = 1;
  for (let rest = bytes >>> 7; rest > 0; rest >>>= 7) lengthBytes += 1;
  return lengthBytes + bytes;
}

/**
 * Count and size, an entry for each name and each value, the names, and the values that do not lie in their entries. The
 * form with four bytes is for what the one with two cannot hold.
 */
function containerSize(names: readonly string[], values: readonly JsonValue[]): number {
  const small = sizeWith(2, names, values);
  return small <= smallBytesMax && values.length <= smallBytesMax ? small : sizeWith(4, names, values);
}

function sizeWith(offsetBytes: 2 | 4, names: readonly string[], values: readonly JsonValue[]): number {
  const header = 2 * offsetBytes;
  const nameEntries = names.length * (offsetBytes + 2);
  const valueEntries = values.length * (typeBytes + offsetBytes);
  const nameBytes = names.reduce((sum, name) => sum + Buffer.byteLength(name), 0);
  const valueBytes = values.reduce<number>(
    (sum, value) => sum + (isInlined(value, offsetBytes) ? 0 : bodySize(value)),
    0,
  );
  return header + nameEntries + valueEntries + nameBytes + valueBytes;
}

/** Literals and small numbers lie in the entry itself. */
function isInlined(value: JsonValue, offsetBytes: number): boolean {
  if (value === null || typeof value === 'boolean') return true;
  return typeof value === 'bigint' && integerSize(value) <= offsetBytes;
}
