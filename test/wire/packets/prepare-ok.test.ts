import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { integerColumn, textColumn } from '../../../src/base/rows.ts';
import { capability } from '../../../src/wire/capabilities.ts';
import { writePrepareOk } from '../../../src/wire/packets/prepare-ok.ts';
import { PacketWriter } from '../../../src/wire/writer.ts';

const status = { inTransaction: false, autocommit: true };
const prepared = {
  statementId: 5,
  parameters: [textColumn('?')],
  columns: [integerColumn('a')],
  warnings: 1,
};

function firstBytes(capabilities: number, columns = prepared.columns): readonly string[] {
  const writer = new PacketWriter(64);
  writePrepareOk(writer, { ...prepared, columns }, capabilities, status);
  const bytes = writer.take();
  const found: string[] = [];
  for (let at = 0; at < bytes.length; at += 4 + bytes.readUIntLE(at, 3)) {
    found.push(bytes.toString('hex', at + 4, at + 5));
  }
  return found;
}

describe('the answer to PREPARE', () => {
  it('begins with the statement and how much it has', () => {
    const writer = new PacketWriter(64);
    writePrepareOk(writer, prepared, 0, status);
    assert.equal(writer.take().toString('hex', 4, 16), '000500000001000100000100');
  });

  it('ends each list of definitions with EOF', () => {
    assert.deepEqual(firstBytes(0), ['00', '03', 'fe', '03', 'fe']);
    assert.deepEqual(firstBytes(0, []), ['00', '03', 'fe']);
  });

  it('has no EOF where it is deprecated', () => {
    assert.deepEqual(firstBytes(capability.DEPRECATE_EOF), ['00', '03', '03']);
  });
});
