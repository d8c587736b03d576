import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import {
  compressed,
  compressedHeaderBytes,
  compressedNow,
  decompressed,
  piecesOf,
} from '../../src/wire/compressed-frame.ts';

describe('compressed frames', () => {
  for (const algorithm of ['zlib', 'zstd'] as const) {
    const by = { algorithm, level: 3 };

    it(`by ${algorithm} gives frames that say what they inflate to`, async () => {
      const bytes = Buffer.from('rows and rows '.repeat(100));
      const frame = await compressed(bytes, by, 300);
      for (const each of [frame, compressedNow(bytes, by, 300)]) {
        assert.equal(each.readUIntLE(0, 3), each.length - compressedHeaderBytes);
        assert.equal(each.readUInt8(3), 300 & 0xff);
        assert.equal(each.readUIntLE(4, 3), bytes.length);
        const payload = each.subarray(compressedHeaderBytes);
        assert.deepEqual(await decompressed(payload, by, bytes.length), bytes);
        await assert.rejects(decompressed(payload, by, bytes.length - 1));
      }
    });

    it(`by ${algorithm} leaves short bytes and those that would get longer as they are`, async () => {
      for (const bytes of [Buffer.alloc(49), randomBytes(1_000)]) {
        const frame = await compressed(bytes, by, 0);
        assert.equal(frame.readUIntLE(4, 3), 0);
        assert.deepEqual(frame.subarray(compressedHeaderBytes), bytes);
      }
    });
  }

  it('cuts a large answer into pieces that a frame can hold', () => {
    const pieces = piecesOf(Buffer.alloc(2_500_000));
    assert.deepEqual(
      pieces.map((piece) => piece.length),
      [1_048_576, 1_048_576, 402_848],
    );
    assert.deepEqual(piecesOf(Buffer.alloc(0)), []);
  });
});
