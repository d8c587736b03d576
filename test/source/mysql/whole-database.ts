import assert from 'node:assert/strict';
import path from 'node:path';
import { inOrderOfCreation } from '../../../src/job/order.ts';
import type { FrozenObject, RowChecksum } from '../../../src/source/frozen.ts';
import type { RestorePlan, Restoring } from '../../../src/source/restoring.ts';
import { calm } from '../../conformance/source/support.ts';
import type { MysqlFixture } from './mysql-fixture.ts';

type Table = Extract<FrozenObject, { kind: 'TABLE' }>;
type File = Readonly<{ target: string; partition: string | undefined; path: string }>;

/** A whole database as a snapshot has it. */
export type WholeCopy = Readonly<{
  plan: RestorePlan;
  files: readonly File[];
  checksums: ReadonlyMap<string, RowChecksum>;
}>;

let copies = 0;

export async function copyWhole(
  subject: MysqlFixture,
  database = 'shop',
  folder: string = subject.folder,
): Promise<WholeCopy> {
  const { source } = subject;
  const objects = (await source.listObjects(database, calm)) ?? [];
  await using frozen = await source.freeze({ database, objects }, calm);
  const files: File[] = [];
  const checksums = new Map<string, RowChecksum>();
  for (const { kind, name, ...table } of frozen.objects) {
    if (kind !== 'TABLE') continue;
    const partitions = 'partitions' in table ? table.partitions : undefined;
    for (const partition of partitions ?? [undefined]) {
      for (const range of await frozen.plan(name, partition, [], calm)) {
        copies += 1;
        const file = path.join(folder, `whole-${copies}.parquet`);
        await frozen.extract(name, partition, range, file, calm);
        files.push({ target: name, partition, path: file });
      }
    }
    checksums.set(name, await frozen.checksum(name, partitions, calm));
  }
  const ordered = inOrderOfCreation(frozen.objects.map((object) => object));
  const { databaseDdl } = frozen;
  const plan: RestorePlan = {
    database,
    originalDatabase: database,
    createDatabase: true,
    origin: { kind: 'mysql', version: source.version },
    ...(databaseDdl !== undefined && { databaseDdl }),
    tables: ordered.filter((object): object is Table => object.kind === 'TABLE').map(tableOf),
    others: ordered.flatMap((object) =>
      object.kind === 'TABLE' ? [] : [{ ...object, target: object.name }],
    ),
  };
  return { plan, files, checksums };
}

function tableOf(table: Table): RestorePlan['tables'][number] {
  // Whether all partitions are meant is the plan's to say.
  const { partitions: _all, key: _key, kind: _kind, ...rest } = table;
  return { ...rest, target: table.name };
}

/** Everything of a restore but its commit. */
export async function prepareWhole(
  subject: MysqlFixture,
  copy: WholeCopy,
  change: Partial<RestorePlan> = {},
  opened: string | Restoring = '7',
): Promise<Restoring> {
  const plan = { ...copy.plan, ...change };
  const restoring =
    typeof opened === 'string' ? await subject.source.openRestore(opened, plan.database, calm) : opened;
  await restoring.prepare(plan, calm);
  for (const file of copy.files) {
    const table = plan.tables.find((one) => one.name === file.target);
    if (table !== undefined) await restoring.load(table.target, file.partition, file.path, file.path, calm);
  }
  for (const { name, target } of plan.tables) {
    await restoring.seal(target, calm);
    const expected = copy.checksums.get(name);
    assert.deepEqual(await restoring.checksum(target, expected?.algorithm ?? '', calm), expected, name);
  }
  return restoring;
}

/** What a server shows of a database: the texts of all objects, and MySQL's own checksum of each table. */
export async function shownDatabase(
  subject: MysqlFixture,
  database: string,
): Promise<Readonly<Record<string, string>>> {
  const shown: Record<string, string> = {};
  const name = (text: string): string => `\`${database}\`.\`${text.replaceAll('`', '``')}\``;
  for (const object of (await subject.source.listObjects(database, calm)) ?? []) {
    const [row = []] = await subject.rows(`SHOW CREATE ${object.kind} ${name(object.name)}`);
    const key = `${object.kind} ${object.name}`;
    // A view's text names its database.
    shown[key] = row.slice(1).map(String).join('\n').replaceAll(`\`${database}\`.`, '`shop`.');
    if (object.kind === 'EVENT') shown[key] = shown[key].replaceAll(/STARTS '[^']*'/g, 'STARTS');
    if (object.kind !== 'TABLE') continue;
    for (const part of partsWithHistory(shown[key])) {
      const rows = await subject.rows(`SELECT * FROM ${name(object.name)} ${part} ORDER BY 1, 2`);
      shown[`history of ${object.name} ${part}`] = JSON.stringify(rows);
    }
    if (/^ {2}`[^`]+` json/m.test(shown[key])) {
      // MySQL's own checksum of JSON is no two times the same.
      const rows = await subject.rows(`SELECT * FROM ${name(object.name)} ORDER BY 1, 2`);
      shown[`rows of ${object.name}`] = JSON.stringify(rows);
      continue;
    }
    // Of a system-versioned table the server adds up the times of rows, too.
    const [sum = []] = await subject.rows(`CHECKSUM TABLE ${name(object.name)}`);
    shown[`checksum of ${object.name}`] = String(sum[1]);
  }
  const triggers = await subject.rows(
    `SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = '${database}' ORDER BY 1`,
  );
  for (const [trigger] of triggers) {
    const [row = []] = await subject.rows(`SHOW CREATE TRIGGER ${name(String(trigger))}`);
    // The last column is the time at which it was made.
    shown[`TRIGGER ${String(trigger)}`] = row
      .slice(1, -1)
      .map(String)
      .join('\n')
      .replaceAll(`\`${database}\`.`, '`shop`.');
  }
  return shown;
}

/**
 * What stands behind FROM so that the rows of the past are shown; of partitions by intervals of time, in which of them they
 * lie. Those of a LIMIT fill with what comes.
 */
function partsWithHistory(ddl: string): readonly string[] {
  if (!ddl.includes('SYSTEM VERSIONING')) return [];
  if (!ddl.includes('BY SYSTEM_TIME INTERVAL')) return ['FOR SYSTEM_TIME ALL'];
  return [...ddl.matchAll(/^[ (]PARTITION `(\w+)`/gm)].map(([, partition]) => `PARTITION (${partition})`);
}
