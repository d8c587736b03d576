import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mostSimilar } from '../../src/sql/similar.ts';

describe('the most similar words', () => {
  it('come first', () => {
    assert.deepEqual(mostSimilar('elect', ["'INSERT'", "'SELECT'", "'DELETE'"])[0], "'SELECT'");
  });

  it('are five at most', () => {
    assert.equal(mostSimilar('x', "'A' 'B' 'C' 'D' 'E' 'F' 'G'".split(' ')).length, 5);
  });

  it('keep the order given when none is like', () => {
    assert.deepEqual(mostSimilar('', ['<EOF>', "';'", "'A'"]), ['<EOF>', "';'", "'A'"]);
  });

  it('are found in bounded time for a word of any length', () => {
    assert.deepEqual(mostSimilar('x'.repeat(1_000_000), ["'A'"]), ["'A'"]);
  });
});
