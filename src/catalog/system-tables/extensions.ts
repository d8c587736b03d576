import { present } from '../../base/assert.ts';
import { columnTables } from './columns.ts';
import { keyTables } from './keys.ts';
import { visibleAccounts } from './privileges.ts';
import type { SystemReader, SystemRow, SystemTable } from './system-table.ts';
import { tableTables } from './tables.ts';

const attributes = 'ENGINE_ATTRIBUTE json, SECONDARY_ENGINE_ATTRIBUTE json';
const table = ['TABLE_CATALOG', 'TABLE_SCHEMA', 'TABLE_NAME'];

/** What MySQL keeps beside other tables for storage engines and applications: the same rows, and no attributes. */
export const extensionTables: readonly SystemTable[] = [
  beside({ name: 'TABLES', of: tableTables, keys: table, more: attributes }),
  beside({ name: 'COLUMNS', of: columnTables, keys: [...table, 'COLUMN_NAME'], more: attributes }),
  beside({
    name: 'TABLE_CONSTRAINTS',
    of: keyTables,
    keys: ['CONSTRAINT_CATALOG', 'CONSTRAINT_SCHEMA', 'CONSTRAINT_NAME', 'TABLE_NAME'],
    more: attributes,
    has: ({ CONSTRAINT_TYPE: type }) => type === 'PRIMARY KEY' || type === 'UNIQUE',
  }),
  beside({
    name: 'SCHEMATA',
    of: tableTables,
    keys: ['CATALOG_NAME', 'SCHEMA_NAME'],
    more: 'OPTIONS varchar(256)',
  }),
  own('TABLESPACES_EXTENSIONS', 'TABLESPACE_NAME varchar(268) NOT NULL, ENGINE_ATTRIBUTE json', () => []),
  own('USER_ATTRIBUTES', 'USER char(32) NOT NULL, HOST char(255) NOT NULL, ATTRIBUTE longtext', (reader) =>
    visibleAccounts(reader).map(({ user }) => ({ USER: user, HOST: '%' })),
  ),
];

type Beside = Readonly<{
  name: string;
  of: readonly SystemTable[];
  /** The columns that both tables have. */
  keys: readonly string[];
  more: string;
  /** Which of the rows; all without it. */
  has?: (row: SystemRow) => boolean;
}>;

function beside({ name, of, keys, more, has = () => true }: Beside): SystemTable {
  const { rows, fixedRows } = present(
    of.find((each) => each.name === name),
    `the table ${name}`,
  );
  const keysOf = (row: SystemRow): SystemRow =>
    Object.fromEntries(keys.map((key) => [key, row[key] ?? null]));
  const columns = [...keys.map((key) => `${key} varchar(64) NOT NULL`), more].join(', ');
  const extension = own(`${name}_EXTENSIONS`, columns, async (reader) =>
    [...(await rows(reader))].filter((row) => has(row)).map((row) => keysOf(row)),
  );
  return fixedRows === undefined
    ? extension
    : { ...extension, fixedRows: (tables) => fixedRows(tables).map((row) => keysOf(row)) };
}

function own(
  name: string,
  columns: string,
  rows: (reader: SystemReader) => ReturnType<SystemTable['rows']>,
): SystemTable {
  return { schema: 'information_schema', name, columns, rows };
}
