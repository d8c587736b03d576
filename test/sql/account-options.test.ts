import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type AccountClauses, readAccountClauses } from '../../src/sql/account-options.ts';
import { tokenize } from '../../src/sql/lexer.ts';
import { TokenReader } from '../../src/sql/token-reader.ts';

function clauses(text: string): AccountClauses {
  return readAccountClauses(new TokenReader(tokenize(text), text));
}

describe('the clauses of CREATE USER and ALTER USER', () => {
  const accepted: readonly (readonly [string, AccountClauses])[] = [
    ['', {}],
    ['REQUIRE SSL', { requiresTls: true }],
    ['REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK', { requiresTls: false, isLocked: false }],
    [
      'WITH MAX_USER_CONNECTIONS 3 MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 7 ACCOUNT LOCK',
      { connectionsMax: 3, perHour: { max_questions: 0, max_updates: 7 }, isLocked: true },
    ],
    ["COMMENT 'of the BI team'", { comment: 'of the BI team' }],
    ['DEFAULT ROLE ALL', { defaultRoles: 'ALL' }],
    ['DEFAULT ROLE NONE', { defaultRoles: 'NONE' }],
    ["DEFAULT ROLE a, 'b'", { defaultRoles: ['a', 'b'].map((user) => ({ kind: 'named', user, host: '%' })) }],
    ['PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT', {}],
  ];
  for (const [text, expected] of accepted) {
    it(`read ${text === '' ? 'none' : text}`, () => assert.deepEqual(clauses(text), expected));
  }

  for (const text of ['REQUIRE X509', 'PASSWORD EXPIRE', "ATTRIBUTE '{}'", 'FAILED_LOGIN_ATTEMPTS 3']) {
    it(`refuse ${text}, which nothing here obeys`, () =>
      assert.throws(() => clauses(text), { kind: 'not_supported' }));
  }
  for (const text of ['FLY', 'ACCOUNT', 'WITH', 'REQUIRE', 'WITH MAX_USER_CONNECTIONS -1', 'DEFAULT']) {
    it(`refuse ${text} as it stands`, () => assert.throws(() => clauses(text), { kind: 'syntax' }));
  }
});
