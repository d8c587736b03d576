import { assert } from '../base/assert.ts';

/** Deeper content is a cycle or a mistake, and would end the stack of readers that recurse. */
const depthMax = 100;

/**
 * A deep-frozen copy of `value`, which must be JSON: null, booleans, finite numbers, text, arrays and plain
 * objects. Properties that are undefined are left out, as JSON.stringify does. Anything else (a bigint, a Date, a
 * Secret) would not come back as it went in and is a wrong program.
 */
export function frozenJson(value: unknown, depth = 0): unknown {
  assert(depth <= depthMax, `content of a resource is nested deeper than ${depthMax}`);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    assert(Number.isFinite(value), `content of a resource holds the number ${value}`);
    return value;
  }
  assert(typeof value === 'object', `content of a resource holds a ${typeof value}`);
  return frozenObject(value, depth);
}

function frozenObject(value: object, depth: number): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map((item) => frozenJson(item, depth + 1)));
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === Object.prototype || prototype === null;
  assert(isPlain, `content of a resource holds an object that is not plain: ${value.constructor.name}`);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.freeze(
    Object.fromEntries(entries.map(([name, item]) => [name, frozenJson(item, depth + 1)])),
  );
}

/** Freezes what JSON.parse made, without copying it. */
export function freezeParsed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const item of Object.values(value)) freezeParsed(item);
  return Object.freeze(value);
}
