import type { Cell } from '../../base/rows.ts';
import { shownValue } from '../session-variables.ts';
import { type SystemReader, type SystemRow, type SystemTable, viewerOf } from './system-table.ts';

const variableColumns = 'VARIABLE_NAME varchar(64) NOT NULL, VARIABLE_VALUE varchar(1024)';

/** Variables, status counters and threads, as drivers and migration tools read them. */
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
