import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changeAccount, createAccount, ensureRoot, findAccount } from '../../src/auth/accounts.ts';
import type { Account } from '../../src/auth/account.ts';
import { mayUse, type PrivilegeObject } from '../../src/auth/privileges.ts';
import { changeRole, createRole, dropRole, findRole, holderOf, listRoles } from '../../src/auth/roles.ts';
import { Secret } from '../../src/base/secret.ts';
import type { Metastore } from '../../src/metastore/metastore.ts';
import { memoryMetastore } from './memory-metastore.ts';
import { written } from '../support/written.ts';

const orders = { kind: 'table', catalog: 'default_catalog', database: 'shop', name: 'orders' } as const;
const reading = { privilege: 'SELECT', object: orders } as const;

describe('roles', () => {
  it('are made once, changed and dropped; StarRocks’ own stay as they are', async () => {
    await using metastore = await memoryMetastore();
    await written(metastore, createRole('reader'));
    await assert.rejects(written(metastore, createRole('reader')), { kind: 'unknown_user' });
    for (const name of ['root', 'db_admin', 'public']) {
      await assert.rejects(written(metastore, createRole(name)), { kind: 'unknown_user' });
      await assert.rejects(written(metastore, dropRole(name)), { kind: 'unknown_user' });
    }
    assert.deepEqual(
      listRoles(metastore).map(({ name }) => name),
      ['root', 'cluster_admin', 'db_admin', 'user_admin', 'public', 'reader'],
    );
    await written(metastore, dropRole('reader'));
    assert.equal(findRole(metastore, 'reader'), undefined);
  });

  it('give what they hold while they are active, also through other roles', async () => {
    await using metastore = await memoryMetastore();
    await worldOfAnn(metastore);
    const may = (active: Parameters<typeof holderOf>[2], object: PrivilegeObject = orders): boolean =>
      mayUse(holderOf(metastore, 'ann', active), 'SELECT', object);
    assert.equal(may('DEFAULT'), false);
    assert.equal(may('ALL'), true);
    assert.equal(may(['analyst']), true);
    assert.equal(may(['reader']), false); // never given to her itself
    await give(metastore, (account) => ({ ...account, defaultRoles: ['analyst'] }));
    assert.equal(may('DEFAULT'), true);
    assert.equal(may('NONE'), false);
    await written(metastore, dropRole('reader'));
    assert.equal(may('ALL'), false);
    await written(metastore, createRole('reader'));
    await give(metastore, (account) => ({ ...account, roles: ['analyst', 'reader'] }));
    await written(metastore, dropRole('reader'));
    assert.deepEqual(findRole(metastore, 'analyst')?.roles, []);
    assert.deepEqual(findAccount(metastore, 'ann')?.roles, ['analyst']);
  });

  it('public is everybody’s and always active', async () => {
    await using metastore = await memoryMetastore();
    await written(metastore, createAccount({ user: 'ann', password: new Secret('long enough 1') }));
    await written(
      metastore,
      changeRole({
        operation: 'GRANT',
        name: 'public',
        changed: (role) => ({ ...role, grants: [reading] }),
      }),
    );
    assert.equal(mayUse(holderOf(metastore, 'ann', 'NONE'), 'SELECT', orders), true);
    assert.equal(holderOf(metastore, 'ghost', 'ALL'), undefined);
  });

  it('make an administrator while root or a role with ADMIN is active', async () => {
    await using metastore = await memoryMetastore();
    await ensureRoot(metastore);
    await worldOfAnn(metastore);
    await give(metastore, (account) => ({ ...account, roles: ['root'] }));
    assert.equal(holderOf(metastore, 'ann', 'DEFAULT')?.isAdministrator, false);
    assert.equal(holderOf(metastore, 'ann', ['root'])?.isAdministrator, true);
    assert.equal(holderOf(metastore, 'root', 'NONE')?.isAdministrator, true);
  });

  it('cannot be part of themselves', async () => {
    await using metastore = await memoryMetastore();
    await worldOfAnn(metastore);
    const circle = written(
      metastore,
      changeRole({
        operation: 'GRANT',
        name: 'reader',
        changed: (role) => ({ ...role, roles: ['analyst'] }),
      }),
    );
    await assert.rejects(circle, { kind: 'analysis' });
  });

  for (const name of ['', 'x'.repeat(33), 'a\nb']) {
    it(`cannot be called ${JSON.stringify(name)}`, async () => {
      await using metastore = await memoryMetastore();
      await assert.rejects(written(metastore, createRole(name)), { kind: 'wrong_variable_value' });
    });
  }
});

/** Ann has the role analyst, and that the role reader, which may read orders. */
async function worldOfAnn(metastore: Metastore): Promise<void> {
  await written(metastore, createAccount({ user: 'ann', password: new Secret('long enough 1') }));
  await written(metastore, createRole('reader'));
  await written(metastore, createRole('analyst'));
  const operation = 'GRANT';
  await written(
    metastore,
    changeRole({
      operation,
      name: 'reader',
      changed: (role) => ({ ...role, grants: [reading] }),
    }),
  );
  await written(
    metastore,
    changeRole({
      operation,
      name: 'analyst',
      changed: (role) => ({ ...role, roles: ['reader'] }),
    }),
  );
  await give(metastore, (account) => ({ ...account, roles: ['analyst'] }));
}

async function give(metastore: Metastore, changed: (account: Account) => Account): Promise<void> {
  await written(metastore, changeAccount({ operation: 'GRANT', user: 'ann', changed }));
}
