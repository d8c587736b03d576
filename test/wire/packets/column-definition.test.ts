import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Column, columnTypes, integerColumn, textColumn } from '../../../src/base/rows.ts';
import { typeNumber, writeColumnDefinition } from '../../../src/wire/packets/column-definition.ts';
import { PacketReader } from '../../../src/wire/reader.ts';
import { written } from './written.ts';

/** The fixed fields behind the six names. */
function fixedFields(
  column: Column,
): Readonly<{ collation: number; length: number; type: number; flags: number }> {
  const hex = written((writer) => writeColumnDefinition(writer, column, false));
  const reader = new PacketReader(Buffer.from(hex, 'hex'));
  for (let count = 0; count < 6; count++) reader.lengthEncodedText();
  reader.skip(1);
  return { collation: reader.u16(), length: reader.u32(), type: reader.u8(), flags: reader.u16() };
}

describe('a column definition', () => {
  it('names the column, its table and where both come from', () => {
    const column: Column = {
      ...textColumn('alias'),
      database: 'shop',
      table: 't',
      originalTable: 'orders',
      originalName: 'name',
      decimals: 3,
    };
    const names = ['def', 'shop', 't', 'orders', 'alias', 'name'];
    const expected = names.map((name) => String.fromCharCode(name.length) + name).join('');
    const hex = written((writer) => writeColumnDefinition(writer, column, true));
    assert.equal(hex, `${Buffer.from(expected).toString('hex')}0c2d0078000000fd0000030000fb`);
  });

  const text = textColumn('x');
  const number = integerColumn('x');
  const cases: readonly { name: string; column: Column; flags: number }[] = [
    { name: 'not null', column: { ...text, nullable: false }, flags: 0x1 },
    { name: 'a primary key', column: { ...text, primaryKey: true }, flags: 0x2 },
    { name: 'a unique key', column: { ...text, uniqueKey: true }, flags: 0x4 },
    { name: 'part of a key', column: { ...text, multipleKey: true }, flags: 0x8 },
    { name: 'a blob', column: { ...text, type: 'BLOB' }, flags: 0x10 },
    { name: 'JSON', column: { ...text, type: 'JSON' }, flags: 0x10 },
    { name: 'unsigned', column: { ...number, unsigned: true }, flags: 0xa0 },
    { name: 'an ENUM', column: { ...text, enumeration: true }, flags: 0x100 },
    { name: 'auto_increment', column: { ...number, autoIncrement: true }, flags: 0x280 },
    { name: 'a TIMESTAMP', column: { ...text, type: 'TIMESTAMP' }, flags: 0x400 },
    { name: 'a SET', column: { ...text, set: true }, flags: 0x800 },
  ];
  for (const { name, column, flags } of cases) {
    it(`says that the column is ${name}`, () => assert.equal(fixedFields(column).flags, flags));
  }

  it('has collation 63 for bytes and numbers, 45 for text, which every connector knows', () => {
    assert.equal(fixedFields(number).collation, 63);
    assert.equal(fixedFields(text).collation, 45);
  });

  it('cuts a length at 32 bits', () => {
    assert.equal(fixedFields({ ...text, lengthBytes: 2 ** 40 }).length, 0xffff_ffff);
  });

  it('has a number of its own for each type', () => {
    assert.equal(new Set(columnTypes.map((type) => typeNumber[type])).size, columnTypes.length);
  });
});
