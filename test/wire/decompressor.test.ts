import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deflateSync, zstdCompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { compressed } from '../../src/wire/compressed-frame.ts';
import type { Compression } from '../../src/wire/compression.ts';
import { Decompressor } from '../../src/wire/decompressor.ts';
import { ProtocolError } from '../../src/wire/protocol-error.ts';

const frameBytesMax = 100_000;
const text = Buffer.from('select 1 '.repeat(1_000));

function frame(payload: Buffer, inflatedBytes: number): Buffer {
  const header = Buffer.alloc(7);
  header.writeUIntLE(payload.length, 0, 3);
  header.writeUIntLE(inflatedBytes, 4, 3);
  return Buffer.concat([header, payload]);
}

function bomb({ algorithm }: Compression, bytes: number): Buffer {
  return algorithm === 'zlib' ? deflateSync(Buffer.alloc(bytes)) : zstdCompressSync(Buffer.alloc(bytes));
}

for (const algorithm of ['zlib', 'zstd'] as const) {
  const by = { algorithm, level: 3 };
  const opened = (...pieces: readonly Buffer[]): Decompressor => {
    const decompressor = new Decompressor(by, frameBytesMax);
    for (const piece of pieces) decompressor.push(piece);
    return decompressor;
  };

  describe(`frames compressed by ${algorithm}`, () => {
    it('are read when they are whole, one after another', async () => {
      const frames = Buffer.concat([
        await compressed(text, by, 4),
        await compressed(Buffer.from('x'), by, 5),
      ]);
      const decompressor = opened(frames.subarray(0, 20));
      assert.equal(await decompressor.next(), undefined);
      decompressor.push(frames.subarray(20));
      assert.deepEqual(await decompressor.next(), text);
      assert.equal(decompressor.sequence, 4);
      assert.deepEqual(await decompressor.next(), Buffer.from('x'));
      assert.equal(decompressor.sequence, 5);
      assert.equal(await decompressor.next(), undefined);
      assert.equal(decompressor.bufferedBytes, 0);
    });

    it('that inflate to more or less than they declare are malformed', async () => {
      for (const declared of [1, 9_999, 10_001]) {
        await assert.rejects(opened(frame(bomb(by, 10_000), declared)).next(), { kind: 'malformed_packet' });
      }
      await assert.rejects(opened(frame(Buffer.from('no stream at all'), 100)).next(), {
        kind: 'malformed_packet',
      });
    });

    it('that declare more than may be kept are refused by their header alone', async () => {
      const header = frame(bomb(by, 200_000), 200_000).subarray(0, 7);
      await assert.rejects(opened(header).next(), { kind: 'packet_too_large' });
      await assert.rejects(opened(frame(Buffer.alloc(200_000), 0).subarray(0, 7)).next(), {
        kind: 'packet_too_large',
      });
    });

    it('that are changed on the way give a ProtocolError, other bytes, or nothing yet', async () => {
      const whole = await compressed(text, by, 0);
      await fc.assert(
        fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, value) => {
          const changed = Buffer.from(whole);
          changed[at] = value;
          try {
            const bytes = await opened(changed).next();
            assert.ok(bytes === undefined || bytes.length <= frameBytesMax);
          } catch (error) {
            assert.ok(error instanceof ProtocolError, String(error));
          }
        }),
      );
    });
  });
}
