import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../../../src/base/sql-error.ts';
import {
  abortsTransaction,
  isConflict,
  sqlErrorOf,
} from '../../../../src/source/duckdb/connection/errors.ts';

/** DuckDB's text, and what a client is told. */
const cases: readonly (readonly [string, string])[] = [
  ['INTERRUPT Error: Interrupted!', 'query_interrupted: Query execution was interrupted'],
  [
    'TransactionContext Error: Conflict on update!',
    'lock_deadlock: Deadlock found when trying to get lock; try restarting transaction',
  ],
  [
    'Catalog Error: Table with name nope does not exist!\nDid you mean "db:shop.t"?\n\nLINE 1: select',
    "unknown_table: Table 'shop.nope' doesn't exist",
  ],
  [
    'Binder Error: Table "x" does not have a column named "y"',
    "unknown_column: Unknown column 'x.y' in 'field list'",
  ],
  [
    'Binder Error: Referenced column "zz" not found in FROM clause!\nCandidate bindings: "a"',
    "unknown_column: Unknown column 'zz' in 'field list'",
  ],
  [
    'Binder Error: Ambiguous reference to column name "a" (use: "j.a" or "b.a")',
    "ambiguous_column: Column 'a' in field list is ambiguous",
  ],
  [
    'Binder Error: WHERE clause cannot contain aggregates!',
    'invalid_group_function: Invalid use of group function',
  ],
  [
    'Invalid Input Error: More than one row returned by a subquery used as an expression',
    'subquery_rows: Subquery returns more than 1 row',
  ],
  [
    "Conversion Error: Could not convert string 'abc' to INT32\n\nLINE 1",
    "truncated_value: Incorrect value: Could not convert string 'abc' to INT32",
  ],
  [
    'Parser Error: syntax error at or near "FROM"\n\nLINE 1: SELECT',
    "syntax: You have an error in your SQL syntax near 'FROM'",
  ],
  ['Out of Memory Error: failed to allocate', 'resource_limit: Out of memory'],
  [
    'IO Error: Cannot open file "/var/lib/holdfast/engine/holdfast.duckdb": broken',
    'internal: Cannot open file "…": broken',
  ],
  [
    'INTERNAL Error: something in "db:shop"."t" and __holdfast.objects\n\nStack Trace: 0x1',
    'internal: something in shop."t" and objects',
  ],
];

describe('a failure of DuckDB', () => {
  for (const [text, expected] of cases) {
    it(`'${text.slice(0, 60).replace(/\n.*/s, '')}' is told in MySQL's words`, () => {
      const error = sqlErrorOf(new Error(text), { database: 'shop' });
      assert.equal(`${error.kind}: ${error.message}`, expected);
    });
  }

  it('passes an error of ours on as it is', () => {
    const error = new SqlError('table_exists', 'x');
    assert.equal(sqlErrorOf(error), error);
  });

  it('ends a transaction unless the statement never ran', () => {
    assert.ok(abortsTransaction(new Error('Conversion Error: x')));
    assert.ok(!abortsTransaction(new Error('Binder Error: x')));
    assert.ok(isConflict(new Error('TransactionContext Error: Failed to commit: Transaction conflict: x')));
  });
});
