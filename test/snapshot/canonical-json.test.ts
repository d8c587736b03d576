import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canonicalJson } from '../../src/snapshot/canonical-json.ts';

const cases: readonly Readonly<{ name: string; value: unknown; text: string }>[] = [
  {
    name: 'sorts keys by UTF-16 units',
    value: { b: 1, a: 2, Z: 3, é: 4 },
    text: '{"Z":3,"a":2,"b":1,"é":4}',
  },
  { name: 'leaves undefined properties out', value: { a: undefined, b: null }, text: '{"b":null}' },
  { name: 'keeps the order of lists', value: [3, 'x', [true, false]], text: '[3,"x",[true,false]]' },
  { name: 'writes a bigint as digits', value: { n: 2n ** 64n }, text: '{"n":"18446744073709551616"}' },
  { name: 'escapes what JSON must', value: 'a"\\\n\u0001é', text: '"a\\"\\\\\\n\\u0001é"' },
  { name: 'keeps a byte that is no UTF-8', value: '\udc80', text: '"\\udc80"' },
  { name: 'has no blanks in empty things', value: { a: {}, b: [] }, text: '{"a":{},"b":[]}' },
];

describe('canonical JSON', () => {
  for (const { name, value, text } of cases) it(name, () => assert.equal(canonicalJson(value), text));

  for (const value of [1.5, Number.NaN, 2 ** 53, () => 1]) {
    it(`refuses ${String(value)}`, () =>
      assert.throws(() => canonicalJson({ value }), { name: 'AssertionError' }));
  }
});
