import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError, type SqlErrorKind } from '../../../src/base/sql-error.ts';
import { contextWith, rewritten } from './support.ts';

const cases: readonly (readonly [statement: string, kind: SqlErrorKind, text: RegExp])[] = [
  ['SELECT @n := @n + 1', 'not_supported', /assignment of the user variable '@n'/],
  ["SELECT 1 INTO OUTFILE '/tmp/x'", 'not_supported', /SELECT … INTO is not supported/],
  ['SELECT id FROM people INTO @x', 'not_supported', /SELECT … INTO/],
  ["SELECT * FROM read_csv('/etc/passwd')", 'not_supported', /the table function 'read_csv'/],
  ["SELECT * FROM '/etc/passwd'", 'syntax', /near ''\/etc\/passwd''/],
  ["SELECT read_text('/etc/passwd')", 'does_not_exist', /FUNCTION shop\.READ_TEXT does not exist/],
  ["SELECT getenv('HOME')", 'does_not_exist', /GETENV/],
  ['SELECT LENGTH()', 'wrong_argument_count', /native function 'LENGTH'/],
  ['SELECT nothing FROM people', 'unknown_column', /Unknown column 'nothing' in 'field list'/],
  ['SELECT id FROM people WHERE nothing = 1', 'unknown_column', /'nothing' in 'where clause'/],
  ['SELECT id FROM people ORDER BY 2', 'unknown_column', /'2' in 'order clause'/],
  ['SELECT id FROM people a, people b', 'ambiguous_column', /Column 'id' in field list is ambiguous/],
  ['SELECT 1 FROM people a, orders a', 'table_named_twice', /Not unique table\/alias: 'a'/],
  ['SELECT @@nothing', 'unknown_system_variable', /Unknown system variable 'nothing'/],
  ['SELECT id FROM people GROUP BY SUM(id)', 'group_on_aggregate', /Can't group on 'an aggregate function'/],
  ['SELECT SUM(id) AS m FROM people GROUP BY m', 'group_on_aggregate', /Can't group on 'm'/],
  ['SELECT MATCH (name) AGAINST ("x") FROM people', 'not_supported', /full-text search/],
  ['SELECT id FROM people PARTITION (p1)', 'not_supported', /partitions in FROM/],
  ['SELECT a.b.c.d.e', 'syntax', /syntax/],
  ['SELECT 1 +', 'syntax', /near ''/],
  ['SELECT (1, 2)', 'operand_columns', /Operand should contain 1 column/],
  ['SELECT 1 IN (SELECT 1, 2)', 'operand_columns', /Operand should contain 1 column/],
  ['SELECT (1, 2) = (SELECT 1)', 'operand_columns', /Operand should contain 2 column/],
  ['SELECT (1, 2) > ANY (SELECT 1, 2)', 'operand_columns', /Operand should contain 1 column/],
  ["SELECT AES_ENCRYPT('a', 'b', '', 'hkdf')", 'not_supported', /derives the key/],
  [
    'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n LIMIT 3) SELECT * FROM n',
    'not_supported',
    /LIMIT in a recursive query/,
  ],
  ['SELECT id FROM t WHERE RAND(3) > 0.5', 'not_supported', /RAND with a seed/],
  ['SELECT 1 UNION SELECT 1, 2', 'select_count_mismatch', /different number of columns/],
  ["SELECT DATE '2024-02-30'", 'truncated_value', /Incorrect DATE value: '2024-02-30'/],
];

describe('what has no faithful answer is refused by name', () => {
  for (const [statement, kind, text] of cases) {
    it(statement, () => {
      assert.throws(
        () => rewritten(statement),
        (error) => error instanceof SqlError && error.kind === kind && text.test(error.message),
      );
    });
  }

  it('a table needs a database', () => {
    assert.throws(
      () => rewritten('SELECT * FROM people', { database: undefined }),
      (error) => error instanceof SqlError && error.kind === 'no_database_selected',
    );
  });

  it('nesting has a limit and ends in an error', () => {
    const text = `SELECT ${'('.repeat(5_000)}1${')'.repeat(5_000)}`;
    assert.throws(
      () => rewritten(text),
      (error) => error instanceof SqlError && error.kind === 'resource_limit',
    );
  });

  it('a chain of operators has a limit, one of conditions has none', () => {
    assert.throws(
      () => rewritten(`SELECT ${'1 + '.repeat(5_000)}1`),
      (error) => error instanceof SqlError && error.kind === 'not_supported',
    );
    assert.ok(rewritten(`SELECT ${'id = 1 OR '.repeat(5_000)}1 FROM people`).sql.length > 0);
  });
});

describe('ONLY_FULL_GROUP_BY', () => {
  const strict = contextWith({ sqlMode: new Set(['ONLY_FULL_GROUP_BY']) });
  const accepted = [
    'SELECT name, COUNT(*) FROM people GROUP BY name',
    'SELECT id, name, pay FROM people GROUP BY id',
    'SELECT UPPER(name), MAX(id) FROM people GROUP BY UPPER(name)',
    "SELECT name, COUNT(*) FROM people WHERE name = 'x'",
    'SELECT p.name, SUM(o.total) FROM people p JOIN orders o ON o.person = p.id GROUP BY o.person',
    'SELECT ANY_VALUE(name) FROM people GROUP BY code',
    'SELECT YEAR(born) + 1 FROM people GROUP BY YEAR(born)',
  ];
  for (const statement of accepted) {
    it(`accepts ${statement}`, () => assert.ok(rewritten(statement, strict).sql));
  }

  const refused: readonly (readonly [string, RegExp])[] = [
    [
      'SELECT name, code FROM people GROUP BY name',
      /Expression #2 of SELECT list is not in GROUP BY clause and contains nonaggregated column 'shop\.people\.code'/,
    ],
    [
      'SELECT name, COUNT(*) FROM people',
      /In aggregated query without GROUP BY, expression #1 of SELECT list contains nonaggregated column 'shop\.people\.name'/,
    ],
    ['SELECT name FROM people GROUP BY name ORDER BY pay', /Expression #1 of ORDER BY/],
  ];
  for (const [statement, text] of refused) {
    it(`refuses ${statement}`, () => {
      assert.throws(
        () => rewritten(statement, strict),
        (error) =>
          error instanceof SqlError &&
          /^not_(group_by|aggregated)$/.test(error.kind) &&
          text.test(error.message),
      );
    });
  }
});
