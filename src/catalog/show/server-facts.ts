import type { Cell } from '../../base/rows.ts';
import type { Warning } from '../../source/query.ts';
import { type SessionVariables, shownValue } from '../session-variables.ts';
import { type ShownTable, shownTable } from './shown-table.ts';

/** SHOW [SESSION | GLOBAL] VARIABLES. */
export function showVariables(variables: SessionVariables, scope: 'session' | 'global'): ShownTable {
  const rows = variables.global.names().map((name): Cell[] => {
    const variable = variables.global.find(name);
    const value = scope === 'global' ? variables.global.get(name) : variables.get(name);
    return [name, variable === undefined ? '' : shownValue(variable, value ?? null)];
  });
  return shownTable(['Variable_name', 'Value'], rows, 'Variable_name');
}

/** SHOW [SESSION | GLOBAL] STATUS, from the counters the server has. */
export function showStatus(counters: ReadonlyMap<string, string>): ShownTable {
  return shownTable(['Variable_name', 'Value'], [...counters].sort(), 'Variable_name');
}

/** SHOW WARNINGS, or SHOW ERRORS when only errors count. */
export function showWarnings(warnings: readonly Warning[], errorsOnly: boolean): ShownTable {
  const kept = warnings.filter((warning) => !errorsOnly || warning.level === 'Error');
  return shownTable(
    ['Level', 'Code#', 'Message'],
    kept.map((warning): Cell[] => [warning.level, warning.number, warning.message]),
  );
}

/** SHOW COUNT(*) WARNINGS and SHOW COUNT(*) ERRORS. */
export function showWarningCount(warnings: readonly Warning[], errorsOnly: boolean): ShownTable {
  const count = showWarnings(warnings, errorsOnly).rows.length;
  return shownTable([errorsOnly ? '@@session.error_count#' : '@@session.warning_count#'], [[count]]);
}

/** SHOW ENGINES: `InnoDB` is what CREATE TABLE of dumps names; all tables live in the embedded engine. */
export function showEngines(): ShownTable {
  const comment = 'The embedded engine (DuckDB)';
  return shownTable(
    ['Engine', 'Support', 'Comment', 'Transactions', 'XA', 'Savepoints'],
    [
      ['InnoDB', 'DEFAULT', comment, 'YES', 'NO', 'NO'],
      ['OLAP', 'YES', comment, 'YES', 'NO', 'NO'],
    ],
    'Engine',
  );
}

/** The character sets and collations that column definitions of ours may carry, with MySQL's numbers. */
const collations: readonly (readonly [name: string, characterSet: string, id: number, isDefault: boolean])[] =
  [
    ['ascii_general_ci', 'ascii', 11, true],
    ['binary', 'binary', 63, true],
    ['latin1_swedish_ci', 'latin1', 8, true],
    ['utf8mb3_general_ci', 'utf8mb3', 33, true],
    ['utf8mb3_bin', 'utf8mb3', 83, false],
    ['utf8mb3_unicode_ci', 'utf8mb3', 192, false],
    ['utf8mb4_0900_ai_ci', 'utf8mb4', 255, true],
    ['utf8mb4_0900_as_cs', 'utf8mb4', 278, false],
    ['utf8mb4_0900_bin', 'utf8mb4', 309, false],
    ['utf8mb4_bin', 'utf8mb4', 46, false],
    ['utf8mb4_general_ci', 'utf8mb4', 45, false],
    ['utf8mb4_unicode_ci', 'utf8mb4', 224, false],
    ['utf8mb4_unicode_520_ci', 'utf8mb4', 246, false],
  ];

const characterSets: readonly (readonly [name: string, about: string, collation: string, bytes: number])[] = [
  ['ascii', 'US ASCII', 'ascii_general_ci', 1],
  ['binary', 'Binary pseudo charset', 'binary', 1],
  ['latin1', 'cp1252 West European', 'latin1_swedish_ci', 1],
  ['utf8mb3', 'UTF-8 Unicode', 'utf8mb3_general_ci', 3],
  ['utf8mb4', 'UTF-8 Unicode', 'utf8mb4_0900_ai_ci', 4],
];

/** SHOW COLLATION. */
export function showCollations(): ShownTable {
  const rows = collations.map(([name, characterSet, id, isDefault]): Cell[] => {
    const padding = name.includes('0900') || name === 'binary' ? 'NO PAD' : 'PAD SPACE';
    return [name, characterSet, id, isDefault ? 'Yes' : '', 'Yes', 1, padding];
  });
  const names = ['Collation', 'Charset', 'Id#', 'Default', 'Compiled', 'Sortlen#', 'Pad_attribute'];
  return shownTable(names, rows, 'Collation');
}

/** SHOW CHARACTER SET. */
export function showCharacterSets(): ShownTable {
  return shownTable(['Charset', 'Description', 'Default collation', 'Maxlen#'], characterSets, 'Charset');
}

/** What is always empty here, by the name of its SHOW: columns as MySQL's. */
export const emptyShows: Readonly<Record<string, readonly string[]>> = {
  procedure_status: routineStatus(),
  function_status: routineStatus(),
  triggers: [
    'Trigger',
    'Event',
    'Table',
    'Statement',
    'Timing',
    'Created',
    'sql_mode',
    'Definer',
    'character_set_client',
    'collation_connection',
    'Database Collation',
  ],
  events: [
    'Db',
    'Name',
    'Definer',
    'Time zone',
    'Type',
    'Execute at',
    'Interval value',
    'Interval field',
    'Starts',
    'Ends',
    'Status',
    'Originator#',
    'character_set_client',
    'collation_connection',
    'Database Collation',
  ],
  open_tables: ['Database', 'Table', 'In_use#', 'Name_locked#'],
  master_status: ['File', 'Position#', 'Binlog_Do_DB', 'Binlog_Ignore_DB', 'Executed_Gtid_Set'],
  binary_logs: ['Log_name', 'File_size#', 'Encrypted'],
  replica_status: ['Replica_IO_State', 'Source_Host', 'Source_User', 'Source_Port#'],
  profiles: ['Query_ID#', 'Duration', 'Query'],
  plugins: ['Name', 'Status', 'Type', 'Library', 'License'],
  engine_status: ['Type', 'Name', 'Status'],
};

function routineStatus(): readonly string[] {
  return [
    'Db',
    'Name',
    'Type',
    'Definer',
    'Modified',
    'Created',
    'Security_type',
    'Comment',
    'character_set_client',
    'collation_connection',
    'Database Collation',
  ];
}

/** SHOW PRIVILEGES: StarRocks' words for what may be granted. */
export function showPrivileges(names: readonly string[]): ShownTable {
  return shownTable(
    ['Privilege', 'Context', 'Comment'],
    names.map((name) => [name, 'Server Admin', '']),
  );
}
