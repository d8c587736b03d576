import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readBinaryDateTime, readBinaryTime } from '../../../src/wire/packets/binary-temporal.ts';
import { PacketReader } from '../../../src/wire/reader.ts';

describe('dates and times in parameters', () => {
  it('are text in MySQL’s form', () => {
    assert.equal(readBinaryDateTime(reader('04e8070102'), false), '2024-01-02');
    assert.equal(readBinaryDateTime(reader('00'), false), '0000-00-00');
    assert.equal(readBinaryTime(reader('080022000000163b3b')), '838:59:59');
  });

  for (const hex of ['01', '05e80701020304', '0c', '08e807', '']) {
    it(`are malformed as '${hex}'`, () => {
      assert.throws(() => readBinaryDateTime(reader(hex), true), { kind: 'malformed_packet' });
    });
  }

  for (const hex of ['04102701 01', '04e8070d01', '04e8070120', '07e807010118 0000', '07e807010100 3c00']) {
    it(`are refused as '${hex}', which no calendar has`, () => {
      assert.throws(() => readBinaryDateTime(reader(hex), true), { kind: 'incorrect_value' });
    });
  }
});

function reader(hex: string): PacketReader {
  return new PacketReader(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}
