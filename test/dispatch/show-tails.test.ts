import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { World } from './world.ts';

/** WHERE, LIKE, ORDER BY and LIMIT, alone and together, on each SHOW of backups. */
describe('the conditions of', () => {
  let world: World;
  const stamps = new Map<string, string>();
  before(async () => {
    world = await World.open();
    await world.run(`CREATE REPOSITORY alpha WITH BROKER ON LOCATION "${world.place('alpha')}"`);
    await world.run(`CREATE REPOSITORY beta WITH BROKER ON LOCATION "${world.place('beta')}"`);
    await world.run('DROP REPOSITORY beta');
    await world.run(`CREATE READ ONLY REPOSITORY beta WITH BROKER ON LOCATION "${world.place('beta')}"`);
    for (const database of ['shop', 'zoo']) {
      await world.run(`CREATE DATABASE ${database}`);
      await world.run(`CREATE TABLE ${database}.t (id INT PRIMARY KEY)`);
      for (const label of ['one', 'two']) {
        await world.run(`BACKUP SNAPSHOT ${database}.${database}_${label} TO alpha`);
        await world.settled();
      }
    }
    for (const [label, stamp] of await world.rows('SHOW SNAPSHOT ON alpha')) {
      stamps.set(String(label), String(stamp));
      const database = String(label).split('_')[0];
      await world.run(
        `RESTORE SNAPSHOT ${database}.${label} FROM alpha PROPERTIES ("backup_timestamp" = "${stamp}")`,
      );
      await world.settled();
    }
  });
  after(() => world[Symbol.asyncDispose]());

  /** The statement, and the second column of its rows (the first one of snapshots). */
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["SHOW BACKUP FROM shop LIKE 'shop%' ORDER BY SnapshotName DESC LIMIT 1", ['shop_two']],
    [
      "SHOW BACKUP WHERE DbName = 'zoo' AND State <> 'CANCELLED' ORDER BY SnapshotName LIMIT 1, 5",
      ['zoo_two'],
    ],
    ["SHOW BACKUP WHERE SnapshotName LIKE '%one' ORDER BY DbName DESC", ['zoo_one', 'shop_one']],
    ['SHOW BACKUP WHERE UploadFinishedTime IS NULL', []],
    ["SHOW BACKUP IN zoo WHERE Status = '[OK]' LIMIT 1 OFFSET 1", ['zoo_two']],
    ["SHOW RESTORE FROM shop LIKE '%two' ORDER BY CreateTime", ['shop_two']],
    ["SHOW RESTORE WHERE Label LIKE 'zoo%' ORDER BY Label LIMIT 0, 1", ['zoo_one']],
    [
      "SHOW RESTORE WHERE AllowLoad = 'false' AND RestoreObjs = 't' ORDER BY DbName, Label DESC LIMIT 2",
      ['shop_two', 'shop_one'],
    ],
    ["SHOW BRIEF RESTORE FROM zoo WHERE Label = 'zoo_one'", ['zoo_one']],
    ["SHOW BRIEF RESTORE LIKE 'zoo%' ORDER BY Label DESC LIMIT 1", ['zoo_two']],
    ["SHOW SNAPSHOT ON alpha LIKE '%one' ORDER BY Snapshot DESC", ['zoo_one', 'shop_one']],
    ["SHOW SNAPSHOT ON alpha WHERE SNAPSHOT = 'shop_one' ORDER BY Timestamp LIMIT 1", ['shop_one']],
    [
      "SHOW SNAPSHOT ON alpha WHERE SNAPSHOT IN ('zoo_two', 'shop_one', 'ghost') ORDER BY Snapshot LIMIT 1, 1",
      ['zoo_two'],
    ],
    [
      "SHOW SNAPSHOT ON alpha WHERE Snapshot > 't' AND Status = 'OK' ORDER BY Timestamp DESC",
      ['zoo_two', 'zoo_one'],
    ],
    ["SHOW SNAPSHOT ON alpha WHERE snapshot LIKE 'shop%' LIMIT 1 OFFSET 1", ['shop_two']],
    ["SHOW SNAPSHOT ON alpha WHERE SNAPSHOT = 'ghost'", ['ghost']],
    ["SHOW SNAPSHOT ON alpha WHERE SNAPSHOT = 'shop_one' AND TIMESTAMP = 'never'", []],
    ['SHOW REPOSITORIES ORDER BY RepoName DESC', ['beta', 'alpha']],
    ["SHOW REPOSITORIES WHERE IsReadOnly = 'true'", ['beta']],
    ["SHOW REPOSITORIES LIKE '%a' ORDER BY RepoId LIMIT 1 OFFSET 1", ['beta']],
    ['SHOW REPOSITORIES WHERE ErrMsg IS NULL AND Broker IS NULL LIMIT 0', []],
  ];
  for (const [sql, expected] of cases) {
    it(sql, async () => {
      const place = sql.startsWith('SHOW SNAPSHOT') ? 0 : 1;
      assert.deepEqual(
        (await world.rows(sql)).map((row) => row[place]),
        expected,
      );
    });
  }

  it('SHOW SNAPSHOT by label and timestamp, in its longer shape', async () => {
    const sql = `SHOW SNAPSHOT ON alpha WHERE SNAPSHOT = 'zoo_one' AND TIMESTAMP = '${stamps.get('zoo_one')}'`;
    assert.deepEqual(await world.names(sql), ['Snapshot', 'Timestamp', 'Database', 'Details', 'Status']);
    assert.deepEqual(
      (await world.rows(`${sql} ORDER BY Database LIMIT 1`)).map((row) => row[2]),
      ['zoo'],
    );
  });

  const mistakes: readonly (readonly [string, Parameters<World['refuses']>[1], RegExp])[] = [
    ['SHOW BACKUP WHERE Colour = 1', 'unknown_column', /Unknown column 'Colour' in 'where clause'/],
    ['SHOW RESTORE ORDER BY Colour', 'unknown_column', /Unknown column 'Colour' in 'order clause'/],
    ['SHOW REPOSITORIES WHERE RepoName = (SELECT 1)', 'not_supported', /a query in the WHERE of SHOW/],
    [
      "SHOW SNAPSHOT ON alpha WHERE TIMESTAMP = 'x'",
      'analysis',
      /Where clause should looks like: SNAPSHOT = /,
    ],
    ["SHOW SNAPSHOT ON alpha WHERE Status IN ('OK')", 'analysis', /Left expr of should be snapshot/],
    ['SHOW SNAPSHOT ON ghost', 'backup', /Repository \[ghost\] does not exist/],
    ['SHOW RESTORE WHERE', 'syntax', /Unexpected input '<EOF>'/],
    ['SHOW BACKUP WHERE (DbName = 1', 'syntax', /Unexpected input/],
    ["SHOW BACKUP LIKE 'a' WHERE 1 = 1", 'syntax', /Unexpected input 'WHERE'/],
    ['SHOW RESTORE LIMIT -1', 'syntax', /Unexpected input '-1'|Unexpected input/],
    ['SHOW BACKUP FROM ghost WHERE 1 = 1', 'unknown_database_backup', /Unknown database 'ghost'/],
  ];
  for (const [sql, kind, message] of mistakes) {
    it(`refuse ${sql}`, () => world.refuses(sql, kind, message));
  }
});
