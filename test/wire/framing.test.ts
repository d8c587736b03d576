import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { FrameDecoder, framePayloadMax } from '../../src/wire/framing.ts';
import { framed } from './support/raw-client.ts';

const limits = { packetBytesMax: 64 * 1_024 * 1_024, mayContinue: true };

describe('the frame decoder', () => {
  it('finds the same packets however the bytes are cut', () => {
    const packets = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(packets, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (payloads, cuts) => {
        const bytes = Buffer.concat(payloads.map((payload) => framed(0, Buffer.from(payload))));
        assert.deepEqual(
          decodeInPieces(bytes, cuts),
          payloads.map((payload) => Buffer.from(payload)),
        );
      }),
      { numRuns: 200 },
    );
  });

  for (const length of [framePayloadMax - 1, framePayloadMax, framePayloadMax + 1, 2 * framePayloadMax]) {
    it(`joins the frames of a packet of ${length} bytes`, () => {
      const decoder = new FrameDecoder();
      const payload = Buffer.alloc(length, 7);
      for (let at = 0, sequence = 0; at <= length; at += framePayloadMax) {
        assert.equal(decoder.take(0, limits), undefined);
        decoder.push(framed(sequence++, payload.subarray(at, at + framePayloadMax)));
      }
      const packet = decoder.take(0, limits);
      assert.equal(packet?.payload.equals(payload), true);
      assert.equal(packet?.sequence, Math.floor(length / framePayloadMax));
      assert.equal(decoder.bufferedBytes, 0);
    });
  }

  it('refuses a packet on its header, before the payload is there', () => {
    const decoder = new FrameDecoder();
    decoder.push(Buffer.of(0x41, 0, 0, 0));
    assert.throws(() => decoder.take(0, { packetBytesMax: 0x40, mayContinue: true }), {
      kind: 'packet_too_large',
    });
  });

  it('counts the frames of a packet together', () => {
    const decoder = new FrameDecoder();
    decoder.push(framed(0, Buffer.alloc(framePayloadMax)));
    decoder.push(Buffer.of(2, 0, 0, 1));
    const tight = { packetBytesMax: framePayloadMax + 1, mayContinue: true };
    assert.throws(() => decoder.take(0, tight), { kind: 'packet_too_large' });
  });

  it('takes no continued packet where none may be', () => {
    const decoder = new FrameDecoder();
    decoder.push(Buffer.of(0xff, 0xff, 0xff, 0));
    assert.throws(() => decoder.take(0, { ...limits, mayContinue: false }), { kind: 'packet_too_large' });
  });

  it('refuses packets out of order, also in the middle of one', () => {
    const first = new FrameDecoder();
    first.push(framed(1, Buffer.of(1)));
    assert.throws(() => first.take(0, limits), { kind: 'packets_out_of_order' });
    const second = new FrameDecoder();
    second.push(framed(0, Buffer.alloc(framePayloadMax)));
    second.push(framed(2, Buffer.of(1)));
    assert.throws(() => second.take(0, limits), { kind: 'packets_out_of_order' });
  });

  it('gives back what no packet took', () => {
    const decoder = new FrameDecoder();
    decoder.push(Buffer.concat([framed(0, Buffer.of(1)), Buffer.from('tls')]));
    decoder.take(0, limits);
    assert.equal(decoder.drain().toString(), 'tls');
    assert.equal(decoder.bufferedBytes, 0);
  });
});

function decodeInPieces(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const decoder = new FrameDecoder();
  const found: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = cuts[turn % cuts.length] ?? 1;
    decoder.push(Buffer.from(bytes.subarray(at, at + length)));
    at += length;
    for (let next = decoder.take(0, limits); next !== undefined; next = decoder.take(0, limits)) {
      found.push(next.payload);
    }
  }
  return found;
}
