import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ReceiveBuffer } from '../../src/upstream/receive-buffer.ts';

/** Bytes that differ, so that a piece in a wrong place is seen. */
function pattern(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, at) => (at * 7 + (at >> 8)) & 0xff));
}

describe('the buffer of what another server sends', () => {
  it('gives the bytes in the order in which they came, however they are cut', () => {
    const sent = pattern(2_000_000);
    const buffer = new ReceiveBuffer();
    const taken: Buffer[] = [];
    for (let at = 0, step = 1; at < sent.length; at += step, step = (step * 31 + 17) % 90_001) {
      buffer.push(sent.subarray(at, at + step));
      const count = Math.floor((buffer.size * 3) / 4);
      assert.equal(buffer.unread.length, buffer.size);
      taken.push(Buffer.from(buffer.take(count)));
    }
    taken.push(Buffer.from(buffer.take(buffer.size)));
    assert.ok(Buffer.concat(taken).equals(sent));
  });

  it('is written into where its room is, which grows while it is filled and shrinks when it is not', () => {
    const sent = pattern(3_000_000);
    const buffer = new ReceiveBuffer();
    const taken: Buffer[] = [];
    let most = 0;
    for (let at = 0; at < sent.length;) {
      const room = buffer.room();
      most = Math.max(most, room.length);
      const count = sent.copy(room, 0, at);
      at += count;
      buffer.filled(count);
      taken.push(Buffer.from(buffer.take(buffer.size - Math.min(buffer.size, 1_000))));
    }
    taken.push(Buffer.from(buffer.take(buffer.size)));
    assert.ok(Buffer.concat(taken).equals(sent));
    assert.equal(most, 64 * 1_024);
    for (let small = 0; small < 10; small++) {
      buffer.room()[0] = small;
      buffer.filled(1);
      assert.deepEqual(buffer.take(1), Buffer.of(small));
    }
    assert.equal(buffer.room().length, 8 * 1_024);
  });

  it('holds a packet longer than itself, and lets its room go behind it', () => {
    const buffer = new ReceiveBuffer();
    for (let piece = 0; piece < 32; piece++) buffer.push(pattern(65_536));
    const long = buffer.take(32 * 65_536);
    assert.ok(long.subarray(65_536, 131_072).equals(pattern(65_536)));
    const held = long.buffer.byteLength;
    for (let piece = 0; piece < 64; piece++) {
      buffer.push(pattern(65_536));
      buffer.take(65_536);
    }
    buffer.push(Buffer.of(1));
    assert.ok(buffer.unread.buffer.byteLength < held);
    buffer.push(pattern(1_000_000));
    buffer.take(buffer.size);
    assert.ok(buffer.room().buffer.byteLength <= 256 * 1_024);
  });
});
