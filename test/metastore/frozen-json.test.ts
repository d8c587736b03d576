import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret } from '../../src/base/secret.ts';
import { freezeParsed, frozenJson } from '../../src/metastore/frozen-json.ts';

describe('the content of a resource', () => {
  it('is a frozen copy, all the way down', () => {
    const original = { list: [{ a: 1 }], text: 'x', nothing: null, left: undefined };
    const copy = frozenJson(original);
    assert.deepEqual(copy, { list: [{ a: 1 }], text: 'x', nothing: null });
    original.list.push({ a: 2 });
    assert.deepEqual(copy, { list: [{ a: 1 }], text: 'x', nothing: null });
    assert.deepEqual(unfrozen(copy), []);
  });

  it('keeps a property named __proto__ as one', () => {
    const content: unknown = JSON.parse('{"__proto__": {"a": 1}}');
    assert.equal(JSON.stringify(frozenJson(content)), '{"__proto__":{"a":1}}');
  });

  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  const refused: readonly Readonly<{ name: string; value: unknown }>[] = [
    { name: 'undefined', value: undefined },
    { name: 'a hole in an array', value: [undefined] },
    { name: 'a bigint', value: { id: 1n } },
    { name: 'NaN', value: { share: Number.NaN } },
    { name: 'a date', value: new Date(0) },
    { name: 'a secret', value: { password: new Secret('x') } },
    { name: 'bytes', value: new Uint8Array(1) },
    { name: 'a cycle', value: cyclic },
  ];
  for (const { name, value } of refused) {
    it(`is not ${name}`, () => assert.throws(() => frozenJson(value), { name: 'AssertionError' }));
  }

  it('is frozen when it was read', () => {
    assert.deepEqual(unfrozen(freezeParsed(JSON.parse('{"a": [{"b": 1}]}'))), []);
  });
});

/** Every object in `value` that may still be changed. */
function unfrozen(value: unknown): readonly object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [...(Object.isFrozen(value) ? [] : [value]), ...Object.values(value).flatMap(unfrozen)];
}
