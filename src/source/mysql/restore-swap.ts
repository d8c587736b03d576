import { quoteText } from '../../sql/quote.ts';
import type { CreationSettings } from '../objects.ts';
import type { RestorePlan, RestoreTable } from '../restoring.ts';
import type { MysqlConnection } from './connection.ts';
import { type ForeignKey, foreignKeyClause, foreignKeysInto } from './foreign-keys.ts';
import { qualified } from './object-text.ts';
import type { RestoreNames } from './restore-names.ts';
import type { Existing, Target } from './restore-target.ts';
import { columnsOf } from './table-text.ts';

type Place = Readonly<{ database: string; name: string }>;

/** A trigger as it is to be made. */
export type RestoredTrigger = Readonly<{
  name: string;
  table: string;
  ddl: string;
  settings: CreationSettings;
}>;

/** One partition, or subpartition, that takes the place of the one in the table that is there. */
export type Exchange = Readonly<{
  table: string;
  partition: string;
  /** The table of the shadows' database that has its rows. */
  staging: string;
  /** CHECKSUM TABLE of `staging` before the exchange: while it is the same, there is something to exchange. */
  checksum: string;
}>;

/** All that a commit does: decided and journalled before it begins, so that it can be finished after a crash. */
export type SwapRecord = Readonly<{
  /** Of the one RENAME TABLE. */
  moves: readonly Readonly<{ from: Place; to: Place }>[];
  /** Tables that were there, where the swap puts them. */
  replaced: readonly Place[];
  exchanges: readonly Exchange[];
  /** Definitions of partitions that an existing table lacks. */
  addedPartitions: readonly Readonly<{ table: string; partitions: readonly string[] }>[];
  /** Of tables outside the restore, which the swap leaves with the table that was there. */
  followers: readonly ForeignKey[];
  foreignKeys: readonly ForeignKey[];
  triggers: readonly RestoredTrigger[];
  /** Counters of tables that stay. */
  counters: readonly Readonly<{ table: string; next: string }>[];
  /** `clean_tables`: views that go. */
  droppedViews: readonly string[];
}>;

export type SwapParts = Readonly<{
  plan: RestorePlan;
  names: RestoreNames;
  existing: Existing;
  targets: readonly Target[];
  exchanges: readonly Exchange[];
}>;

export async function planSwap(
  connection: MysqlConnection,
  parts: SwapParts,
  signal: AbortSignal,
): Promise<SwapRecord> {
  const { plan, names, existing, targets } = parts;
  const { database } = plan;
  const cleaned = cleanedNames(parts);
  const sequences = plan.others.filter((other) => other.kind === 'SEQUENCE').map((other) => other.target);
  const swapped = targets.flatMap((target) => (target.kind === 'swap' ? [target.table.target] : []));
  const old = [...swapped, ...sequences].filter((name) => existing.kind(name) !== undefined);
  const removed = [...old, ...cleaned.tables];
  const triggers = await readTriggers(connection, database, signal);
  const replaced = removed.map((name, index) => ({
    from: { database, name },
    to: triggers.some((trigger) => trigger.table === name)
      ? { database, name: names.replacedHere(index) }
      : { database: names.replaced, name },
  }));
  const arriving = [...swapped, ...sequences].map((name) => ({
    from: { database: names.shadows, name },
    to: { database, name },
  }));
  return {
    moves: [...replaced, ...arriving],
    replaced: replaced.map((move) => move.to),
    exchanges: parts.exchanges,
    addedPartitions: targets.flatMap((target) =>
      target.kind === 'merge' && target.added.length > 0
        ? [{ table: target.table.target, partitions: target.added }]
        : [],
    ),
    followers: await foreignKeysInto(connection, database, removed, signal),
    foreignKeys: await foreignKeysOf(connection, parts, removed, signal),
    triggers: restoredTriggers(
      plan.tables.filter((table) => swapped.includes(table.target)),
      triggers.filter((trigger) => !removed.includes(trigger.table)).map((trigger) => trigger.name),
    ),
    counters: targets.flatMap(counterOf),
    droppedViews: cleaned.views,
  };
}

/** RENAME TABLE moves all at once: MySQL manual, "RENAME TABLE Statement". */
export function renameStatement(swap: SwapRecord, journal: string): string {
  const pieces = swap.moves.map(
    ({ from, to }) => `${qualified(from.database, from.name)} TO ${qualified(to.database, to.name)}`,
  );
  return `RENAME TABLE ${[...pieces, journal].join(', ')}`;
}

/** `clean_tables`: tables and views that are neither in the snapshot nor a target. */
export function cleanedNames({ plan, existing }: Pick<SwapParts, 'plan' | 'existing'>): Readonly<{
  tables: readonly string[];
  views: readonly string[];
}> {
  if (!(plan.options ?? []).includes('clean_tables')) return { tables: [], views: [] };
  const targets = [...plan.tables, ...plan.others].map((object) => object.target);
  const kept = new Set([...(plan.keep ?? []), ...targets]);
  const left = (names: readonly string[]): readonly string[] => names.filter((name) => !kept.has(name));
  return { tables: left(existing.names('TABLE')), views: left(existing.names('VIEW')) };
}

async function readTriggers(
  connection: MysqlConnection,
  database: string,
  signal: AbortSignal,
): Promise<readonly Readonly<{ name: string; table: string }>[]> {
  const rows = await connection.rows(
    'SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS ' +
      `WHERE TRIGGER_SCHEMA = ${quoteText(database)}`,
    signal,
  );
  return rows.map(([name, table]) => ({ name: name ?? '', table: table ?? '' }));
}

/**
 * Names of triggers are unique in a database: where another table's has the name, the table's own name is put behind it.
 */
function restoredTriggers(
  tables: readonly RestoreTable[],
  taken: readonly string[],
): readonly RestoredTrigger[] {
  const used = new Set(taken);
  return tables.flatMap((table) =>
    (table.triggers ?? []).map(({ name, ddl, settings }) => {
      const free = freeName(name, table.target, used);
      used.add(free);
      return { name: free, table: table.target, ddl, settings };
    }),
  );
}

/** Foreign keys of the restored tables. Those between them refer to their new names. */
async function foreignKeysOf(
  connection: MysqlConnection,
  { plan, targets }: SwapParts,
  removed: readonly string[],
  signal: AbortSignal,
): Promise<readonly ForeignKey[]> {
  const { database, originalDatabase } = plan;
  const renamed = new Map(plan.tables.map((table) => [table.name, table.target]));
  const used = await takenConstraints(connection, database, removed, signal);
  const found: ForeignKey[] = [];
  for (const target of targets) {
    if (target.kind === 'merge') continue;
    for (const item of target.text.items) {
      if (item.kind !== 'foreign') continue;
      const name = freeName(item.name, target.table.target, used);
      used.add(name);
      const clause = foreignKeyClause(item.text, name, ({ database: other, table }) => {
        const isOwn = other === undefined || other === originalDatabase;
        return isOwn ? qualified(database, renamed.get(table) ?? table) : qualified(other, table);
      });
      found.push({ database, table: target.table.target, name, clause });
    }
  }
  return found;
}

/** InnoDB's names of foreign keys are unique in a database. */
async function takenConstraints(
  connection: MysqlConnection,
  database: string,
  removed: readonly string[],
  signal: AbortSignal,
): Promise<Set<string>> {
  const rows = await connection.rows(
    'SELECT CONSTRAINT_NAME, TABLE_NAME FROM information_schema.TABLE_CONSTRAINTS ' +
      `WHERE CONSTRAINT_SCHEMA = ${quoteText(database)} AND CONSTRAINT_TYPE = 'FOREIGN KEY'`,
    signal,
  );
  return new Set(rows.flatMap(([name, table]) => (removed.includes(table ?? '') ? [] : [name ?? ''])));
}

const nameLengthMax = 64;

function freeName(name: string, table: string, used: ReadonlySet<string>): string {
  if (!used.has(name)) return name;
  const base = `${name}_${table}`.slice(0, nameLengthMax);
  for (let count = 2, free = base; ; count++) {
    if (!used.has(free)) return free;
    const suffix = `_${count}`;
    free = base.slice(0, nameLengthMax - suffix.length) + suffix;
  }
}

/** The counter of a table that stays never goes back: InnoDB keeps the greater of the two. */
function counterOf(target: Target): readonly Readonly<{ table: string; next: string }>[] {
  const { table } = target;
  if (target.kind !== 'merge' || table.autoIncrement === undefined) return [];
  const hasCounter = columnsOf(target.existing).some((column) => column.isAutoIncrement);
  return hasCounter ? [{ table: table.target, next: table.autoIncrement }] : [];
}
