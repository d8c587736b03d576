import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ColumnType, type ColumnVector, integerColumn } from '../../../src/base/rows.ts';
import { locateWhole } from '../../../src/base/span.ts';
import { binaryValues } from './encode-row.ts';

const validity = undefined;

const cases: readonly {
  name: string;
  type: ColumnType;
  vector: ColumnVector;
  expected: readonly (string | null)[];
}[] = [
  {
    name: 'TINY from its vector',
    type: 'TINY',
    vector: { kind: 'integer', values: Int8Array.of(-1, 127), validity },
    expected: ['ff', '7f'],
  },
  {
    name: 'SHORT without sign',
    type: 'SHORT',
    vector: { kind: 'integer', values: Uint16Array.of(65_535), validity },
    expected: ['ffff'],
  },
  { name: 'YEAR from text', type: 'YEAR', vector: { kind: 'cells', values: ['2024'] }, expected: ['e807'] },
  {
    name: 'LONG from vectors and cells',
    type: 'LONG',
    vector: { kind: 'cells', values: [-2, 4_294_967_295n, true, null] },
    expected: ['feffffff', 'ffffffff', '01000000', null],
  },
  {
    name: 'LONGLONG from its vector',
    type: 'LONGLONG',
    vector: { kind: 'bigint', values: BigInt64Array.of(-2n, 1n), validity: Uint8Array.of(0b01) },
    expected: ['feffffffffffffff', null],
  },
  {
    name: 'LONGLONG from narrower integers and cells',
    type: 'LONGLONG',
    vector: { kind: 'cells', values: [5, -5, '18446744073709551615', false] },
    expected: ['0500000000000000', 'fbffffffffffffff', 'ffffffffffffffff', '0000000000000000'],
  },
  {
    name: 'LONGLONG from a narrow vector',
    type: 'LONGLONG',
    vector: { kind: 'integer', values: Int32Array.of(-1), validity },
    expected: ['ffffffffffffffff'],
  },
  {
    name: 'FLOAT',
    type: 'FLOAT',
    vector: { kind: 'float', values: Float32Array.of(1.5), validity },
    expected: ['0000c03f'],
  },
  {
    name: 'DOUBLE from decimals',
    type: 'DOUBLE',
    vector: { kind: 'decimal', values: Int32Array.of(150), scale: 2, validity },
    expected: ['000000000000f83f'],
  },
  {
    name: 'NEWDECIMAL as text',
    type: 'NEWDECIMAL',
    vector: { kind: 'decimal', values: Int32Array.of(-150), scale: 2, validity },
    expected: ['052d312e3530'],
  },
  {
    name: 'text from integers where the column is text',
    type: 'VAR_STRING',
    vector: { kind: 'integer', values: Int32Array.of(12), validity },
    expected: ['023132'],
  },
  {
    name: 'bytes as they are',
    type: 'BLOB',
    vector: { kind: 'bytes', locate: locateWhole(() => Uint8Array.of(0, 0xff)), validity },
    expected: ['0200ff'],
  },
];

describe('binary rows', () => {
  for (const { name, type, vector, expected } of cases) {
    it(`carry ${name}`, () => {
      assert.deepEqual(binaryValues({ ...integerColumn('x'), type }, vector, expected.length), expected);
    });
  }

  for (const value of ['abc', 1.5, Uint8Array.of(1)]) {
    it(`refuse ${JSON.stringify(value)} as an integer`, () => {
      for (const type of ['LONG', 'LONGLONG'] as const) {
        const column = { ...integerColumn('x'), type };
        assert.throws(() => binaryValues(column, { kind: 'cells', values: [value] }, 1), {
          name: 'SqlError',
        });
      }
    });
  }
});
