import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  fitsNativeScramble,
  fitsScrypt,
  fitsSha2Scramble,
  hashForNative,
  hashForSha2,
  sha2Digest,
} from '../../src/auth/password-hash.ts';
import { Secret } from '../../src/base/secret.ts';

const cheap = { cost: 16, blockSize: 8, parallelization: 1 };

describe('a scrypt hash', () => {
  it('fits its password only, also with the cost it was stored with', async () => {
    const stored = await hashForSha2(new Secret('pässword'), cheap);
    assert.equal(stored.cost, 16);
    assert.equal(await fitsScrypt(new Secret('pässword'), stored), true);
    assert.equal(await fitsScrypt(new Secret('passwort'), stored), false);
    assert.equal(await fitsScrypt(new Secret(''), stored), false);
  });
});

/** PASSWORD('secret') as MariaDB prints it; the scrambles were computed with Python's hashlib. */
describe('MySQL’s own verifiers', () => {
  const nonce = Buffer.from('12345678901234567890');

  it('are those the server stores', () => {
    assert.equal(hashForNative(new Secret('secret')).hash, '14e65567abdb5135d0cfd9a70b3032c179a49ee7');
  });

  it('recognise a native scramble', () => {
    const hash = Buffer.from(hashForNative(new Secret('secret')).hash, 'hex');
    const scramble = Buffer.from('0f8b9033e0897c0a8338ebe3dea9010dda47ab56', 'hex');
    assert.equal(fitsNativeScramble(scramble, nonce, hash), true);
    assert.equal(fitsNativeScramble(Buffer.alloc(20), nonce, hash), false);
  });

  it('recognise a caching_sha2 scramble', () => {
    const scramble = Buffer.from('51ecd6dedbd34d5445c0a190d4f51acf0d23b94db66c91f3f789faa9193751cd', 'hex');
    assert.equal(fitsSha2Scramble(scramble, nonce, sha2Digest(new Secret('secret'))), true);
    assert.equal(fitsSha2Scramble(Buffer.alloc(32), nonce, sha2Digest(new Secret('secret'))), false);
  });
});
