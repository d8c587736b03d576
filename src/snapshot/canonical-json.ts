import { assert } from '../base/assert.ts';

/**
 * JSON in one spelling, so that equal values give equal bytes and equal hashes: no blanks, keys in the order of their
 * UTF-16 units, integers only (RFC 8785 for what is left). Properties that are undefined are left out; a bigint
 * becomes a string of its digits.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `"${value}"`;
  if (typeof value === 'number') {
    assert(Number.isSafeInteger(value), `a number that JSON readers may round: ${value}`);
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map((item: unknown) => canonicalJson(item)).join(',')}]`;
  assert(typeof value === 'object', `not a JSON value: ${typeof value}`);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}
