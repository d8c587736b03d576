import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cellAt, collectRows } from '../../src/base/cells.ts';
import {
  batchOfRows,
  type Cell,
  type Column,
  type ColumnVector,
  integerColumn,
  type ResultSet,
  type RowBatch,
  textColumn,
} from '../../src/base/rows.ts';
import { locateWhole } from '../../src/base/span.ts';
import { SqlError } from '../../src/base/sql-error.ts';

const all = undefined;
const text = textColumn('c');
const number = integerColumn('c');
const bytes: Column = { ...text, binary: true };
const withDecimals = (decimals: number): Column => ({ ...text, decimals });
const utf8 = (value: string): Uint8Array => new TextEncoder().encode(value);
const integers = (values: readonly bigint[]): BigInt64Array => BigInt64Array.from(values);
const decimals = (value: bigint, scale: number): ColumnVector => ({
  kind: 'decimal',
  values: [value],
  scale,
  validity: all,
});
const date = (days: number): ColumnVector => ({ kind: 'date', values: Int32Array.of(days), validity: all });
const datetime = (micros: bigint): ColumnVector => ({
  kind: 'datetime',
  values: integers([micros]),
  validity: all,
});
const time = (micros: bigint): ColumnVector => ({ kind: 'time', values: integers([micros]), validity: all });

describe('one value of a vector', () => {
  const cases: readonly (readonly [name: string, column: Column, vector: ColumnVector, value: Cell])[] = [
    ['a small integer', number, { kind: 'integer', values: Int8Array.of(-128), validity: all }, -128],
    [
      'the greatest unsigned 64-bit integer',
      number,
      { kind: 'bigint', values: BigUint64Array.of(2n ** 64n - 1n), validity: all },
      2n ** 64n - 1n,
    ],
    ['a double', number, { kind: 'float', values: Float64Array.of(0.1), validity: all }, 0.1],
    ['text', text, { kind: 'bytes', locate: locateWhole(() => utf8('grün')), validity: all }, 'grün'],
    ['a cell', text, { kind: 'cells', values: ['as it is'] }, 'as it is'],
    ['a missing cell', text, { kind: 'cells', values: [] }, null],
    ['a decimal without a scale', text, decimals(-42n, 0), '-42'],
    ['a decimal below one', text, decimals(5n, 2), '0.05'],
    ['a negative decimal below one', text, decimals(-5n, 2), '-0.05'],
    ['a decimal of 65 digits', text, decimals(10n ** 65n - 1n, 30), `${'9'.repeat(35)}.${'9'.repeat(30)}`],
    [
      'a decimal of machine words',
      text,
      { ...decimals(0n, 2), values: Int32Array.of(1234) } as never,
      '12.34',
    ],
    ['the first day of the count', text, date(0), '1970-01-01'],
    ['a day before it', text, date(-1), '1969-12-31'],
    ['the last day there is', text, date(2_932_896), '9999-12-31'],
    ['a day of the year nought', text, date(-719_528), '0000-01-01'],
    ['a moment without a fraction', withDecimals(0), datetime(1_999_999n), '1970-01-01 00:00:01'],
    ['a moment to the millisecond', withDecimals(3), datetime(1_234_567n), '1970-01-01 00:00:01.234'],
    ['a moment before the count', withDecimals(6), datetime(-1n), '1969-12-31 23:59:59.999999'],
    ['a moment of no fixed fraction', withDecimals(31), datetime(1n), '1970-01-01 00:00:00'],
    ['a time over a day', withDecimals(0), time(838n * 3_600_000_000n), '838:00:00'],
    ['a negative time', withDecimals(6), time(-61_000_001n), '-00:01:01.000001'],
  ];
  for (const [name, column, vector, value] of cases) {
    it(`is ${name}`, () => assert.deepEqual(cellAt(column, vector, 0), value));
  }

  it('is bytes for a binary column, not shared with the batch', () => {
    const shared = Uint8Array.of(0, 255);
    const cell = cellAt(bytes, { kind: 'bytes', locate: locateWhole(() => shared), validity: all }, 0);
    shared.fill(7);
    assert.deepEqual(cell, Buffer.of(0, 255));
  });

  it('is NULL where the bit of its row is not set', () => {
    const validity = Uint8Array.of(0b1111_1101, 0b1);
    const values = Int32Array.from({ length: 10 }, (_, row) => row);
    const vector: ColumnVector = { kind: 'integer', values, validity };
    const rows = Array.from(values, (_, row) => cellAt(number, vector, row));
    assert.deepEqual(rows, [0, null, 2, 3, 4, 5, 6, 7, 8, null]);
  });

  const unsayable: readonly (readonly [name: string, vector: ColumnVector])[] = [
    ['a day after the year 9999', date(2_932_897)],
    ['a day before the year nought', date(-719_529)],
    ["the engine's infinite date", date(2_147_483_647)],
    ["the engine's infinite moment", datetime(2n ** 63n - 1n)],
  ];
  for (const [name, vector] of unsayable) {
    it(`is refused for ${name}`, () => {
      assert.throws(
        () => cellAt(text, vector, 0),
        (error) => error instanceof SqlError && error.kind === 'out_of_range',
      );
    });
  }
});

describe('all rows of a small result', () => {
  const closed: string[] = [];
  const result = (batches: readonly RowBatch[]): ResultSet => ({
    columns: [number, text],
    batches: (async function* () {
      try {
        yield* batches;
      } finally {
        closed.push('closed');
      }
    })(),
  });
  const batches = [
    batchOfRows(
      [
        [1, 'a'],
        [2, 'b'],
      ],
      2,
    ),
    batchOfRows([], 2),
    batchOfRows([[3, null]], 2),
  ];
  const rows = [
    [1, 'a'],
    [2, 'b'],
    [3, null],
  ];

  for (const rowsMax of [1, 2, 3, 100]) {
    it(`are at most ${rowsMax}, over the borders of batches`, async () => {
      assert.deepEqual(await collectRows(result(batches), rowsMax), rows.slice(0, rowsMax));
    });
  }

  it('close the result when they stop early', async () => {
    closed.length = 0;
    await collectRows(result(batches), 1);
    assert.deepEqual(closed, ['closed']);
  });
});
