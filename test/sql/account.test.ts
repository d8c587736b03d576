import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret } from '../../src/base/secret.ts';
import { parseAccount } from '../../src/sql/account.ts';
import { tokenize } from '../../src/sql/lexer.ts';
import type { AccountStatement } from '../../src/sql/account.ts';
import type { UserName } from '../../src/sql/user-name.ts';

function account(text: string): AccountStatement {
  return parseAccount(tokenize(text), text);
}

/** The statement with its secrets as `secret:…`, so that cases can compare them. */
function revealed(value: unknown): unknown {
  if (value instanceof Secret) return `secret:${value.reveal()}`;
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, revealed(part)]));
}

function named(user: string, host = '%'): UserName {
  return { kind: 'named', user, host };
}

const u = named('u');

const cases: readonly (readonly [text: string, expected: object])[] = [
  [
    "CREATE USER u IDENTIFIED BY 'p'",
    { kind: 'create_user', ifNotExists: false, users: [{ user: u, password: 'secret:p' }], clauses: {} },
  ],
  [
    "CREATE USER IF NOT EXISTS 'u'@'%'",
    { kind: 'create_user', ifNotExists: true, users: [{ user: u }], clauses: {} },
  ],
  [
    "CREATE USER a@localhost IDENTIFIED WITH 'Caching_SHA2_Password' BY 'p', `b` IDENTIFIED WITH mysql_native_password",
    {
      kind: 'create_user',
      ifNotExists: false,
      users: [
        { user: named('a', 'localhost'), plugin: 'caching_sha2_password', password: 'secret:p' },
        { user: named('b'), plugin: 'mysql_native_password' },
      ],
      clauses: {},
    },
  ],
  [
    "CREATE USER u IDENTIFIED WITH x AS '*AB'",
    {
      kind: 'create_user',
      ifNotExists: false,
      users: [{ user: u, plugin: 'x', verifier: 'secret:*AB' }],
      clauses: {},
    },
  ],
  [
    "CREATE USER u IDENTIFIED BY PASSWORD '*AB' REQUIRE NONE",
    {
      kind: 'create_user',
      ifNotExists: false,
      users: [{ user: u, verifier: 'secret:*AB' }],
      clauses: { requiresTls: false },
    },
  ],
  [
    "CREATE USER u IDENTIFIED VIA x USING PASSWORD('p')",
    {
      kind: 'create_user',
      ifNotExists: false,
      users: [{ user: u, plugin: 'x', password: 'secret:p' }],
      clauses: {},
    },
  ],
  [
    "CREATE USER u IDENTIFIED BY 'p' ACCOUNT LOCK",
    {
      kind: 'create_user',
      ifNotExists: false,
      users: [{ user: u, password: 'secret:p' }],
      clauses: { isLocked: true },
    },
  ],
  [
    "ALTER USER IF EXISTS u IDENTIFIED BY 'p' REPLACE 'q'",
    {
      kind: 'alter_user',
      ifExists: true,
      users: [{ user: u, password: 'secret:p', current: 'secret:q' }],
      clauses: {},
    },
  ],
  [
    "ALTER USER USER() IDENTIFIED BY ''",
    {
      kind: 'alter_user',
      ifExists: false,
      users: [{ user: { kind: 'current' }, password: 'secret:' }],
      clauses: {},
    },
  ],
  ["DROP USER u, 'v'@'h'", { kind: 'drop_user', ifExists: false, users: [u, named('v', 'h')] }],
  ['DROP USER IF EXISTS u', { kind: 'drop_user', ifExists: true, users: [u] }],
  ["RENAME USER u TO 'v' @ 'h'", { kind: 'rename_user', renames: [{ from: u, to: named('v', 'h') }] }],
  ["SET PASSWORD = 'p'", { kind: 'set_password', password: 'secret:p' }],
  ["SET PASSWORD FOR u = PASSWORD('p')", { kind: 'set_password', user: u, password: 'secret:p' }],
  [
    'SET PASSWORD FOR CURRENT_USER() = "p"',
    { kind: 'set_password', user: { kind: 'current' }, password: 'secret:p' },
  ],
  ['CREATE ROLE IF NOT EXISTS r', { kind: 'create_role', ifNotExists: true, roles: [named('r')] }],
  ['DROP ROLE r, s', { kind: 'drop_role', ifExists: false, roles: [named('r'), named('s')] }],
  ['SET ROLE ALL', { kind: 'set_role', roles: 'ALL' }],
  ['SET DEFAULT ROLE r TO u', { kind: 'set_role', roles: [named('r')], to: [u] }],
];

const refused = [
  'CREATE USER',
  'CREATE USER u IDENTIFIED',
  'CREATE USER u IDENTIFIED BY',
  'CREATE USER u IDENTIFIED BY p',
  "CREATE USER u IDENTIFIED BY 'p',",
  'DROP USER',
  "SET PASSWORD 'p'",
  "SET PASSWORD FOR u = PASSWORD('p'",
  'RENAME USER u',
  'SET DEFAULT ROLE r',
];

describe('account statements', () => {
  for (const [text, expected] of cases) {
    it(`reads ${text}`, () => assert.deepEqual(revealed(account(text)), expected));
  }

  for (const text of refused) {
    it(`refuses ${text}`, () => assert.throws(() => account(text), { name: 'SqlError', kind: 'syntax' }));
  }

  it('shows no password in the text of an error', () => {
    for (const text of [
      "CREATE USER u IDENTIFIED BY 'a' 5 's3cr3t'",
      "SET PASSWORD FOR u 's3cr3t'",
      "GRANT x ON *.* TO u IDENTIFIED BY 's3cr3t'",
    ]) {
      assert.throws(
        () => account(text),
        (error: Error) => !error.message.includes('s3cr3t'),
      );
    }
  });
});
