import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RowDataPacket } from 'mysql2/promise';
import { CrashWorld } from '../support/crash-world.ts';

type Case = Readonly<{
  what: string;
  statements: readonly string[];
  /** Asked after the kill and the restart. */
  ask: string;
  expected: (rows: readonly RowDataPacket[]) => void;
}>;

const cases: readonly Case[] = [
  {
    what: 'CREATE REPOSITORY',
    statements: [], // CrashWorld has just made it.
    ask: 'SHOW REPOSITORIES',
    expected: (rows) =>
      assert.deepEqual(
        rows.map((row) => row['RepoName']),
        ['r'],
      ),
  },
  {
    what: 'CREATE TABLE and CREATE VIEW',
    statements: [
      'CREATE DATABASE shop',
      'CREATE TABLE shop.item (id INT PRIMARY KEY, name VARCHAR(40))',
      'CREATE VIEW shop.named AS SELECT name FROM shop.item WHERE name IS NOT NULL',
    ],
    ask: 'SHOW TABLES FROM shop',
    expected: (rows) => assert.deepEqual(rows.map((row) => Object.values(row)[0]).sort(), ['item', 'named']),
  },
  {
    what: 'INSERT that commits by itself',
    statements: [`INSERT INTO shop.item VALUES (1, 'pen'), (2, NULL)`],
    ask: 'SELECT id, name FROM shop.item ORDER BY id',
    expected: (rows) =>
      assert.deepEqual(rows, [
        { id: 1, name: 'pen' },
        { id: 2, name: null },
      ]),
  },
  {
    what: 'COMMIT, and nothing of a transaction that is open',
    statements: [
      'BEGIN',
      `INSERT INTO shop.item VALUES (3, 'ink')`,
      'COMMIT',
      'BEGIN',
      `INSERT INTO shop.item VALUES (4, 'lost')`,
    ],
    ask: 'SELECT id FROM shop.item WHERE id > 2 ORDER BY id',
    expected: (rows) => assert.deepEqual(rows, [{ id: 3 }]),
  },
  {
    what: 'ALTER TABLE',
    statements: ['ALTER TABLE shop.item ADD COLUMN price DECIMAL(10,2)'],
    ask: 'SHOW COLUMNS FROM shop.item',
    expected: (rows) =>
      assert.deepEqual(
        rows.map((row) => row['Field']),
        ['id', 'name', 'price'],
      ),
  },
  {
    what: 'ADMIN SET FRONTEND CONFIG',
    statements: ['ADMIN SET FRONTEND CONFIG ("upload_worker_count" = "3")'],
    ask: `ADMIN SHOW FRONTEND CONFIG LIKE 'upload_worker_count'`,
    expected: (rows) => assert.equal(rows[0]?.['Value'], '3'),
  },
  {
    what: 'CREATE USER and GRANT',
    statements: [
      `CREATE USER 'reader' IDENTIFIED BY 'Reader-1'`,
      `GRANT REPOSITORY ON SYSTEM TO USER 'reader'`,
    ],
    ask: `SHOW GRANTS FOR 'reader'`,
    expected: (rows) => assert.match(JSON.stringify(rows), /REPOSITORY/),
  },
  {
    what: 'DROP VIEW',
    statements: ['DROP VIEW shop.named'],
    ask: 'SHOW TABLES FROM shop',
    expected: (rows) =>
      assert.deepEqual(
        rows.map((row) => Object.values(row)[0]),
        ['item'],
      ),
  },
  {
    what: 'BACKUP',
    statements: ['BACKUP SNAPSHOT shop.nightly TO r'],
    ask: 'SHOW BACKUP FROM shop',
    expected: (rows) =>
      assert.deepEqual(
        rows.map((row) => row['SnapshotName']),
        ['nightly'],
      ),
  },
];

describe('what was answered before a kill', () => {
  it('is there after it', async (test) => {
    await using world = await CrashWorld.create();
    for (const { what, statements, ask, expected } of cases) {
      await test.test(what, async () => {
        for (const statement of statements) await world.connection.query(statement);
        await world.kill();
        await world.start();
        expected(await world.rows(ask));
      });
    }
    const job = await world.settled('BACKUP', 'shop');
    assert.equal(job['Status'], '[OK]', 'the job that was submitted goes on');
    await world.assertTidyRepository(['nightly']);
  });
});
