import assert from 'node:assert/strict';
import type { openAdapter } from '../../src/repository/open-adapter.ts';
import { World } from '../dispatch/world.ts';
import { FailingProxy } from '../doubles/failing-proxy.ts';
import type { MemoryObjects } from '../doubles/memory-objects.ts';
import type { Failures } from '../doubles/failures.ts';

/** A place for a repository, reached by a CREATE REPOSITORY statement. */
export type JobPlace = Readonly<{
  location: string;
  properties: Readonly<Record<string, string>>;
  /** Names of all that lies there, with uploads that were not finished: read without Holdfast. */
  leftovers: () => Promise<readonly string[]>;
  /** In the place of the usual one. */
  openAdapter?: typeof openAdapter;
}>;

const mebibyte = 1024 * 1024;
/** Of all requests. */
export const failingShare = 0.05;
/**
 * Mebibytes that travel each way. The usual amount makes blobs of more than one part, and enough requests for every kind
 * of failure; `JOB_MEBIBYTES=300` makes it what a person would wait for.
 */
const dataMebibytes = Number(process.env['JOB_MEBIBYTES'] ?? 24);

/** Of random bytes, which no encoding makes shorter. */
const rowBytes = 252;
/** Of the second table, each a blob or more: so that there are many requests. */
const partitions = 24;

const isSame = (table: string): string =>
  `SELECT COUNT(*) FROM shop.${table} o JOIN copy.${table} c ON o.id = c.id AND o.bytes = c.bytes`;

/** A whole job to a server of HTTP on `port`, of whose requests one in twenty fails. */
export async function wholeJobPastFailures(
  target: Readonly<{ port: number; seed: number }>,
  placeAt: (endpoint: string) => JobPlace,
): Promise<readonly string[]> {
  const failures = FailingProxy.shareOf({ share: failingShare, seed: target.seed });
  await using proxy = await FailingProxy.start(target.port, () => failures.next());
  const warnings = await wholeJob(placeAt(proxy.endpoint));
  assertFailed(failures);
  return warnings;
}

/** What a double holds. */
export function namesInDouble({ objects }: Readonly<{ objects: MemoryObjects }>): readonly string[] {
  return [...objects.objects.keys(), ...objects.uploads.keys()];
}

/** What was to be survived has happened. */
export function assertFailed(failures: Failures<string>): void {
  const { failed, passed } = failures;
  assert.ok(failures.metAll, `${failed} failed of ${failed + passed} requests: not one of each kind`);
}

/**
 * The whole way of a user with any kind of repository: data that no encoding makes much shorter, a backup, a restore to
 * another name, every row equal, the snapshot dropped, and nothing left but the repository's own description. Gives the
 * warnings of CREATE REPOSITORY.
 */
export async function wholeJob(place: JobPlace): Promise<readonly string[]> {
  await using world = await World.open(place.openAdapter && { openAdapter: place.openAdapter });
  const properties = Object.entries(place.properties).map(([key, value]) => `"${key}" = "${value}"`);
  const clause = properties.length > 0 ? ` PROPERTIES (${properties.join(', ')})` : '';
  await world.run(`CREATE REPOSITORY away WITH BROKER ON LOCATION "${place.location}"${clause}`);
  const warnings = (await world.rows('SHOW WARNINGS')).map((warning) => String(warning[2]));
  const rows = await fill(world);
  await world.run('BACKUP SNAPSHOT shop.nightly TO away');
  await settled(world, 'SHOW BACKUP FROM shop');
  const [snapshot] = await world.rows('SHOW SNAPSHOT ON away');
  await world.run('CREATE DATABASE copy');
  await world.run(
    `RESTORE SNAPSHOT copy.nightly FROM away PROPERTIES ("backup_timestamp" = "${snapshot?.[1]}")`,
  );
  await settled(world, 'SHOW RESTORE FROM copy');
  for (const [table, count] of Object.entries(rows)) {
    assert.deepEqual(await world.rows(`SELECT COUNT(*) FROM copy.${table}`), [[String(count)]]);
    assert.deepEqual(await world.rows(isSame(table)), [[String(count)]]);
  }
  await world.run('DROP SNAPSHOT nightly ON away FORCE');
  const left = (await place.leftovers()).filter((name) => !name.endsWith('/__repo_info'));
  assert.deepEqual(left, []);
  return warnings;
}

/** Gives the number of rows by table. */
async function fill(world: World): Promise<Readonly<Record<string, number>>> {
  const rows = { big: Math.ceil((dataMebibytes * mebibyte) / rowBytes), small: partitions * 10 };
  const definition = `(id INT, bytes VARBINARY(${rowBytes}))`;
  const bounds = Array.from(
    { length: partitions },
    (_, at) => `PARTITION p${at} VALUES LESS THAN ("${at * 10 + 10}")`,
  );
  await world.run('CREATE DATABASE shop');
  await world.run(`CREATE TABLE shop.big ${definition}`);
  await world.run(`CREATE TABLE shop.small ${definition} PARTITION BY RANGE (id) (${bounds.join(', ')})`);
  await world.run('CREATE TABLE shop.ten (n INT)');
  await world.run('INSERT INTO shop.ten VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)');
  for (const [table, count] of Object.entries(rows)) {
    await world.run(
      `INSERT INTO shop.${table} SELECT id, RANDOM_BYTES(${rowBytes}) FROM (${idsBelow(count)}) ids`,
    );
  }
  await world.run('DROP TABLE shop.ten');
  return rows;
}

/** A SELECT of the numbers from 0 to `count` - 1, made of their digits. */
function idsBelow(count: number): string {
  const digits = [...String(count - 1)].map((_digit, at) => `d${at}`);
  const id = digits.map((digit, at) => `${digit}.n * ${10 ** at}`).join(' + ');
  const from = digits.map((digit) => `shop.ten ${digit}`).join(' CROSS JOIN ');
  return `SELECT id FROM (SELECT ${id} AS id FROM ${from}) all_ids WHERE id < ${count}`;
}

async function settled(world: World, show: string): Promise<void> {
  await world.settled();
  const job = (await world.rows(show)).at(-1);
  assert.ok(job?.includes('FINISHED'), JSON.stringify(job));
}
