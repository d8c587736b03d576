import { duckdbText } from '../../../sql/duckdb-quote.ts';
import type { Connection, Fact } from '../connection/connection.ts';
import { dictionarySchema, nameKey } from '../physical/names.ts';

/**
 * Marks say what of a materialized view is not what its SELECT would give: everything, or the partition of one value.
 * A change of a base table writes them in its own transaction; a refresh removes those that the snapshot it read
 * from held, so that a change beside it is never taken for done.
 */
const table = `${dictionarySchema}.stale`;

export const staleTable: string = `CREATE TABLE IF NOT EXISTS ${table}(
    id UUID, database_key VARCHAR, key VARCHAR, is_all BOOLEAN, value VARCHAR)`;

/** Another transaction's change of a row is not seen by the one that removes marks: they are named one by one. */
export type Marks = Readonly<{
  ids: readonly string[];
  /** True when all of the view may have changed. */
  isAll: boolean;
  /** Marks of single partitions; a null value is the partition of NULL. */
  partitions: readonly Readonly<{ id: string; value: string | null }>[];
  /** Their values, each once. */
  values: readonly (string | null)[];
}>;

/** More values of one refresh than this are no gain over making the whole view again. */
export const partitionsMax = 1_000;

type ViewName = Readonly<{ database: string; name: string }>;

/** Marks the partitions of a view whose values are the column `value` of `rows`. */
export async function markPartitions(connection: Connection, view: ViewName, rows: string): Promise<void> {
  await connection.run(`INSERT INTO ${table} SELECT uuid(), ${keysOf(view)}, false, value FROM ${rows}`);
}

/** Marks all of a view. */
export async function markAll(connection: Connection, view: ViewName): Promise<void> {
  await connection.run(`INSERT INTO ${table} VALUES (uuid(), ${keysOf(view)}, true, NULL)`);
}

/** The marks of a view that this transaction sees. */
export async function readMarks(connection: Connection, view: ViewName): Promise<Marks> {
  const rows = await connection.facts(
    `SELECT CAST(id AS VARCHAR), is_all, value FROM ${table} WHERE ${isOf(view)}`,
  );
  const partitions = rows
    .filter(([, isAll]) => isAll !== true)
    .map(([id, , value]) => ({ id: String(id), value: textOf(value) }));
  const values = new Set(partitions.map(({ value }) => value));
  return {
    ids: rows.map(([id]) => String(id)),
    isAll: rows.some(([, isAll]) => isAll === true) || values.size > partitionsMax,
    partitions,
    values: [...values],
  };
}

/** Removes marks whose views have been made again; part of the caller's transaction. */
export async function removeMarks(connection: Connection, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const list = ids.map((id) => duckdbText(id)).join(', ');
  await connection.run(`DELETE FROM ${table} WHERE CAST(id AS VARCHAR) IN (${list})`);
}

/** Gives the marks of a view to its new name. */
export async function moveMarks(connection: Connection, view: ViewName, to: string): Promise<void> {
  await connection.run(`UPDATE ${table} SET key = ${duckdbText(nameKey(to))} WHERE ${isOf(view)}`);
}

/** Forgets the marks of a view that is dropped. */
export async function forgetMarks(connection: Connection, view: ViewName): Promise<void> {
  await connection.run(`DELETE FROM ${table} WHERE ${isOf(view)}`);
}

/** How many marks each view has, by `database\0name` of their keys. */
export async function staleViews(connection: Connection): Promise<ReadonlyMap<string, number>> {
  const rows = await connection.facts(`SELECT database_key, key, count(*) FROM ${table} GROUP BY ALL`);
  return new Map(
    rows.map(([database, key, marks]) => [`${String(database)}\0${String(key)}`, Number(marks)]),
  );
}

function keysOf(view: ViewName): string {
  return `${duckdbText(nameKey(view.database))}, ${duckdbText(nameKey(view.name))}`;
}

function isOf(view: ViewName): string {
  return `database_key = ${duckdbText(nameKey(view.database))} AND key = ${duckdbText(nameKey(view.name))}`;
}

function textOf(value: Fact | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
