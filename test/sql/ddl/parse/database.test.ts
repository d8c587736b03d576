import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DdlStatement } from '../../../../src/sql/ddl/statement.ts';
import { failsWith, parse } from '../support.ts';

const plain = { properties: [] };

const statements: readonly (readonly [sql: string, expected: DdlStatement])[] = [
  ['CREATE SCHEMA d', { kind: 'create_database', name: { name: 'd' }, ifNotExists: false, options: plain }],
  [
    "CREATE DATABASE IF NOT EXISTS d /*!40100 DEFAULT CHARACTER SET utf8 */ /*!80016 DEFAULT ENCRYPTION='N' */",
    {
      kind: 'create_database',
      name: { name: 'd' },
      ifNotExists: true,
      options: { ...plain, characterSet: 'utf8mb3', encryption: 'N' },
    },
  ],
  [
    'CREATE DATABASE c.d COLLATE = utf8mb4_bin COMMENT "x" PROPERTIES ("k" = "v")',
    {
      kind: 'create_database',
      name: { catalog: 'c', name: 'd' },
      ifNotExists: false,
      options: { collation: 'utf8mb4_bin', characterSet: 'utf8mb4', comment: 'x', properties: [['k', 'v']] },
    },
  ],
  [
    'DROP DATABASE IF EXISTS d FORCE',
    { kind: 'drop_database', name: { name: 'd' }, ifExists: true, force: true },
  ],
  ['DROP SCHEMA d', { kind: 'drop_database', name: { name: 'd' }, ifExists: false, force: false }],
  [
    'ALTER DATABASE d CHARACTER SET latin1',
    { kind: 'alter_database', name: { name: 'd' }, options: { ...plain, characterSet: 'latin1' } },
  ],
  [
    'ALTER DATABASE DEFAULT COLLATE latin1_bin READ ONLY = 1',
    {
      kind: 'alter_database',
      options: { ...plain, collation: 'latin1_bin', characterSet: 'latin1', readOnly: true },
    },
  ],
];

describe('parseCreateDatabase, parseAlterDatabase and parseDropDatabase', () => {
  for (const [sql, expected] of statements) it(`read ${sql}`, () => assert.deepEqual(parse(sql), expected));

  it('refuse what is cut short', () => {
    for (const sql of [
      'CREATE DATABASE',
      'CREATE DATABASE d CHARACTER',
      'ALTER DATABASE d',
      'DROP SCHEMA IF EXISTS',
      'DROP DATABASE a.b.c',
    ]) {
      failsWith(sql, 'syntax');
    }
  });
});
