import { type Cell, textColumn } from '../../base/rows.ts';
import { SqlError } from '../../base/sql-error.ts';
import { timeText } from '../../base/time-text.ts';
import { findCharacterSet } from '../../sql/ddl/character-sets.ts';
import type { TableDefinition } from '../../sql/ddl/definition.ts';
import { printCreateTable } from '../../sql/ddl/print.ts';
import { isStarRocksTable, withDefaults } from '../../sql/ddl/settle.ts';
import { describeColumnType } from '../../sql/ddl/type-facts.ts';
import { charactersOf } from '../characters.ts';
import { systemDatabases } from '../system-databases.ts';
import type { SystemTableNames } from '../system-table-names.ts';
import type { CatalogView, ObjectFacts } from '../view.ts';
import { type ShownTable, shownTable, typed } from './shown-table.ts';

const statusNames = [
  'Name',
  'Engine',
  ...typed('int', 'Version'),
  'Row_format',
  ...typed('bigint unsigned', 'Rows', 'Avg_row_length', 'Data_length', 'Max_data_length', 'Index_length'),
  ...typed('bigint unsigned', 'Data_free', 'Auto_increment'),
  ...typed('timestamp', 'Create_time'),
  ...typed('datetime', 'Update_time', 'Check_time'),
  'Collation',
  'Checksum#',
  'Create_options',
  'Comment',
];

/** SHOW [FULL] TABLES FROM d [LIKE p]. */
export function showTables(
  view: CatalogView,
  system: SystemTableNames,
  of: Readonly<{ database: string; full: boolean; pattern: string | undefined }>,
): ShownTable {
  const name = `Tables_in_${of.database}${of.pattern === undefined ? '' : ` (${of.pattern})`}`;
  const listed = systemDatabases.includes(of.database.toLowerCase())
    ? system(of.database.toLowerCase()).map((table): Cell[] => [table, 'SYSTEM VIEW'])
    : objectsOf(view, of.database).map((object): Cell[] => [object.name, typeOf(object)]);
  // The name of a database may end with the mark of a BIGINT column.
  const column = textColumn(name, 64);
  if (of.full) return shownTable([column, 'Table_type'], listed, name);
  return shownTable(
    [column],
    listed.map((row) => row.slice(0, 1)),
    name,
  );
}

/** SHOW TABLE STATUS FROM d [LIKE p]. Sizes are not known without reading, so they are 0. */
export async function showTableStatus(
  view: CatalogView,
  database: string,
  signal: AbortSignal,
): Promise<ShownTable> {
  if (systemDatabases.includes(database.toLowerCase())) return shownTable(statusNames, [], 'Name');
  const rows: Cell[][] = [];
  for (const object of objectsOf(view, database)) rows.push(await statusRow(view, object, signal));
  return shownTable(statusNames, rows, 'Name');
}

/** SHOW CREATE TABLE t; a view answers as SHOW CREATE VIEW does. */
export function showCreateTable(view: CatalogView, database: string, name: string): ShownTable {
  const object = findTable(view, database, name);
  if (object.kind === 'VIEW') return createView(object);
  if (object.kind === 'MATERIALIZED_VIEW') {
    return shownTable(['Materialized View', 'Create Materialized View'], [[object.name, object.statement]]);
  }
  const counter = view.autoIncrement(database, name);
  const { definition } = object;
  const options = {
    ...definition.options,
    ...(counter !== undefined && counter > 1n && { autoIncrement: counter }),
  };
  const text = printCreateTable(withCollations(withDefaults({ ...definition, options })), {
    temporary: object.temporary === true,
  });
  return shownTable(['Table', 'Create Table'], [[object.name, text]]);
}

/** MySQL shows the collation of a column that is not the default one of its character set, and of one that names the set. */
function withCollations(definition: TableDefinition): TableDefinition {
  const { options } = definition;
  if (isStarRocksTable(definition)) return definition;
  const columns = definition.columns.map((column) => {
    const { type } = column;
    const { characterSetName, collationName } = describeColumnType(type, options);
    if (characterSetName === null || collationName === null || type.collation !== undefined) return column;
    const isDefault = collationName === findCharacterSet(characterSetName)?.defaultCollation;
    if (type.characterSet === undefined && isDefault) return column;
    return { ...column, type: { ...type, collation: collationName } };
  });
  return { ...definition, columns };
}

/** SHOW CREATE VIEW v; a table is error 1347. */
export function showCreateView(view: CatalogView, database: string, name: string): ShownTable {
  const object = findTable(view, database, name);
  if (object.kind !== 'VIEW') throw new SqlError('wrong_object', `'${database}.${name}' is not VIEW`);
  return createView(object);
}

function createView(object: Extract<ObjectFacts, { kind: 'VIEW' }>): ShownTable {
  return shownTable(
    ['View', 'Create View', 'character_set_client', 'collation_connection'],
    [[object.name, object.statement, 'utf8mb4', 'utf8mb4_0900_ai_ci']],
  );
}

/** The table or view; MySQL's error when there is none. */
export function findTable(view: CatalogView, database: string, name: string): ObjectFacts {
  const found = view.findObject(database, name);
  if (found === undefined) throw new SqlError('unknown_table', `Table '${database}.${name}' doesn't exist`);
  return found;
}

function objectsOf(view: CatalogView, database: string): readonly ObjectFacts[] {
  const objects = view.listObjects(database);
  if (objects === undefined) throw new SqlError('unknown_database', `Unknown database '${database}'`);
  return objects;
}

function typeOf(object: ObjectFacts): string {
  return object.kind === 'TABLE' ? 'BASE TABLE' : 'VIEW';
}

async function statusRow(view: CatalogView, object: ObjectFacts, signal: AbortSignal): Promise<Cell[]> {
  const { database, name } = object;
  if (object.kind === 'VIEW') {
    const unknown = Array.from({ length: statusNames.length - 2 }, (): Cell => null);
    return [name, ...unknown.with(10, timeText(object.createdAt)), 'VIEW'];
  }
  if (object.kind === 'MATERIALIZED_VIEW') {
    const unknown = Array.from({ length: statusNames.length - 2 }, (): Cell => null);
    const rows = await view.rowCount(database, name, signal);
    return [name, ...unknown.with(3, rows).with(10, timeText(object.createdAt)), object.comment ?? ''];
  }
  const { options, partitioning } = object.definition;
  const rows = await view.rowCount(database, name, signal);
  const counter = view.autoIncrement(database, name) ?? null;
  const times = [timeText(object.createdAt), timeText(object.updatedAt), null];
  const { collation } = charactersOf(options);
  const createOptions = partitioning === undefined ? '' : 'partitioned';
  const sizes = [0, 0, 0, 0, 0];
  const head = [name, options.engine ?? 'InnoDB', 10, 'Dynamic', rows];
  return [...head, ...sizes, counter, ...times, collation, null, createOptions, options.comment ?? ''];
}
