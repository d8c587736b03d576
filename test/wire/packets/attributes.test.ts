import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readAttributes } from '../../../src/wire/packets/attributes.ts';
import { PacketReader } from '../../../src/wire/reader.ts';

describe('connect attributes', () => {
  it('are pairs of texts within their own length', () => {
    const reader = new PacketReader(Buffer.from('\x06\x01a\x01b\x00\x00rest'));
    assert.deepEqual(
      [...readAttributes(reader)],
      [
        ['a', 'b'],
        ['', ''],
      ],
    );
    assert.equal(reader.restText(), 'rest');
  });

  it('beyond a bound are read over', () => {
    const pairs = Array.from({ length: 70 }, (_, index) => `\x02${String(index).padStart(2, '0')}\x01x`).join(
      '',
    );
    const bytes = Buffer.concat([
      Buffer.of(0xfc, pairs.length & 0xff, pairs.length >>> 8),
      Buffer.from(pairs),
    ]);
    assert.equal(readAttributes(new PacketReader(bytes)).size, 64);
  });

  it('are malformed when a name has no value', () => {
    const reader = new PacketReader(Buffer.from('\x02\x01a'));
    assert.throws(() => readAttributes(reader), { kind: 'malformed_packet' });
  });
});
