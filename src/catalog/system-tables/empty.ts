import { emptyInformationTables } from './empty-information-schema.ts';
import { emptyMysqlTables } from './empty-mysql.ts';
import { emptyPerformanceTables } from './empty-performance-schema.ts';
import { emptySysTables } from './empty-sys.ts';
import type { SystemTable } from './system-table.ts';

/** Tables that tools ask for and that have no rows here, with MySQL 9's columns, which no tool of 8.0 misses any of. */
export const emptyTables: readonly SystemTable[] = [
  ...emptyInformationTables.map((line) => emptyTable('information_schema', line)),
  ...emptyPerformanceTables.map((line) => emptyTable('performance_schema', line)),
  ...emptyMysqlTables.map((line) => emptyTable('mysql', line)),
  ...emptySysTables.map((line) => emptyTable('sys', line)),
];

/** `NAME: COLUMN,COLUMN type; COLUMN type!`, where `!` stands for NOT NULL. */
function emptyTable(schema: SystemTable['schema'], line: string): SystemTable {
  const [name = '', groups = ''] = line.split(': ');
  return { schema, name, columns: groups.split('; ').map(columnsOf).join(', '), rows: () => [] };
}

function columnsOf(group: string): string {
  const space = group.indexOf(' ');
  const isRequired = group.endsWith('!');
  const type = group.slice(space + 1, isRequired ? -1 : undefined);
  const names = group.slice(0, space).split(',');
  return names.map((name) => `\`${name}\` ${type}${isRequired ? ' NOT NULL' : ''}`).join(', ');
}
