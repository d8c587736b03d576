import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  alterPassword,
  changeAccount,
  createAccount,
  dropAccount,
  ensureRoot,
  findAccount,
  listAccounts,
  mayListenOn,
  withGrants,
  withoutGrants,
} from '../../src/auth/accounts.ts';
import type { Account } from '../../src/auth/account.ts';
import type { Grant } from '../../src/auth/privileges.ts';
import { Secret } from '../../src/base/secret.ts';
import type { Metastore } from '../../src/metastore/metastore.ts';
import { memoryMetastore } from './memory-metastore.ts';
import { written } from '../support/written.ts';

const password = new Secret('correct horse');
const system = { kind: 'system' } as const;

describe('the first start', () => {
  it('makes root without a password, once', async () => {
    await using metastore = await memoryMetastore();
    await ensureRoot(metastore);
    await alter(metastore, 'root', 'set');
    await ensureRoot(metastore);
    assert.deepEqual(
      listAccounts(metastore).map(({ user, password: { kind } }) => [user, kind]),
      [['root', 'scrypt']],
    );
  });

  const hosts = [
    { host: '127.0.0.1', before: true },
    { host: '127.8.0.1', before: true },
    { host: 'localhost', before: true },
    { host: '::1', before: true },
    { host: '0.0.0.0', before: false },
    { host: '::', before: false },
    { host: '10.0.0.7', before: false },
    { host: 'db.example', before: false },
  ];
  for (const { host, before } of hosts) {
    it(`${before ? 'may' : 'may not'} listen on ${host} while root has no password, and may after`, async () => {
      await using metastore = await memoryMetastore();
      await ensureRoot(metastore);
      assert.equal(mayListenOn(metastore, host), before);
      await alter(metastore, 'root', 'set');
      assert.equal(mayListenOn(metastore, host), true);
    });
  }
});

describe('accounts', () => {
  it('are kept under their percent-encoded names, without their passwords', async () => {
    await using metastore = await memoryMetastore();
    await written(metastore, createAccount({ user: 'ann/b c', password }));
    const resource = metastore.get('/_global/account/ann%2Fb%20c');
    assert.ok(resource);
    assert.equal(JSON.stringify(resource.content).includes('horse'), false);
  });

  it('of equal passwords have different hashes', async () => {
    await using metastore = await memoryMetastore();
    await written(metastore, createAccount({ user: 'a', password }));
    await written(metastore, createAccount({ user: 'b', password }));
    const [a, b] = listAccounts(metastore);
    assert.notDeepEqual(a?.password, b?.password);
  });

  it('cannot be made twice, and the first stays as it is', async () => {
    await using metastore = await memoryMetastore();
    await written(metastore, createAccount({ user: 'ann', password }));
    const before = findAccount(metastore, 'ann');
    await assert.rejects(written(metastore, createAccount({ user: 'ann', password })), {
      kind: 'unknown_user',
      message: "Operation CREATE USER failed for 'ann'@'%'",
    });
    assert.deepEqual(findAccount(metastore, 'ann'), before);
  });

  it('are gone after they are dropped, but root stays', async () => {
    await using metastore = await memoryMetastore();
    await ensureRoot(metastore);
    await written(metastore, createAccount({ user: 'ann', password }));
    await written(metastore, dropAccount('ann'));
    assert.equal(findAccount(metastore, 'ann'), undefined);
    await assert.rejects(written(metastore, dropAccount('ann')), { kind: 'unknown_user' });
    await assert.rejects(written(metastore, dropAccount('root')), { kind: 'unknown_user' });
  });

  it('keep their plugin when only the password changes', async () => {
    await using metastore = await memoryMetastore();
    await written(metastore, createAccount({ user: 'old', password, plugin: 'mysql_native_password' }));
    await alter(metastore, 'old', 'another');
    assert.equal(findAccount(metastore, 'old')?.password.kind, 'native');
  });

  const badPasswords = [
    { name: 'an empty password', text: '' },
    { name: 'a password with a NUL', text: 'a\0b' },
    { name: 'a password that RSA cannot carry', text: 'x'.repeat(201) },
    { name: 'a password that is no Unicode', text: '\ud800' },
  ];
  for (const { name, text } of badPasswords) {
    it(`refuse ${name}`, async () => {
      await using metastore = await memoryMetastore();
      const bad = { user: 'ann', password: new Secret(text) };
      await assert.rejects(written(metastore, createAccount(bad)), { kind: 'password_policy' });
      assert.equal(findAccount(metastore, 'ann'), undefined);
    });
  }

  for (const user of ['', 'x'.repeat(33), 'a\nb', '\udc80']) {
    it(`refuse ${JSON.stringify(user)} as a name`, async () => {
      await using metastore = await memoryMetastore();
      await assert.rejects(written(metastore, createAccount({ user, password })), { name: 'SqlError' });
    });
  }

  it('let root, and nobody else, go without a password on loopback, and on loopback only', async () => {
    await using metastore = await memoryMetastore();
    await ensureRoot(metastore);
    await written(metastore, createAccount({ user: 'ann', password }));
    const empty = { password: new Secret('') };
    const refused = { kind: 'password_policy' };
    await written(metastore, alterPassword(metastore, { ...empty, user: 'root', isLoopbackOnly: true }));
    const open = written(
      metastore,
      alterPassword(metastore, { ...empty, user: 'root', isLoopbackOnly: false }),
    );
    await assert.rejects(open, refused);
    const other = written(
      metastore,
      alterPassword(metastore, { ...empty, user: 'ann', isLoopbackOnly: true }),
    );
    await assert.rejects(other, refused);
  });
});

describe('grants', () => {
  const repository: Grant = { privilege: 'REPOSITORY', object: system };
  const operate: Grant = { privilege: 'OPERATE', object: system };

  it('are added once and revoked as they were given', () => {
    const both = withGrants(withGrants([], [repository, operate]), [operate]);
    assert.deepEqual(both, [repository, operate]);
    assert.deepEqual(withoutGrants(both, [repository]), [operate]);
  });

  it('take the option to pass them on when they are given with it later, and keep it', () => {
    const passedOn: Grant = { ...operate, withOption: true };
    assert.deepEqual(withGrants([operate], [passedOn]), [passedOn]);
    assert.deepEqual(withGrants([passedOn], [operate]), [passedOn]);
  });

  it('are refused for an object they do not fit', () => {
    const unfit: Grant = { privilege: 'SELECT', object: system };
    assert.throws(() => withGrants([], [unfit]), { kind: 'analysis' });
    assert.throws(() => withoutGrants([], [unfit]), { kind: 'analysis' });
  });

  it('are kept with the account, which must be there', async () => {
    await using metastore = await memoryMetastore();
    await written(metastore, createAccount({ user: 'ann', password }));
    const change = {
      operation: 'GRANT',
      changed: (account: Account): Account => ({ ...account, grants: [repository] }),
    };
    await written(metastore, changeAccount({ ...change, user: 'ann' }));
    assert.deepEqual(findAccount(metastore, 'ann')?.grants, [repository]);
    await assert.rejects(written(metastore, changeAccount({ ...change, user: 'bob' })), {
      kind: 'unknown_user',
      message: "Operation GRANT failed for 'bob'@'%'",
    });
  });
});

async function alter(metastore: Metastore, user: string, text: string): Promise<void> {
  await written(
    metastore,
    alterPassword(metastore, { user, password: new Secret(text), isLoopbackOnly: true }),
  );
}
