import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tokenize } from '../../../src/sql/lexer.ts';
import { type LiveQuery, readLiveCalls, withNames } from '../../../src/sql/rewrite/live-calls.ts';

const read = (text: string): LiveQuery | undefined => readLiveCalls(tokenize(text), text, new Set());

describe('live calls', () => {
  const found: readonly (readonly [sql: string, calls: readonly string[], named: string])[] = [
    ["SELECT get_lock('a', 1)", ["get_lock('a', 1)"], "SELECT get_lock('a', 1) AS `get_lock('a', 1)`"],
    ["SELECT GET_LOCK('a', 1) AS got, 2", ["GET_LOCK('a', 1)"], "SELECT GET_LOCK('a', 1) AS got, 2"],
    ['SELECT 1 + SLEEP(2), 3', ['SLEEP(2)'], 'SELECT 1 + SLEEP(2) AS `1 + SLEEP(2)`, 3'],
    ['SELECT (SLEEP(1)) x FROM DUAL LIMIT 1', ['(SLEEP(1))'], 'SELECT (SLEEP(1)) x FROM DUAL LIMIT 1'],
    [
      'SELECT SLEEP(RELEASE_ALL_LOCKS()) a',
      ['RELEASE_ALL_LOCKS()', 'SLEEP(RELEASE_ALL_LOCKS())'],
      'SELECT SLEEP(RELEASE_ALL_LOCKS()) a',
    ],
    [
      'SELECT IF(IS_FREE_LOCK(?), 1, 0)',
      ['IS_FREE_LOCK(?)'],
      'SELECT IF(IS_FREE_LOCK(?), 1, 0) AS `IF(IS_FREE_LOCK(?), 1, 0)`',
    ],
  ];
  for (const [sql, calls, named] of found) {
    it(`are found in ${sql}`, () => {
      const query = read(sql);
      assert.ok(query !== undefined);
      assert.deepEqual(
        query.calls.map(({ span }) => sql.slice(span.start, span.end)),
        calls,
      );
      assert.equal(withNames(sql, query), named);
    });
  }

  for (const sql of ["SELECT 'SLEEP(1)'", 'SELECT sleep FROM t', 'SELECT `SLEEP`(1)']) {
    it(`are none in ${sql}`, () => assert.equal(read(sql), undefined));
  }

  const misplaced = [
    'SELECT SLEEP(1) FROM t',
    'SELECT 1 FROM t WHERE SLEEP(1)',
    'SELECT 1 WHERE SLEEP(1)',
    'SELECT SLEEP(1) LIMIT 0',
    'SELECT SLEEP(1) UNION SELECT 2',
    'SELECT (SELECT SLEEP(1))',
    'SELECT IF(0, SLEEP(1), 2)',
    'SELECT 0 AND SLEEP(1)',
    'SELECT CASE WHEN 0 THEN SLEEP(1) END',
    'SELECT COALESCE(1, SLEEP(1))',
  ];
  for (const sql of misplaced) {
    it(`are refused in ${sql}`, () =>
      assert.throws(() => read(sql), { kind: 'not_supported', message: /^SLEEP / }));
  }

  it('have the number of arguments that MySQL gives them', () => {
    assert.throws(() => read("SELECT GET_LOCK('a')"), { kind: 'wrong_argument_count' });
  });
});
