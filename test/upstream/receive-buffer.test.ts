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

  it('is written into where its room is, which grows once it was filled', () => {
    const sent = pattern(3_000_000);
    const buffer = new ReceiveBuffer();
    const taken: Buffer[] = [];
    const rooms: number[] = [];
    for (let at = 0; at < sent.length;) {
      const room = buffer.room();
      rooms.push(room.length);
      const count = sent.copy(room, 0, at);
      at += count;
      buffer.filled(count);
      taken.push(Buffer.from(buffer.take(buffer.size - Math.min(buffer.size, 1_000))));
    }
    taken.push(Buffer.from(buffer.take(buffer.size)));
    assert.ok(Buffer.concat(taken).equals(sent));
    assert.deepEqual(rooms.slice(0, 3), [16 * 1_024, 256 * 1_024 - 1_000, 256 * 1_024 - 1_000]);
  });

  it('gives up behind a small answer what only a large one needs', () => {
    const buffer = new ReceiveBuffer();
    const answer = (length: number): number => {
      for (let at = 0; at < length; at += 5_000) {
        buffer.room().fill(1, 0, 5_000);
        buffer.filled(5_000);
      }
      buffer.take(buffer.size);
      buffer.rest();
      return buffer.room().length;
    };
    assert.equal(answer(5_000), 16 * 1_024);
    for (let piece = 0; piece < 4; piece++) buffer.push(pattern(65_536));
    assert.equal(answer(200_000), 256 * 1_024);
    assert.equal(answer(200_000), 256 * 1_024);
    assert.equal(answer(5_000), 16 * 1_024);
  });

  it('leaves what was lent as it is until it is returned', () => {
    const sent = pattern(4_000_000);
    const buffer = new ReceiveBuffer();
    const taken: Buffer[] = [];
    let lent: Buffer | undefined;
    // As a socket does, which asks for the next room before what is there has been looked at.
    let room = buffer.room();
    for (let at = 0, turn = 0; at < sent.length; turn++) {
      const count = Math.min(room.length, sent.length - at, 90_000);
      sent.copy(room, 0, at, at + count);
      at += count;
      buffer.filled(count);
      room = buffer.room();
      const from = at - buffer.size;
      if (lent === undefined) {
        lent = buffer.take(Math.max(0, buffer.size - 300));
        assert.ok(lent.equals(sent.subarray(from, from + lent.length)), `at ${from}`);
        buffer.lend();
      } else if (turn % 5 === 0) {
        taken.push(Buffer.from(lent));
        buffer.returned();
        lent = undefined;
      }
    }
    taken.push(Buffer.from(lent ?? []), buffer.unread);
    assert.ok(Buffer.concat(taken).equals(sent));
  });

  it('uses the buffer again that was lent', () => {
    const buffer = new ReceiveBuffer();
    const buffers = new Set<ArrayBufferLike>();
    for (let turn = 0; turn < 100; turn++) {
      const room = buffer.room();
      buffers.add(room.buffer);
      buffer.filled(room.length);
      buffer.take(buffer.size);
      buffer.lend();
      buffer.room();
      buffer.returned();
    }
    assert.equal(buffers.size, 3, 'a small one, and two large ones in turns');
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
