import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { World } from '../world.ts';

describe('SHOW BACKUP and SHOW RESTORE', () => {
  let world: World;
  before(async () => {
    world = await World.open();
    await world.run(`CREATE REPOSITORY r WITH BROKER ON LOCATION "${world.place()}"`);
    for (const database of ['shop', 'zoo', 'idle']) {
      await world.run(`CREATE DATABASE ${database}`);
      await world.run(`CREATE TABLE ${database}.t (id INT PRIMARY KEY)`);
    }
    for (const label of ['shop.one', 'zoo.only', 'shop.two']) {
      await world.run(`BACKUP SNAPSHOT ${label} TO r`);
      await world.settled();
    }
    const [snapshot] = await world.rows("SHOW SNAPSHOT ON r WHERE SNAPSHOT = 'only'");
    await world.run(`RESTORE SNAPSHOT zoo.only FROM r PROPERTIES ("backup_timestamp" = "${snapshot?.[1]}")`);
    await world.settled();
  });
  after(() => world[Symbol.asyncDispose]());

  const backups: readonly (readonly [string, readonly string[]])[] = [
    ['', ['shop.two', 'zoo.only']],
    ['FROM shop', ['shop.two']],
    ['IN shop', ['shop.two']],
    ['FROM idle', []],
    ["FROM shop WHERE SnapshotName = 'one'", ['shop.one']],
    ["WHERE State = 'FINISHED' ORDER BY JobId", ['shop.one', 'zoo.only', 'shop.two']],
    ['WHERE FinishedTime IS NULL', []],
    ["LIKE 'o%'", ['shop.one', 'zoo.only']],
    ['ORDER BY SnapshotName DESC LIMIT 1', ['shop.two']],
    ['LIMIT 1 OFFSET 1', ['zoo.only']],
  ];
  for (const [tail, expected] of backups) {
    it(`SHOW BACKUP ${tail} gives ${expected.join(', ') || 'nothing'}`, async () => {
      const rows = await world.rows(`SHOW BACKUP ${tail}`);
      assert.deepEqual(
        rows.map((row) => `${row[2]}.${row[1]}`),
        expected,
      );
    });
  }

  it('shows restores, and Doris’ brief form of them', async () => {
    const [row] = await world.rows('SHOW RESTORE FROM zoo');
    assert.deepEqual([row?.length, row?.[1], row?.[4], row?.[7]], [18, 'only', 'FINISHED', 't']);
    assert.equal((await world.rows('SHOW BRIEF RESTORE'))[0]?.length, 15);
    assert.deepEqual(await world.rows('SHOW RESTORE FROM shop'), []);
    assert.equal((await world.rows("SHOW RESTORE WHERE Label = 'only'")).length, 1);
  });

  it('shows the jobs of a database that is gone, and refuses one that never was', async () => {
    await world.run('DROP DATABASE zoo');
    assert.equal((await world.rows('SHOW BACKUP FROM zoo')).length, 1);
    await world.refuses('SHOW BACKUP FROM ghost', 'unknown_database_backup', /Unknown database 'ghost'/);
    await world.refuses('SHOW RESTORE FROM ghost', 'unknown_database_backup', /Unknown database 'ghost'/);
  });
});
