import { SqlError } from '../base/sql-error.ts';
import {
  type Checksum,
  chunksOf,
  type Manifest,
  type ManifestChunk,
  type ManifestObject,
  type ManifestRows,
  type ManifestTable,
  rowsOf,
} from '../snapshot/manifest.ts';
import { namespaceOf, type ObjectKind } from '../source/objects.ts';
import type { RestoreOther, RestorePlan, RestoreTable, RestoreOption } from '../source/restoring.ts';
import { JobError } from './failure.ts';
import { type TaskId, taskId } from './job-id.ts';
import { sumOfUnits } from './plan.ts';
import type { RestoreCore, RestoreTarget } from './restore-job.ts';

/** One entry of RESTORE's ON list. A plain name (no `objectKind`) is any table, view or materialized view. */
export type RestoreObject =
  | Readonly<{
      kind: 'named';
      name: string;
      objectKind?: ObjectKind;
      partitions?: readonly string[];
      alias?: string;
    }>
  | Readonly<{ kind: 'all'; objectKind: ObjectKind }>;

/** RESTORE's list: what is taken, or what is left out of everything. */
export type ObjectChoice = Readonly<{ mode: 'ON' | 'EXCLUDE'; objects: readonly RestoreObject[] }>;

/** One chunk that is to be loaded. `ordinal` is its number in this restore. */
export type RestoreChunk = Readonly<{
  ordinal: number;
  task: TaskId;
  target: string;
  partition: string | undefined;
  chunk: ManifestChunk;
}>;

/** What is to be restored, in the manifest's order. Throws SqlError for a name that the snapshot does not have. */
export function resolveTargets(
  manifest: Manifest,
  choice: ObjectChoice | undefined,
): readonly RestoreTarget[] {
  const all = manifest.objects.map((object) => ({
    kind: object.kind,
    name: object.name,
    target: object.name,
  }));
  if (choice === undefined) return all;
  const chosen = choice.objects.flatMap((object) =>
    object.kind === 'named'
      ? namedTargets(manifest, object)
      : all.filter((target) => target.kind === object.objectKind),
  );
  if (choice.mode === 'EXCLUDE') {
    const left = all.flatMap((target) => leftOf(manifest, target, chosen));
    if (left.length > 0) return left;
    throw new SqlError('backup', `every object of snapshot ${manifest.label} is excluded`);
  }
  const position = new Map(manifest.objects.map((object, index) => [idOf(object), index]));
  // One that is named, too, keeps the name and the partitions it was given.
  const isNamed = (target: RestoreTarget): boolean => !all.some((other) => other === target);
  const named = chosen.filter(isNamed);
  refuseNamedTwice(named);
  const ordered = [...named, ...chosen.filter((target) => !isNamed(target))];
  const distinct = ordered.filter(
    (target, index) => ordered.findIndex((other) => idOf(other) === idOf(target)) === index,
  );
  refuseSameTargets(distinct);
  return distinct.sort((left, right) => (position.get(idOf(left)) ?? 0) - (position.get(idOf(right)) ?? 0));
}

/** `ON (a AS b, a AS c)`: a snapshot's object goes to one place. */
function refuseNamedTwice(named: readonly RestoreTarget[]): void {
  const ids = named.map(idOf);
  const twice = named.find((_, index) => ids.indexOf(ids[index] as string) !== index);
  if (twice === undefined) return;
  throw new SqlError('analysis', `Getting analyzing error. Detail message: Duplicated table: ${twice.name}.`);
}

/** `ON (ALL TABLES, a AS b)` names b twice where the snapshot has a b. */
function refuseSameTargets(targets: readonly RestoreTarget[]): void {
  const ids = targets.map(({ kind, target }) => idOf({ kind, name: target }));
  const twice = targets.find((_, index) => ids.indexOf(ids[index] as string) !== index);
  if (twice === undefined) return;
  const message = `Getting analyzing error. Detail message: Duplicated alias name: ${twice.target}.`;
  throw new SqlError('analysis', message);
}

/** What EXCLUDE leaves of an object: nothing of one that is named, the other partitions where some are. */
function leftOf(
  manifest: Manifest,
  target: RestoreTarget,
  excluded: readonly RestoreTarget[],
): readonly RestoreTarget[] {
  const own = excluded.filter((other) => idOf(other) === idOf(target));
  if (own.length === 0) return [target];
  if (own.some(({ partitions }) => partitions === undefined)) return [];
  const names = new Set(own.flatMap(({ partitions = [] }) => partitions));
  const table = manifest.objects.find((object) => object.kind === 'TABLE' && object.name === target.name);
  const all = table?.kind === 'TABLE' ? (table.partitions ?? []) : [];
  const partitions = all.flatMap(({ name }) => (names.has(name) ? [] : [name]));
  return partitions.length === 0 ? [] : [{ ...target, partitions }];
}

/** What a plan is made of: a job's, or that of a restore which is only explained. */
export type RestoreScope = Pick<
  RestoreCore,
  'database' | 'originalDatabase' | 'targets' | 'options' | 'replicationNum'
>;

/** What the source is asked to prepare. */
export function restorePlanOf(job: RestoreScope, manifest: Manifest, createDatabase: boolean): RestorePlan {
  const others: RestoreOther[] = [];
  for (const target of job.targets) {
    for (const object of manifest.objects) {
      if (object.kind === 'TABLE' || idOf(object) !== idOf(target)) continue;
      const { kind, name, ddl, settings, held } = object;
      const rows = held && { held: { definition: held.definition, columns: held.columns } };
      others.push({ kind, name, target: target.target, ddl, ...(settings && { settings }), ...rows });
    }
  }
  const tables = job.targets
    .filter((target) => target.kind === 'TABLE')
    .map((target) => restoreTableOf(job, target, tableIn(manifest, target)));
  const { databaseDdl, catalog } = manifest;
  const { database, originalDatabase, options } = job;
  const origin = { kind: catalog.kind, version: catalog.version };
  const names = { database, originalDatabase, createDatabase, origin };
  const created = databaseDdl === undefined ? {} : { databaseDdl };
  const properties = options === undefined ? {} : { options, ...keptBy(options, manifest) };
  return { ...names, ...created, ...properties, tables, others };
}

/** What clean_tables leaves alone: names of tables and of what shares their names. */
function keptBy(options: readonly RestoreOption[], { objects }: Manifest): Pick<RestorePlan, 'keep'> {
  if (!options.includes('clean_tables')) return {};
  return {
    keep: objects.flatMap(({ kind, name }) => (namespaceOf(kind) === namespaceOf('TABLE') ? [name] : [])),
  };
}

/** All chunks of a restore, in order. One task is one table. */
export function chunksOfRestore(
  job: Pick<RestoreCore, 'targets'>,
  manifest: Manifest,
): readonly RestoreChunk[] {
  let ordinal = 0;
  return targetsWithRows(job, manifest).flatMap((target, index) => {
    const isChosen = chooserOf(target);
    return chunksOf(rowsIn(manifest, target))
      .filter(({ partition }) => isChosen(partition))
      .map(({ partition, chunk }) => ({
        ordinal: ordinal++,
        task: taskId(index + 1),
        target: target.target,
        partition,
        chunk,
      }));
  });
}

/** The targets that have rows to be loaded, in order: each is a task. */
export function targetsWithRows(
  job: Pick<RestoreCore, 'targets'>,
  manifest: Manifest,
): readonly RestoreTarget[] {
  return job.targets.filter((target) => target.kind === 'TABLE' || findRows(manifest, target) !== undefined);
}

/** What the rows of a restored table must add up to. */
export function expectedSum(
  target: RestoreTarget,
  manifest: Manifest,
): Readonly<{ rows: number }> & Checksum {
  const table = rowsIn(manifest, target);
  if (target.partitions === undefined || table.partitions === undefined) {
    return { rows: table.rows, ...table.checksum };
  }
  const isChosen = chooserOf(target);
  const chosen = table.partitions.filter(({ name }) => isChosen(name));
  return sumOfUnits(chosen.map(({ rows, checksum }) => ({ rows, ...checksum })));
}

function namedTargets(
  manifest: Manifest,
  object: Extract<RestoreObject, { kind: 'named' }>,
): readonly RestoreTarget[] {
  const found = manifest.objects.find(
    (each) =>
      each.name === object.name &&
      (object.objectKind === undefined
        ? namespaceOf(each.kind) === 'relation'
        : each.kind === object.objectKind),
  );
  if (found === undefined) throw missingObject(manifest, object);
  const { name, kind } = found;
  const target = { kind, name, target: object.alias ?? name };
  if (object.partitions === undefined || isOnlyPartition(found, object.partitions)) return [target];
  checkPartitions(manifest, found, object.partitions);
  return [{ ...target, partitions: object.partitions }];
}

/** In StarRocks a table without partitions has one, under its own name. */
function isOnlyPartition(object: ManifestObject, partitions: readonly string[]): boolean {
  if (object.kind !== 'TABLE' || object.partitions !== undefined) return false;
  return partitions.every((name) => name === object.name);
}

function missingObject(manifest: Manifest, object: Extract<RestoreObject, { kind: 'named' }>): SqlError {
  const { name, objectKind } = object;
  if (objectKind === 'FUNCTION') return new SqlError('backup', `Can not find restore function: ${name}`);
  return new SqlError('backup', `Table ${name} does not exist in snapshot ${manifest.label}`);
}

function checkPartitions(manifest: Manifest, object: ManifestObject, partitions: readonly string[]): void {
  const all = object.kind === 'TABLE' ? (object.partitions ?? []) : [];
  const known = new Set(all.map((partition) => partition.name));
  const missing = partitions.find((partition) => !known.has(partition));
  if (missing === undefined) return;
  const message = `Partition ${missing} of table ${object.name} does not exist in snapshot ${manifest.label}`;
  throw new SqlError('backup', message);
}

function restoreTableOf(job: RestoreScope, target: RestoreTarget, table: ManifestTable): RestoreTable {
  const { name, definition, ddl, columns, triggers, autoIncrement, rows } = table;
  const backedUp = table.partitions?.map((partition) => partition.name);
  // A snapshot of some partitions restores those, and leaves the others of an existing table alone.
  const isPartial =
    backedUp !== undefined && backedUp.length < (definition?.partitioning?.partitions.length ?? 0);
  const partitions = target.partitions ?? (isPartial ? backedUp : undefined);
  return {
    name,
    target: target.target,
    ...(definition !== undefined && { definition }),
    ddl,
    columns,
    rows,
    ...(triggers !== undefined && { triggers }),
    ...(partitions !== undefined && { partitions }),
    ...(autoIncrement !== undefined && { autoIncrement }),
    ...(job.replicationNum !== undefined && { replicationNum: job.replicationNum }),
  };
}

function rowsIn(manifest: Manifest, target: RestoreTarget): ManifestRows {
  const found = findRows(manifest, target);
  if (found !== undefined) return found;
  throw new JobError('NOT_FOUND', `Table ${target.name} does not exist in snapshot ${manifest.label}`);
}

function findRows(manifest: Manifest, target: RestoreTarget): ManifestRows | undefined {
  const found = manifest.objects.find((object) => object.kind === target.kind && object.name === target.name);
  return found && rowsOf(found);
}

function tableIn(manifest: Manifest, target: RestoreTarget): ManifestTable {
  const found = manifest.objects.find((object) => object.kind === 'TABLE' && object.name === target.name);
  if (found?.kind === 'TABLE') return found;
  throw new JobError('NOT_FOUND', `Table ${target.name} does not exist in snapshot ${manifest.label}`);
}

/** Whether a partition, or a table's rows that are in none, is restored: there may be thousands to be asked about. */
function chooserOf(target: RestoreTarget): (partition: string | undefined) => boolean {
  if (target.partitions === undefined) return () => true;
  const chosen = new Set(target.partitions);
  return (partition) => partition !== undefined && chosen.has(partition);
}

/** A table, a function and an event may share a name. */
function idOf(object: Readonly<{ kind: ObjectKind; name: string }>): string {
  return `${namespaceOf(object.kind)} ${object.name}`;
}
