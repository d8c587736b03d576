import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accountKey, accountOf } from '../../src/auth/account.ts';

const good = { user: 'ann', plugin: 'caching_sha2_password', password: { kind: 'none' }, grants: [] };

describe('an account in the metastore', () => {
  it('has its name in its key', () => {
    assert.equal(accountKey('a b/ü'), '/_global/account/a%20b%2F%C3%BC');
  });

  it('is read as it was written', () => {
    assert.deepEqual(accountOf(resource(good)), good);
  });

  const scrypt = { kind: 'scrypt', salt: 'aa', hash: 'bb', cost: 2, blockSize: 8, parallelization: 1 };
  const bad: readonly { name: string; content: unknown }[] = [
    { name: 'null', content: null },
    { name: 'without a plugin', content: { ...good, plugin: 'sha256_password' } },
    { name: 'with an unknown hash', content: { ...good, password: { kind: 'md5' } } },
    { name: 'with a salt that is no hexadecimal', content: { ...good, password: { ...scrypt, salt: 'zz' } } },
    { name: 'with a cost that is no number', content: { ...good, password: { ...scrypt, cost: '2' } } },
    {
      name: 'with the hash of another plugin',
      content: { ...good, password: { kind: 'native', hash: 'aa' } },
    },
    {
      name: 'with an unknown privilege',
      content: withGrant({ privilege: 'FLY', object: { kind: 'system' } }),
    },
    { name: 'with a grant on nothing', content: withGrant({ privilege: 'ADMIN' }) },
    {
      name: 'with a grant that lacks a name',
      content: withGrant({ privilege: 'SELECT', object: { kind: 'table', catalog: null, database: null } }),
    },
  ];
  for (const { name, content } of bad) {
    it(`is corrupt when it is ${name}`, () => {
      assert.throws(() => accountOf(resource(content)), { kind: 'corrupt' });
    });
  }
});

function withGrant(grant: unknown): unknown {
  return { ...good, grants: [grant] };
}

function resource(content: unknown): Parameters<typeof accountOf>[0] {
  return { key: '/_global/account/ann', content, mvcc: 0, modifiedAt: 0 };
}
