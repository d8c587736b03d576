import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readParameters } from '../../../src/wire/packets/execute.ts';
import { PacketReader } from '../../../src/wire/reader.ts';

/** One parameter of a type: its number, whether it has a sign, its bytes. */
const cases = [
  { name: 'TINY', type: '0100', hex: 'ff', expected: ['integer', -1] },
  { name: 'TINY UNSIGNED', type: '0180', hex: 'ff', expected: ['integer', 255] },
  { name: 'SHORT', type: '0200', hex: 'feff', expected: ['integer', -2] },
  { name: 'YEAR', type: '0d80', hex: 'e807', expected: ['integer', 2024] },
  { name: 'LONG', type: '0300', hex: 'fdffffff', expected: ['integer', -3] },
  { name: 'INT24 UNSIGNED', type: '0980', hex: 'ffffffff', expected: ['integer', 4_294_967_295] },
  { name: 'LONGLONG', type: '0800', hex: 'ffffffffffffff7f', expected: ['integer', 2n ** 63n - 1n] },
  { name: 'a small LONGLONG', type: '0800', hex: 'ffffffffffffffff', expected: ['integer', -1] },
  { name: 'LONGLONG UNSIGNED', type: '0880', hex: 'ffffffffffffffff', expected: ['integer', 2n ** 64n - 1n] },
  { name: 'FLOAT', type: '0400', hex: '0000c03f', expected: ['float', 1.5] },
  { name: 'DOUBLE', type: '0500', hex: '000000000000f0bf', expected: ['float', -1] },
  { name: 'the type NULL', type: '0600', hex: '', expected: ['null', null] },
  { name: 'NEWDECIMAL', type: 'f600', hex: '03312e35', expected: ['decimal', '1.5'] },
  { name: 'VAR_STRING', type: 'fd00', hex: '02c3bc', expected: ['text', 'ü'] },
  { name: 'VAR_STRING that is no UTF-8', type: 'fd00', hex: '01ff', expected: ['text', '\udcff'] },
  { name: 'JSON', type: 'f500', hex: '027b7d', expected: ['text', '{}'] },
  { name: 'BLOB', type: 'fc00', hex: '0200ff', expected: ['bytes', Uint8Array.of(0, 0xff)] },
  { name: 'BIT', type: '1000', hex: '0105', expected: ['bytes', Uint8Array.of(5)] },
  { name: 'DATE', type: '0a00', hex: '04e807021d', expected: ['datetime', '2024-02-29'] },
  { name: 'a zero DATE', type: '0a00', hex: '00', expected: ['datetime', '0000-00-00'] },
  { name: 'DATETIME', type: '0c00', hex: '07e807021d010203', expected: ['datetime', '2024-02-29 01:02:03'] },
  {
    name: 'a DATETIME that is a date',
    type: '0c00',
    hex: '04e807021d',
    expected: ['datetime', '2024-02-29 00:00:00'],
  },
  {
    name: 'TIMESTAMP with fraction',
    type: '0700',
    hex: '0be807021d01020301000000',
    expected: ['datetime', '2024-02-29 01:02:03.000001'],
  },
  { name: 'TIME of days', type: '0b00', hex: '080102000000010203', expected: ['time', '-49:02:03'] },
  { name: 'zero TIME', type: '0b00', hex: '00', expected: ['time', '00:00:00'] },
  {
    name: 'TIME with fraction',
    type: '0b00',
    hex: '0c0000000000010203f4010000',
    expected: ['time', '01:02:03.000500'],
  },
] as const;

describe('a parameter of EXECUTE', () => {
  for (const { name, type, hex, expected } of cases) {
    it(`is read as ${name}`, () => {
      const { values } = read(`0001${type}${hex}`, 1);
      assert.deepEqual([values[0]?.kind, values[0]?.value], expected);
    });
  }

  it('is NULL by its bit, from the first one on, and then has no bytes', () => {
    const { values } = read(`020201${'0100'.repeat(10)}${'07'.repeat(8)}`, 10);
    assert.deepEqual(
      values.map(({ value }) => value),
      [7, null, 7, 7, 7, 7, 7, 7, 7, null],
    );
  });

  it('takes pieces sent before, also for a type that is no text', () => {
    const longData = new Map([[0, [Buffer.from('1'), Buffer.from('2')]]]);
    const source = { parameterCount: 2, types: undefined, longData };
    const { values } = readParameters(reader('0001fc00010005'), source);
    assert.deepEqual(values[0], { kind: 'bytes', value: Uint8Array.from(Buffer.from('12')) });
    assert.deepEqual(values[1], { kind: 'integer', value: 5 });
    const number = readParameters(reader('00010800010005'), source);
    assert.deepEqual(number.values[0], { kind: 'text', value: '12' });
  });

  it('has the types of before when none are sent, and must have some', () => {
    const types = [{ type: 1, unsigned: false }];
    const source = { parameterCount: 1, types, longData: new Map() };
    assert.deepEqual(readParameters(reader('000005'), source).values, [{ kind: 'integer', value: 5 }]);
    assert.throws(() => read('000005', 1), { kind: 'wrong_argument_count' });
  });

  it('is nothing to read where the statement has none', () => {
    assert.deepEqual(read('', 0), { types: [], values: [] });
  });

  const malformed = ['', '00', '0001', '000101', '00010100', '0001fd0005', '00016300', '00010c0003000000'];
  for (const hex of malformed) {
    it(`is malformed as '${hex}'`, () => {
      assert.throws(() => read(hex, 1), { kind: 'malformed_packet' });
    });
  }

  for (const hex of [
    '00010a0004e8070d01',
    '00010c0007e8070101180000',
    '00010b000c000000000000000040420f00',
  ]) {
    it(`is a mistake of the user as '${hex}', which is no date or time`, () => {
      assert.throws(() => read(hex, 1), { kind: 'incorrect_value' });
    });
  }
});

function read(hex: string, parameterCount: number): ReturnType<typeof readParameters> {
  return readParameters(reader(hex), { parameterCount, types: undefined, longData: new Map() });
}

function reader(hex: string): PacketReader {
  return new PacketReader(Buffer.from(hex, 'hex'));
}
