import { quoteText } from '../../sql/quote.ts';
import type { ObjectKind } from '../objects.ts';
import type { RestoreOther, RestorePlan, RestoreTable } from '../restoring.ts';
import { SourceError } from '../source-error.ts';
import type { MysqlConnection } from './connection.ts';
import { qualified } from './object-text.ts';
import { differenceOfTexts } from './table-compare.ts';
import { parseTableText, partitionTexts, type TableText, withPartitions } from './table-text.ts';

/** What a restored table does to what lies under its name. */
export type Target =
  /** The shadow becomes the table; an old one goes. */
  | Readonly<{ kind: 'swap'; table: RestoreTable; text: TableText; isReplacing: boolean }>
  /** The rows of `partitions` are replaced in the table that is there; those it lacks are added to it first. */
  | Readonly<{
      kind: 'merge';
      table: RestoreTable;
      existing: TableText;
      partitions: readonly string[];
      added: readonly string[];
    }>;

/** What is there under each name of the target database. Names as the server compares them. */
export class Existing {
  readonly #kinds = new Map<string, ObjectKind>();

  static async read(
    connection: MysqlConnection,
    database: string,
    signal: AbortSignal,
  ): Promise<Existing | undefined> {
    const schema = quoteText(database);
    const found = await connection.rows(
      `SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ${schema}`,
      signal,
    );
    if (found.length === 0) return undefined;
    const existing = new Existing();
    const rows = await connection.rows(
      `SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${schema}`,
      signal,
    );
    for (const [name, type] of rows) existing.#kinds.set(name ?? '', kindOf(type ?? ''));
    return existing;
  }

  kind(name: string): ObjectKind | undefined {
    return this.#kinds.get(name);
  }

  names(kind: ObjectKind): readonly string[] {
    return [...this.#kinds].flatMap(([name, own]) => (own === kind ? [name] : []));
  }
}

function kindOf(type: string): ObjectKind {
  if (type === 'VIEW' || type === 'SYSTEM VIEW') return 'VIEW';
  return type === 'SEQUENCE' ? 'SEQUENCE' : 'TABLE';
}

/** Decides what is to happen to a table, from what the server has now. Throws `conflict` or `bad_replace`. */
export async function planTarget(
  connection: MysqlConnection,
  existing: Existing,
  { plan, table, text }: Readonly<{ plan: RestorePlan; table: RestoreTable; text: TableText }>,
  signal: AbortSignal,
): Promise<Target> {
  const options = plan.options ?? [];
  const { partitions: chosen } = table;
  const kind = existing.kind(table.target);
  if (kind === undefined) {
    const wanted = chosen === undefined ? text : withPartitions(text, isAmong(chosen));
    return { kind: 'swap', table, text: wanted, isReplacing: false };
  }
  if (kind !== 'TABLE') throw notOfKind(table.target, 'TABLE');
  const own = await readTable(connection, plan.database, table.target, signal);
  const isClean = chosen === undefined && options.includes('clean_partitions');
  const compared = chosen ?? (isClean ? partitionNames(own) : undefined);
  const of = { table: table.target, ...(compared !== undefined && { partitions: compared }) };
  const difference = differenceOfTexts(own, text, of);
  // Replacing a table by some partitions of another one would lose rows that nobody asked about.
  const isReplaced = difference !== undefined && chosen === undefined && options.includes('force_replace');
  if (difference !== undefined && !isReplaced) throw new SourceError('conflict', difference);
  const partitions = isReplaced || isClean ? undefined : mergedPartitions(own, text, chosen);
  if (partitions === undefined) return { kind: 'swap', table, text, isReplacing: true };
  return { kind: 'merge', table, existing: own, partitions, added: addedPartitions(own, text, partitions) };
}

/** Refuses an object in the place of one of another kind. Materialized views are left out of every restore. */
export function checkOther(existing: Existing, other: RestoreOther): void {
  const kind = existing.kind(other.target);
  const isRelation = other.kind === 'VIEW' || other.kind === 'SEQUENCE';
  if (isRelation && kind !== undefined && kind !== other.kind) throw notOfKind(other.target, other.kind);
}

/** A server of this protocol has no materialized views: a restore goes on without them, and says so. */
export function leftOutOf({ kind, target }: RestoreOther): string | undefined {
  if (kind !== 'MATERIALIZED_VIEW') return undefined;
  return `materialized view ${target} was not restored: the server has none`;
}

export async function readTable(
  connection: MysqlConnection,
  database: string,
  table: string,
  signal: AbortSignal,
): Promise<TableText> {
  const [row] = await connection.rows(`SHOW CREATE TABLE ${qualified(database, table)}`, signal);
  return parseTableText(row?.[1] ?? '');
}

/** StarRocks' words for an object that another kind of object cannot take the place of. */
function notOfKind(target: string, kind: ObjectKind): SourceError {
  const words = kind.split('_').map((part) => `${part.slice(0, 1)}${part.slice(1).toLowerCase()}`);
  return new SourceError('bad_replace', `Table: ${target} has existed and it is not a ${words.join(' ')}`);
}

/**
 * The partitions whose rows are replaced; undefined when the whole table is. A partition that only the existing table
 * has stays, as in StarRocks.
 */
function mergedPartitions(
  existing: TableText,
  wanted: TableText,
  chosen: readonly string[] | undefined,
): readonly string[] | undefined {
  if (chosen !== undefined) return chosen;
  const backedUp = partitionNames(wanted);
  const hasOthers = partitionNames(existing).some((name) => !isAmong(backedUp)(name));
  return hasOthers ? backedUp : undefined;
}

function addedPartitions(
  existing: TableText,
  wanted: TableText,
  partitions: readonly string[],
): readonly string[] {
  const own = partitionNames(existing);
  return partitionTexts(wanted).flatMap(({ name, text }) =>
    isAmong(partitions)(name) && !isAmong(own)(name) ? [text] : [],
  );
}

function partitionNames(table: TableText): readonly string[] {
  return partitionTexts(table).map(({ name }) => name);
}

/** MySQL's partitions are told apart without regard to case. */
function isAmong(names: readonly string[]): (name: string) => boolean {
  const keys = new Set(names.map((name) => name.toLowerCase()));
  return (name) => keys.has(name.toLowerCase());
}
