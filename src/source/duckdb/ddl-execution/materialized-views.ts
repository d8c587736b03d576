import { SqlError } from '../../../base/sql-error.ts';
import type { ColumnDefinition, TableDefinition } from '../../../sql/ddl/definition.ts';
import type {
  CreateMaterializedView,
  MaterializedViewAction,
  MaterializedViewStatement,
} from '../../../sql/ddl/materialized-view.ts';
import type { ObjectName } from '../../../sql/ddl/object-name.ts';
import { duckdbName } from '../../../sql/duckdb-quote.ts';
import type { StoredMaterializedView } from '../dictionary/stored-object.ts';
import { rereadBases } from '../materialized/activation.ts';
import { readSelect } from '../materialized/bases.ts';
import { columnsOfSelect, type SelectColumn } from '../materialized/columns.ts';
import { checkViewProperties } from '../materialized/properties.ts';
import { markAll, moveMarks } from '../dictionary/stale-marks.ts';
import { active, type MaterializedView } from '../dictionary/materialized-view.ts';
import { checkName, dictionarySchema, physicalName, sameName } from '../physical/names.ts';
import { physicalTableSql } from '../physical/physical-table.ts';
import type { StatementScope } from '../statement/scope.ts';
import { contextIn } from '../translation/contexts.ts';
import { databaseNamed, type DefinitionScope, defining, isFree, objectNamed } from './definition-scope.ts';
import { createRollup, dropRollup, isRollup } from './rollups.ts';

type Of<Kind extends MaterializedViewStatement['kind']> = Extract<MaterializedViewStatement, { kind: Kind }>;

/** Runs CREATE MATERIALIZED VIEW: makes it empty. The refresher makes its rows after the answer, unless it is DEFERRED. */
export async function createMaterializedView(
  scope: StatementScope,
  statement: CreateMaterializedView,
): Promise<number> {
  const database = databaseNamed(scope, statement.name);
  checkViewProperties(statement.properties, 'Analyze materialized properties failed');
  if (isRollup(statement)) return createRollup(scope, statement, database);
  const { name } = statement.name;
  if (!isFree(scope, database, name, statement.ifNotExists)) return 0;
  const definition = await newView(scope, statement, database);
  await defining(scope, async (change) => {
    await scope.connection.run(physicalTableSql(physicalName(database, name), definition.table));
    await change.putObject({ kind: 'MATERIALIZED_VIEW', database, name, definition });
    await markAll(scope.connection, { database, name });
  });
  return 0;
}

async function newView(
  scope: StatementScope,
  statement: CreateMaterializedView,
  database: string,
): Promise<MaterializedView> {
  const select = statement.select.text;
  const current = scope.context.database ?? database;
  const read = readSelect(scope.engine, contextIn(scope.context, current), select);
  const columns = namedColumns(statement, await columnsOfSelect(scope.connection, read));
  const { partitionBy, comment, distribution, orderBy, properties } = statement;
  const table: TableDefinition = {
    name: statement.name.name,
    columns,
    keys: [],
    foreignKeys: [],
    checks: [],
    ...(distribution === undefined ? {} : { distribution }),
    ...(orderBy === undefined ? {} : { orderBy }),
    properties,
    options: { ...(comment === undefined ? {} : { comment }), other: [] },
  };
  checkColumns(table, statement);
  const definition: MaterializedView = {
    id: Number(await scope.connection.fact(`SELECT nextval('${dictionarySchema}.view_ids')`)),
    table,
    select,
    database: current,
    refresh: statement.refresh ?? { moment: 'IMMEDIATE', mode: { kind: 'manual' } },
    ...(partitionBy === undefined ? {} : { partitionBy }),
    bases: read.bases,
    creator: scope.context.user,
    state: active,
  };
  return rereadBases(scope.engine, definition, read);
}

function namedColumns(
  statement: CreateMaterializedView,
  selected: readonly SelectColumn[],
): readonly ColumnDefinition[] {
  const wanted = statement.columns;
  if (wanted.length > 0 && wanted.length !== selected.length) {
    throw new SqlError(
      'column_count_mismatch',
      "Materialized view's SELECT and its column list have different column counts",
    );
  }
  return selected.map(({ name, type }, index) => ({
    name: wanted[index]?.name ?? name,
    type,
    nullable: true,
    autoIncrement: false,
    isKey: false,
    invisible: false,
    ...(wanted[index]?.comment === undefined ? {} : { comment: wanted[index].comment }),
  }));
}

function checkColumns({ columns }: TableDefinition, statement: CreateMaterializedView): void {
  for (const [index, { name }] of columns.entries()) {
    checkName(name, 'unknown_column');
    if (columns.findIndex((each) => sameName(each.name, name)) < index) {
      throw new SqlError('duplicate_column', `Duplicate column name '${name}'`);
    }
  }
  const { partitionBy, distribution, orderBy = [] } = statement;
  const named = [...(distribution?.columns ?? []), ...orderBy];
  const missing = named.find((name) => !columns.some((column) => sameName(column.name, name)));
  if (missing !== undefined)
    throw new SqlError('unknown_column', `Unknown column '${missing}' in '${statement.name.name}'`);
  if (partitionBy === undefined || columns.some((column) => sameName(column.name, partitionBy.column)))
    return;
  throw new SqlError(
    'analysis',
    `Materialized view partition exp column: ${partitionBy.column} is not found in query statement`,
  );
}

/** Runs DROP MATERIALIZED VIEW. */
export async function dropMaterializedView(
  scope: DefinitionScope,
  statement: Of<'drop_materialized_view'>,
): Promise<number> {
  const found = objectNamed(scope, statement.name);
  const database = databaseNamed(scope, statement.name);
  if (found === undefined && (await dropRollup(scope, database, statement.name.name))) return 0;
  if (found?.kind !== 'MATERIALIZED_VIEW') {
    const message = `Unknown materialized view '${statement.name.name}'`;
    if (!statement.ifExists) throw new SqlError('unknown_table_drop', message);
    scope.warnings.push({ level: 'Note', number: 1051, message });
    return 0;
  }
  scope.refresher.cancel(found);
  await defining(scope, async (change) => {
    await change.dropObject(found.database, found.name);
    await scope.connection.run(`DROP TABLE ${physicalName(found.database, found.name)}`);
  });
  return 0;
}

/** Runs ALTER MATERIALIZED VIEW. */
export async function alterMaterializedView(
  scope: StatementScope,
  statement: Of<'alter_materialized_view'>,
): Promise<number> {
  const view = viewNamed(scope, statement.name);
  const changed = await changedView(scope, view, statement.action);
  if (changed !== undefined) {
    await defining(scope, (change) => change.putObject({ ...view, definition: changed }));
  }
  return 0;
}

/** What ALTER stores anew; undefined when it has done its work itself. */
async function changedView(
  scope: StatementScope,
  view: StoredMaterializedView,
  action: MaterializedViewAction,
): Promise<MaterializedView | undefined> {
  const { definition } = view;
  switch (action.kind) {
    case 'rename':
      await rename(scope, view, action.to);
      return undefined;
    case 'refresh':
      return { ...definition, refresh: action.refresh };
    case 'inactive': {
      const reason = 'user use alter materialized view set status to inactive';
      return { ...definition, state: { kind: 'inactive', reason, byUser: true } };
    }
    case 'set_properties': {
      checkViewProperties(action.properties, 'Modify failed');
      const names = new Set(action.properties.map(([name]) => name));
      const kept = definition.table.properties.filter(([name]) => !names.has(name));
      const properties = [...kept, ...action.properties];
      return { ...definition, table: { ...definition.table, properties } };
    }
    case 'swap_with':
      await swap(scope, view, viewNamed(scope, { database: view.database, name: action.view }));
      return undefined;
    case 'active':
      return undefined;
  }
}

async function rename(scope: StatementScope, view: StoredMaterializedView, to: string): Promise<void> {
  const { database, definition } = view;
  if (sameName(view.name, to)) {
    if (view.name === to) return;
    throw new SqlError('not_supported', 'a new name that differs in case only');
  }
  isFree(scope, database, to, false);
  await defining(scope, async (change) => {
    await moveMarks(scope.connection, view, to);
    await change.dropObject(database, view.name);
    await change.putObject({
      ...view,
      name: to,
      definition: { ...definition, table: { ...definition.table, name: to } },
    });
    await scope.connection.run(
      `ALTER TABLE ${physicalName(database, view.name)} RENAME TO ${duckdbName(to)}`,
    );
  });
}

/** The two change their names, and nothing else. */
async function swap(
  scope: StatementScope,
  view: StoredMaterializedView,
  other: StoredMaterializedView,
): Promise<void> {
  if (sameName(view.name, other.name))
    throw new SqlError('analysis', 'New name conflicts with rollup index name');
  const { database } = view;
  const between = `__holdfast_swap_${view.definition.id}`;
  const renameTo = (from: string, to: string): Promise<number> =>
    scope.connection.run(`ALTER TABLE ${physicalName(database, from)} RENAME TO ${duckdbName(to)}`);
  await defining(scope, async (change) => {
    await renameTo(view.name, between);
    await renameTo(other.name, view.name);
    await renameTo(between, other.name);
    for (const [moved, name] of [
      [view, other.name],
      [other, view.name],
    ] as const) {
      const { definition } = moved;
      await change.putObject({
        ...moved,
        name,
        definition: { ...definition, table: { ...definition.table, name } },
      });
      // Marks are kept by name: both are made again as a whole.
      await markAll(scope.connection, { database, name });
    }
  });
}

/** Makes the view active, or throws why it cannot be. Takes the dictionary's lock itself. */
export async function activateView(scope: DefinitionScope, view: StoredMaterializedView): Promise<void> {
  const reason = await scope.refresher.activate(view);
  if (reason === undefined) return;
  throw new SqlError(
    'analysis',
    `Can not active materialized view [${view.name}] because analyze materialized view define sql: \n\n` +
      `${view.definition.select}\n\nCause an error: ${reason}`,
  );
}

/** The materialized view under a name. Throws 1146 when there is none, 1347 for another object. */
export function viewNamed(scope: StatementScope, name: ObjectName): StoredMaterializedView {
  const found = objectNamed(scope, name);
  if (found === undefined && scope.engine.dictionary.rollup(databaseNamed(scope, name), name.name)) {
    throw new SqlError(
      'analysis',
      `${name.name} is a synchronous materialized view, which is always current`,
    );
  }
  if (found === undefined) {
    throw new SqlError('unknown_table', `Table '${databaseNamed(scope, name)}.${name.name}' doesn't exist`);
  }
  if (found.kind === 'MATERIALIZED_VIEW') return found;
  throw new SqlError('wrong_object', `'${found.database}.${found.name}' is not MATERIALIZED VIEW`);
}
