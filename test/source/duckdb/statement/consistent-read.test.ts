import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openRead, takeSnapshot } from '../../../../src/source/duckdb/statement/consistent-read.ts';
import { Swaps } from '../../../../src/source/duckdb/engine/swaps.ts';
import { EngineFixture } from '../engine-fixture.ts';

const t = { database: 'shop', name: 't' };

/** A read whose opening meets what `meet` says, and the number of its translations. */
function reading(swaps: Swaps, snapshot: number | undefined, meet: (attempt: number) => void) {
  let attempts = 0;
  const read = openRead(swaps, {
    snapshot,
    translate: () => ({ reads: [t], attempt: ++attempts }),
    open: async ({ attempt }) => {
      meet(attempt);
      return attempt;
    },
  });
  return read.then(({ opened }) => opened);
}

describe('a statement that meets a swap', () => {
  const swapOf = (swaps: Swaps, isRedefined = true): void =>
    swaps.begin([{ ...t, isRedefined }])[Symbol.dispose]();

  it('is translated anew, whether it ran or failed', async () => {
    const swaps = new Swaps();
    assert.equal(await reading(swaps, undefined, (attempt) => attempt < 3 && swapOf(swaps)), 3);
    const failing = reading(swaps, undefined, (attempt) => {
      if (attempt > 1) return;
      swapOf(swaps);
      throw new Error('no such column');
    });
    assert.equal(await failing, 2);
  });

  it('fails when it fails without one', async () => {
    const swaps = new Swaps();
    const failing = reading(swaps, undefined, () => {
      throw new Error('no such column');
    });
    await assert.rejects(failing, /no such column/);
  });

  it('waits for the one that is under way', async () => {
    const swaps = new Swaps();
    const swap = swaps.begin([{ ...t, isRedefined: true }]);
    const read = reading(swaps, undefined, () => undefined);
    swap[Symbol.dispose]();
    assert.equal(await read, 2);
  });

  it('reads on in its transaction while the definition is the same, and fails with 1412 when it is not', async () => {
    const swaps = new Swaps();
    const snapshot = swaps.count;
    swapOf(swaps, false);
    assert.equal(await reading(swaps, snapshot, () => undefined), 1);
    swapOf(swaps, true);
    await assert.rejects(
      reading(swaps, snapshot, () => undefined),
      /Table definition has changed, please retry transaction/,
    );
  });
});

it('a transaction begins before a swap or after it, never in between', async () => {
  await using fixture = await EngineFixture.open();
  using connection = await fixture.engine.connect();
  const { swaps } = fixture.engine;
  await connection.run('BEGIN TRANSACTION');
  const swap = swaps.begin([{ ...t, isRedefined: true }]);
  const taking = takeSnapshot(connection, swaps);
  swap[Symbol.dispose]();
  assert.equal(await taking, 1);
  await connection.run('ROLLBACK');
});

describe('in a transaction that began before a swap', () => {
  const overV = 'INSERT INTO k VALUES (1, 1) ON DUPLICATE KEY UPDATE b = (SELECT COUNT(b) FROM v) + k.b';
  const setup = [
    'CREATE TABLE p (a INT, b INT) PARTITION BY RANGE (a) (PARTITION low VALUES LESS THAN (10))',
    'CREATE VIEW v AS SELECT a, b FROM p',
    'CREATE VIEW w AS SELECT a FROM v',
    'CREATE TABLE t (a INT, b INT)',
    'INSERT INTO t VALUES (1, 1)',
    'CREATE TABLE k (a INT PRIMARY KEY, b INT)',
    'INSERT INTO k VALUES (1, 1)',
  ];
  const statements: readonly (readonly [redefined: string, sql: string])[] = [
    ['v', 'SELECT * FROM v'],
    ['v', 'SELECT * FROM w'],
    ['p', 'SELECT * FROM w'],
    ['p', 'SELECT * FROM p PARTITION (low)'],
    ['v', 'INSERT INTO t SELECT * FROM v'],
    ['p', 'INSERT INTO t SELECT * FROM p PARTITION (low)'],
    ['v', 'INSERT INTO t VALUES ((SELECT MAX(a) FROM v), 1)'],
    ['v', 'REPLACE INTO t SELECT * FROM v'],
    ['v', 'UPDATE t SET b = (SELECT MAX(b) FROM v)'],
    ['v', 'UPDATE t JOIN v ON t.a = v.a SET t.b = 2'],
    ['v', 'UPDATE w SET a = 2'],
    ['v', 'DELETE FROM v WHERE b = 2'],
    ['v', 'INSERT INTO v VALUES (2, 2)'],
    ['v', 'DELETE FROM t WHERE a IN (SELECT a FROM v)'],
    ['v', 'DELETE t FROM t JOIN v ON t.a = v.a'],
    ['v', overV],
    ['p', 'EXPLAIN SELECT * FROM v'],
    ['p', 'EXPLAIN SELECT * FROM p PARTITION (low)'],
    ['t', 'INSERT INTO t VALUES (2, 2)'],
    ['t', 'UPDATE t SET b = 2'],
    ['t', 'DELETE FROM t'],
  ];
  for (const [name, sql] of statements) {
    it(`${sql} fails where ${name} has another definition, and runs where it has not`, async () => {
      await using fixture = await EngineFixture.open();
      await fixture.all(...setup, 'BEGIN', 'SELECT 1');
      const swap = (isRedefined: boolean): void =>
        fixture.engine.swaps.begin([{ database: 'shop', name, isRedefined }])[Symbol.dispose]();
      swap(false);
      assert.equal(await fixture.error(sql), 'no error');
      swap(true);
      assert.equal(
        await fixture.error(sql),
        'table_definition_changed: Table definition has changed, please retry transaction',
      );
      await fixture.all('ROLLBACK');
      assert.equal(await fixture.error(sql), 'no error');
    });
  }
});

for (const sql of [
  'INSERT INTO k VALUES (1, 1), (2, 2) ON DUPLICATE KEY UPDATE b = (SELECT COUNT(*) FROM v)',
  'EXPLAIN SELECT * FROM v',
]) {
  it(`${sql} waits for the swap of what it reads`, async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(
      'CREATE TABLE t (a INT)',
      'CREATE VIEW v AS SELECT a FROM t',
      'CREATE TABLE k (a INT PRIMARY KEY, b INT)',
      'INSERT INTO k VALUES (1, 1)',
    );
    using other = await fixture.engine.connect();
    /** Runs the statement beside so many others at most; says whether it has ended by then. */
    const run = async (turnsMax: number) => {
      const ended = new AbortController();
      const end = fixture.run(sql).finally(() => ended.abort());
      let turns = 0;
      for (; turns < turnsMax && !ended.signal.aborted; turns++) await other.run('SELECT 1');
      return { hasEnded: ended.signal.aborted, turns, end };
    };
    const { turns } = await run(100_000);
    const swap = fixture.engine.swaps.begin([{ ...t, isRedefined: true }]);
    const { hasEnded, end } = await run(turns * 5 + 100);
    assert.equal(hasEnded, false);
    swap[Symbol.dispose]();
    await end;
  });
}
