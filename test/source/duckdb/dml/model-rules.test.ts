import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineFixture } from '../engine-fixture.ts';

async function open(table: string): Promise<EngineFixture> {
  const fixture = await EngineFixture.open();
  await fixture.run(`CREATE TABLE t ${table} DISTRIBUTED BY HASH (k)`);
  await fixture.run('INSERT INTO t VALUES (1, 10), (2, 20), (3, 30)');
  return fixture;
}

describe('UPDATE and DELETE of StarRocks’ key models', () => {
  it('change rows of PRIMARY KEY, but not their keys; every row met counts', async () => {
    await using fixture = await open('(k INT, v INT) PRIMARY KEY (k)');
    const answer = await fixture.run('UPDATE t SET v = 20 WHERE k > 1');
    assert.equal(answer.kind === 'ok' ? answer.affectedRows : undefined, 2n);
    await fixture.all('UPDATE t SET v = v + 1 WHERE k = 3', 'DELETE FROM t WHERE v = 20');
    assert.deepEqual(await fixture.lines('SELECT * FROM t ORDER BY k'), ['1|10', '3|21']);
    assert.match(await fixture.error('UPDATE t SET k = 9'), /primary key column cannot be updated: k/);
  });

  it('change rows of DUPLICATE KEY', async () => {
    await using fixture = await open('(k INT, v INT) DUPLICATE KEY (k)');
    await fixture.all('UPDATE t SET v = 0 WHERE k = 1', 'DELETE FROM t WHERE v = 20');
    assert.deepEqual(await fixture.lines('SELECT * FROM t ORDER BY k'), ['1|0', '3|30']);
  });

  for (const table of ['(k INT, v INT SUM) AGGREGATE KEY (k)', '(k INT, v INT) UNIQUE KEY (k)']) {
    it(`delete by the key alone from ${table}`, async () => {
      await using fixture = await open(table);
      assert.match(await fixture.error('UPDATE t SET v = 0'), /table t does not support update/);
      assert.match(await fixture.error('DELETE FROM t'), /Where clause is not set/);
      assert.match(
        await fixture.error('DELETE FROM t WHERE k = 1 AND v > 0'),
        /Column\[v\] is not key column/,
      );
      await fixture.run('DELETE FROM t WHERE t.k IN (1, 2)');
      assert.deepEqual(await fixture.lines('SELECT * FROM t'), ['3|30']);
    });
  }
});
