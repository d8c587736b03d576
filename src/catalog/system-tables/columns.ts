import { columnFacts } from '../show/columns.ts';
import type { ColumnFacts } from '../show/columns.ts';
import type { ObjectFacts } from '../view.ts';
import { type TableObject, visibleObjects } from './objects.ts';
import { catalogName } from './system-table.ts';
import type { SystemReader, SystemRow, SystemTable } from './system-table.ts';
import { typeCells } from './type-cells.ts';

/** COLUMNS: of users' tables and views, and of the system tables. */
export const columnTables: readonly SystemTable[] = [
  {
    schema: 'information_schema',
    name: 'COLUMNS',
    columns:
      'TABLE_CATALOG varchar(64), TABLE_SCHEMA varchar(64), TABLE_NAME varchar(64), COLUMN_NAME varchar(64), ' +
      'ORDINAL_POSITION int unsigned NOT NULL, COLUMN_DEFAULT text, IS_NULLABLE varchar(3) NOT NULL, DATA_TYPE longtext, ' +
      'CHARACTER_MAXIMUM_LENGTH bigint, CHARACTER_OCTET_LENGTH bigint, NUMERIC_PRECISION bigint unsigned, ' +
      'NUMERIC_SCALE bigint unsigned, DATETIME_PRECISION int unsigned, CHARACTER_SET_NAME varchar(64), ' +
      "COLLATION_NAME varchar(64), COLUMN_TYPE mediumtext NOT NULL, COLUMN_KEY enum('','PRI','UNI','MUL') NOT NULL, " +
      'EXTRA varchar(256), PRIVILEGES varchar(154), COLUMN_COMMENT text NOT NULL, GENERATION_EXPRESSION longtext NOT NULL, ' +
      'SRS_ID int unsigned',
    rows: (reader) => visibleObjects(reader).flatMap((object) => columnRows(object)),
    fixedRows: (tables) => tables.flatMap((table) => columnRows(objectOf(table))),
  },
];

function objectOf({ schema, definition }: SystemReader['systemTables'][number]): TableObject {
  return {
    kind: 'TABLE',
    database: schema,
    name: definition.name,
    createdAt: 0,
    updatedAt: 0,
    definition,
  };
}

function columnRows(object: ObjectFacts): readonly SystemRow[] {
  return columnFacts(object).map((column, index) => ({
    TABLE_CATALOG: catalogName,
    TABLE_SCHEMA: object.database,
    TABLE_NAME: object.name,
    COLUMN_NAME: column.name,
    ORDINAL_POSITION: index + 1,
    ...columnRow(column),
  }));
}

function columnRow(column: ColumnFacts): SystemRow {
  const { facts } = column;
  return {
    COLUMN_DEFAULT: column.default,
    IS_NULLABLE: column.nullable ? 'YES' : 'NO',
    ...typeCells(facts),
    COLUMN_TYPE: facts.columnType,
    COLUMN_KEY: column.key,
    EXTRA: column.extra,
    PRIVILEGES: 'select,insert,update,references',
    COLUMN_COMMENT: column.comment,
    GENERATION_EXPRESSION: column.generation,
    SRS_ID: column.srid,
  };
}
