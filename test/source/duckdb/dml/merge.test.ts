import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineFixture } from '../engine-fixture.ts';

const hashed = 'DISTRIBUTED BY HASH (k) BUCKETS 2 PROPERTIES ("replication_num" = "1")';

async function open(table: string): Promise<EngineFixture> {
  const fixture = await EngineFixture.open();
  await fixture.run(`CREATE TABLE t ${table} ${hashed}`);
  return fixture;
}

async function affected(fixture: EngineFixture, sql: string): Promise<bigint> {
  const answer = await fixture.run(sql);
  assert.equal(answer.kind, 'ok');
  return answer.affectedRows;
}

const all = 'SELECT * FROM t ORDER BY 1, 2';

describe('INSERT into a table of StarRocks’ key models', () => {
  it('keeps doubles of DUPLICATE KEY', async () => {
    await using fixture = await open('(k INT, v INT) DUPLICATE KEY (k)');
    assert.equal(await affected(fixture, 'INSERT INTO t VALUES (1, 1), (1, 1), (1, 2)'), 3n);
    assert.equal(await affected(fixture, 'INSERT INTO t SELECT * FROM t'), 3n);
    assert.deepEqual(await fixture.lines('SELECT k, v, COUNT(*) FROM t GROUP BY k, v ORDER BY v'), [
      '1|1|4',
      '1|2|2',
    ]);
  });

  for (const model of ['PRIMARY', 'UNIQUE']) {
    it(`replaces by the key of ${model} KEY, the last row of a statement winning`, async () => {
      await using fixture = await open(`(k INT NOT NULL, v VARCHAR(9)) ${model} KEY (k)`);
      assert.equal(
        await affected(fixture, "INSERT INTO t VALUES (1, 'a'), (2, 'x'), (1, 'b'), (1, NULL)"),
        4n,
      );
      assert.deepEqual(await fixture.lines(all), ['1|null', '2|x']);
      assert.equal(await affected(fixture, "INSERT INTO t VALUES (2, 'y'), (3, 'z')"), 2n);
      assert.equal(
        await affected(fixture, "INSERT INTO t SELECT k + 1, CONCAT(v, '!') FROM t WHERE k > 1"),
        2n,
      );
      assert.equal(await affected(fixture, "REPLACE INTO t VALUES (1, 'r')"), 1n);
      assert.deepEqual(await fixture.lines(all), ['1|r', '2|y', '3|y!', '4|z!']);
    });
  }

  it('merges by the aggregates of AGGREGATE KEY, in the order of the rows and with what is stored', async () => {
    await using fixture = await open(
      '(k INT, s BIGINT SUM DEFAULT "0", d DECIMAL(8,2) SUM, lo DATE MIN, hi VARCHAR(9) MAX, r VARCHAR(9) REPLACE, ' +
        'n INT REPLACE_IF_NOT_NULL) AGGREGATE KEY (k)',
    );
    const rows = [
      "(1, 5, 1.25, '2024-02-01', 'b', 'first', 7)",
      "(1, 7, 0.50, '2024-01-01', 'B', NULL, NULL)",
      "(2, 1, 1, NULL, NULL, 'x', NULL)",
    ];
    assert.equal(await affected(fixture, `INSERT INTO t VALUES ${rows.join(', ')}`), 3n);
    assert.deepEqual(await fixture.lines(all), [
      '1|12|1.75|2024-01-01|b|null|7',
      '2|1|1.00|null|null|x|null',
    ]);
    assert.equal(
      await affected(fixture, "INSERT INTO t (k, d, r) VALUES (1, -2, 'last'), (1, NULL, 'z')"),
      2n,
    );
    await fixture.run('INSERT INTO t SELECT 2, s, d, lo, hi, r, n FROM t WHERE k = 1');
    assert.deepEqual(await fixture.lines(all), ['1|12|-0.25|2024-01-01|b|z|7', '2|13|0.75|2024-01-01|b|z|7']);
    assert.deepEqual(await fixture.lines('SELECT COUNT(*), SUM(s) FROM t'), ['2|25']);
  });

  it('takes NULL for one value of a key, and texts by their bytes', async () => {
    await using fixture = await open('(k INT, c VARCHAR(9), n INT SUM) AGGREGATE KEY (k, c)');
    await fixture.run("INSERT INTO t VALUES (NULL, 'a', 1), (NULL, 'A', 2), (NULL, 'a', 4), (1, NULL, 8)");
    await fixture.run("INSERT INTO t VALUES (NULL, 'a', 16), (1, NULL, 32), (1, 'é', 64), (1, 'e', 128)");
    assert.deepEqual(
      [...(await fixture.lines('SELECT * FROM t'))].sort(),
      ['1|e|128', '1|null|40', '1|é|64', 'null|A|2', 'null|a|21'].sort(),
    );
  });

  it('is part of its transaction, and is merged in it again', async () => {
    await using fixture = await open('(k INT, n INT SUM) AGGREGATE KEY (k)');
    await fixture.all('INSERT INTO t VALUES (1, 1)', 'BEGIN', 'INSERT INTO t VALUES (1, 10), (2, 20)');
    await fixture.all('INSERT INTO t VALUES (1, 100)', 'INSERT INTO t VALUES (2, 200)');
    assert.deepEqual(await fixture.lines(all), ['1|111', '2|220']);
    const other = fixture.other();
    assert.deepEqual(await other.lines(all), ['1|1']);
    await fixture.run('ROLLBACK');
    assert.deepEqual(await fixture.lines(all), ['1|1']);
    await fixture.all('BEGIN', 'INSERT INTO t VALUES (1, 2)', 'INSERT INTO t VALUES (1, 3)', 'COMMIT');
    assert.deepEqual(await other.lines(all), ['1|6']);
    await other.session[Symbol.asyncDispose]();
  });

  it('merges what two logins insert at once', async () => {
    await using fixture = await open('(k INT, n INT SUM) AGGREGATE KEY (k)');
    const other = fixture.other();
    const inserts = Array.from({ length: 10 }, async (_, index) =>
      (index % 2 === 0 ? fixture : other.other()).other().run('INSERT INTO t VALUES (1, 1), (2, 1)'),
    );
    await Promise.all(inserts);
    assert.deepEqual(await fixture.lines(all), ['1|10', '2|10']);
    await other.session[Symbol.asyncDispose]();
  });

  it('leaves the columns of a PRIMARY KEY table alone that it does not name', async () => {
    await using fixture = await open("(k INT, v VARCHAR(9) DEFAULT 'new', n INT NOT NULL) PRIMARY KEY (k)");
    await fixture.run("INSERT INTO t VALUES (1, 'a', 10), (2, 'b', 20)");
    await fixture.run("INSERT INTO t (k, v) VALUES (1, 'A')");
    await fixture.run('INSERT INTO t (n, k) VALUES (22, 2), (33, 3)');
    assert.deepEqual(await fixture.lines(all), ['1|A|10', '2|b|22', '3|new|33']);
    assert.match(
      await fixture.error("INSERT INTO t (k, v) VALUES (4, 'x')"),
      /Field 'n' doesn't have a default value/,
    );
    fixture.variables.set('enable_insert_partial_update', 0n);
    await fixture.run('INSERT INTO t (k, n) VALUES (1, 11)');
    assert.deepEqual(await fixture.lines(all), ['1|new|11', '2|b|22', '3|new|33']);
  });

  it('keeps MySQL’s rule in a table in MySQL’s spelling', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all('CREATE TABLE t (k INT PRIMARY KEY, v INT)', 'INSERT INTO t VALUES (1, 1)');
    assert.match(
      await fixture.error('INSERT INTO t VALUES (1, 2)'),
      /Duplicate entry '1' for key 't.PRIMARY'/,
    );
    assert.match(await fixture.error('INSERT INTO t VALUES (2, 2), (2, 3)'), /Duplicate entry '2'/);
  });

  it('does not take rows of no partition', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run(
      'CREATE TABLE t (k INT NOT NULL, n INT SUM) AGGREGATE KEY (k) PARTITION BY RANGE (k) ' +
        `(PARTITION p1 VALUES LESS THAN ("10")) ${hashed}`,
    );
    await fixture.run('INSERT INTO t VALUES (1, 1), (1, 2)');
    assert.match(await fixture.error('INSERT INTO t VALUES (1, 1), (10, 1)'), /no partition/);
    assert.deepEqual(await fixture.lines(all), ['1|3']);
  });

  it('updates on a double where the model has rows of its own to change', async () => {
    await using fixture = await open('(k INT, v INT) PRIMARY KEY (k)');
    await fixture.all(
      'INSERT INTO t VALUES (1, 1)',
      'INSERT INTO t VALUES (1, 5) ON DUPLICATE KEY UPDATE v = v + 10',
    );
    assert.deepEqual(await fixture.lines(all), ['1|11']);
    await fixture.all('DROP TABLE t', `CREATE TABLE t (k INT, v INT SUM) AGGREGATE KEY (k) ${hashed}`);
    assert.match(
      await fixture.error('INSERT INTO t VALUES (1, 5) ON DUPLICATE KEY UPDATE v = 0'),
      /ON DUPLICATE KEY UPDATE on a table with AGGREGATE KEY/,
    );
  });

  it('survives a restart as it was merged', async () => {
    await using fixture = await open('(k INT, n INT SUM) AGGREGATE KEY (k)');
    await fixture.all('INSERT INTO t VALUES (1, 1)', 'INSERT INTO t VALUES (1, 1)');
    await fixture.reopen();
    await fixture.run('INSERT INTO t VALUES (1, 1)');
    assert.deepEqual(await fixture.lines(all), ['1|3']);
  });
});
