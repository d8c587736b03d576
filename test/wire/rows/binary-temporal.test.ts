import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ColumnVector, integerColumn } from '../../../src/base/rows.ts';
import { locateWhole } from '../../../src/base/span.ts';
import { PacketReader } from '../../../src/wire/reader.ts';
import { readBinaryDateTime, readBinaryTime } from '../../../src/wire/packets/binary-temporal.ts';
import { binaryValues } from './encode-row.ts';

const validity = undefined;
const dateTime = { ...integerColumn('x'), type: 'DATETIME' as const };
const time = { ...integerColumn('x'), type: 'TIME' as const };

describe('binary dates and times', () => {
  const dateTimes = [
    { text: '0000-00-00 00:00:00', hex: '00' },
    { text: '2024-02-29 00:00:00', hex: '04e807021d' },
    { text: '2024-02-29 23:59:58', hex: '07e807021d173b3a' },
    { text: '2024-02-29 00:00:00.000001', hex: '0be807021d00000001000000' },
    { text: '2024-02-29 23:59:58.500000', hex: '0be807021d173b3a20a10700' },
  ];
  for (const { text, hex } of dateTimes) {
    it(`leave out what is zero at the end of ${text}`, () => {
      const vector: ColumnVector = { kind: 'cells', values: [text] };
      assert.deepEqual(binaryValues(dateTime, vector, 1), [hex]);
      assert.equal(readBinaryDateTime(new PacketReader(Buffer.from(hex, 'hex')), true), text);
    });
  }

  const times = [
    { text: '00:00:00', hex: '00' },
    { text: '-838:59:59', hex: '080122000000163b3b' },
    { text: '00:00:01.500000', hex: '0c000000000000000120a10700' },
  ];
  for (const { text, hex } of times) {
    it(`cut ${text} into days and clock`, () => {
      assert.deepEqual(binaryValues(time, { kind: 'cells', values: [text] }, 1), [hex]);
      assert.equal(readBinaryTime(new PacketReader(Buffer.from(hex, 'hex'))), text);
    });
  }

  it('come from vectors as from text', () => {
    const vectors: readonly ColumnVector[] = [
      { kind: 'datetime', values: BigInt64Array.of(1_709_251_198_500_000n), validity },
      { kind: 'bytes', locate: locateWhole(() => Buffer.from('2024-02-29 23:59:58.5')), validity },
    ];
    for (const vector of vectors) {
      assert.deepEqual(binaryValues(dateTime, vector, 1), [
        '0be807021d173b3a173b3a'.slice(0, 16) + '20a10700',
      ]);
    }
    const date: ColumnVector = { kind: 'date', values: Int32Array.of(19_782), validity };
    assert.deepEqual(binaryValues({ ...dateTime, type: 'DATE' }, date, 1), ['04e807021d']);
    const span: ColumnVector = { kind: 'time', values: BigInt64Array.of(-3_020_399_000_000n), validity };
    assert.deepEqual(binaryValues(time, span, 1), ['080122000000163b3b']);
  });

  it('refuse text that is none', () => {
    for (const [column, text] of [
      [dateTime, 'today'],
      [time, '1 hour'],
    ] as const) {
      assert.throws(() => binaryValues(column, { kind: 'cells', values: [text] }, 1), { name: 'SqlError' });
    }
  });
});
