import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type Grant,
  type GrantObject,
  type Holder,
  mayGive,
  mayKnow,
  mayUse,
  type PrivilegeObject,
} from '../../src/auth/privileges.ts';

const catalog = 'default_catalog';
const orders = { kind: 'table', catalog, database: 'shop', name: 'orders' } as const;
const customers: PrivilegeObject = { ...orders, name: 'customers' };
const elsewhere: PrivilegeObject = { ...orders, database: 'hr' };
const view: PrivilegeObject = { ...orders, kind: 'view' };

describe('a holder', () => {
  const on = (object: GrantObject): Grant => ({ privilege: 'SELECT', object });
  const ofShop = on({ ...orders, name: null });
  const cases: readonly (readonly [name: string, Grant | undefined, PrivilegeObject, boolean])[] = [
    ['without grants may do nothing', undefined, orders, false],
    ['may use what was granted on a table', on(orders), orders, true],
    ['may not use it on another table', on(orders), customers, false],
    ['may use a grant on all tables of a database on each', ofShop, customers, true],
    ['may not use it in another database', ofShop, elsewhere, false],
    ['may not use a grant on all tables on a view', ofShop, view, false],
    [
      "may use MySQL's grant on tables and views alike",
      on({ ...orders, kind: 'object', name: null }),
      view,
      true,
    ],
    [
      "may not use MySQL's grant on a function",
      on({ ...orders, kind: 'object', name: null }),
      { ...orders, kind: 'function' },
      false,
    ],
    [
      'may use a grant on everything anywhere',
      on({ kind: 'object', catalog: null, database: null, name: null }),
      elsewhere,
      true,
    ],
    [
      'may not read tables with REPOSITORY',
      { privilege: 'REPOSITORY', object: { kind: 'system' } },
      orders,
      false,
    ],
    [
      "may not read tables with a database's privileges",
      { privilege: 'ALTER', object: { kind: 'database', catalog, database: 'shop' } },
      orders,
      false,
    ],
  ];
  for (const [name, grant, object, expected] of cases) {
    it(name, () => assert.equal(mayUse(holding(grant), 'SELECT', object), expected));
  }

  it('that is no account may do nothing', () => {
    assert.equal(mayUse(undefined, 'SELECT', orders), false);
  });

  it('that is an administrator may do everything without a grant', () => {
    const administrator: Holder = { isAdministrator: true, grants: [] };
    assert.equal(mayUse(administrator, 'ADMIN', { kind: 'system' }), true);
    assert.equal(mayGive(administrator, on(orders)), true);
    assert.equal(mayKnow(administrator, { catalog, database: 'hr' }), true);
  });

  it('gives to others what it holds with the option, and no more of it', () => {
    const holder = holding({ ...ofShop, withOption: true });
    assert.equal(mayGive(holder, on(orders)), true);
    assert.equal(mayGive(holder, ofShop), true);
    assert.equal(mayGive(holder, on({ ...orders, database: null, name: null })), false);
    assert.equal(mayGive(holder, { privilege: 'INSERT', object: orders }), false);
    assert.equal(mayGive(holding(ofShop), on(orders)), false);
  });

  it('knows of a database that it has any privilege in, and of the objects that these are on', () => {
    const holder = holding(on(orders));
    assert.equal(mayKnow(holder, { catalog, database: 'shop' }), true);
    assert.equal(mayKnow(holder, { catalog, database: 'hr' }), false);
    assert.equal(mayKnow(holder, { catalog: 'other', database: 'shop' }), false);
    assert.equal(mayKnow(holder, { catalog, database: 'shop', kind: 'table', name: 'orders' }), true);
    assert.equal(mayKnow(holder, { catalog, database: 'shop', kind: 'table', name: 'customers' }), false);
    assert.equal(mayKnow(holder, { catalog, database: 'shop', kind: 'view', name: 'orders' }), false);
  });
});

function holding(grant: Grant | undefined): Holder {
  return { isAdministrator: false, grants: grant === undefined ? [] : [grant] };
}
