/**
 * A JSON document as MySQL keeps it: whole numbers of 64 bits exactly, other numbers by the text that is shown of them,
 * the members of an object in MySQL's order.
 */
export type JsonValue = null | boolean | string | bigint | JsonReal | JsonArray | JsonObject;
export type JsonReal = Readonly<{ real: string }>;
export type JsonArray = readonly JsonValue[];
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** Deeper documents are refused (manual, "The JSON Data Type"). */
export const depthMax = 100;

export function isArray(value: JsonValue): value is JsonArray {
  return Array.isArray(value);
}

export function isObject(value: JsonValue): value is JsonObject {
  return value instanceof Map;
}

/** Of members that have one name the last stays. */
export function objectOf(members: Iterable<readonly [string, JsonValue]>): JsonObject {
  const object = new Map(members);
  const names = [...object.keys()];
  const isSorted = names.every((name, at) => at === 0 || compareNames(names[at - 1] as string, name) < 0);
  return isSorted
    ? object
    : new Map([...object.entries()].sort(([left], [right]) => compareNames(left, right)));
}

/** Shorter names first, then by their bytes. */
function compareNames(left: string, right: string): number {
  return Buffer.byteLength(left) - Buffer.byteLength(right) || compareTexts(left, right);
}

/** By bytes. */
export function compareTexts(left: string, right: string): number {
  return left === right ? 0 : Buffer.compare(Buffer.from(left), Buffer.from(right));
}
