import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type WarningList, warningCount } from '../../../../src/source/warnings.ts';
import { EngineFixture, readRows } from '../engine-fixture.ts';

const strict = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO';

describe('what DuckDB notes of values while a statement runs', () => {
  let shop: EngineFixture;
  before(async () => {
    shop = await EngineFixture.open();
    await shop.all(
      'CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(20), n INT)',
      "INSERT INTO t VALUES (1, 'abc', 0), (2, '12x', 5), (3, '7', NULL), (4, NULL, 0)",
      'CREATE TABLE many AS SELECT a.id * 1000 + b.id * 100 + c.id * 10 + d.id AS id, a.s FROM t a, t b, t c, t d',
    );
  });
  after(async () => {
    await shop[Symbol.asyncDispose]();
  });

  async function warningsOf(sql: string): Promise<WarningList> {
    const answer = await shop.run(sql);
    if (answer.kind === 'rows') await readRows(answer.result);
    return answer.warnings as WarningList;
  }

  it('becomes the warnings of the statement once its rows are read', async () => {
    const warnings = await warningsOf('SELECT s + 0, 1 / n FROM t');
    assert.deepEqual(warnings.map(({ number, message }) => `${number} ${message}`).sort(), [
      "1292 Truncated incorrect DOUBLE value: '12x'",
      "1292 Truncated incorrect DOUBLE value: 'abc'",
      '1365 Division by 0',
      '1365 Division by 0',
    ]);
  });

  it('is forgotten with the next statement', async () => {
    await warningsOf('SELECT s + 0 FROM t');
    assert.equal(warningCount(await warningsOf("SELECT id FROM t WHERE s = 'abc'")), 0);
  });

  it('keeps no more than max_error_count, and counts all', async () => {
    shop.variables.set('max_error_count', 3);
    const warnings = await warningsOf('SELECT s + 0 FROM many');
    shop.variables.delete('max_error_count');
    assert.equal(warnings.length, 3);
    assert.equal(warningCount(warnings), 128);
  });

  it('is not counted twice for the rows that SQL_CALC_FOUND_ROWS counts', async () => {
    const warnings = await warningsOf('SELECT SQL_CALC_FOUND_ROWS s + 0 FROM t LIMIT 10');
    assert.equal(warnings.filter(({ number }) => number === 1292).length, 2);
  });

  it('is noted once for an argument that a function names several times', async () => {
    assert.equal(
      warningCount(await warningsOf("SELECT FORMAT('abc', 2), WEEK('a'), CAST('q' AS SIGNED)")),
      3,
    );
    assert.equal(warningCount(await warningsOf("SELECT 1 / ('abc' + 1), SUBSTRING('abc', '1x' + 0)")), 2);
  });

  it('goes to the session whose statement it is', async () => {
    await using other = shop.other().session;
    const signal = new AbortController().signal;
    const [ours, theirs] = await Promise.all([
      warningsOf('SELECT s + 0 FROM many'),
      other.run('SELECT s + 0 FROM t', [], shop.context, signal).then(async (answer) => {
        if (answer.kind === 'rows') await readRows(answer.result);
        return answer.warnings;
      }),
    ]);
    assert.deepEqual([warningCount(ours), warningCount(theirs)], [128, 2]);
  });

  it('fails a strict change before a row is changed, and leaves the transaction open', async () => {
    shop.variables.set('sql_mode', strict);
    await shop.run('BEGIN');
    await shop.run("INSERT INTO t VALUES (5, 'x', 1)");
    assert.equal(
      await shop.error('UPDATE t SET n = s + 0'),
      "truncated_value: Truncated incorrect DOUBLE value: 'abc'",
    );
    assert.equal(await shop.error('UPDATE t SET n = 5 / 0'), 'division_by_zero: Division by 0');
    assert.equal(
      await shop.error('DELETE FROM t WHERE s = 7'),
      "truncated_value: Truncated incorrect DOUBLE value: 'abc'",
    );
    assert.deepEqual(await shop.lines('SELECT COUNT(*), SUM(n) FROM t'), ['5|6']);
    await shop.run('ROLLBACK');
  });

  it('is a warning of a change with IGNORE', async () => {
    shop.variables.set('sql_mode', strict);
    await shop.run('BEGIN');
    assert.equal(warningCount(await warningsOf('UPDATE IGNORE t SET n = s + 0')), 2);
    await shop.run('ROLLBACK');
  });

  it('says nothing of zeros without ERROR_FOR_DIVISION_BY_ZERO', async () => {
    shop.variables.set('sql_mode', '');
    assert.equal(warningCount(await warningsOf('SELECT 1 / 0, 5 % n FROM t')), 0);
    shop.variables.set('sql_mode', strict);
  });
});
