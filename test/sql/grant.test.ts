import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAccount } from '../../src/sql/account.ts';
import { tokenize } from '../../src/sql/lexer.ts';
import type { Grant, Grantee } from '../../src/sql/grant.ts';

function grant(text: string): Grant {
  return parseAccount(tokenize(text), text) as Grant; // each case says GRANT or REVOKE
}

function user(name: string, host = '%'): Grantee {
  return { kind: 'user', name: { kind: 'named', user: name, host } };
}

function role(name: string): Grantee {
  return { kind: 'role', name: { kind: 'named', user: name, host: '%' } };
}

const toU = { grantees: [user('u')], withOption: false };
const select = [{ name: 'SELECT' }];

const cases: readonly (readonly [text: string, expected: Grant])[] = [
  [
    'GRANT ALL ON *.* TO u',
    {
      kind: 'grant',
      privileges: [{ name: 'ALL' }],
      object: { kind: 'pattern', database: null, table: null },
      ...toU,
    },
  ],
  [
    'GRANT all privileges ON `a_b`.* TO u',
    {
      kind: 'grant',
      privileges: [{ name: 'ALL' }],
      object: { kind: 'pattern', database: 'a_b', table: null },
      ...toU,
    },
  ],
  [
    'GRANT SELECT ON d.t TO u',
    { kind: 'grant', privileges: select, object: { kind: 'pattern', database: 'd', table: 't' }, ...toU },
  ],
  [
    'GRANT SELECT ON t TO u',
    { kind: 'grant', privileges: select, object: { kind: 'pattern', table: 't' }, ...toU },
  ],
  [
    'GRANT SELECT ON * TO u',
    { kind: 'grant', privileges: select, object: { kind: 'pattern', table: null }, ...toU },
  ],
  [
    'GRANT SELECT ON view TO u',
    { kind: 'grant', privileges: select, object: { kind: 'pattern', table: 'view' }, ...toU },
  ],
  [
    "GRANT SELECT (a, b), Create Temporary Tables ON d.t TO 'u'@'h', v WITH GRANT OPTION",
    {
      kind: 'grant',
      privileges: [{ name: 'SELECT', columns: ['a', 'b'] }, { name: 'CREATE TEMPORARY TABLES' }],
      object: { kind: 'pattern', database: 'd', table: 't' },
      grantees: [user('u', 'h'), user('v')],
      withOption: true,
    },
  ],
  [
    'GRANT REPOSITORY ON SYSTEM TO USER u',
    { kind: 'grant', privileges: [{ name: 'REPOSITORY' }], object: { kind: 'system' }, ...toU },
  ],
  [
    'GRANT CREATE EXTERNAL CATALOG ON SYSTEM TO ROLE r',
    {
      kind: 'grant',
      privileges: [{ name: 'CREATE EXTERNAL CATALOG' }],
      object: { kind: 'system' },
      grantees: [role('r')],
      withOption: false,
    },
  ],
  [
    'GRANT SELECT ON TABLE c.d.t, x TO u',
    {
      kind: 'grant',
      privileges: select,
      object: { kind: 'objects', object: 'TABLE', names: [['c', 'd', 't'], ['x']] },
      ...toU,
    },
  ],
  [
    'GRANT SELECT ON TABLE d.* TO u',
    {
      kind: 'grant',
      privileges: select,
      object: { kind: 'objects', object: 'TABLE', names: [['d', null]] },
      ...toU,
    },
  ],
  [
    'GRANT SELECT ON MATERIALIZED VIEW mv TO u',
    {
      kind: 'grant',
      privileges: select,
      object: { kind: 'objects', object: 'MATERIALIZED VIEW', names: [['mv']] },
      ...toU,
    },
  ],
  [
    'GRANT CREATE TABLE ON DATABASE d TO u',
    {
      kind: 'grant',
      privileges: [{ name: 'CREATE TABLE' }],
      object: { kind: 'objects', object: 'DATABASE', names: [['d']] },
      ...toU,
    },
  ],
  [
    'GRANT USAGE ON CATALOG c TO u',
    {
      kind: 'grant',
      privileges: [{ name: 'USAGE' }],
      object: { kind: 'objects', object: 'CATALOG', names: [['c']] },
      ...toU,
    },
  ],
  [
    'GRANT SELECT ON ALL TABLES IN DATABASE d TO u',
    {
      kind: 'grant',
      privileges: select,
      object: { kind: 'objects', object: 'TABLE', names: [['d', null]] },
      ...toU,
    },
  ],
  [
    'GRANT SELECT ON ALL TABLES IN ALL DATABASES TO u',
    {
      kind: 'grant',
      privileges: select,
      object: { kind: 'objects', object: 'TABLE', names: [[null, null]] },
      ...toU,
    },
  ],
  [
    'GRANT DROP ON ALL DATABASES TO u',
    {
      kind: 'grant',
      privileges: [{ name: 'DROP' }],
      object: { kind: 'objects', object: 'DATABASE', names: [[null]] },
      ...toU,
    },
  ],
  [
    'GRANT IMPERSONATE ON USER a TO USER u',
    {
      kind: 'grant',
      privileges: [{ name: 'IMPERSONATE' }],
      object: { kind: 'users', users: [{ kind: 'named', user: 'a', host: '%' }] },
      ...toU,
    },
  ],
  ["GRANT 'r', s TO u", { kind: 'grant_role', roles: [role('r').name, role('s').name], ...toU }],
  [
    'REVOKE SELECT ON d.* FROM u',
    { kind: 'revoke', privileges: select, object: { kind: 'pattern', database: 'd', table: null }, ...toU },
  ],
  [
    'REVOKE ALL PRIVILEGES, GRANT OPTION FROM u',
    {
      kind: 'revoke',
      privileges: [{ name: 'ALL' }],
      object: { kind: 'everything' },
      grantees: [user('u')],
      withOption: true,
    },
  ],
  [
    'REVOKE GRANT OPTION ON *.* FROM u',
    {
      kind: 'revoke',
      privileges: [],
      object: { kind: 'pattern', database: null, table: null },
      grantees: [user('u')],
      withOption: true,
    },
  ],
  ['REVOKE r FROM USER u', { kind: 'revoke_role', roles: [role('r').name], ...toU }],
];

const refused = [
  'GRANT',
  'GRANT SELECT',
  'GRANT SELECT ON',
  'GRANT SELECT ON t',
  'GRANT SELECT ON t TO',
  'GRANT SELECT ON t FROM u',
  'GRANT SELECT ON ALL FOO TO u',
  'GRANT SELECT ON t TO u WITH',
  'REVOKE SELECT ON t TO u',
  'GRANT SELECT ON a.b.c.d TO u',
];

describe('GRANT and REVOKE', () => {
  for (const [text, expected] of cases) {
    it(`read ${text}`, () => assert.deepEqual(grant(text), expected));
  }

  for (const text of refused) {
    it(`refuse ${text}`, () => assert.throws(() => grant(text), { name: 'SqlError', kind: 'syntax' }));
  }
});
