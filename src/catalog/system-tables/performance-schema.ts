import type { Cell } from '../../base/rows.ts';
import { shownValue } from '../session-variables.ts';
import { type SystemReader, type SystemRow, type SystemTable, viewerOf } from './system-table.ts';

const variableColumns = 'VARIABLE_NAME varchar(64) NOT NULL, VARIABLE_VALUE varchar(1024)';

const counted = (names: string): string =>
  names
    .split(' ')
    .map((name) => `${name} bigint unsigned NOT NULL`)
    .join(', ');

const statementColumns =
  'THREAD_ID bigint unsigned NOT NULL, EVENT_ID bigint unsigned NOT NULL, END_EVENT_ID bigint unsigned, EVENT_NAME varchar(128) NOT NULL, ' +
  'SOURCE varchar(64), TIMER_START bigint unsigned, TIMER_END bigint unsigned, TIMER_WAIT bigint unsigned, LOCK_TIME bigint unsigned NOT NULL, ' +
  'SQL_TEXT longtext, DIGEST varchar(64), DIGEST_TEXT longtext, CURRENT_SCHEMA varchar(64), OBJECT_TYPE varchar(64), ' +
  'OBJECT_SCHEMA varchar(64), OBJECT_NAME varchar(64), OBJECT_INSTANCE_BEGIN bigint unsigned, MYSQL_ERRNO int, ' +
  `RETURNED_SQLSTATE varchar(5), MESSAGE_TEXT varchar(128), ${counted(
    'ERRORS WARNINGS ROWS_AFFECTED ROWS_SENT ROWS_EXAMINED CREATED_TMP_DISK_TABLES CREATED_TMP_TABLES SELECT_FULL_JOIN ' +
      'SELECT_FULL_RANGE_JOIN SELECT_RANGE SELECT_RANGE_CHECK SELECT_SCAN SORT_MERGE_PASSES SORT_RANGE SORT_ROWS SORT_SCAN ' +
      'NO_INDEX_USED NO_GOOD_INDEX_USED',
  )}, NESTING_EVENT_ID bigint unsigned, NESTING_EVENT_TYPE enum('TRANSACTION','STATEMENT','STAGE','WAIT'), ` +
  'NESTING_EVENT_LEVEL int, STATEMENT_ID bigint unsigned, CPU_TIME bigint unsigned NOT NULL, ' +
  "MAX_CONTROLLED_MEMORY bigint unsigned NOT NULL, MAX_TOTAL_MEMORY bigint unsigned NOT NULL, EXECUTION_ENGINE enum('PRIMARY','SECONDARY')";

/** Variables, status counters, threads and, empty, what is not measured here, as drivers and migration tools read them. */
export const performanceTables: readonly SystemTable[] = [
  table('global_variables', variableColumns, (reader) =>
    variableRows(reader, (name) => reader.variables.get(name)),
  ),
  table('session_variables', variableColumns, (reader) =>
    variableRows(reader, (name) => reader.context.variable(name)),
  ),
  table('global_status', variableColumns, (reader) => statusRows(reader)),
  table('session_status', variableColumns, (reader) => statusRows(reader)),
  table(
    'threads',
    'THREAD_ID bigint unsigned NOT NULL, NAME varchar(128) NOT NULL, TYPE varchar(10) NOT NULL, PROCESSLIST_ID bigint unsigned, ' +
      'PROCESSLIST_USER varchar(32), PROCESSLIST_HOST varchar(255), PROCESSLIST_DB varchar(64), PROCESSLIST_COMMAND varchar(16), ' +
      'PROCESSLIST_TIME bigint, PROCESSLIST_STATE varchar(64), PROCESSLIST_INFO longtext, PARENT_THREAD_ID bigint unsigned, ' +
      "ROLE varchar(64), INSTRUMENTED enum('YES','NO') NOT NULL, HISTORY enum('YES','NO') NOT NULL, CONNECTION_TYPE varchar(16), " +
      'THREAD_OS_ID bigint unsigned, RESOURCE_GROUP varchar(64)',
    (reader) => threadRows(reader),
  ),
  table(
    'processlist',
    'ID bigint unsigned NOT NULL, USER varchar(32), HOST varchar(261), DB varchar(64), COMMAND varchar(16), TIME bigint, STATE varchar(64), ' +
      "INFO longtext, EXECUTION_ENGINE enum('PRIMARY','SECONDARY')",
    (reader) => processRows(reader),
  ),
  table(
    'session_connect_attrs',
    'PROCESSLIST_ID bigint unsigned NOT NULL, ATTR_NAME varchar(32) NOT NULL, ATTR_VALUE varchar(1024), ORDINAL_POSITION int',
    () => [],
  ),
  table('setup_consumers', "NAME varchar(64) NOT NULL, ENABLED enum('YES','NO') NOT NULL", () => []),
  table(
    'setup_instruments',
    "NAME varchar(128) NOT NULL, ENABLED enum('YES','NO') NOT NULL, TIMED enum('YES','NO'), " +
      "PROPERTIES set('singleton','progress','user','global_statistics','mutable','controlled_by_default') NOT NULL, " +
      "FLAGS set('controlled'), VOLATILITY int NOT NULL, DOCUMENTATION longtext",
    () => [],
  ),
  table('events_statements_current', statementColumns, () => []),
  table(
    'replication_group_members',
    'CHANNEL_NAME char(64) NOT NULL, MEMBER_ID char(36) NOT NULL, MEMBER_HOST char(255) NOT NULL, MEMBER_PORT int, ' +
      'MEMBER_STATE char(64) NOT NULL, MEMBER_ROLE char(64) NOT NULL, MEMBER_VERSION char(64) NOT NULL, ' +
      'MEMBER_COMMUNICATION_STACK char(64) NOT NULL',
    () => [],
  ),
  table(
    'user_variables_by_thread',
    'THREAD_ID bigint unsigned NOT NULL, VARIABLE_NAME varchar(64) NOT NULL, VARIABLE_VALUE longblob',
    () => [],
  ),
];

function table(name: string, columns: string, rows: SystemTable['rows']): SystemTable {
  return { schema: 'performance_schema', name, columns, rows };
}

function variableRows(
  { variables }: SystemReader,
  valueOf: (name: string) => Cell | undefined,
): readonly SystemRow[] {
  return variables.names().map((name) => {
    const variable = variables.find(name);
    const value = variable === undefined ? '' : shownValue(variable, valueOf(name) ?? null);
    return { VARIABLE_NAME: name, VARIABLE_VALUE: value };
  });
}

function statusRows({ statusCounters }: SystemReader): readonly SystemRow[] {
  return [...statusCounters()].map(([name, value]) => ({ VARIABLE_NAME: name, VARIABLE_VALUE: value }));
}

function processRows({ processes, context }: SystemReader): readonly SystemRow[] {
  return processes(viewerOf(context)).map(([id, user, host, db, command, time, state, info]) => ({
    ID: id ?? 0,
    USER: user ?? null,
    HOST: host ?? null,
    DB: db ?? null,
    COMMAND: command ?? null,
    TIME: time ?? null,
    STATE: state ?? null,
    INFO: info ?? null,
    EXECUTION_ENGINE: 'PRIMARY',
  }));
}

function threadRows({ processes, context }: SystemReader): readonly SystemRow[] {
  return processes(viewerOf(context)).map(([id, user, host, db, command, time, state, info]) => ({
    THREAD_ID: id ?? 0,
    NAME: 'thread/sql/one_connection',
    TYPE: 'FOREGROUND',
    PROCESSLIST_ID: id ?? null,
    PROCESSLIST_USER: user ?? null,
    PROCESSLIST_HOST: host ?? null,
    PROCESSLIST_DB: db ?? null,
    PROCESSLIST_COMMAND: command ?? null,
    PROCESSLIST_TIME: time ?? null,
    PROCESSLIST_STATE: state ?? null,
    PROCESSLIST_INFO: info ?? null,
    INSTRUMENTED: 'YES',
    HISTORY: 'YES',
    CONNECTION_TYPE: 'TCP/IP',
  }));
}
