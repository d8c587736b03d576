import assert from 'node:assert/strict';
import { globSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'node:test';
import { World } from '../world.ts';

describe('SHOW SNAPSHOT', () => {
  let world: World;
  before(async () => {
    world = await World.open();
    const statements = [
      `CREATE REPOSITORY r WITH BROKER ON LOCATION "${world.place()}"`,
      'CREATE DATABASE shop',
      'CREATE TABLE shop.item (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(40))',
      "INSERT INTO shop.item (name) VALUES ('pen'), ('ink')",
    ];
    for (const statement of statements) await world.run(statement);
    for (const label of ['first', 'second', 'third']) {
      await world.run(`BACKUP SNAPSHOT shop.${label} TO r PROPERTIES ("ttl" = "7 DAY")`);
      await world.settled();
    }
  });
  after(() => world[Symbol.asyncDispose]());

  const labels = async (tail: string): Promise<readonly unknown[]> =>
    (await world.rows(`SHOW SNAPSHOT ON r ${tail}`)).map((row) => row[0]);

  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['', ['first', 'second', 'third']],
    ["WHERE SNAPSHOT = 'second'", ['second']],
    ["WHERE SNAPSHOT IN ('first', 'third', 'ghost')", ['first', 'third']],
    ["WHERE Snapshot LIKE '%ir%'", ['first', 'third']],
    ["WHERE Status LIKE 'O_' ORDER BY Snapshot DESC LIMIT 2", ['third', 'second']],
    ['LIMIT 1, 1', ['second']],
    ["WHERE SNAPSHOT = 'first' LIMIT 1", ['first']],
  ];
  for (const [tail, expected] of cases) {
    it(`lists with '${tail}'`, async () => assert.deepEqual(await labels(tail), expected));
  }

  it('answers a label that is not there with a row, as StarRocks does', async () => {
    const rows = await world.rows("SHOW SNAPSHOT ON r WHERE SNAPSHOT = 'ghost'");
    assert.deepEqual(rows, [['ghost', null, 'ERROR: no snapshot']]);
  });

  it('tells the details of one', async () => {
    const [row] = await world.rows("SHOW SNAPSHOT ON r WHERE SNAPSHOT = 'first'");
    const where = `SNAPSHOT = 'first' AND TIMESTAMP = '${row?.[1]}'`;
    assert.deepEqual(await world.names(`SHOW SNAPSHOT ON r WHERE ${where}`), [
      'Snapshot',
      'Timestamp',
      'Database',
      'Details',
      'Status',
    ]);
    const [detail] = await world.rows(`SHOW SNAPSHOT ON r WHERE ${where}`);
    assert.deepEqual([detail?.[2], detail?.[4]], ['shop', 'OK']);
    const details = JSON.parse(detail?.[3] ?? '') as Record<string, unknown>;
    assert.deepEqual(
      [
        details['name'],
        details['backup_result'],
        details['ttl'],
        Object.keys(details['backup_objects'] as object),
      ],
      ['first', 'succeed', '7 DAY', ['item']],
    );
  });

  it('refuses conditions that StarRocks refuses', async () => {
    await world.refuses(
      "SHOW SNAPSHOT ON r WHERE TIMESTAMP = 'x'",
      'analysis',
      /Where clause should looks like: SNAPSHOT = /,
    );
    await world.refuses(
      "SHOW SNAPSHOT ON r WHERE TIMESTAMP IN ('x')",
      'analysis',
      /Left expr of should be snapshot/,
    );
    await world.refuses('SHOW SNAPSHOT ON ghost', 'backup', /Repository \[ghost\] does not exist/);
  });

  it('shows a damaged manifest with its reason', async () => {
    const [file] = globSync(`${fileURLToPath(world.place())}/**/third/*/manifest.json`);
    writeFileSync(file ?? '', '{"formatVersion": 1');
    const rows = await world.rows('SHOW SNAPSHOT ON r ORDER BY Snapshot');
    assert.deepEqual(
      rows.map((row) => row[0]),
      ['first', 'second', 'third'],
    );
    assert.match(String(rows[2]?.[2]), /^ERROR: Failed to get info: /);
    const where = `SNAPSHOT = 'third' AND TIMESTAMP = '${rows[2]?.[1]}'`;
    const [detail] = await world.rows(`SHOW SNAPSHOT ON r WHERE ${where}`);
    assert.deepEqual(detail?.slice(2, 4), [null, null]);
    assert.match(String(detail?.[4]), /^Failed to get info: /);
  });
});

describe('DROP SNAPSHOT', () => {
  let world: World;
  before(async () => {
    world = await World.open();
    await world.run(`CREATE REPOSITORY r WITH BROKER ON LOCATION "${world.place()}"`);
    await world.run('CREATE DATABASE shop');
    await world.run('CREATE TABLE shop.item (id INT PRIMARY KEY)');
    await world.run('INSERT INTO shop.item VALUES (1)');
  });
  after(() => world[Symbol.asyncDispose]());

  const blobs = (): number => globSync(`${fileURLToPath(world.place())}/**/*.parquet`).length;

  it('takes away the files that no other snapshot uses', async () => {
    await world.run('BACKUP SNAPSHOT shop.one TO r');
    await world.settled();
    await world.run('BACKUP SNAPSHOT shop.same TO r');
    await world.settled();
    assert.equal(blobs(), 1);
    await world.run('DROP SNAPSHOT one ON r');
    assert.equal(blobs(), 1);
    await world.run('DROP SNAPSHOT same ON r FORCE');
    assert.equal(blobs(), 0);
    assert.deepEqual(await world.rows('SHOW SNAPSHOT ON r'), []);
  });

  it('deletes nothing while another snapshot, whose files are unknown, cannot be read', async () => {
    for (const label of ['whole', 'cut']) {
      await world.run(`BACKUP SNAPSHOT shop.${label} TO r`);
      await world.settled();
    }
    const [file] = globSync(`${fileURLToPath(world.place())}/**/cut/*/manifest.json`);
    writeFileSync(file ?? '', '{"formatVersion": 1');
    await world.refuses(
      'DROP SNAPSHOT whole ON r',
      'backup',
      /^Can not drop snapshot whole: snapshot cut may need its data and can not be read: .*manifest\.json' ends after 19 bytes/,
    );
    assert.equal((await world.rows('SHOW SNAPSHOT ON r')).length, 2);
    await world.run('DROP SNAPSHOT cut ON r');
    await world.run('DROP SNAPSHOT whole ON r');
    assert.equal(blobs(), 0);
  });

  it('refuses what is not there, and read-only repositories', async () => {
    await world.refuses('DROP SNAPSHOT one ON r', 'backup', /Snapshot does not exist in repository r: one/);
    await world.refuses('DROP SNAPSHOT one ON ghost', 'backup', /Repository does not exist: ghost/);
    await world.run('DROP REPOSITORY r');
    await world.run(`CREATE READ ONLY REPOSITORY r WITH BROKER ON LOCATION "${world.place()}"`);
    await world.refuses('DROP SNAPSHOT one ON r', 'backup', /Repository r is read only/);
  });
});
