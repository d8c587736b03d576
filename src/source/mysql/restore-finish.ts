import { quoteName } from '../../sql/quote.ts';
import type { RestorePlan } from '../restoring.ts';
import type { MysqlConnection } from './connection.ts';
import { exchangeAll } from './exchange-partitions.ts';
import { type ForeignKey, referencesOf } from './foreign-keys.ts';
import { qualified } from './object-text.ts';
import { finalMove, madeObjects, makeObjects } from './restore-others.ts';
import type { RestoreParts } from './restore-prepare.ts';
import type { SwapRecord } from './restore-swap.ts';
import { readTable } from './restore-target.ts';
import { partitionTexts } from './table-text.ts';

/**
 * What one RENAME cannot carry, in an order in which each step frees the names that the next one needs. Every step looks at
 * what is there before it does anything, so all of it may be done again after a crash at any point.
 */
export async function finishRestore(
  parts: RestoreParts,
  plan: RestorePlan,
  swap: SwapRecord,
  signal: AbortSignal,
): Promise<void> {
  const { sessions, names, journal, reached } = parts;
  const { database } = plan;
  await sessions.use(signal, async (session) => {
    for (const added of swap.addedPartitions) await addPartitions(session, database, added, signal);
    await exchangeAll(session, { shadows: names.shadows, database, exchanges: swap.exchanges }, signal);
    reached('partitions_exchanged');
    for (const key of swap.followers) await pointAnew(session, key, swap, signal);
    reached('followers_pointed');
    for (const place of swap.replaced) {
      await session.run(`DROP TABLE IF EXISTS ${qualified(place.database, place.name)}`, signal);
    }
    await session.run(`DROP DATABASE IF EXISTS ${quoteName(names.replaced)}`, signal);
    reached('replaced_dropped');
    for (const key of swap.foreignKeys) await addForeignKey(session, key, signal);
    reached('foreign_keys_added');
    for (const { table, next } of swap.counters)
      await raiseCounter(session, database, { table, next }, signal);
    for (const view of swap.droppedViews) {
      await session.run(`DROP VIEW IF EXISTS ${qualified(database, view)}`, signal);
    }
  });
  const objects = madeObjects(plan, swap.triggers, finalMove(plan));
  await makeObjects(sessions, database, { objects }, signal);
  reached('objects_made');
  await sessions.use(signal, (session) => journal.writeFinished(session, signal));
}

async function addPartitions(
  session: MysqlConnection,
  database: string,
  { table, partitions }: SwapRecord['addedPartitions'][number],
  signal: AbortSignal,
): Promise<void> {
  const existing = await readTable(session, database, table, signal);
  const own = new Set(partitionTexts(existing).map(({ name }) => name.toLowerCase()));
  const wanted = partitions.filter((text) => !own.has(nameOfPartition(text).toLowerCase()));
  for (const text of wanted) {
    await session.run(`ALTER TABLE ${qualified(database, table)} ADD PARTITION (${text})`, signal);
  }
}

/** A foreign key from outside is with the table that was there; it goes to the one that is. */
async function pointAnew(
  session: MysqlConnection,
  key: ForeignKey,
  swap: SwapRecord,
  signal: AbortSignal,
): Promise<void> {
  const references = await referencesOf(session, key.database, key.table, signal);
  const refersTo = references.get(key.name);
  const isOld = swap.replaced.some((place) => qualified(place.database, place.name) === refersTo);
  const table = qualified(key.database, key.table);
  if (isOld) await session.run(`ALTER TABLE ${table} DROP FOREIGN KEY ${quoteName(key.name)}`, signal);
  if (isOld || refersTo === undefined) await session.run(`ALTER TABLE ${table} ADD ${key.clause}`, signal);
}

async function addForeignKey(session: MysqlConnection, key: ForeignKey, signal: AbortSignal): Promise<void> {
  const references = await referencesOf(session, key.database, key.table, signal);
  if (references.has(key.name)) return;
  await session.run(`ALTER TABLE ${qualified(key.database, key.table)} ADD ${key.clause}`, signal);
}

async function raiseCounter(
  session: MysqlConnection,
  database: string,
  { table, next }: SwapRecord['counters'][number],
  signal: AbortSignal,
): Promise<void> {
  const { options } = await readTable(session, database, table, signal);
  const own = /\bAUTO_INCREMENT=(\d+)/.exec(options)?.[1] ?? '1';
  if (BigInt(own) >= BigInt(next)) return;
  await session.run(`ALTER TABLE ${qualified(database, table)} AUTO_INCREMENT = ${next}`, signal);
}

function nameOfPartition(text: string): string {
  return (
    partitionTexts({ name: '', items: [], options: '', partitioning: `PARTITION BY x (${text})` })[0]?.name ??
    ''
  );
}
