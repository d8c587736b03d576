import { compareTexts, isArray, isObject, type JsonObject, type JsonValue } from './value.ts';

/** The order of kinds, least first (manual, "Comparison and Ordering of JSON Values"). */
function rankOf(value: JsonValue): number {
  if (value === null) return 0;
  if (typeof value === 'string') return 2;
  if (typeof value === 'boolean') return 5;
  if (isObject(value)) return 3;
  return isArray(value) ? 4 : 1;
}

/** Negative, zero or positive, as the left document comes before the right one, is equal, or comes behind. */
export function compareDocuments(left: JsonValue, right: JsonValue): number {
  const rank = rankOf(left);
  const difference = rank - rankOf(right);
  if (difference !== 0) return difference;
  if (typeof left === 'string') return compareTexts(left, right as string);
  if (typeof left === 'boolean') return Number(left) - Number(right);
  if (isObject(left)) return compareObjects(left, right as JsonObject);
  if (isArray(left)) return compareArrays(left, right as readonly JsonValue[]);
  return rank === 0 ? 0 : compareNumbers(left, right);
}

/** JSON_CONTAINS: whether a part of the target is the candidate. */
export function contains(target: JsonValue, candidate: JsonValue): boolean {
  if (isObject(target)) return isObject(candidate) && containsMembers(target, candidate);
  if (!isArray(target)) return compareDocuments(target, candidate) === 0;
  const wanted = isArray(candidate) ? candidate : [candidate];
  return wanted.every((each) => target.some((item) => containsItem(item, each)));
}

/** JSON_OVERLAPS: whether two documents have a member or an element in common. */
export function overlaps(left: JsonValue, right: JsonValue): boolean {
  if (isObject(left) && isObject(right)) {
    return [...left].some(([name, value]) => {
      const other = right.get(name);
      return other !== undefined && compareDocuments(value, other) === 0;
    });
  }
  const [some, others] = [listOf(left), listOf(right)];
  return some.some((each) => others.some((other) => compareDocuments(each, other) === 0));
}

/** MEMBER OF: whether the value is an element of the array; what is no array counts as one of itself. */
export function isMember(value: JsonValue, array: JsonValue): boolean {
  return listOf(array).some((item) => compareDocuments(value, item) === 0);
}

function listOf(value: JsonValue): readonly JsonValue[] {
  return isArray(value) ? value : [value];
}

/** An array is found only in an array; anything else also within what stands in the array. */
function containsItem(item: JsonValue, wanted: JsonValue): boolean {
  if (isArray(wanted)) return isArray(item) && contains(item, wanted);
  return contains(item, wanted);
}

function containsMembers(target: JsonObject, candidate: JsonObject): boolean {
  return [...candidate].every(([name, value]) => {
    const held = target.get(name);
    return held !== undefined && contains(held, value);
  });
}

function compareObjects(left: JsonObject, right: JsonObject): number {
  if (left.size !== right.size) return left.size - right.size;
  const others = [...right];
  for (const [at, [name, value]] of [...left].entries()) {
    const [otherName, otherValue] = others[at] as readonly [string, JsonValue];
    const order = compareTexts(name, otherName) || compareDocuments(value, otherValue);
    if (order !== 0) return order;
  }
  return 0;
}

function compareArrays(left: readonly JsonValue[], right: readonly JsonValue[]): number {
  for (const [at, value] of left.entries()) {
    const other = right[at];
    if (other === undefined) return 1;
    const order = compareDocuments(value, other);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** JavaScript compares a bigint and a number by their exact values. */
function compareNumbers(left: JsonValue, right: JsonValue): number {
  const [a, b] = [numberOf(left), numberOf(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function numberOf(value: JsonValue): bigint | number {
  if (typeof value === 'bigint') return value;
  return Number((value as Readonly<{ real: string }>).real);
}
