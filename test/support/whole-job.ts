import assert from 'node:assert/strict';
import { World } from '../dispatch/world.ts';

/** A place for a repository, reached by a CREATE REPOSITORY statement. */
export type JobPlace = Readonly<{
  location: string;
  properties: Readonly<Record<string, string>>;
  /** Names of all that lies there, with uploads that were not finished: read without Holdfast. */
  leftovers: () => Promise<readonly string[]>;
}>;

/** Rows of the copy that are in the original, equal in each column. */
const equalRows =
  'SELECT COUNT(*) FROM shop.big o JOIN copy.big c ON o.id = c.id AND o.a = c.a AND o.b = c.b AND o.c = c.c';
const mebibyte = 1024 * 1024;
/** Bytes of one row: hashes, which no encoding makes shorter than half. */
const rowBytes = 200;

/**
 * The whole way of a user with any kind of repository: some data, a backup, a restore to another name, every row
 * equal, the snapshot dropped, and nothing left but the repository's own description. Gives the warnings of CREATE
 * REPOSITORY.
 */
export async function wholeJob(place: JobPlace, dataMebibytes: number): Promise<readonly string[]> {
  await using world = await World.open();
  const properties = Object.entries(place.properties).map(([key, value]) => `"${key}" = "${value}"`);
  const clause = properties.length > 0 ? ` PROPERTIES (${properties.join(', ')})` : '';
  await world.run(`CREATE REPOSITORY away WITH BROKER ON LOCATION "${place.location}"${clause}`);
  const warnings = (await world.rows('SHOW WARNINGS')).map((warning) => String(warning[2]));
  const rows = Math.ceil((dataMebibytes * mebibyte) / rowBytes);
  await fill(world, rows);
  await world.run('BACKUP SNAPSHOT shop.nightly TO away');
  await settled(world, 'SHOW BACKUP FROM shop');
  const [snapshot] = await world.rows('SHOW SNAPSHOT ON away');
  await world.run('CREATE DATABASE copy');
  await world.run(
    `RESTORE SNAPSHOT copy.nightly FROM away ON (big) PROPERTIES ("backup_timestamp" = "${snapshot?.[1]}")`,
  );
  await settled(world, 'SHOW RESTORE FROM copy');
  assert.deepEqual(await world.rows('SELECT COUNT(*) FROM copy.big'), [[String(rows)]]);
  assert.deepEqual(await world.rows(equalRows), [[String(rows)]]);
  await world.run('DROP SNAPSHOT nightly ON away FORCE');
  const left = (await place.leftovers()).filter((name) => !name.endsWith('/__repo_info'));
  assert.deepEqual(left, []);
  return warnings;
}

async function fill(world: World, rows: number): Promise<void> {
  await world.run('CREATE DATABASE shop');
  await world.run('CREATE TABLE shop.big (id INT PRIMARY KEY, a CHAR(64), b CHAR(64), c CHAR(64))');
  await world.run('CREATE TABLE shop.ten (n INT)');
  await world.run('INSERT INTO shop.ten VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)');
  const digits = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const id = digits.map((digit, at) => `${digit}.n * ${10 ** at}`).join(' + ');
  const from = digits.map((digit) => `shop.ten ${digit}`).join(' CROSS JOIN ');
  const hashes = ['x', 'y', 'z'].map((salt) => `SHA2(CONCAT('${salt}', id), 256)`).join(', ');
  await world.run(
    `INSERT INTO shop.big SELECT id, ${hashes} FROM (SELECT ${id} AS id FROM ${from}) t WHERE id < ${rows}`,
  );
  await world.run('DROP TABLE shop.ten');
}

async function settled(world: World, show: string): Promise<void> {
  await world.settled();
  const job = (await world.rows(show)).at(-1);
  assert.ok(job?.includes('FINISHED'), JSON.stringify(job));
}
