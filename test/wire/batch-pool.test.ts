import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BatchPool } from '../../src/wire/batch-pool.ts';
import { batchBufferBytes, PacketWriter } from '../../src/wire/writer.ts';

describe('the pool of batch buffers', () => {
  it('gives a buffer again that came back, and keeps no more than its bound', () => {
    const pool = new BatchPool(100, 1);
    const [first, second] = [pool.take(), pool.take()];
    assert.notEqual(first, second);
    pool.give(first);
    pool.give(second);
    assert.equal(pool.take(), first);
    assert.notEqual(pool.take(), second);
  });

  it('passes over buffers of another size', () => {
    const pool = new BatchPool(100, 1);
    const other = Buffer.alloc(200);
    pool.give(other);
    assert.notEqual(pool.take(), other);
  });

  it('lets one writer go on in the buffer that another has sent', () => {
    const pool = new BatchPool(batchBufferBytes(64_000), 4);
    const [one, other] = [new PacketWriter(64_000, pool), new PacketWriter(64_000, pool)];
    one.raw(Buffer.alloc(60_000, 1));
    const sent = one.bytes;
    one.take();
    one.recycle(sent);
    other.raw(Buffer.alloc(60_000, 2));
    assert.equal(other.bytes, sent);
    assert.ok(other.take().equals(Buffer.alloc(60_000, 2)));
  });
});
