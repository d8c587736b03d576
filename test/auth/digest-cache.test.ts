import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DigestCache } from '../../src/auth/digest-cache.ts';

describe('the cache of digests', () => {
  it('gives a digest for the hash it was made from, and for no other', () => {
    const cache = new DigestCache();
    cache.set('ann', 'aa', Buffer.of(1));
    assert.deepEqual(cache.get('ann', 'aa'), Buffer.of(1));
    assert.equal(cache.get('ann', 'bb'), undefined);
    assert.equal(cache.get('bob', 'aa'), undefined);
  });

  it('forgets the oldest when it is full', () => {
    const cache = new DigestCache();
    for (let index = 0; index <= 10_000; index++) cache.set(`user${index}`, 'aa', Buffer.of(1));
    assert.equal(cache.get('user0', 'aa'), undefined);
    assert.deepEqual(cache.get('user10000', 'aa'), Buffer.of(1));
  });
});
