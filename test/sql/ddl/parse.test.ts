import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { SqlError } from '../../../src/base/sql-error.ts';
import { parseDdl } from '../../../src/sql/ddl/parse.ts';
import { tokenize } from '../../../src/sql/lexer.ts';
import { failsWith, parse } from './support.ts';

const name = (text: string) => ({ name: text });

const statements: readonly (readonly [sql: string, expected: object])[] = [
  [
    'DROP TABLE IF EXISTS a, d.b CASCADE',
    {
      kind: 'drop_table',
      names: [name('a'), { database: 'd', name: 'b' }],
      ifExists: true,
      temporary: false,
      force: false,
    },
  ],
  [
    'DROP TABLE t FORCE',
    { kind: 'drop_table', names: [name('t')], ifExists: false, temporary: false, force: true },
  ],
  [
    'DROP TEMPORARY TABLE `event`',
    { kind: 'drop_table', names: [name('event')], ifExists: false, temporary: true, force: false },
  ],
  [
    'DROP TABLE event',
    { kind: 'drop_table', names: [name('event')], ifExists: false, temporary: false, force: false },
  ],
  ['TRUNCATE t', { kind: 'truncate_table', table: name('t') }],
  [
    'TRUNCATE TABLE t PARTITION (p1, "p2")',
    { kind: 'truncate_table', table: name('t'), partitions: ['p1', 'p2'] },
  ],
  [
    'RENAME TABLE a TO b, d.c TO e.c',
    {
      kind: 'rename_table',
      renames: [
        { from: name('a'), to: name('b') },
        { from: { database: 'd', name: 'c' }, to: { database: 'e', name: 'c' } },
      ],
    },
  ],
  [
    'CREATE UNIQUE INDEX i ON t (a DESC, b(3)) USING BTREE ALGORITHM=INPLACE LOCK=NONE',
    {
      kind: 'create_index',
      table: name('t'),
      ifNotExists: false,
      key: {
        kind: 'UNIQUE',
        name: 'i',
        parts: [
          { column: 'a', descending: true },
          { column: 'b', prefixLength: 3, descending: false },
        ],
        method: 'BTREE',
      },
    },
  ],
  [
    'CREATE INDEX i ON t (a) USING BITMAP COMMENT "x"',
    {
      kind: 'create_index',
      table: name('t'),
      ifNotExists: false,
      key: {
        kind: 'BITMAP',
        name: 'i',
        parts: [{ column: 'a', descending: false }],
        method: 'BITMAP',
        comment: 'x',
      },
    },
  ],
  [
    'DROP INDEX i ON d.t',
    { kind: 'drop_index', table: { database: 'd', name: 't' }, name: 'i', ifExists: false },
  ],
  [
    'REFRESH MATERIALIZED VIEW v FORCE WITH SYNC MODE',
    {
      kind: 'refresh_materialized_view',
      name: name('v'),
      force: true,
      mode: 'SYNC',
    },
  ],
  [
    'DROP MATERIALIZED VIEW IF EXISTS c.d.v',
    {
      kind: 'drop_materialized_view',
      name: { catalog: 'c', database: 'd', name: 'v' },
      ifExists: true,
    },
  ],
];

describe('parseDdl', () => {
  for (const [sql, expected] of statements) {
    it(`reads ${sql}`, () => assert.deepEqual(parse(sql), expected));
  }

  it('says where a syntax error is, in the words of MySQL', () => {
    failsWith(
      'CREATE TABLE t (\n  a INT,\n  b WRONG NOT NULL\n)',
      'syntax',
      'You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version ' +
        "for the right syntax to use near 'WRONG NOT NULL\n)' at line 3",
    );
    failsWith('CREATE TABLE t', 'no_columns', 'A table must have at least 1 column');
    failsWith('DROP TABLE', 'syntax', /near '' at line 1$/);
    failsWith('DROP TABLE t u', 'syntax', /near 'u' at line 1$/);
    failsWith('CREATE TABLE t (a INT,)', 'syntax', /near '\)' at line 1$/);
  });

  it('names what it cannot do yet', () => {
    failsWith('CREATE EXTERNAL TABLE t (a INT)', 'not_supported');
  });

  it('reads thousands of partitions in a moment', () => {
    const sql =
      'CREATE TABLE t (a BIGINT) PARTITION BY RANGE (a) (START ("0") END ("4000") EVERY (1)) DISTRIBUTED BY HASH (a)';
    const statement = parse(sql);
    assert.ok(statement.kind === 'create_table');
    assert.equal(statement.definition.partitioning?.partitions.length, 4_000);
  });

  it('reads executed comments as the SQL they hold', () => {
    const statement = parse(
      'CREATE TABLE t (a INT /*!80023 INVISIBLE */) /*!50100 ENGINE=x */ /*!99999 NO */',
    );
    assert.ok(statement.kind === 'create_table');
    assert.equal(statement.definition.columns[0]?.invisible, true);
    assert.equal(statement.definition.options.engine, 'x');
  });

  it('takes what another server printed as it is when told not to check', () => {
    const sql = "CREATE TABLE t (a TEXT DEFAULT 'x')";
    failsWith(sql, 'default_not_allowed');
    assert.equal(parseDdl(tokenize(sql), sql, { isChecked: false }).kind, 'create_table');
  });

  it('throws nothing but SqlError, whatever the tokens', () => {
    const words =
      'CREATE ALTER DROP TABLE VIEW INDEX t a INT VARCHAR ( ) , ; = 5 DEFAULT NOT NULL KEY PRIMARY PARTITION BY RANGE ' +
      'VALUES LESS THAN ADD COLUMN ENUM < > >> ARRAY MAP [ CHECK AS SELECT `x` START END EVERY INTERVAL DAY';
    const word = fc.constantFrom(...words.split(' '), "'s'", '"2024-01-01"');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (tail) => {
        const sql = `CREATE TABLE t (a ${tail.join(' ')}`;
        for (const text of [sql, `ALTER TABLE t ${tail.join(' ')}`, tail.join(' ')]) {
          try {
            parseDdl(tokenize(text), text);
          } catch (error) {
            assert.ok(error instanceof SqlError, String(error));
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
