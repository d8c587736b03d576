import { SqlError } from '../../../base/sql-error.ts';
import { duckdbName, duckdbText } from '../../../sql/duckdb-quote.ts';
import { type Connection, rollbackQuietly } from '../connection/connection.ts';
import type { StoredMaterializedView } from '../dictionary/stored-object.ts';
import type { Engine } from '../engine/engine.ts';
import { dictionarySchema, physicalName, sameName } from '../physical/names.ts';
import { physicalTableSql } from '../physical/physical-table.ts';
import { systemContext } from '../translation/system-context.ts';
import { dictionaryLock, lockName } from '../engine/table-locks.ts';
import { readSelect } from './bases.ts';
import { finishRun, type RunRequest } from '../dictionary/task-runs.ts';
import { type Marks, partitionsMax, readMarks, removeMarks } from '../dictionary/stale-marks.ts';
import { partitionValue } from './changed-bases.ts';
import type { RefreshReport } from '../dictionary/materialized-view.ts';

/** What one refresh makes again. */
type Extent =
  | Readonly<{ kind: 'nothing' }>
  | Readonly<{ kind: 'all' }>
  /** Partitions from `start` up to but without `end`. */
  | Readonly<{ kind: 'range'; start: string; end: string }>
  | Readonly<{ kind: 'values'; values: readonly (string | null)[] }>;

/** Tables in which refreshes gather their rows. No statement of a user reaches one; a start drops those left. */
const refreshPrefix = '__holdfast_refresh_';

/** What was read, before anybody sees it. */
type Gathered = Readonly<{
  extent: Extent;
  /** The table with the new rows; undefined when there is nothing to do. */
  shadow: string | undefined;
  marks: readonly string[];
  partitions: readonly string[] | undefined;
}>;

export type RefreshParts = Readonly<{
  engine: Engine;
  connection: Connection;
  view: StoredMaterializedView;
  request: RunRequest;
  startedAt: number;
}>;

/**
 * Makes the rows of a view again, as one moment of its bases gives them. They are gathered in a table of their own,
 * in one transaction that blocks nobody, and put in the place of the old ones in another, short one: readers see all
 * old rows or all new ones. What changed in the bases meanwhile stays marked for the next refresh.
 */
export async function refreshView(parts: RefreshParts, signal: AbortSignal): Promise<RefreshReport> {
  const gathered = await gather(parts, signal);
  try {
    return await swapIn(parts, gathered, signal);
  } catch (error) {
    if (gathered.shadow !== undefined) await dropShadow(parts, gathered.shadow);
    throw error;
  }
}

/** Under the view's lock, though the refresh was cancelled: DROP DATABASE may be dropping the same table. */
async function dropShadow({ engine, connection, view }: RefreshParts, shadow: string): Promise<void> {
  const { signal } = new AbortController();
  using _lock = await engine.locks.acquire([lockName(view.database, view.name)], signal);
  await connection.run(`DROP TABLE IF EXISTS ${physicalName(view.database, shadow)}`);
}

/** Holds the view's lock: DuckDB drops no schema in which a table was made meanwhile. */
async function gather(
  { engine, connection, view, request }: RefreshParts,
  signal: AbortSignal,
): Promise<Gathered> {
  const { definition, database } = view;
  using _lock = await engine.locks.acquire([lockName(database, view.name)], signal);
  await connection.run('BEGIN TRANSACTION');
  try {
    const marks = await readMarks(connection, view);
    const extent = extentOf(view, request, marks);
    if (extent.kind === 'nothing') {
      await connection.run('COMMIT');
      return { extent, shadow: undefined, marks: [], partitions: [] };
    }
    const shadow = `${refreshPrefix}${request.queryId}`;
    const place = physicalName(database, shadow);
    const { translated } = readSelect(engine, systemContext(engine, definition.database), definition.select);
    const names = definition.table.columns.map((column) => duckdbName(column.name)).join(', ');
    await connection.run(physicalTableSql(place, definition.table));
    await connection.run(
      `INSERT INTO ${place} SELECT ${names} FROM (${translated.sql}) AS q(${names})${whereOf(view, extent)}`,
    );
    const partitions = await partitionsOf(connection, view, extent, place);
    const done = finishedMarks(extent, marks);
    await connection.run('COMMIT');
    return { extent, shadow, marks: done, partitions };
  } catch (error) {
    await rollbackQuietly(connection);
    throw error;
  }
}

function extentOf(view: StoredMaterializedView, request: RunRequest, marks: Marks): Extent {
  const { range, force } = request;
  if (range !== undefined && view.definition.partitionBy === undefined) {
    throw new SqlError('analysis', 'Not support refresh by partition for single partition mv');
  }
  const all: Extent = range === undefined ? { kind: 'all' } : { kind: 'range', ...range };
  if (force || marks.isAll) return all;
  const values = marks.values.filter((value) => range === undefined || isWithin(value, range));
  return values.length === 0 ? { kind: 'nothing' } : { kind: 'values', values };
}

/** Numbers compare as numbers, times as texts, of which each is a prefix of the longer form. */
function isWithin(value: string | null, { start, end }: Readonly<{ start: string; end: string }>): boolean {
  if (value === null) return false;
  const numbers = [value, start, end].map(Number);
  if (numbers.every((number) => !Number.isNaN(number))) {
    const [of = 0, from = 0, to = 0] = numbers;
    return from <= of && of < to;
  }
  return start <= value && value < end;
}

/** The condition on the new rows, and on the old ones that make room for them. */
function whereOf(view: StoredMaterializedView, extent: Extent): string {
  const { partitionBy } = view.definition;
  if (extent.kind === 'all' || extent.kind === 'nothing' || partitionBy === undefined) return '';
  const column = duckdbName(partitionBy.column);
  const value = partitionValue(view, column);
  if (extent.kind === 'range') {
    const own = partitionBy.unit === undefined ? column : `date_trunc('${partitionBy.unit}', ${column})`;
    return ` WHERE ${own} >= ${duckdbText(extent.start)} AND ${own} < ${duckdbText(extent.end)}`;
  }
  const texts = extent.values.filter((each) => each !== null).map((each) => duckdbText(each));
  const conditions = [
    ...(texts.length === 0 ? [] : [`${value} IN (${texts.join(', ')})`]),
    ...(extent.values.includes(null) ? [`${column} IS NULL`] : []),
  ];
  return ` WHERE (${conditions.join(' OR ')})`;
}

/** For the report: the values that were made again, with those that have no rows any more. */
async function partitionsOf(
  connection: Connection,
  view: StoredMaterializedView,
  extent: Extent,
  shadow: string,
): Promise<readonly string[] | undefined> {
  const { partitionBy } = view.definition;
  if (partitionBy === undefined) return undefined;
  if (extent.kind === 'values') return extent.values.map((value) => value ?? 'NULL').sort();
  const value = partitionValue(view, duckdbName(partitionBy.column));
  const rows = await connection.facts(
    `SELECT DISTINCT coalesce(${value}, 'NULL') AS value FROM ${shadow} ORDER BY value LIMIT ${partitionsMax}`,
  );
  return rows.map(([name]) => String(name));
}

/** Marks that the extent takes in. Within a range, one of the whole view stays: the rest may have changed, too. */
function finishedMarks(extent: Extent, marks: Marks): readonly string[] {
  const idsOf = (isDone: (value: string | null) => boolean): readonly string[] =>
    marks.partitions.filter(({ value }) => isDone(value)).map(({ id }) => id);
  switch (extent.kind) {
    case 'nothing':
      return [];
    case 'all':
      return marks.ids;
    case 'range':
      return idsOf((value) => isWithin(value, extent));
    case 'values':
      return idsOf((value) => extent.values.includes(value));
  }
}

async function swapIn(
  { engine, connection, view, request, startedAt }: RefreshParts,
  gathered: Gathered,
  signal: AbortSignal,
): Promise<RefreshReport> {
  using _locks = await engine.locks.acquire([dictionaryLock, lockName(view.database, view.name)], signal);
  const now = engine.dictionary.materializedView(view.database, view.name);
  if (now === undefined || !isSameView(now, view)) {
    throw new SqlError('analysis', `materialized view '${view.name}' was changed while it was refreshed`);
  }
  const { queryId, force, range } = request;
  const report: RefreshReport = {
    queryId,
    startedAt,
    finishedAt: engine.clock.now(),
    state: 'SUCCESS',
    force,
    ...(range === undefined ? {} : { range }),
    ...(gathered.partitions === undefined ? {} : { partitions: gathered.partitions }),
  };
  await engine.dictionary.transact(connection, async (change) => {
    if (gathered.shadow !== undefined) await replaceRows(connection, now, gathered.extent, gathered.shadow);
    await removeMarks(connection, gathered.marks);
    await finishRun(connection, report);
    await change.putObject({ ...now, definition: { ...now.definition, lastRefresh: report } });
  });
  return report;
}

async function replaceRows(
  connection: Connection,
  view: StoredMaterializedView,
  extent: Extent,
  shadow: string,
): Promise<void> {
  const place = physicalName(view.database, view.name);
  const gathered = physicalName(view.database, shadow);
  if (extent.kind === 'all') {
    await connection.run(`DROP TABLE ${place}`);
    await connection.run(`ALTER TABLE ${gathered} RENAME TO ${duckdbName(view.name)}`);
    return;
  }
  await connection.run(`DELETE FROM ${place}${whereOf(view, extent)}`);
  await connection.run(`INSERT INTO ${place} SELECT * FROM ${gathered}`);
  await connection.run(`DROP TABLE ${gathered}`);
}

function isSameView(now: StoredMaterializedView, then: StoredMaterializedView): boolean {
  return (
    now.definition.id === then.definition.id &&
    sameName(now.name, then.name) &&
    now.definition.state.kind === 'active' &&
    now.definition.select === then.definition.select
  );
}

/** Drops what refreshes left behind when a process ended. */
export async function dropGathered(connection: Connection): Promise<void> {
  const rows = await connection.facts(
    `SELECT schema_name, table_name FROM duckdb_tables() WHERE starts_with(table_name, ${duckdbText(refreshPrefix)}) ` +
      `AND schema_name <> ${duckdbText(dictionarySchema)}`,
  );
  for (const [schema, table] of rows) {
    await connection.run(`DROP TABLE ${duckdbName(String(schema))}.${duckdbName(String(table))}`);
  }
}
