import type { Cell } from '../../base/rows.ts';
import { timeText } from '../../base/time-text.ts';
import { charactersOf } from '../characters.ts';
import { visibleDatabases, visibleMaterializedViews, visibleTables, visibleViews } from './objects.ts';
import type { TableObject } from './objects.ts';
import { catalogName } from './system-table.ts';
import type { SystemReader, SystemRow, SystemTable } from './system-table.ts';

/** SCHEMATA, TABLES and VIEWS. */
export const tableTables: readonly SystemTable[] = [
  {
    schema: 'information_schema',
    name: 'SCHEMATA',
    columns:
      'CATALOG_NAME varchar(64), SCHEMA_NAME varchar(64), DEFAULT_CHARACTER_SET_NAME varchar(64) NOT NULL, ' +
      "DEFAULT_COLLATION_NAME varchar(64) NOT NULL, SQL_PATH binary(0), DEFAULT_ENCRYPTION enum('NO','YES') NOT NULL",
    rows: (reader) =>
      visibleDatabases(reader).map((database) => ({
        CATALOG_NAME: catalogName,
        SCHEMA_NAME: database.name,
        DEFAULT_CHARACTER_SET_NAME: charactersOf(database).characterSet,
        DEFAULT_COLLATION_NAME: charactersOf(database).collation,
        DEFAULT_ENCRYPTION: 'NO',
      })),
  },
  {
    schema: 'information_schema',
    name: 'TABLES',
    columns:
      'TABLE_CATALOG varchar(64), TABLE_SCHEMA varchar(64), TABLE_NAME varchar(64), ' +
      "TABLE_TYPE enum('BASE TABLE','VIEW','SYSTEM VIEW') NOT NULL, ENGINE varchar(64), VERSION int, " +
      "ROW_FORMAT enum('Fixed','Dynamic','Compressed','Redundant','Compact','Paged'), TABLE_ROWS bigint unsigned, " +
      'AVG_ROW_LENGTH bigint unsigned, DATA_LENGTH bigint unsigned, MAX_DATA_LENGTH bigint unsigned, ' +
      'INDEX_LENGTH bigint unsigned, DATA_FREE bigint unsigned, AUTO_INCREMENT bigint unsigned, ' +
      'CREATE_TIME timestamp NOT NULL, UPDATE_TIME datetime, CHECK_TIME datetime, TABLE_COLLATION varchar(64), ' +
      'CHECKSUM bigint, CREATE_OPTIONS varchar(256), TABLE_COMMENT text',
    fixedRows: systemRows,
    rows: async (reader) => [
      ...(await tableRows(reader)),
      ...visibleViews(reader).map((view) => ({
        ...named(view.database, view.name, 'VIEW'),
        CREATE_TIME: timeText(view.createdAt),
        TABLE_COMMENT: 'VIEW',
      })),
      ...visibleMaterializedViews(reader).map((view) => ({
        ...named(view.database, view.name, 'VIEW'),
        CREATE_TIME: timeText(view.createdAt),
        UPDATE_TIME: timeText(view.updatedAt),
        TABLE_COMMENT: view.comment ?? '',
      })),
    ],
  },
  {
    schema: 'information_schema',
    name: 'VIEWS',
    columns:
      'TABLE_CATALOG varchar(64), TABLE_SCHEMA varchar(64), TABLE_NAME varchar(64), VIEW_DEFINITION longtext, ' +
      "CHECK_OPTION enum('NONE','LOCAL','CASCADED'), IS_UPDATABLE enum('NO','YES'), DEFINER varchar(288), " +
      'SECURITY_TYPE varchar(7), CHARACTER_SET_CLIENT varchar(64), COLLATION_CONNECTION varchar(64)',
    rows: (reader) =>
      visibleViews(reader).map((view) => ({
        TABLE_CATALOG: catalogName,
        TABLE_SCHEMA: view.database,
        TABLE_NAME: view.name,
        VIEW_DEFINITION: view.select,
        CHECK_OPTION: view.checkOption ?? 'NONE',
        IS_UPDATABLE: reader.view.isUpdatable(view.database, view.name) ? 'YES' : 'NO',
        DEFINER: 'root@%',
        SECURITY_TYPE: view.invoker === true ? 'INVOKER' : 'DEFINER',
        CHARACTER_SET_CLIENT: 'utf8mb4',
        COLLATION_CONNECTION: 'utf8mb4_0900_ai_ci',
      })),
  },
];

function named(schema: string, name: string, type: string): SystemRow {
  return { TABLE_CATALOG: catalogName, TABLE_SCHEMA: schema, TABLE_NAME: name, TABLE_TYPE: type };
}

/** The system tables themselves. They are as old as the server's files, which nobody asks. */
function systemRows(systemTables: SystemReader['systemTables']): readonly SystemRow[] {
  return systemTables.map(({ schema, definition }) => ({
    ...named(schema, definition.name, schema === 'information_schema' ? 'SYSTEM VIEW' : 'BASE TABLE'),
    VERSION: 10,
    TABLE_ROWS: 0,
    CREATE_TIME: timeText(0),
    TABLE_COMMENT: '',
  }));
}

async function tableRows(reader: SystemReader): Promise<readonly SystemRow[]> {
  const rows: SystemRow[] = [];
  for (const table of visibleTables(reader)) rows.push(await tableRow(reader, table));
  return rows;
}

/** Sizes are 0: the engine does not know them without reading. */
async function tableRow({ view, signal }: SystemReader, table: TableObject): Promise<SystemRow> {
  const { database, name, definition } = table;
  const { options, partitioning } = definition;
  return {
    ...named(database, name, 'BASE TABLE'),
    ENGINE: options.engine ?? 'InnoDB',
    VERSION: 10,
    ROW_FORMAT: 'Dynamic',
    TABLE_ROWS: await view.rowCount(database, name, signal),
    AVG_ROW_LENGTH: 0,
    DATA_LENGTH: 0,
    MAX_DATA_LENGTH: 0,
    INDEX_LENGTH: 0,
    DATA_FREE: 0,
    AUTO_INCREMENT: view.autoIncrement(database, name) ?? null,
    CREATE_TIME: timeText(table.createdAt),
    UPDATE_TIME: timeText(table.updatedAt),
    TABLE_COLLATION: charactersOf(options).collation,
    CREATE_OPTIONS: partitioning === undefined ? '' : 'partitioned',
    TABLE_COMMENT: (options.comment ?? '') satisfies Cell,
  };
}
