import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  bigintText,
  choice,
  constant,
  count,
  dictionary,
  flag,
  list,
  oneOf,
  optional,
  orNull,
  pair,
  record,
  type Schema,
  sha256Text,
  text,
} from '../../src/snapshot/schema.ts';

type Shape = Readonly<{ name: string; size?: number; tags: readonly string[] }>;
const shape: Schema<Shape> = record<Shape>('Shape', { name: text, size: optional(count), tags: list(text) });
type Kind = Readonly<{ kind: 'a'; n: number }> | Readonly<{ kind: 'b' }>;
const kinds: Schema<Kind> = choice<Kind>('kind', {
  a: record<Extract<Kind, { kind: 'a' }>>('A', { kind: constant('a'), n: count }),
  b: record<Extract<Kind, { kind: 'b' }>>('B', { kind: constant('b') }),
});

describe('a schema', () => {
  const accepted: readonly Readonly<{
    name: string;
    schema: Schema<unknown>;
    value: unknown;
    gives?: unknown;
  }>[] = [
    { name: 'a record with an optional field', schema: shape, value: { name: 'x', size: 0, tags: [] } },
    { name: 'a record without it', schema: shape, value: { name: 'x', tags: ['y'] } },
    {
      name: 'a record, without unknown fields',
      schema: shape,
      value: { name: 'x', tags: [], more: 1 },
      gives: { name: 'x', tags: [] },
    },
    { name: 'one variant of a choice', schema: kinds, value: { kind: 'b' } },
    { name: 'a dictionary with any keys', schema: dictionary(text), value: JSON.parse('{"__proto__":"x"}') },
    { name: 'null where it may be', schema: orNull(text), value: null },
    { name: 'digits as a bigint', schema: bigintText, value: '18446744073709551616', gives: 2n ** 64n },
    { name: 'a pair', schema: pair(), value: ['a', 'b'] },
    { name: 'a hash', schema: sha256Text, value: 'a'.repeat(64) },
  ];
  for (const { name, schema, value, gives } of accepted) {
    it(`reads ${name}`, () => assert.deepEqual(schema.decode(value, ''), gives ?? value));
  }

  const refused: readonly Readonly<{
    name: string;
    schema: Schema<unknown>;
    value: unknown;
    says: string;
  }>[] = [
    { name: 'a missing field', schema: shape, value: { tags: [] }, says: `'name' is missing` },
    {
      name: 'null for an optional field',
      schema: shape,
      value: { name: '', size: null, tags: [] },
      says: `'size' is not a whole number from 0`,
    },
    {
      name: 'a wrong element, by its path',
      schema: list(shape),
      value: [{ name: 'x', tags: ['y', 3] }],
      says: `'[0].tags[1]' is not a text`,
    },
    {
      name: 'an unknown variant',
      schema: kinds,
      value: { kind: 'toString' },
      says: `'.kind' is not one of a, b`,
    },
    { name: 'a list for an object', schema: shape, value: [], says: `'file' is not an object` },
    {
      name: 'an inherited field',
      schema: record<{ toString: string }>('X', { toString: text }),
      value: {},
      says: `'toString' is missing`,
    },
    { name: 'a fraction', schema: count, value: 0.5, says: `'' is not a whole number from 0` },
    { name: 'a text for a flag', schema: flag, value: 'true', says: `'' is neither true nor false` },
    { name: 'a word outside the list', schema: oneOf(['x', 'y']), value: 'z', says: `'' is not one of x, y` },
    {
      name: 'a hash in capitals',
      schema: sha256Text,
      value: 'A'.repeat(64),
      says: `'' is not SHA-256 in hex`,
    },
    { name: 'three in a pair', schema: pair(), value: ['a', 'b', 'c'], says: `'' is not a pair` },
  ];
  for (const { name, schema, value, says } of refused) {
    it(`refuses ${name}`, () =>
      assert.throws(() => schema.decode(value, ''), { name: 'SchemaError', message: says }));
  }
});
