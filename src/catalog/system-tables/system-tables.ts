import type { Cell, Column } from '../../base/rows.ts';
import type { QueryContext } from '../../source/query.ts';
import type { ColumnDefinition, TableDefinition } from '../../sql/ddl/definition.ts';
import { parseDdl } from '../../sql/ddl/parse.ts';
import { tokenize } from '../../sql/lexer.ts';
import { assert } from '../../base/assert.ts';
import { systemDatabases } from '../system-databases.ts';
import type { CatalogView, ObjectFacts } from '../view.ts';
import { columnTables } from './columns.ts';
import { emptyTables } from './empty.ts';
import { extensionTables } from './extensions.ts';
import { jobTables } from './jobs.ts';
import { keyTables } from './keys.ts';
import { materializedViewTables } from './materialized-views.ts';
import { mysqlTables } from './mysql.ts';
import { partitionMetaTables } from './partitions-meta.ts';
import { partitionTables } from './partitions.ts';
import { performanceTables } from './performance-schema.ts';
import { privilegeTables } from './privileges.ts';
import { roleTables } from './roles.ts';
import { routineTables } from './routines.ts';
import { serverTables } from './server.ts';
import { sysTables } from './sys.ts';
import type { SystemReader, SystemRow, SystemSources, SystemTable } from './system-table.ts';
import { tableTables } from './tables.ts';
import { wireColumn } from './wire-column.ts';

/** Every system table, by schema and name as MySQL sorts them. */
export const systemTables: readonly SystemTable[] = [
  ...tableTables,
  ...columnTables,
  ...keyTables,
  ...materializedViewTables,
  ...partitionTables,
  ...partitionMetaTables,
  ...serverTables,
  ...privilegeTables,
  ...roleTables,
  ...routineTables,
  ...emptyTables,
  ...extensionTables,
  ...jobTables,
  ...performanceTables,
  ...mysqlTables,
  ...sysTables,
].sort((left, right) => compare(`${left.schema}.${left.name}`, `${right.schema}.${right.name}`));

/** What MySQL makes of the running server, and not of its data dictionary, is a table and no view. */
const tablesNotViews =
  /^(?:(?:column|schema|table|user)_privileges|(?:applicable|enabled)_roles|role_\w+_grants|collations|engines|innodb_\w+|optimizer_trace|plugins|processlist|profiling|\w+_jobs|job_events|snapshots|repositories)$/i;

/**
 * information_schema and its kin for the engine, which loads a table before a statement that reads it
 * (SystemTableProvider of source/duckdb), and for SHOW. Names are found in any case.
 */
export class SystemTables {
  readonly sources: SystemSources;
  readonly #definitions = new Map<SystemTable, TableDefinition>();

  constructor(sources: SystemSources) {
    this.sources = sources;
  }

  hasSchema(schema: string): boolean {
    return systemDatabases.includes(schema.toLowerCase());
  }

  /** Names of a database's tables, for SHOW TABLES. */
  names(schema: string): readonly string[] {
    return systemTables.filter((table) => table.schema === schema.toLowerCase()).map((table) => table.name);
  }

  columns(schema: string, name: string): readonly Column[] | undefined {
    const table = find(schema, name);
    return table && this.#definition(table).columns.map((column) => wireColumn(column));
  }

  /** MySQL calls columns of its own views as they are defined: `SELECT table_name` gives TABLE_NAME. */
  namesAsDefined(schema: string, name: string): boolean {
    return schema.toLowerCase() === 'information_schema' && !tablesNotViews.test(name);
  }

  /** The tables of which some rows never change, with these, which come before the others. */
  fixedTables(): readonly Readonly<{ schema: string; table: string; rows: readonly (readonly Cell[])[] }>[] {
    return systemTables.flatMap((table) => {
      if (table.fixedRows === undefined) return [];
      const { columns } = this.#definition(table);
      const rows = table.fixedRows(this.#described()).map((row) => cellsOf(row, columns));
      return [{ schema: table.schema, table: table.name, rows }];
    });
  }

  /** The other rows as they are now, in the order of the columns. The table must exist. */
  async rows(
    schema: string,
    name: string,
    context: QueryContext,
    signal: AbortSignal,
  ): Promise<readonly (readonly Cell[])[]> {
    const table = found(schema, name);
    const isVisible = (database: string, object?: string): boolean =>
      context.access?.sees(database, object) ?? true;
    const rows = await table.rows({
      ...this.sources,
      context,
      isVisible,
      signal,
      systemTables: this.#described(),
    });
    const { columns } = this.#definition(table);
    return [...rows].map((row) => cellsOf(row, columns));
  }

  /** A view of the catalog in which the system tables are tables too, for DESCRIBE and SHOW COLUMNS. */
  withTables(view: CatalogView): CatalogView {
    return {
      listDatabases: () => view.listDatabases(),
      listObjects: (database) =>
        this.hasSchema(database) ? this.#objects(database) : view.listObjects(database),
      findObject: (database, name) =>
        this.hasSchema(database)
          ? this.#objects(database).find((object) => object.name.toLowerCase() === name.toLowerCase())
          : view.findObject(database, name),
      listFunctions: (database) => (this.hasSchema(database) ? [] : view.listFunctions(database)),
      isUpdatable: (database, name) => !this.hasSchema(database) && view.isUpdatable(database, name),
      rowCount: async (database, table, signal) =>
        this.hasSchema(database) ? 0 : view.rowCount(database, table, signal),
      autoIncrement: (database, table) =>
        this.hasSchema(database) ? undefined : view.autoIncrement(database, table),
      partitionRows: async (database, table, signal) =>
        this.hasSchema(database) ? [] : view.partitionRows(database, table, signal),
      taskRuns: async (signal) => view.taskRuns(signal),
      dynamicRun: (database, table) => view.dynamicRun(database, table),
      temporaryPartitionRows: async (database, table, signal) =>
        this.hasSchema(database) ? [] : view.temporaryPartitionRows(database, table, signal),
    };
  }

  #described(): SystemReader['systemTables'] {
    return systemTables.map((each) => ({ schema: each.schema, definition: this.#definition(each) }));
  }

  #objects(schema: string): readonly ObjectFacts[] {
    const database = schema.toLowerCase();
    return systemTables
      .filter((table) => table.schema === database)
      .map((table) => ({
        kind: 'TABLE',
        database,
        name: table.name,
        createdAt: 0,
        updatedAt: 0,
        definition: this.#definition(table),
      }));
  }

  /** Read from the column list when it is first asked for. */
  #definition(table: SystemTable): TableDefinition {
    const known = this.#definitions.get(table);
    if (known !== undefined) return known;
    const sql = `CREATE TABLE \`${table.name}\` (${table.columns})`;
    const statement = parseDdl(tokenize(sql), sql, { isChecked: false });
    assert(statement.kind === 'create_table', 'a system table is a table');
    this.#definitions.set(table, statement.definition);
    return statement.definition;
  }
}

function find(schema: string, name: string): SystemTable | undefined {
  return systemTables.find(
    (table) => table.schema === schema.toLowerCase() && table.name.toLowerCase() === name.toLowerCase(),
  );
}

function found(schema: string, name: string): SystemTable {
  const table = find(schema, name);
  assert(table !== undefined, 'rows of a system table that does not exist');
  return table;
}

function cellsOf(row: SystemRow, columns: readonly ColumnDefinition[]): readonly Cell[] {
  return columns.map((column) => row[column.name] ?? null);
}

function compare(left: string, right: string): number {
  return left < right ? -1 : 1;
}
