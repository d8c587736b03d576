import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineFacts } from '../../../../src/source/duckdb/engine-facts.ts';
import { EngineFixture } from '../engine-fixture.ts';

/** PARTITION BY …, rows to insert, and the rows of each partition in order. */
const cases: readonly (readonly [string, string, readonly number[]])[] = [
  [
    'RANGE (a) (PARTITION p VALUES LESS THAN (10), PARTITION q VALUES LESS THAN MAXVALUE)',
    '(NULL, NULL), (9, NULL), (10, NULL)',
    [2, 1],
  ],
  [
    "RANGE COLUMNS (d) (PARTITION p VALUES LESS THAN ('2024-01-01'), PARTITION q VALUES LESS THAN ('2025-01-01'))",
    "(1, '2023-12-31'), (1, '2024-01-01'), (1, NULL)",
    [2, 1],
  ],
  [
    'RANGE (YEAR(d)) (PARTITION p VALUES LESS THAN (2000), PARTITION q VALUES LESS THAN (3000))',
    "(1, '1999-12-31'), (1, '2000-01-01')",
    [1, 1],
  ],
  [
    "RANGE (TO_DAYS(d)) (PARTITION p VALUES LESS THAN (TO_DAYS('2024-01-01')), PARTITION q VALUES LESS THAN MAXVALUE)",
    "(1, '2023-12-31'), (1, '2024-01-01')",
    [1, 1],
  ],
  [
    "RANGE (str2date(d, '%Y-%m-%d')) (START ('2024-01-01') END ('2024-01-03') EVERY (INTERVAL 1 DAY))",
    "(1, '2024-01-01'), (2, '2024-01-02'), (3, '2024-01-02')",
    [1, 2],
  ],
  [
    "RANGE COLUMNS (a, d) (PARTITION p VALUES LESS THAN (5, '2024-01-01'), PARTITION q VALUES LESS THAN (5, MAXVALUE), PARTITION r VALUES LESS THAN (MAXVALUE, MAXVALUE))",
    "(4, '2030-01-01'), (5, '2023-01-01'), (5, '2024-01-01'), (6, NULL)",
    [2, 1, 1],
  ],
  [
    'LIST (a) (PARTITION p VALUES IN (1, NULL), PARTITION q VALUES IN (2, 3))',
    '(1, NULL), (NULL, NULL), (3, NULL)',
    [2, 1],
  ],
  [
    "LIST COLUMNS (a, d) (PARTITION p VALUES IN ((1, '2024-01-01'), (2, '2024-01-01')), PARTITION q VALUES IN ((1, NULL)))",
    "(1, '2024-01-01'), (2, '2024-01-01'), (1, NULL)",
    [2, 1],
  ],
  ['HASH (a) PARTITIONS 3', '(0, NULL), (1, NULL), (4, NULL), (-5, NULL), (NULL, NULL)', [2, 2, 1]],
];

describe('partitions', () => {
  for (const [clause, rows, expected] of cases) {
    it(`BY ${clause.slice(0, 70)}`, async () => {
      await using fixture = await EngineFixture.open();
      await fixture.run(`CREATE TABLE t (a INT, d DATE) PARTITION BY ${clause}`);
      await fixture.run(`INSERT INTO t VALUES ${rows}`);
      const facts = new EngineFacts(fixture.embedded);
      assert.deepEqual(await facts.partitionRows('shop', 't', new AbortController().signal), expected);
    });
  }

  const arrivals = [
    { name: 'lie together when they come in a large statement', numbers: 400, runs: 7 },
    { name: 'lie as they came when the statement is small', numbers: 40, runs: 1_600 },
  ];
  for (const { name, numbers, runs } of arrivals) {
    it(`have rows that ${name}`, async () => {
      await using fixture = await EngineFixture.open();
      const list = Array.from({ length: numbers }, (_, number) => `(${number})`).join(',');
      await fixture.all(
        'CREATE TABLE n (i INT)',
        `INSERT INTO n VALUES ${list}`,
        'CREATE TABLE t (a INT, k INT) PARTITION BY HASH (a) PARTITIONS 7',
        `INSERT INTO t SELECT x.i * ${numbers} + y.i, 1 FROM n x CROSS JOIN n y ORDER BY 1`,
      );
      using connection = await fixture.engine.connect();
      const places = `SELECT rowid, a % 7 AS place, lag(a % 7) OVER (ORDER BY rowid) AS before FROM "db:shop".t`;
      const found = await connection.fact(
        `SELECT count(*) FROM (${places}) WHERE place IS DISTINCT FROM before`,
      );
      assert.equal(Number(found), runs);
    });
  }

  it('BY KEY takes every row exactly once', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run('CREATE TABLE t (a INT PRIMARY KEY, d DATE) PARTITION BY KEY () PARTITIONS 4');
    await fixture.run(
      `INSERT INTO t (a) VALUES ${Array.from({ length: 100 }, (_, i) => `(${i})`).join(',')}`,
    );
    const counts = await new EngineFacts(fixture.embedded).partitionRows(
      'shop',
      't',
      new AbortController().signal,
    );
    assert.equal(counts.length, 4);
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      100,
    );
  });

  it('with StarRocks’ fixed ranges leave gaps', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run(
      "CREATE TABLE t (d DATE) PARTITION BY RANGE (d) (PARTITION p VALUES [('2024-01-01'), ('2024-02-01')), PARTITION q VALUES [('2024-03-01'), ('2024-04-01'))) DISTRIBUTED BY RANDOM",
    );
    await fixture.run("INSERT INTO t VALUES ('2024-01-31'), ('2024-03-01')");
    assert.match(await fixture.error("INSERT INTO t VALUES ('2024-02-15')"), /^no_partition_for_value/);
    assert.deepEqual(await fixture.lines('SELECT * FROM t PARTITION (p)'), ['2024-01-31']);
  });

  const alters: readonly (readonly [string, string])[] = [
    [
      'ADD PARTITION (PARTITION r VALUES LESS THAN (15))',
      'partition_range_not_increasing: VALUES LESS THAN value must be strictly increasing for each partition',
    ],
    ['ADD PARTITION (PARTITION P VALUES LESS THAN (90))', 'duplicate_partition: Duplicate partition name P'],
    ['DROP PARTITION nope', "unknown_partition: Unknown partition 'nope' in table 't'"],
    ['TRUNCATE PARTITION nope', "unknown_partition: Unknown partition 'nope' in table 't'"],
    ['DROP PARTITION p, q', 'analysis: Cannot remove all partitions, use DROP TABLE instead'],
  ];
  it('refuse what cannot be', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run(
      'CREATE TABLE t (a INT) PARTITION BY RANGE (a) (PARTITION p VALUES LESS THAN (10), PARTITION q VALUES LESS THAN (20))',
    );
    for (const [alter, expected] of alters) {
      assert.equal(await fixture.error(`ALTER TABLE t ${alter}`), expected, alter);
    }
  });

  it('refuse bounds that do not rise, where only the engine can compare them', async () => {
    await using fixture = await EngineFixture.open();
    const falling =
      "PARTITION p VALUES LESS THAN (TO_DAYS('2024-01-01')), PARTITION q VALUES LESS THAN (TO_DAYS('2023-01-01'))";
    assert.match(
      await fixture.error(`CREATE TABLE t (d DATE) PARTITION BY RANGE (TO_DAYS(d)) (${falling})`),
      /^partition_range_not_increasing/,
    );
  });

  it('know dates by any spelling', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run(
      "CREATE TABLE t (d DATETIME) PARTITION BY RANGE (d) (PARTITION p VALUES [('2024-1-1'), ('20240201')), PARTITION q VALUES [('2024-02-01 00:00:00'), ('2024-10-01'))) DISTRIBUTED BY RANDOM",
    );
    assert.match(
      await fixture.error("ALTER TABLE t ADD PARTITION r VALUES [('2024-9-30'), ('2024-12-1'))"),
      /^partition_range_not_increasing/,
    );
    await fixture.run("ALTER TABLE t ADD PARTITION r VALUES [('2024-10-1'), ('2024-12-1'))");
    await fixture.run("INSERT INTO t VALUES ('2024-11-30 23:59:59')");
    assert.deepEqual(await fixture.lines('SELECT count(*) FROM t PARTITION (r)'), ['1']);
  });

  it('of a StarRocks table leave a gap when they are dropped, and come in order', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(
      `CREATE TABLE t (k INT) DUPLICATE KEY(k) PARTITION BY RANGE (k) (
         PARTITION p1 VALUES LESS THAN (10), PARTITION p2 VALUES LESS THAN (20), PARTITION p3 VALUES LESS THAN (30)
       ) DISTRIBUTED BY RANDOM`,
      'INSERT INTO t VALUES (5), (15), (25)',
      'ALTER TABLE t DROP PARTITION p2',
    );
    assert.match(await fixture.error('INSERT INTO t VALUES (15)'), /^no_partition_for_value/);
    await fixture.run('ALTER TABLE t ADD PARTITIONS START ("40") END ("60") EVERY (10)');
    await fixture.run('ALTER TABLE t ADD PARTITION p2 VALUES [("12"), ("18"))');
    assert.match(
      await fixture.error('ALTER TABLE t ADD PARTITION p9 VALUES [("25"), ("35"))'),
      /^partition_range_not_increasing/,
    );
    await fixture.run('ALTER TABLE t ADD PARTITION last VALUES LESS THAN (MAXVALUE)');
    const { partitioning } = fixture.engine.dictionary.table('shop', 't')?.definition ?? {};
    assert.deepEqual(
      partitioning?.partitions.map(({ name }) => name),
      ['p1', 'p2', 'p3', 'p40', 'p50', 'last'],
    );
    await fixture.run('INSERT INTO t VALUES (12), (60), (1000)');
    await fixture.run('ALTER TABLE t DROP PARTITIONS START ("40") END ("60") EVERY (10) FORCE');
    assert.match(await fixture.error('INSERT INTO t VALUES (45)'), /^no_partition_for_value/);
    await fixture.run('TRUNCATE TABLE t PARTITION last');
    assert.deepEqual(await fixture.lines('SELECT k FROM t ORDER BY k'), ['5', '12', '25']);
    await fixture.run('ALTER TABLE t DROP PARTITION p1, p2, p3, last');
    assert.deepEqual(await fixture.lines('SELECT count(*) FROM t'), ['0']);
  });

  it('change with their rows', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run(
      'CREATE TABLE t (a INT) PARTITION BY RANGE (a) (PARTITION p VALUES LESS THAN (10), PARTITION q VALUES LESS THAN (20))',
    );
    await fixture.all(
      'INSERT INTO t VALUES (1), (11)',
      'ALTER TABLE t ADD PARTITION (PARTITION r VALUES LESS THAN (30))',
      'INSERT INTO t VALUES (21)',
      'ALTER TABLE t DROP PARTITION p',
      'ALTER TABLE t TRUNCATE PARTITION r',
    );
    assert.deepEqual(await fixture.lines('SELECT * FROM t'), ['11']);
    await fixture.run('ALTER TABLE t REORGANIZE PARTITION q, r INTO (PARTITION s VALUES LESS THAN (40))');
    assert.deepEqual(await fixture.lines('SELECT * FROM t PARTITION (s)'), ['11']);
    await fixture.all('ALTER TABLE t REMOVE PARTITIONING', 'INSERT INTO t VALUES (99)');
    assert.match(
      await fixture.error('ALTER TABLE t PARTITION BY RANGE (a) (PARTITION p VALUES LESS THAN (50))'),
      /^no_partition_for_value/,
    );
  });
});
