import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeNonce } from '../../src/wire/nonce.ts';

describe('a nonce', () => {
  it('has twenty bytes of seven bits without NUL and dollar, never the same', () => {
    const nonces = Array.from({ length: 500 }, () => makeNonce());
    for (const nonce of nonces) {
      assert.equal(nonce.length, 20);
      assert.ok(nonce.every((byte) => byte > 0 && byte < 0x80 && byte !== 0x24));
    }
    assert.equal(new Set(nonces.map((nonce) => nonce.toString('hex'))).size, 500);
  });
});
