import { assert } from '../../../base/assert.ts';
import { SqlError } from '../../../base/sql-error.ts';
import type { TableDefinition } from '../../../sql/ddl/definition.ts';
import type { ObjectName } from '../../../sql/ddl/object-name.ts';
import type { AlterAction, CreateTableStatement, TableStatement } from '../../../sql/ddl/statement.ts';
import type { StoredTable } from '../dictionary/stored-object.ts';
import { insertSelect } from '../dml/insert.ts';
import { inOneTransaction } from '../dml/transaction.ts';
import { checkName, physicalName, sameName, shownDatabase, temporaryPlace } from '../physical/names.ts';
import { physicalTableSql } from '../physical/physical-table.ts';
import type { StatementScope } from '../statement/scope.ts';
import type { TemporaryTables } from '../dictionary/temporary-tables.ts';
import { checkDefinition, completed } from './check-definition.ts';
import { definitionOf, selectedColumns } from './create-table.ts';
import { databaseNamed, temporaryNamed } from './definition-scope.ts';
import type { Move } from './rename-table.ts';

type DropTable = Extract<TableStatement, { kind: 'drop_table' }>;

/** Runs CREATE TEMPORARY TABLE in the open transaction, or in one of its own. Returns the rows of AS SELECT. */
export async function createTemporaryTable(
  scope: StatementScope,
  statement: CreateTableStatement,
): Promise<number> {
  const tables = temporaryTablesOf(scope);
  const { name } = statement.name;
  const database = databaseNamed(scope, statement.name);
  checkName(name, 'bad_table_name');
  if (tables.find(database, name) !== undefined) {
    const message = `Table '${name}' already exists`;
    if (!statement.ifNotExists) throw new SqlError('table_exists', message);
    scope.warnings.push({ level: 'Note', number: 1050, message });
    return 0;
  }
  const inherited = scope.engine.dictionary.database(database)?.collation;
  const definition = completed({ ...(await definitionOf(scope, statement)), name }, inherited);
  refuseDefinition(definition);
  await checkDefinition(scope, definition);
  const now = scope.engine.clock.now();
  const made: StoredTable = {
    kind: 'TABLE',
    database: tables.newPlace(database),
    name,
    definition,
    createdAt: now,
    updatedAt: now,
  };
  const rows = await inOneTransaction(scope, () => fill(scope, statement, made));
  tables.add(made);
  const { autoIncrement } = definition.options;
  if (autoIncrement !== undefined) scope.engine.counters.raise(made.database, name, autoIncrement);
  return rows;
}

/** Makes the table in DuckDB with its rows. A statement that fails leaves nothing in a transaction that goes on. */
async function fill(
  scope: StatementScope,
  statement: CreateTableStatement,
  made: StoredTable,
): Promise<number> {
  const physical = physicalName(made.database, made.name);
  await scope.connection.run(physicalTableSql(physical, made.definition));
  if (statement.asSelect === undefined) return 0;
  try {
    return await insertSelect(
      scope,
      undefined,
      made,
      await selectedColumns(scope, statement, made),
      statement,
    );
  } catch (error) {
    if (error instanceof SqlError) await scope.connection.run(`DROP TABLE ${physical}`);
    throw error;
  }
}

/** Runs DROP TEMPORARY TABLE: all named tables go, or none. */
export async function dropTemporaryTables(scope: StatementScope, statement: DropTable): Promise<number> {
  const tables = temporaryTablesOf(scope);
  const found = statement.names.map((name) => ({ name, table: temporaryNamed(scope, name) }));
  const missing = found.filter(({ table }) => table === undefined);
  if (missing.length > 0) {
    const names = missing.map(({ name }) => `${databaseNamed(scope, name)}.${name.name}`);
    const message = `Unknown table '${names.join(',')}'`;
    if (!statement.ifExists) throw new SqlError('unknown_table_drop', message);
    scope.warnings.push({ level: 'Note', number: 1051, message });
  }
  for (const { table } of found) {
    if (table === undefined) continue;
    await scope.connection.run(`DROP TABLE ${physicalName(table.database, table.name)}`);
    tables.drop(table);
  }
  return 0;
}

/** ALTER TABLE … RENAME of a temporary table: only those of the session are in its way. */
export function temporaryMove(scope: StatementScope, table: StoredTable, to: ObjectName): Move {
  const from = shownDatabase(table.database);
  const database = databaseNamed(scope, { database: from, ...to });
  checkName(to.name, 'bad_table_name');
  const isItself = sameName(database, from) && sameName(to.name, table.name);
  const isTaken = temporaryTablesOf(scope).find(database, to.name) !== undefined;
  if (isTaken && !isItself) throw new SqlError('table_exists', `Table '${to.name}' already exists`);
  const isMoved = !sameName(database, from);
  const place = isMoved ? temporaryPlace(database, scope.engine.temporaryOrdinal()) : table.database;
  return { object: table, database: place, name: to.name };
}

/** Partitions (MySQL's 1562), foreign keys (1215), and a trade of rows with a table that others see. */
export function refuseOfTemporaryTable(actions: readonly AlterAction[]): void {
  for (const { kind } of actions) {
    if (kind === 'partition_by') throw withPartitions();
    if (kind === 'add_foreign_key') throw withForeignKey();
    if (kind === 'swap_with') throw new SqlError('not_supported', 'SWAP WITH of a temporary table');
  }
}

function refuseDefinition({ partitioning, foreignKeys }: TableDefinition): void {
  if (partitioning !== undefined) throw withPartitions();
  if (foreignKeys.length > 0) throw withForeignKey();
}

function withPartitions(): SqlError {
  return new SqlError('partitioned_temporary', 'Cannot create temporary table with partitions');
}

function withForeignKey(): SqlError {
  return new SqlError('foreign_key', 'Cannot add foreign key constraint');
}

function temporaryTablesOf({ context }: StatementScope): TemporaryTables {
  assert(context.temporaryTables !== undefined, 'a session has temporary tables');
  return context.temporaryTables;
}
