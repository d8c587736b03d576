import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomPassword } from '../../src/auth/random-password.ts';

describe('a random password', () => {
  it('has 20 characters that can be pasted between quotes, and is another each time', () => {
    const made = Array.from({ length: 200 }, () => randomPassword().reveal());
    for (const text of made) assert.match(text, /^[!#%&(-[\]-_a-~]{20}$/);
    assert.equal(new Set(made).size, made.length);
  });
});
