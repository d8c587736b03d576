import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Column, type ColumnVector, integerColumn, textColumn } from '../../../src/base/rows.ts';
import { locateWhole } from '../../../src/base/span.ts';
import { scaledText } from '../../../src/wire/rows/text-encoder.ts';
import { textValues } from './encode-row.ts';

const validity = undefined;
const plain = textColumn('x');
const text = ['', 'a', 'ü€😀', 'x'.repeat(24), 'y'.repeat(64), 'w'.repeat(65), 'z'.repeat(70_000)];
const day = 86_400_000_000n;

const cases: readonly {
  name: string;
  column?: Column;
  vector: ColumnVector;
  expected: readonly (string | null)[];
}[] = [
  {
    name: 'small integers',
    vector: { kind: 'integer', values: Int8Array.of(-128, 0, 127), validity },
    expected: ['-128', '0', '127'],
  },
  {
    name: 'integers without sign',
    vector: { kind: 'integer', values: Uint32Array.of(0, 4_294_967_295), validity },
    expected: ['0', '4294967295'],
  },
  {
    name: 'wide integers',
    vector: {
      kind: 'bigint',
      values: BigInt64Array.of(-(2n ** 63n), -1n, 0n, 9_007_199_254_740_993n, 2n ** 63n - 1n),
      validity,
    },
    expected: ['-9223372036854775808', '-1', '0', '9007199254740993', '9223372036854775807'],
  },
  {
    name: 'wide integers without sign',
    vector: { kind: 'bigint', values: BigUint64Array.of(2n ** 64n - 1n), validity },
    expected: ['18446744073709551615'],
  },
  {
    name: 'bits, as bytes with the most significant first',
    column: { ...integerColumn('b'), type: 'BIT', lengthBytes: 12 },
    vector: { kind: 'bigint', values: BigUint64Array.of(0n, 1n, 0x0a41n), validity },
    expected: ['\0\0', '\0\u0001', '\nA'],
  },
  {
    name: 'floats with the digits of a float',
    vector: { kind: 'float', values: Float32Array.of(0.1, -2.5), validity },
    expected: ['0.1', '-2.5'],
  },
  {
    name: 'doubles',
    vector: { kind: 'float', values: Float64Array.of(0.1, 1e300), validity },
    expected: ['0.1', '1e300'],
  },
  {
    name: 'decimals of each width',
    vector: { kind: 'decimal', values: Int16Array.of(-5, 12_345), scale: 3, validity },
    expected: ['-0.005', '12.345'],
  },
  {
    name: 'decimals without digits behind the point',
    vector: { kind: 'decimal', values: Int32Array.of(-7), scale: 0, validity },
    expected: ['-7'],
  },
  {
    name: 'wide decimals',
    vector: { kind: 'decimal', values: BigInt64Array.of(-1n, 2n ** 63n - 1n), scale: 4, validity },
    expected: ['-0.0001', '922337203685477.5807'],
  },
  {
    name: 'wide decimals without digits behind the point',
    vector: { kind: 'decimal', values: BigInt64Array.of(2n ** 62n), scale: 0, validity },
    expected: ['4611686018427387904'],
  },
  {
    name: 'the widest decimals',
    vector: { kind: 'decimal', values: [-(10n ** 64n) - 1n, 0n], scale: 30, validity },
    expected: [`-${10n ** 34n}.000000000000000000000000000001`, `0.${'0'.repeat(30)}`],
  },
  {
    name: 'dates',
    vector: { kind: 'date', values: Int32Array.of(-719_528, 0, 19_782), validity },
    expected: ['0000-01-01', '1970-01-01', '2024-02-29'],
  },
  {
    name: 'points in time without fraction, cut and not rounded',
    vector: { kind: 'datetime', values: BigInt64Array.of(-1n, 0n, day - 1n), validity },
    expected: ['1969-12-31 23:59:59', '1970-01-01 00:00:00', '1970-01-01 23:59:59'],
  },
  {
    name: 'points in time with fraction, also beyond exact numbers',
    column: { ...plain, decimals: 6 },
    vector: {
      kind: 'datetime',
      values: BigInt64Array.of(-1n, 253_402_300_799_999_999n, -62_167_219_199_999_999n),
      validity,
    },
    expected: ['1969-12-31 23:59:59.999999', '9999-12-31 23:59:59.999999', '0000-01-01 00:00:00.000001'],
  },
  {
    name: 'points in time with as many digits as the column shows',
    column: { ...plain, decimals: 3 },
    vector: { kind: 'datetime', values: BigInt64Array.of(1_002_999n), validity },
    expected: ['1970-01-01 00:00:01.002'],
  },
  {
    name: 'times, also negative and beyond a day',
    vector: {
      kind: 'time',
      values: BigInt64Array.of(0n, -3_020_399_000_000n, 3_020_399_000_000n, 61_000_000n),
      validity,
    },
    expected: ['00:00:00', '-838:59:59', '838:59:59', '00:01:01'],
  },
  {
    name: 'times with fraction',
    column: { ...plain, decimals: 2 },
    vector: { kind: 'time', values: BigInt64Array.of(-1_230_000n), validity },
    expected: ['-00:00:01.23'],
  },
  {
    name: 'text',
    vector: { kind: 'bytes', locate: locateWhole((row) => Buffer.from(text[row] ?? '')), validity },
    expected: text,
  },
  {
    name: 'NULL where a vector says so',
    vector: { kind: 'integer', values: Int16Array.of(1, 2, 3), validity: Uint8Array.of(0b101) },
    expected: ['1', null, '3'],
  },
  {
    name: 'cells of each kind',
    vector: {
      kind: 'cells',
      values: [null, 'ü', '\udcff', 1.5, -7, 10n ** 30n, true, false, Buffer.from('raw')],
    },
    expected: [null, 'ü', '\udcff', '1.5', '-7', `1${'0'.repeat(30)}`, '1', '0', 'raw'],
  },
  {
    name: 'cells of a FLOAT column with the digits of a float',
    column: { ...integerColumn('x'), type: 'FLOAT' },
    vector: { kind: 'cells', values: [Math.fround(0.1)] },
    expected: ['0.1'],
  },
];

describe('text rows', () => {
  for (const { name, column = plain, vector, expected } of cases) {
    it(`carry ${name}`, () => {
      assert.deepEqual(textValues(column, vector, expected.length), expected);
    });
  }

  it('give a text of a decimal of any scale', () => {
    assert.equal(scaledText(-5n, 0), '-5');
    assert.equal(scaledText(5n, 1), '0.5');
  });
});
