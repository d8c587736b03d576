import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { SqlError } from '../../../../src/base/sql-error.ts';
import { Savepoints, savepointsMax } from '../../../../src/source/duckdb/statement/savepoints.ts';
import { EngineFixture } from '../engine-fixture.ts';

describe('names of savepoints', () => {
  let points: Savepoints;
  beforeEach(() => {
    points = new Savepoints();
  });

  const fails = (work: () => void, kind: string): void =>
    assert.throws(work, (error) => error instanceof SqlError && error.kind === kind);

  it('are unknown before they are set, after release and after the transaction', () => {
    fails(() => points.release('a'), 'does_not_exist');
    points.set('a');
    points.release('A');
    fails(() => points.release('a'), 'does_not_exist');
    points.set('b');
    points.clear();
    fails(() => points.release('b'), 'does_not_exist');
  });

  it('are forgotten with the release of an earlier one', () => {
    for (const name of ['a', 'b', 'c']) points.set(name);
    points.release('a');
    fails(() => points.release('b'), 'does_not_exist');
  });

  it('may be given again: the last counts, and stands last', () => {
    for (const name of ['a', 'b', 'a']) points.set(name);
    points.release('b');
    fails(() => points.release('a'), 'does_not_exist');
  });

  it('are bounded in number', () => {
    for (let made = 0; made < savepointsMax; made++) points.set(`s${made}`);
    fails(() => points.set('more'), 'resource_limit');
    points.set('s0');
  });
});

describe('going back to a savepoint', () => {
  let fixture: EngineFixture;
  before(async () => {
    fixture = await EngineFixture.open();
    await fixture.all(
      'CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, code INT, note VARCHAR(20), UNIQUE KEY u (code))',
      'CREATE TABLE s (a INT, b JSON)',
    );
  });
  after(async () => fixture[Symbol.asyncDispose]());
  beforeEach(async () => {
    await fixture.session.rollback();
    await fixture.all(
      'DELETE FROM t',
      'DELETE FROM s',
      "INSERT INTO t VALUES (1, 10, 'one'), (2, 20, 'two'), (3, NULL, 'three')",
      'BEGIN',
    );
  });

  const state = async (): Promise<readonly string[]> => [
    ...(await fixture.lines('SELECT * FROM t ORDER BY id')),
    ...(await fixture.lines('SELECT * FROM s ORDER BY a, b')),
  ];
  const set = (name: string): void => fixture.session.savepoints.set(name);
  const back = async (name: string): Promise<void> => fixture.session.rollBackTo(name);

  const writes: readonly string[] = [
    "INSERT INTO t (code, note) VALUES (30, 'new'), (40, 'new')",
    "UPDATE t SET note = 'changed' WHERE id < 3",
    'UPDATE t SET id = id + 10 ORDER BY id DESC',
    'UPDATE t SET code = code + 1',
    'DELETE FROM t WHERE id = 2',
    'DELETE FROM t',
    "REPLACE INTO t VALUES (1, 20, 'two of them')",
    "INSERT INTO t VALUES (2, 99, 'x') ON DUPLICATE KEY UPDATE id = 77, note = 'moved'",
    "INSERT IGNORE INTO t VALUES (2, 99, 'x'), (9, 99, 'y')",
    'DELETE t FROM t JOIN (SELECT 1 AS id) one USING (id)',
    "INSERT OVERWRITE t VALUES (5, 50, 'only')",
  ];
  for (const sql of writes) {
    it(`undoes ${sql}`, async () => {
      const before = await state();
      set('a');
      await fixture.run(sql);
      assert.notDeepEqual(await state(), before);
      await back('a');
      assert.deepEqual(await state(), before);
      await fixture.run(sql);
      await back('a');
      await fixture.run('COMMIT');
      assert.deepEqual(await state(), before);
      assert.match(await fixture.error("INSERT INTO t VALUES (1, 5, 'one')"), /^duplicate_entry/);
      assert.match(await fixture.error("INSERT INTO t VALUES (6, 20, 'two')"), /^duplicate_entry/);
    });
  }

  it('keeps what came before, and forgets later savepoints', async () => {
    await fixture.run("UPDATE t SET note = 'kept' WHERE id = 1");
    set('a');
    await fixture.run('DELETE FROM t WHERE id = 1');
    set('b');
    await fixture.run("INSERT INTO t VALUES (1, 11, 'again')");
    await back('A');
    await assert.rejects(back('b'), { kind: 'does_not_exist' });
    await fixture.run('COMMIT');
    assert.deepEqual(await fixture.lines('SELECT * FROM t ORDER BY id'), [
      '1|10|kept',
      '2|20|two',
      '3|null|three',
    ]);
  });

  it('leaves temporary tables, without the rows that came since', async () => {
    await fixture.run('CREATE TEMPORARY TABLE old AS SELECT 1 AS a');
    set('a');
    await fixture.all(
      'CREATE TEMPORARY TABLE young AS SELECT 1 AS a',
      'INSERT INTO old VALUES (2)',
      'CREATE TEMPORARY TABLE brief AS SELECT 1 AS a',
      'DROP TEMPORARY TABLE brief',
    );
    await back('a');
    assert.deepEqual(await fixture.lines('SELECT (SELECT COUNT(*) FROM old), (SELECT COUNT(*) FROM young)'), [
      '1|0',
    ]);
    await fixture.all('ROLLBACK', 'DROP TEMPORARY TABLE old, young');
  });

  it('keeps nothing when the transaction has ended', async () => {
    set('a');
    await fixture.all('DELETE FROM t', 'COMMIT');
    await assert.rejects(back('a'), { kind: 'does_not_exist' });
    assert.match(await fixture.error('SELECT * FROM __holdfast_lost_1'), /^unknown_table/);
  });

  it('refuses changes of a table whose rows it could not tell apart', async () => {
    await fixture.all('COMMIT', 'CREATE TABLE hidden (rowid INT)', 'BEGIN', 'INSERT INTO hidden VALUES (1)');
    set('a');
    assert.match(
      await fixture.error('INSERT INTO hidden VALUES (2)'),
      /^not_supported: changes after a SAVEPOINT/,
    );
    await fixture.all('COMMIT', 'DROP TABLE hidden');
  });

  it('gives what was there, whatever was done', async () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % below;
    };
    const some = (): readonly string[] => [
      `INSERT IGNORE INTO t (id, code, note) VALUES (${random(9)}, ${random(9)}, 'r'), (${random(9)}, NULL, 'q')`,
      `REPLACE INTO t VALUES (${random(9)}, ${random(9)}, 'p')`,
      `UPDATE IGNORE t SET id = ${random(9)} WHERE id = ${random(9)}`,
      `UPDATE t SET note = '${random(100)}' WHERE id < ${random(9)}`,
      `DELETE FROM t WHERE id = ${random(9)}`,
      `INSERT INTO s SELECT id, JSON_ARRAY(note) FROM t WHERE id > ${random(9)}`,
      `DELETE FROM s WHERE a < ${random(9)}`,
    ];
    for (let transactions = 0; transactions < 5; transactions++) {
      const seen = new Map<string, readonly string[]>();
      for (let step = 0; step < 30; step++) {
        const name = `p${random(3)}`;
        const action = random(4);
        if (action === 0) {
          set(name);
          seen.delete(name);
          seen.set(name, await state());
        } else if (action === 1 && seen.has(name)) {
          await back(name);
          assert.deepEqual(await state(), seen.get(name), `transaction ${transactions}, step ${step}`);
          const names = [...seen.keys()];
          for (const later of names.slice(names.indexOf(name) + 1)) seen.delete(later);
        } else await fixture.run(some()[random(7)] ?? '');
      }
      const last = await state();
      await fixture.run('COMMIT');
      assert.deepEqual(await state(), last);
      await fixture.run('BEGIN');
    }
  });
});
