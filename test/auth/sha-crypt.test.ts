import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fitsShaCrypt, readShaCrypt } from '../../src/auth/sha-crypt.ts';

const salt = 'saltsaltsaltsaltsalt';
const digits = 'B'.repeat(43);

/** The hashes were made by `openssl passwd -5`; test/e2e/moved-accounts.test.ts has those of MySQL. */
describe('a SHA-crypt hash', () => {
  const hashed: readonly (readonly [string, string, number, string])[] = [
    ['Hello world!', 'saltstring', 5_000, '5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5'],
    [
      'we have a short salt string but not a short password',
      'short',
      77_777,
      'JiO1O3ZpDAxGJeaDIuqCoEFysAe1mZNJRs3pw0KQRd/',
    ],
  ];
  for (const [password, ofSalt, rounds, hash] of hashed) {
    it(`fits its password only: ${password}`, () => {
      const stored = { kind: 'sha_crypt', salt: Buffer.from(ofSalt).toString('hex'), hash, rounds } as const;
      assert.equal(fitsShaCrypt(password, stored), true);
      assert.equal(fitsShaCrypt(`${password} `, stored), false);
      assert.equal(fitsShaCrypt('', stored), false);
    });
  }

  it('is read in the form of MySQL, whatever bytes the salt has', () => {
    const bytes = Buffer.from(Array.from({ length: 20 }, (_, at) => 0xff - at));
    assert.deepEqual(readShaCrypt(`$A$00A$${bytes.toString('latin1')}${digits}`), {
      kind: 'sha_crypt',
      salt: bytes.toString('hex'),
      hash: digits,
      rounds: 10_000,
    });
  });

  for (const [what, text] of [
    ['no rounds', `$A$000$${salt}${digits}`],
    ['a short salt', `$A$005$${salt.slice(1)}${digits}`],
    ['a long hash', `$A$005$${salt}${digits}B`],
    ['another digest', `$B$005$${salt}${digits}`],
    ['a plain password', 'secret'],
  ] as const) {
    it(`is not read from ${what}`, () => assert.equal(readShaCrypt(text), undefined));
  }
});
