import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ByteQueue } from '../../src/wire/byte-queue.ts';

describe('a byte queue', () => {
  it('gives bytes in the order they came, however they were cut', () => {
    const queue = new ByteQueue();
    queue.push(Buffer.from('abc'));
    queue.push(Buffer.from('defgh'));
    assert.equal(queue.take(2).toString(), 'ab');
    queue.push(Buffer.from('ij'));
    assert.equal(queue.unread.toString(), 'cdefghij');
    assert.equal(queue.take(8).toString(), 'cdefghij');
    assert.equal(queue.size, 0);
  });

  it('never rewrites what it has handed out', () => {
    const queue = new ByteQueue();
    queue.push(Buffer.from('abcd'));
    const taken = queue.take(3);
    for (let round = 0; round < 100; round++) queue.push(Buffer.from('xyz'));
    assert.equal(taken.toString(), 'abc');
    assert.equal(queue.size, 301);
  });

  it('reads integers ahead', () => {
    const queue = new ByteQueue();
    queue.push(Buffer.of(9, 1, 2, 3));
    assert.equal(queue.peekInteger(1, 3), 0x03_0201);
    assert.equal(queue.size, 4);
  });
});
