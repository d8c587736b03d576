import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TargetHold } from '../../../../src/source/source.ts';
import { EngineFixture } from '../engine-fixture.ts';

const hold: TargetHold = {
  database: 'shop',
  label: 'nightly',
  targets: [
    { kind: 'TABLE', name: 'held' },
    { kind: 'VIEW', name: 'shown' },
    { kind: 'TABLE', name: 'to_come' },
    { kind: 'FUNCTION', name: 'free' },
  ],
  isWhole: false,
  allowsLoad: false,
};

const setup = [
  'CREATE TABLE held (id INT PRIMARY KEY, v INT) PARTITION BY RANGE (id) (PARTITION p VALUES LESS THAN (100))',
  'CREATE TABLE free (id INT PRIMARY KEY)',
  'CREATE VIEW shown AS SELECT id FROM held',
  'INSERT INTO held VALUES (1, 1), (2, 2)',
];

/** Statements and the name that the refusal gives; of the database where that is what is refused. */
const definitions: readonly (readonly [string, string])[] = [
  ['DROP TABLE held', 'Table held'],
  ['DROP TABLE free, held', 'Table held'],
  ['ALTER TABLE held ADD COLUMN w INT', 'Table held'],
  ['ALTER TABLE HELD DROP PARTITION p', 'Table held'],
  ['ALTER TABLE held RENAME held_old', 'Table held'],
  ['TRUNCATE TABLE held', 'Table held'],
  ['RENAME TABLE held TO x', 'Table held'],
  ['RENAME TABLE free TO to_come', 'Table to_come'],
  ['CREATE INDEX k ON held (v)', 'Table held'],
  ['CREATE TABLE to_come (id INT)', 'Table to_come'],
  ['CREATE TABLE to_come AS SELECT * FROM held', 'Table to_come'],
  ['CREATE VIEW to_come AS SELECT 1', 'Table to_come'],
  ['CREATE OR REPLACE VIEW shown AS SELECT 1', 'Table shown'],
  ['DROP VIEW shown', 'Table shown'],
  ['DROP DATABASE shop', 'Database shop'],
];
const writes = [
  'INSERT INTO held VALUES (3, 3)',
  'INSERT INTO held SELECT id + 5, 1 FROM free',
  'REPLACE INTO held VALUES (1, 3)',
  'UPDATE held SET v = 3',
  'DELETE FROM held',
  'DELETE held FROM held JOIN free ON free.id = held.id',
];

describe('what a restore is going to replace', () => {
  for (const [sql, name] of definitions) {
    it(`is kept from ${sql}`, async () => {
      await using fixture = await EngineFixture.open();
      await fixture.all(...setup);
      using _hold = fixture.engine.holds.take(hold);
      assert.equal(await fixture.error(sql), `backup: ${name}'s state is not NORMAL: RESTORE`);
      assert.deepEqual(await fixture.lines('SELECT * FROM held'), ['1|1', '2|2']);
      assert.deepEqual(await fixture.lines('SELECT * FROM shown'), ['1', '2']);
    });
  }

  it('is kept from writes, also in a transaction, which goes on', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(...setup);
    using _hold = fixture.engine.holds.take(hold);
    for (const sql of writes)
      assert.equal(await fixture.error(sql), "backup: Table held's state is not NORMAL: RESTORE", sql);
    await fixture.all('BEGIN', 'INSERT INTO free VALUES (1)');
    for (const sql of writes) assert.match(await fixture.error(sql), /RESTORE/, sql);
    await fixture.run('COMMIT');
    assert.deepEqual(await fixture.lines('SELECT COUNT(*) FROM free JOIN held ON free.id = held.id'), ['1']);
    assert.deepEqual(await fixture.lines('SELECT * FROM held'), ['1|1', '2|2']);
  });

  it('takes writes where the restore allows them, and no definitions', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(...setup);
    using _hold = fixture.engine.holds.take({ ...hold, allowsLoad: true });
    for (const sql of writes) assert.equal(await fixture.error(sql), 'no error', sql);
    assert.match(await fixture.error('DROP TABLE held'), /RESTORE/);
  });

  it('is a table or a function, not both', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(...setup);
    await fixture.run('CREATE FUNCTION free (a INT) RETURNS INT RETURN a + 1');
    using _hold = fixture.engine.holds.take(hold);
    assert.equal(await fixture.error('DROP TABLE free'), 'no error');
    assert.match(await fixture.error('DROP FUNCTION free'), /Table free's state is not NORMAL/);
    assert.equal(await fixture.error('CREATE FUNCTION held (a INT) RETURNS INT RETURN a'), 'no error');
  });

  it('is every table of a database that is being cleaned, those to come too', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(...setup);
    using _hold = fixture.engine.holds.take({ ...hold, isWhole: true });
    assert.match(await fixture.error('INSERT INTO free VALUES (1)'), /Table free's state/);
    assert.match(await fixture.error('CREATE TABLE another (id INT)'), /Table another's state/);
  });

  it('may be a database that is not there yet', async () => {
    await using fixture = await EngineFixture.open();
    using _hold = fixture.engine.holds.take({ ...hold, database: 'archive' });
    const expected = "backup: Database archive's state is not NORMAL: RESTORE";
    assert.equal(await fixture.error('CREATE DATABASE archive'), expected);
  });

  it('is free again when the restore has ended', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(...setup);
    fixture.engine.holds.take(hold)[Symbol.dispose]();
    for (const sql of ['DELETE FROM held', 'DROP VIEW shown', 'DROP TABLE held', 'DROP DATABASE shop'])
      assert.equal(await fixture.error(sql), 'no error', sql);
  });
});
