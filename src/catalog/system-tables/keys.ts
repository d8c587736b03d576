import type { ForeignKeyDefinition } from '../../sql/ddl/definition.ts';
import { indexType, isNullable, isUnique, isVisibleKey, keyOrder, keysOf } from '../key-facts.ts';
import { visibleTables } from './objects.ts';
import type { TableObject } from './objects.ts';
import { catalogName } from './system-table.ts';
import type { SystemReader, SystemRow, SystemTable } from './system-table.ts';

const rules = "enum('NO ACTION','RESTRICT','CASCADE','SET NULL','SET DEFAULT') NOT NULL";

/** STATISTICS and the tables of constraints. */
export const keyTables: readonly SystemTable[] = [
  {
    schema: 'information_schema',
    name: 'STATISTICS',
    columns:
      'TABLE_CATALOG varchar(64), TABLE_SCHEMA varchar(64), TABLE_NAME varchar(64), NON_UNIQUE int NOT NULL, ' +
      'INDEX_SCHEMA varchar(64), INDEX_NAME varchar(64), SEQ_IN_INDEX int unsigned NOT NULL, COLUMN_NAME varchar(64), ' +
      'COLLATION varchar(1), CARDINALITY bigint, SUB_PART bigint, PACKED binary(0), NULLABLE varchar(3) NOT NULL, ' +
      'INDEX_TYPE varchar(11) NOT NULL, COMMENT varchar(8) NOT NULL, INDEX_COMMENT varchar(2048) NOT NULL, ' +
      'IS_VISIBLE varchar(3) NOT NULL, EXPRESSION longtext',
    rows: (reader) => visibleTables(reader).flatMap((table) => statisticsRows(table)),
  },
  {
    schema: 'information_schema',
    name: 'KEY_COLUMN_USAGE',
    columns:
      'CONSTRAINT_CATALOG varchar(64), CONSTRAINT_SCHEMA varchar(64), CONSTRAINT_NAME varchar(64), TABLE_CATALOG varchar(64), ' +
      'TABLE_SCHEMA varchar(64), TABLE_NAME varchar(64), COLUMN_NAME varchar(64), ORDINAL_POSITION int unsigned NOT NULL, ' +
      'POSITION_IN_UNIQUE_CONSTRAINT int unsigned, REFERENCED_TABLE_SCHEMA varchar(64), REFERENCED_TABLE_NAME varchar(64), ' +
      'REFERENCED_COLUMN_NAME varchar(64)',
    rows: (reader) => visibleTables(reader).flatMap((table) => usageRows(table)),
  },
  {
    schema: 'information_schema',
    name: 'TABLE_CONSTRAINTS',
    columns:
      'CONSTRAINT_CATALOG varchar(64), CONSTRAINT_SCHEMA varchar(64), CONSTRAINT_NAME varchar(64), TABLE_SCHEMA varchar(64), ' +
      'TABLE_NAME varchar(64), CONSTRAINT_TYPE varchar(11) NOT NULL, ENFORCED varchar(3) NOT NULL',
    rows: (reader) => visibleTables(reader).flatMap((table) => constraintRows(table)),
  },
  {
    schema: 'information_schema',
    name: 'REFERENTIAL_CONSTRAINTS',
    columns:
      'CONSTRAINT_CATALOG varchar(64), CONSTRAINT_SCHEMA varchar(64), CONSTRAINT_NAME varchar(64), ' +
      'UNIQUE_CONSTRAINT_CATALOG varchar(64), UNIQUE_CONSTRAINT_SCHEMA varchar(64), UNIQUE_CONSTRAINT_NAME varchar(64), ' +
      `MATCH_OPTION enum('NONE','PARTIAL','FULL') NOT NULL, UPDATE_RULE ${rules}, DELETE_RULE ${rules}, ` +
      'TABLE_NAME varchar(64), REFERENCED_TABLE_NAME varchar(64)',
    rows: (reader) => visibleTables(reader).flatMap((table) => referenceRows(table, reader)),
  },
  {
    schema: 'information_schema',
    name: 'CHECK_CONSTRAINTS',
    columns:
      'CONSTRAINT_CATALOG varchar(64), CONSTRAINT_SCHEMA varchar(64), CONSTRAINT_NAME varchar(64), CHECK_CLAUSE longtext NOT NULL',
    rows: (reader) =>
      visibleTables(reader).flatMap((table) =>
        table.definition.checks.map(({ name, expression }) => ({
          ...constraint(table, name),
          CHECK_CLAUSE: expression.text.startsWith('(') ? expression.text : `(${expression.text})`,
        })),
      ),
  },
];

function statisticsRows(table: TableObject): readonly SystemRow[] {
  return keysOf(table.definition).flatMap((key) =>
    key.parts.map((part, index) => ({
      TABLE_CATALOG: catalogName,
      TABLE_SCHEMA: table.database,
      TABLE_NAME: table.name,
      NON_UNIQUE: isUnique(key) ? 0 : 1,
      INDEX_SCHEMA: table.database,
      INDEX_NAME: key.name,
      SEQ_IN_INDEX: index + 1,
      COLUMN_NAME: part.expression === undefined ? part.column : null,
      COLLATION: keyOrder(key, part),
      CARDINALITY: 0,
      SUB_PART: part.prefixLength ?? null,
      NULLABLE: isNullable(table.definition, part) ? 'YES' : '',
      INDEX_TYPE: indexType(key),
      COMMENT: '',
      INDEX_COMMENT: key.comment ?? '',
      IS_VISIBLE: isVisibleKey(key) ? 'YES' : 'NO',
      EXPRESSION: part.expression?.text ?? null,
    })),
  );
}

function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

function constraint(table: TableObject, name: string): SystemRow {
  return { CONSTRAINT_CATALOG: catalogName, CONSTRAINT_SCHEMA: table.database, CONSTRAINT_NAME: name };
}

function usageRows(table: TableObject): readonly SystemRow[] {
  const of = (name: string, column: string, position: number): SystemRow => ({
    ...constraint(table, name),
    TABLE_CATALOG: catalogName,
    TABLE_SCHEMA: table.database,
    TABLE_NAME: table.name,
    COLUMN_NAME: column,
    ORDINAL_POSITION: position,
  });
  const unique = keysOf(table.definition)
    .filter((key) => isUnique(key))
    .flatMap((key) => key.parts.map((part, index) => of(key.name, part.column, index + 1)));
  const foreign = table.definition.foreignKeys.flatMap((key) =>
    key.columns.map((column, index) => ({
      ...of(key.name, column, index + 1),
      POSITION_IN_UNIQUE_CONSTRAINT: index + 1,
      REFERENCED_TABLE_SCHEMA: key.referencedDatabase ?? table.database,
      REFERENCED_TABLE_NAME: key.referencedTable,
      REFERENCED_COLUMN_NAME: key.referencedColumns[index] ?? null,
    })),
  );
  return [...unique, ...foreign];
}

function constraintRows(table: TableObject): readonly SystemRow[] {
  const of = (name: string, type: string, enforced = true): SystemRow => ({
    ...constraint(table, name),
    TABLE_SCHEMA: table.database,
    TABLE_NAME: table.name,
    CONSTRAINT_TYPE: type,
    ENFORCED: enforced ? 'YES' : 'NO',
  });
  const { foreignKeys, checks } = table.definition;
  return [
    ...keysOf(table.definition)
      .filter((key) => isUnique(key))
      .map((key) => of(key.name, key.kind === 'PRIMARY' ? 'PRIMARY KEY' : 'UNIQUE')),
    ...foreignKeys.map((key) => of(key.name, 'FOREIGN KEY')),
    ...checks.map((check) => of(check.name, 'CHECK', check.enforced)),
  ];
}

function referenceRows(table: TableObject, reader: SystemReader): readonly SystemRow[] {
  return table.definition.foreignKeys.map((key) => ({
    ...constraint(table, key.name),
    UNIQUE_CONSTRAINT_CATALOG: catalogName,
    UNIQUE_CONSTRAINT_SCHEMA: key.referencedDatabase ?? table.database,
    UNIQUE_CONSTRAINT_NAME: referencedKey(table, key, reader),
    MATCH_OPTION: 'NONE',
    UPDATE_RULE: key.onUpdate ?? 'NO ACTION',
    DELETE_RULE: key.onDelete ?? 'NO ACTION',
    TABLE_NAME: table.name,
    REFERENCED_TABLE_NAME: key.referencedTable,
  }));
}

/** The unique key on the referenced columns; null where the table has gone or has none. */
function referencedKey(table: TableObject, key: ForeignKeyDefinition, { view }: SystemReader): string | null {
  const found = view.findObject(key.referencedDatabase ?? table.database, key.referencedTable);
  if (found?.kind !== 'TABLE') return null;
  const match = keysOf(found.definition).find(
    (candidate) =>
      isUnique(candidate) &&
      key.referencedColumns.every((column, index) => sameName(candidate.parts[index]?.column ?? '', column)),
  );
  return match?.name ?? null;
}
