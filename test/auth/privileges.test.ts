import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Account } from '../../src/auth/account.ts';
import { type Grant, type PrivilegeObject, grantStatements, mayUse } from '../../src/auth/privileges.ts';

const catalog = 'default_catalog';
const system: PrivilegeObject = { kind: 'system' };
const orders: PrivilegeObject = { kind: 'table', catalog, database: 'shop', table: 'orders' };

describe('an account', () => {
  const onOrders: Grant = { privilege: 'SELECT', object: { ...orders } };
  const onShop: Grant = {
    privilege: 'SELECT',
    object: { kind: 'table', catalog, database: 'shop', table: null },
  };
  const onAll: Grant = {
    privilege: 'SELECT',
    object: { kind: 'table', catalog: null, database: null, table: null },
  };
  const other: PrivilegeObject = { ...orders, table: 'customers' };
  const elsewhere: PrivilegeObject = { ...orders, database: 'hr' };
  const cases: readonly {
    name: string;
    grants: readonly Grant[];
    on: PrivilegeObject;
    expected: boolean;
  }[] = [
    { name: 'without grants may do nothing', grants: [], on: orders, expected: false },
    { name: 'may use what was granted on a table', grants: [onOrders], on: orders, expected: true },
    { name: 'may not use it on another table', grants: [onOrders], on: other, expected: false },
    { name: 'may use a database-wide grant on each table', grants: [onShop], on: other, expected: true },
    { name: 'may not use it in another database', grants: [onShop], on: elsewhere, expected: false },
    { name: 'may use a grant on everything anywhere', grants: [onAll], on: elsewhere, expected: true },
    {
      name: 'with ADMIN may do everything',
      grants: [{ privilege: 'ADMIN', object: { kind: 'system' } }],
      on: orders,
      expected: true,
    },
    {
      name: 'with REPOSITORY may not read tables',
      grants: [{ privilege: 'REPOSITORY', object: { kind: 'system' } }],
      on: orders,
      expected: false,
    },
  ];
  for (const { name, grants, on, expected } of cases) {
    it(name, () => assert.equal(mayUse(accountWith(grants), 'SELECT', on), expected));
  }

  it('that does not exist may do nothing', () => {
    assert.equal(mayUse(undefined, 'SELECT', orders), false);
  });

  it('called root may do everything without a grant', () => {
    assert.equal(mayUse({ ...accountWith([]), user: 'root' }, 'ADMIN', system), true);
  });
});

describe('SHOW GRANTS', () => {
  it('lists what an account holds, one line per object', () => {
    const grants: readonly Grant[] = [
      { privilege: 'REPOSITORY', object: { kind: 'system' } },
      { privilege: 'SELECT', object: { kind: 'table', catalog, database: 'sh`op', table: null } },
      { privilege: 'INSERT', object: { kind: 'table', catalog, database: 'sh`op', table: null } },
      { privilege: 'CREATE TABLE', object: { kind: 'database', catalog, database: 'shop' } },
      { privilege: 'USAGE', object: { kind: 'catalog', catalog: null } },
    ];
    assert.deepEqual(grantStatements(accountWith(grants)), [
      'GRANT USAGE ON *.* TO `ann`@`%`',
      'GRANT REPOSITORY ON SYSTEM TO `ann`@`%`',
      'GRANT SELECT, INSERT ON `default_catalog`.`sh``op`.* TO `ann`@`%`',
      'GRANT CREATE TABLE ON DATABASE `default_catalog`.`shop` TO `ann`@`%`',
      'GRANT USAGE ON CATALOG * TO `ann`@`%`',
    ]);
  });

  it('says that root has all', () => {
    const root = { ...accountWith([]), user: 'root' };
    assert.deepEqual(grantStatements(root), ['GRANT ALL PRIVILEGES ON *.* TO `root`@`%` WITH GRANT OPTION']);
  });
});

function accountWith(grants: readonly Grant[]): Account {
  return { user: 'ann', plugin: 'caching_sha2_password', password: { kind: 'none' }, grants };
}
