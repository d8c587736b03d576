import type { SqlError } from '../../../base/sql-error.ts';
import { printColumnType } from '../../../sql/ddl/print.ts';
import type { Connection } from '../connection/connection.ts';
import { sqlErrorOf } from '../connection/errors.ts';
import { active, type MaterializedView } from '../dictionary/materialized-view.ts';
import { markAll } from '../dictionary/stale-marks.ts';
import type { StoredMaterializedView } from '../dictionary/stored-object.ts';
import type { Engine } from '../engine/engine.ts';
import { dictionaryLock } from '../engine/table-locks.ts';
import { systemContext } from '../translation/system-context.ts';
import { readSelect } from './bases.ts';
import { columnsOfSelect } from './columns.ts';
import { partitionOrigin } from './partition-origin.ts';

/** What it takes to make a view active again. */
type Activation =
  | Readonly<{ kind: 'possible'; definition: MaterializedView }>
  | Readonly<{ kind: 'refused'; reason: string }>;

/**
 * Looks whether the view's SELECT works with the definitions as they are now and still gives its columns. The answer
 * has the view with what it reads now.
 */
async function tryActivation(
  engine: Engine,
  connection: Connection,
  view: StoredMaterializedView,
): Promise<Activation> {
  const { definition } = view;
  const context = systemContext(engine, definition.database);
  try {
    const read = readSelect(engine, context, definition.select);
    for (const base of read.bases) {
      const object = engine.dictionary.object(base.database, base.name);
      if (object?.kind === 'MATERIALIZED_VIEW' && object.definition.state.kind === 'inactive') {
        return { kind: 'refused', reason: `base-mv inactive: ${base.name}` };
      }
    }
    const columns = await columnsOfSelect(connection, read);
    const reason = differenceOf(
      definition,
      columns.map((column) => printColumnType(column.type)),
    );
    if (reason !== undefined) return { kind: 'refused', reason };
    return { kind: 'possible', definition: { ...rereadBases(engine, definition, read), state: active } };
  } catch (error) {
    return { kind: 'refused', reason: reasonOf(sqlErrorOf(error), view) };
  }
}

/** What became of an attempt to make a view active; `kept` for one that was active, or is gone. */
export type Activated =
  | Readonly<{ kind: 'activated' }>
  | Readonly<{ kind: 'kept' }>
  | Readonly<{ kind: 'refused'; reason: string }>;

/** Makes a view active if it can be. Why it cannot is kept as its reason, unless a user made it inactive. */
export async function activate(
  engine: Engine,
  view: StoredMaterializedView,
  signal: AbortSignal,
): Promise<Activated> {
  const { locks, dictionary } = engine;
  using connection = await engine.connect();
  using _lock = await locks.acquire([dictionaryLock], signal);
  const now = dictionary.materializedView(view.database, view.name);
  if (now === undefined || now.definition.state.kind === 'active') return { kind: 'kept' };
  const activation = await tryActivation(engine, connection, now);
  if (activation.kind === 'refused') {
    const { reason } = activation;
    if (now.definition.state.byUser || isSameBase(now.definition.state.reason, reason)) return activation;
    const state = { kind: 'inactive', reason, byUser: false } as const;
    await dictionary.transact(connection, (change) =>
      change.putObject({ ...now, definition: { ...now.definition, state } }),
    );
    return activation;
  }
  const { definition } = activation;
  await dictionary.transact(connection, async (change) => {
    await change.putObject({ ...now, definition });
    await markAll(connection, now);
  });
  return { kind: 'activated' };
}

/** What happened to a base says more than that it is not there. */
function isSameBase(reason: string, later: string): boolean {
  return reason.includes(':') && baseOf(reason) === baseOf(later);
}

function baseOf(reason: string): string {
  return reason.slice(reason.lastIndexOf(':') + 1);
}

/** The view with the bases that its SELECT has now. */
export function rereadBases(
  engine: Engine,
  definition: MaterializedView,
  read: ReturnType<typeof readSelect>,
): MaterializedView {
  const { origin: _old, ...rest } = definition;
  const { partitionBy, database, select, table } = definition;
  if (partitionBy === undefined) return { ...rest, bases: read.bases };
  const origin = partitionOrigin({
    engine,
    database,
    select,
    tokens: read.tokens,
    sqlMode: new Set(),
    columns: table.columns.map((column) => column.name),
    partitionBy,
    bases: read.bases,
  });
  return { ...rest, bases: read.bases, ...(origin === undefined ? {} : { origin }) };
}

function differenceOf(definition: MaterializedView, now: readonly string[]): string | undefined {
  const kept = definition.table.columns.map((column) => printColumnType(column.type));
  if (kept.join() === now.join()) return undefined;
  return `column schema not compatible: (${kept.join(', ')}) and (${now.join(', ')})`;
}

/** A base that is not there is named as StarRocks names it. */
function reasonOf(error: SqlError, view: StoredMaterializedView): string {
  const missing = /Table '[^']*?\.([^'.]+)' doesn't exist/.exec(error.message)?.[1];
  if (error.kind === 'unknown_table' && missing !== undefined) return `base-table dropped: ${missing}`;
  if (view.definition.state.kind === 'inactive' && error.kind === 'view_invalid') {
    return view.definition.state.reason;
  }
  return error.message;
}
