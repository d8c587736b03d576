import { isDeepStrictEqual } from 'node:util';
import { present } from '../../../base/assert.ts';
import { failpoint } from '../../../base/failpoint.ts';
import type { RestorePlan, RestoreTable } from '../../restoring.ts';
import { SourceError } from '../../source-error.ts';

import type { Connection } from '../connection/connection.ts';
import { nextFromRows, replaceCounter } from '../dictionary/counters.ts';
import type { DictionaryChange } from '../dictionary/change.ts';
import type { Dictionary } from '../dictionary/dictionary.ts';
import { heldTable, type StoredObject } from '../dictionary/stored-object.ts';
import type { Engine } from '../engine/engine.ts';
import { nameKey, physicalName, schemaOf } from '../physical/names.ts';
import { duckdbName } from '../../../sql/duckdb-quote.ts';
import { partitionNames, anyPartition } from '../partitions/predicates.ts';
import { forgetShadows, readShadows, writeCommit } from './records.ts';
import { type PreparedPlan, putOthers } from './others.ts';
import { planTarget, type TargetPlan } from './target.ts';
import { refuseOccupied } from '../partitions/split.ts';
import { systemContext } from '../translation/system-context.ts';

export type CommitParts = Readonly<{
  engine: Engine;
  connection: Connection;
  restoreId: string;
  plan: PreparedPlan;
}>;

/** A counter that changed, to be made known in memory after the commit. */
type Counter = Readonly<{ table: string; next: bigint | undefined }>;

/** Swaps everything in with one transaction. Afterwards readers see all of it; those that began before, none. */
export async function commitRestore(parts: CommitParts): Promise<void> {
  const { engine } = parts;
  engine.requireFile();
  const counters = await engine.dictionary.transact(parts.connection, async (change) => {
    const counters = await swapAll(parts, change);
    failpoint('swap.inside');
    change.ended.use(engine.swaps.begin(swappedBy(engine.dictionary, counters.database, change)));
    return counters;
  });
  for (const { table, next } of counters.changed) {
    if (next === undefined) engine.counters.forget(counters.database, table);
    else engine.counters.set(counters.database, table, next);
  }
}

/** What the commit is about to change, and whether it is another definition that its name will have. */
function swappedBy(
  dictionary: Dictionary,
  database: string,
  change: DictionaryChange,
): Parameters<Engine['swaps']['begin']>[0] {
  const next = new Map<string, StoredObject | undefined>();
  for (const step of change.steps) {
    if (step.kind === 'put_object') next.set(step.object.name, step.object);
    if (step.kind === 'drop_object') next.set(step.name, undefined);
  }
  return [...next].map(([name, object]) => {
    const old = dictionary.object(database, name);
    return { database, name, isRedefined: !isDeepStrictEqual(old?.definition, object?.definition) };
  });
}

async function swapAll(
  parts: CommitParts,
  change: DictionaryChange,
): Promise<Readonly<{ database: string; changed: readonly Counter[] }>> {
  const { engine, connection, restoreId, plan } = parts;
  const database = await targetDatabase(parts, change);
  const shadows = await readShadows(connection, restoreId);
  const changed: Counter[] = [];
  for (const table of plan.tables) {
    const shadow = shadows.find((one) => one.target === table.target)?.shadow;
    if (shadow === undefined) throw new SourceError('missing', `table '${table.target}' was not prepared`);
    const target = planTarget(engine.dictionary, database, table, plan.options);
    changed.push(await swapIn(parts, change, { database, shadow, table }, target));
  }
  const shadowOf = (target: string): string | undefined =>
    shadows.find((one) => one.target === target)?.shadow;
  const { dictionary, clock } = engine;
  await putOthers({ dictionary, clock, connection, change, database, shadowOf }, plan);
  for (const object of objectsToClean(engine.dictionary, database, plan)) {
    await change.dropObject(object.database, object.name);
    if (heldTable(object) === undefined) continue;
    await connection.run(`DROP TABLE ${physicalName(object.database, object.name)}`);
    await replaceCounter(connection, object.database, object.name, undefined);
    changed.push({ table: object.name, next: undefined });
  }
  await forgetShadows(connection, restoreId);
  await writeCommit(connection, restoreId, engine.clock.now());
  return { database, changed };
}

/** The database by the name it has; it is made when the restore was asked to. */
async function targetDatabase(parts: CommitParts, change: DictionaryChange): Promise<string> {
  const { engine, connection, plan } = parts;
  const existing = engine.dictionary.database(plan.database);
  if (existing !== undefined) return existing.name;
  if (!plan.createDatabase) throw new SourceError('missing', `database ${plan.database} has been dropped`);
  await connection.run(`CREATE SCHEMA IF NOT EXISTS ${duckdbName(schemaOf(plan.database))}`);
  await change.putDatabase({ name: plan.database });
  return plan.database;
}

type SwapIn = Readonly<{ database: string; shadow: string; table: RestoreTable }>;

async function swapIn(
  parts: CommitParts,
  change: DictionaryChange,
  { database, shadow, table }: SwapIn,
  target: TargetPlan,
): Promise<Counter> {
  const { connection } = parts;
  if (target.kind === 'swap') {
    const { replaced, definition } = target;
    if (replaced !== undefined) await connection.run(`DROP TABLE ${physicalName(database, replaced.name)}`);
    await connection.run(
      `ALTER TABLE ${physicalName(database, shadow)} RENAME TO ${duckdbName(definition.name)}`,
    );
    await putTable(change, database, target);
  } else {
    await refuseOccupied(parts, target.existing, target.splits);
    await replaceRows(parts, target, physicalName(database, shadow));
    await putTable(change, database, target);
  }
  return await restoreCounter(parts, database, table, target);
}

async function putTable(change: DictionaryChange, database: string, target: TargetPlan): Promise<void> {
  const old = target.kind === 'swap' ? target.replaced : target.existing;
  const { definition } = target;
  // A name that differs in case only is another row for the dictionary's reader.
  if (old !== undefined && old.name !== definition.name) await change.dropObject(database, old.name);
  const createdAt = old === undefined ? {} : { createdAt: old.createdAt };
  await change.putObject({ kind: 'TABLE', database, name: definition.name, definition, ...createdAt });
}

/** Replaces the rows of some partitions of a table, those of the shadow taking their place. */
async function replaceRows(
  { engine, connection }: CommitParts,
  target: Extract<TargetPlan, { kind: 'merge' }>,
  shadow: string,
): Promise<void> {
  const { existing, definition, partitions } = target;
  const table = physicalName(existing.database, existing.name);
  const context = systemContext(engine, existing.database);
  const known = new Set(partitionNames(existing.definition).map((name) => nameKey(name)));
  const replaced = partitions.filter((name) => known.has(nameKey(name)));
  const predicate = anyPartition(existing.definition, replaced, { engine, context });
  if (replaced.length > 0) await connection.run(`DELETE FROM ${table} WHERE ${predicate}`);
  const names = definition.columns.map((column) => duckdbName(column.name)).join(', ');
  await connection.run(`INSERT INTO ${table} (${names}) SELECT ${names} FROM ${shadow}`);
  await connection.run(`DROP TABLE ${shadow}`);
}

/** The AUTO_INCREMENT counter goes on where the snapshot's stood; that of a table that stays never goes back. */
async function restoreCounter(
  { engine, connection }: CommitParts,
  database: string,
  table: RestoreTable,
  target: TargetPlan,
): Promise<Counter> {
  const { name } = target.definition;
  const column = target.definition.columns.find((one) => one.autoIncrement);
  if (column === undefined) {
    await replaceCounter(connection, database, name, undefined);
    return { table: name, next: undefined };
  }
  let next =
    table.autoIncrement === undefined
      ? await nextFromRows(connection, database, name, column.name)
      : BigInt(table.autoIncrement);
  const current = engine.counters.next(database, name);
  if (target.kind === 'merge' && current > next) next = current;
  await replaceCounter(connection, database, name, next);
  return { table: name, next };
}

/** What `clean_tables` drops: objects of the database that the snapshot lacks and that no target replaces. */
export function objectsToClean(
  dictionary: Dictionary,
  database: string,
  plan: RestorePlan,
): readonly StoredObject[] {
  if (plan.options?.includes('clean_tables') !== true) return [];
  const stay = new Set([...(plan.keep ?? []), ...targetsOf(plan)].map((name) => nameKey(name)));
  return dictionary.objects(database).filter((object) => !stay.has(nameKey(object.name)));
}

/** Every table and view that a commit changes, for the locks. */
export function targetsOf(plan: RestorePlan): readonly string[] {
  return [...plan.tables, ...plan.others].map((object) => present(object.target, 'the name of a target'));
}
