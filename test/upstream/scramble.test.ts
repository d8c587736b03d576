import assert from 'node:assert/strict';
import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { describe, it } from 'node:test';
import { encryptPassword, nativeScramble, sha2Scramble } from '../../src/upstream/scramble.ts';
import { scrambleOf } from '../wire/support/test-handler.ts';

const nonce = Buffer.from('abcdefghijklmnopqrst');

describe('proofs of a password', () => {
  it('are those that servers compute', () => {
    const native = nativeScramble('geheim', nonce);
    const sha2 = sha2Scramble('geheim', nonce);
    assert.equal(
      native.toString('hex'),
      scrambleOf('mysql_native_password', 'geheim', nonce).toString('hex'),
    );
    assert.equal(sha2.toString('hex'), scrambleOf('caching_sha2_password', 'geheim', nonce).toString('hex'));
  });

  it('are empty for an empty password', () => {
    assert.equal(nativeScramble('', nonce).length + sha2Scramble('', nonce).length, 0);
  });

  it('hide the password itself under the server’s key and the nonce', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const pem = Buffer.from(publicKey.export({ type: 'spki', format: 'pem' }));
    const hidden = encryptPassword('geheim', nonce, pem);
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const plain = privateDecrypt({ key: privateKey, padding }, hidden);
    const shown = plain.map((byte, index) => byte ^ (nonce[index % nonce.length] as number));
    assert.equal(Buffer.from(shown).toString(), 'geheim\0');
  });
});
