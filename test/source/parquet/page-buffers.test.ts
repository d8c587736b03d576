import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PageBuffers } from '../../../src/source/parquet/page-buffers.ts';

const mebibyte = 1024 * 1024;

describe('memory of pages', () => {
  it('is used again', () => {
    const buffers = new PageBuffers();
    const first = buffers.take(100);
    buffers.give(first);
    assert.equal(buffers.take(100), first);
    assert.notEqual(buffers.take(100), first);
  });

  it('is never less than was asked for', () => {
    const buffers = new PageBuffers();
    buffers.give(Buffer.alloc(99));
    assert.ok(buffers.take(100).length >= 100);
  });

  it('is not kept beyond a limit', () => {
    const buffers = new PageBuffers();
    const given = Array.from({ length: 30 }, (): Buffer => Buffer.alloc(mebibyte));
    for (const buffer of given) buffers.give(buffer);
    const taken = given.map(() => buffers.take(mebibyte));
    assert.equal(taken.filter((buffer) => given.includes(buffer)).length, 24);
    for (const buffer of taken.slice(0, 24)) buffers.give(buffer);
    assert.ok(given.includes(buffers.take(mebibyte)));
  });
});
