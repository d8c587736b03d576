import type { Cell, Column } from '../../base/rows.ts';
import { characterSets, collations } from '../../sql/ddl/character-sets.ts';
import type { Collation } from '../../sql/ddl/character-sets.ts';
import type { Warnings } from '../../source/query.ts';
import { warningCount } from '../../source/warnings.ts';
import { type SessionVariables, shownValue } from '../session-variables.ts';
import { storageEngine } from '../storage-engines.ts';
import { type ShownTable, shownTable, typed } from './shown-table.ts';

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
export function showWarnings(warnings: Warnings, errorsOnly: boolean): ShownTable {
  const kept = warnings.filter((warning) => !errorsOnly || warning.level === 'Error');
  return shownTable(
    ['Level', ...typed('int unsigned', 'Code'), 'Message'],
    kept.map((warning): Cell[] => [warning.level, warning.number, warning.message]),
  );
}

/** SHOW COUNT(*) WARNINGS and SHOW COUNT(*) ERRORS. */
export function showWarningCount(warnings: Warnings, errorsOnly: boolean): ShownTable {
  const count = errorsOnly ? showWarnings(warnings, true).rows.length : warningCount(warnings);
  const name = errorsOnly ? '@@session.error_count' : '@@session.warning_count';
  return shownTable(typed('bigint unsigned', name), [[count]]);
}

const engineComment = 'The embedded engine (DuckDB)';

/** `InnoDB` is what CREATE TABLE of dumps names, `OLAP` what StarRocks' says; all tables live in the embedded engine. */
export const engineRows: readonly (readonly [
  name: string,
  support: string,
  comment: string,
  transactions: string,
  xa: string,
  savepoints: string,
])[] = [
  ['InnoDB', 'DEFAULT', engineComment, 'YES', 'NO', 'YES'],
  ['OLAP', 'YES', engineComment, 'YES', 'NO', 'YES'],
];

/** SHOW ENGINE: throws MySQL's 1286. */
export function requireStorageEngine(name: string): void {
  if (name.toUpperCase() !== 'ALL') storageEngine(name);
}

/** SHOW ENGINES. */
export function showEngines(): ShownTable {
  const names = ['Engine', 'Support', 'Comment', 'Transactions', 'XA', 'Savepoints'];
  return shownTable(names, engineRows, 'Engine');
}

/** What the server has built in, of the things that MySQL calls plugins. */
export const pluginRows: readonly (readonly [
  name: string,
  status: string,
  type: string,
  library: string | null,
  license: string,
])[] = [
  ['caching_sha2_password', 'ACTIVE', 'AUTHENTICATION', null, 'Apache-2.0'],
  ['mysql_native_password', 'ACTIVE', 'AUTHENTICATION', null, 'Apache-2.0'],
  ['InnoDB', 'ACTIVE', 'STORAGE ENGINE', null, 'Apache-2.0'],
];

/** SHOW PLUGINS. */
export function showPlugins(): ShownTable {
  return shownTable(['Name', 'Status', 'Type', 'Library', 'License'], pluginRows, 'Name');
}

/** Sortlen of a collation: how much longer than the text its sort key is (MySQL's strxfrm_multiply). */
export function sortLength({ name, characterSet }: Collation): number {
  if (name.endsWith('_ja_0900_as_cs_ks')) return 24;
  if (name.includes('_0900_')) return name.endsWith('_bin') ? 1 : 0;
  if (['cp1250_czech_cs', 'latin1_german2_ci', 'gb18030_chinese_ci'].includes(name)) return 2;
  if (name === 'latin2_czech_cs' || name === 'tis620_thai_ci') return 4;
  const isPlain = /_(?:general|general_mysql500|tolower)_ci$|bin/.test(name);
  const isUnicode = /^(?:utf|ucs2)/.test(characterSet) || name.endsWith('unicode_520_ci');
  return isUnicode && !isPlain ? 8 : 1;
}

/** SHOW COLLATION. */
export function showCollations(): ShownTable {
  const rows = collations.map((collation): Cell[] => [
    collation.name,
    collation.characterSet,
    collation.id,
    collation.isDefault ? 'Yes' : '',
    'Yes',
    sortLength(collation),
    collation.padsSpaces ? 'PAD SPACE' : 'NO PAD',
  ]);
  const [id, length] = [typed('bigint unsigned', 'Id'), typed('int unsigned', 'Sortlen')];
  const names = ['Collation', 'Charset', ...id, 'Default', 'Compiled', ...length, 'Pad_attribute'];
  return shownTable(names, rows, 'Collation');
}

/** SHOW CHARACTER SET. */
export function showCharacterSets(): ShownTable {
  const rows = characterSets.map((set): Cell[] => [
    set.name,
    set.description,
    set.defaultCollation,
    set.bytesMax,
  ]);
  const names = ['Charset', 'Description', 'Default collation', ...typed('int unsigned', 'Maxlen')];
  return shownTable(names, rows, 'Charset');
}

/** The columns of MySQL's SHOW FUNCTION STATUS and SHOW PROCEDURE STATUS. */
export const routineStatusNames: readonly (string | Column)[] = [
  'Db',
  'Name',
  'Type',
  'Definer',
  ...typed('timestamp', 'Modified', 'Created'),
  'Security_type',
  'Comment',
  'character_set_client',
  'collation_connection',
  'Database Collation',
];

const eventNames = ['Log_name', 'Pos#', 'Event_type', 'Server_id#', 'End_log_pos#', 'Info'];

/** What is always empty here, by the name of its SHOW: columns as MySQL's. */
export const emptyShows: Readonly<Record<string, readonly (string | Column)[]>> = {
  procedure_status: routineStatusNames,
  triggers: [
    'Trigger',
    'Event',
    'Table',
    'Statement',
    'Timing',
    ...typed('timestamp', 'Created'),
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
    ...typed('datetime', 'Execute at'),
    'Interval value',
    'Interval field',
    ...typed('datetime', 'Starts', 'Ends'),
    'Status',
    ...typed('int unsigned', 'Originator'),
    'character_set_client',
    'collation_connection',
    'Database Collation',
  ],
  open_tables: ['Database', 'Table', 'In_use#', 'Name_locked#'],
  master_status: [
    'File',
    ...typed('bigint unsigned', 'Position'),
    'Binlog_Do_DB',
    'Binlog_Ignore_DB',
    'Executed_Gtid_Set',
  ],
  binary_logs: ['Log_name', ...typed('bigint unsigned', 'File_size'), 'Encrypted'],
  replica_status: replicaStatus(),
  replicas: [
    ...typed('int unsigned', 'Server_Id'),
    'Host',
    ...typed('int unsigned', 'Port', 'Source_Id'),
    'Replica_UUID',
  ],
  relaylog_events: eventNames,
  binlog_events: eventNames,
  profiles: [...typed('int unsigned', 'Query_ID'), ...typed('double', 'Duration'), 'Query'],
  profile: ['Status', ...typed('decimal(9,6)', 'Duration')],
  plugins: ['Name', 'Status', 'Type', 'Library', 'License'],
  engine_status: ['Type', 'Name', 'Status'],
};

/** MySQL 8.0's columns of SHOW REPLICA STATUS, for monitors that look for one by name. */
function replicaStatus(): readonly (string | Column)[] {
  const names =
    'Replica_IO_State Source_Host Source_User Source_Port# Connect_Retry# Source_Log_File Read_Source_Log_Pos## ' +
    'Relay_Log_File Relay_Log_Pos## Relay_Source_Log_File Replica_IO_Running Replica_SQL_Running Replicate_Do_DB ' +
    'Replicate_Ignore_DB Replicate_Do_Table Replicate_Ignore_Table Replicate_Wild_Do_Table Replicate_Wild_Ignore_Table ' +
    'Last_Errno# Last_Error Skip_Counter# Exec_Source_Log_Pos## Relay_Log_Space## Until_Condition Until_Log_File ' +
    'Until_Log_Pos## Source_SSL_Allowed Source_SSL_CA_File Source_SSL_CA_Path Source_SSL_Cert Source_SSL_Cipher ' +
    'Source_SSL_Key Seconds_Behind_Source## Source_SSL_Verify_Server_Cert Last_IO_Errno# Last_IO_Error Last_SQL_Errno# ' +
    'Last_SQL_Error Replicate_Ignore_Server_Ids Source_Server_Id# Source_UUID Source_Info_File SQL_Delay# ' +
    'SQL_Remaining_Delay# Replica_SQL_Running_State Source_Retry_Count## Source_Bind Last_IO_Error_Timestamp ' +
    'Last_SQL_Error_Timestamp Source_SSL_Crl Source_SSL_Crlpath Retrieved_Gtid_Set Executed_Gtid_Set Auto_Position# ' +
    'Replicate_Rewrite_DB Channel_Name Source_TLS_Version Source_public_key_path Get_Source_public_key# Network_Namespace';
  return names.split(' ').flatMap((name): readonly (string | Column)[] => {
    if (name.endsWith('##')) return typed('bigint unsigned', name.slice(0, -2));
    return name.endsWith('#') ? typed('int unsigned', name.slice(0, -1)) : [name];
  });
}

/** SHOW PRIVILEGES: StarRocks' words for what may be granted. */
export function showPrivileges(names: readonly string[]): ShownTable {
  return shownTable(
    ['Privilege', 'Context', 'Comment'],
    names.map((name) => [name, 'Server Admin', '']),
  );
}
