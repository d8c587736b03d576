import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineFixture } from '../engine-fixture.ts';

describe('INSERT … ON DUPLICATE KEY UPDATE', () => {
  /** Statement, its affected rows, and the table (id|n|k) afterwards. Each begins with (1, 10, 'a'). */
  const cases: readonly (readonly [string, bigint, readonly string[]])[] = [
    ["VALUES (2, 20, 'b') ON DUPLICATE KEY UPDATE n = 0", 1n, ['1|10|a', '2|20|b']],
    ["VALUES (1, 20, 'b') ON DUPLICATE KEY UPDATE n = n + 1", 2n, ['1|11|a']],
    ["VALUES (1, 20, 'b') ON DUPLICATE KEY UPDATE n = VALUES(n)", 2n, ['1|20|a']],
    ["VALUES (1, 20, 'b') ON DUPLICATE KEY UPDATE n = n", 0n, ['1|10|a']],
    ["VALUES (9, 20, 'A') ON DUPLICATE KEY UPDATE n = VALUES(id)", 2n, ['1|9|a']],
    ["VALUES (1, 5, 'x') AS new ON DUPLICATE KEY UPDATE n = t.n + new.n", 2n, ['1|15|a']],
    ["VALUES (1, 5, 'x') AS new(i, m, o) ON DUPLICATE KEY UPDATE n = m, k = o", 2n, ['1|5|x']],
    [
      "VALUES (2, 1, 'b'), (2, 1, 'c'), (2, 1, 'd') ON DUPLICATE KEY UPDATE n = n + 1",
      5n,
      ['1|10|a', '2|3|b'],
    ],
    ['SELECT id, 7, k FROM t ON DUPLICATE KEY UPDATE n = VALUES(n) * 2', 2n, ['1|14|a']],
    ['SET id = 1 ON DUPLICATE KEY UPDATE n = 3', 2n, ['1|3|a']],
    ["VALUES (1, 5, 'x') ON DUPLICATE KEY UPDATE n = n + 1, k = n", 2n, ['1|11|11']],
    ["VALUES (1, 5, 'x') ON DUPLICATE KEY UPDATE n = VALUES(n), n = t.n + 1, k = shop.t.n", 2n, ['1|6|6']],
    ["VALUES (1, 5, 'x') ON DUPLICATE KEY UPDATE n = DEFAULT", 2n, ['1|null|a']],
    ["VALUES (1, 5, 'x') ON DUPLICATE KEY UPDATE n = (SELECT MAX(n) FROM o)", 2n, ['1|77|a']],
    ["VALUES (1, 5, 'x') ON DUPLICATE KEY UPDATE n = (SELECT MAX(n) + id FROM o) + n", 2n, ['1|88|a']],
    [
      "VALUES (1, 5, 'x') ON DUPLICATE KEY UPDATE n = (SELECT MAX(n) FROM o WHERE n < VALUES(n))",
      2n,
      ['1|4|a'],
    ],
    [
      "VALUES (1, 5, 'x') AS new ON DUPLICATE KEY UPDATE n = (SELECT n FROM o WHERE n > new.n)",
      2n,
      ['1|77|a'],
    ],
    [
      "VALUES (1, 5, 'x') AS new(i, m, p) ON DUPLICATE KEY UPDATE n = (SELECT n FROM o WHERE n > m)",
      2n,
      ['1|77|a'],
    ],
  ];
  for (const [statement, affected, expected] of cases) {
    it(statement, async () => {
      await using fixture = await EngineFixture.open();
      await fixture.run('CREATE TABLE t (id INT PRIMARY KEY, n INT, k VARCHAR(5), UNIQUE (k))');
      await fixture.run("INSERT INTO t VALUES (1, 10, 'a')");
      await fixture.all('CREATE TABLE o (n INT)', 'INSERT INTO o VALUES (4), (77)');
      const answer = await fixture.run(`INSERT INTO t ${statement}`);
      assert.equal(answer.kind === 'ok' && answer.affectedRows, affected);
      assert.deepEqual(await fixture.lines('SELECT * FROM t ORDER BY id'), expected);
    });
  }

  it('refuses a name that both rows have once the new one has an alias', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all('CREATE TABLE t (id INT PRIMARY KEY, n INT)', 'INSERT INTO t VALUES (1, 1)');
    for (const tail of [
      'AS new ON DUPLICATE KEY UPDATE n = n + 1',
      'AS new(n, m) ON DUPLICATE KEY UPDATE n = n',
    ]) {
      assert.equal(
        await fixture.error(`INSERT INTO t VALUES (1, 5) ${tail}`),
        "ambiguous_column: Column 'n' in field list is ambiguous",
      );
    }
    await fixture.run('INSERT INTO t VALUES (1, 5) AS new(i, m) ON DUPLICATE KEY UPDATE n = n + m');
    assert.deepEqual(await fixture.lines('SELECT * FROM t'), ['1|6']);
  });

  it('counts a row that stays as it is for a client that counts what is found', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all('CREATE TABLE t (id INT PRIMARY KEY, n INT)', 'INSERT INTO t VALUES (1, 1), (2, 2)');
    const answer = await fixture.session.run(
      'INSERT INTO t VALUES (1, 1), (2, 9), (3, 3) ON DUPLICATE KEY UPDATE n = VALUES(n)',
      [],
      { ...fixture.context, countsMatchedRows: true },
      new AbortController().signal,
    );
    assert.equal(answer.kind === 'ok' && answer.affectedRows, 4n);
  });

  it('fails as a whole when an update breaks another key', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(
      'CREATE TABLE t (id INT PRIMARY KEY, n INT UNIQUE)',
      'INSERT INTO t VALUES (1, 1), (2, 2)',
    );
    assert.equal(
      await fixture.error('INSERT INTO t VALUES (3, 3), (1, 9) ON DUPLICATE KEY UPDATE n = 2'),
      "duplicate_entry: Duplicate entry '2' for key 't.n'",
    );
    assert.deepEqual(await fixture.lines('SELECT COUNT(*) FROM t'), ['2']);
  });
});

describe('REPLACE', () => {
  it('counts the rows that go and the rows that come', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(
      'CREATE TABLE t (id INT PRIMARY KEY, n INT UNIQUE)',
      'INSERT INTO t VALUES (1, 1), (2, 2)',
    );
    assert.equal((await fixture.answer('REPLACE INTO t VALUES (1, 5)')).split('/')[0], '2');
    assert.equal((await fixture.answer('REPLACE INTO t VALUES (3, 5)')).split('/')[0], '2');
    assert.equal((await fixture.answer('REPLACE INTO t VALUES (7, 7), (7, 8)')).split('/')[0], '3');
    assert.deepEqual(await fixture.lines('SELECT * FROM t ORDER BY id'), ['2|2', '3|5', '7|8']);
  });
});
