import type { Cell } from '../../base/rows.ts';
import { shownValue } from '../session-variables.ts';
import { type SystemReader, type SystemRow, type SystemTable, viewerOf } from './system-table.ts';

const variableColumns = 'VARIABLE_NAME varchar(64) NOT NULL, VARIABLE_VALUE varchar(1024)';

/** Variables, status counters and connections, as drivers and migration tools read them. */
export const performanceTables: readonly SystemTable[] = [
  table('global_variables', variableColumns, (reader) =>
    variableRows(reader, (name) => reader.variables.get(name)),
  ),
  table('session_variables', variableColumns, (reader) =>
    variableRows(reader, (name) => reader.context.variable(name)),
  ),
  table('global_status', variableColumns, (reader) => statusRows(reader)),
  table('session_status', variableColumns, (reader) => statusRows(reader, reader.context.connectionStatus)),
  table(
    'threads',
    'THREAD_ID bigint unsigned NOT NULL, NAME varchar(128) NOT NULL, TYPE varchar(10) NOT NULL, PROCESSLIST_ID bigint unsigned, ' +
      'PROCESSLIST_USER varchar(32), PROCESSLIST_HOST varchar(255), PROCESSLIST_DB varchar(64), PROCESSLIST_COMMAND varchar(16), ' +
      'PROCESSLIST_TIME bigint, PROCESSLIST_STATE varchar(64), PROCESSLIST_INFO longtext, PARENT_THREAD_ID bigint unsigned, ' +
      "ROLE varchar(64), INSTRUMENTED enum('YES','NO') NOT NULL, HISTORY enum('YES','NO') NOT NULL, CONNECTION_TYPE varchar(16), " +
      "THREAD_OS_ID bigint unsigned, RESOURCE_GROUP varchar(64), EXECUTION_ENGINE enum('PRIMARY','SECONDARY'), " +
      'CONTROLLED_MEMORY bigint unsigned NOT NULL, MAX_CONTROLLED_MEMORY bigint unsigned NOT NULL, ' +
      "TOTAL_MEMORY bigint unsigned NOT NULL, MAX_TOTAL_MEMORY bigint unsigned NOT NULL, TELEMETRY_ACTIVE enum('YES','NO') NOT NULL",
    (reader) => threadRows(reader),
  ),
  table(
    'processlist',
    'ID bigint unsigned NOT NULL, USER varchar(32), HOST varchar(261), DB varchar(64), COMMAND varchar(16), TIME bigint, STATE varchar(64), ' +
      "INFO longtext, EXECUTION_ENGINE enum('PRIMARY','SECONDARY')",
    (reader) => processRows(reader),
  ),
  table(
    'variables_info',
    'VARIABLE_NAME varchar(64) NOT NULL, ' +
      "VARIABLE_SOURCE enum('COMPILED','GLOBAL','SERVER','EXPLICIT','EXTRA','USER','LOGIN','COMMAND_LINE','PERSISTED','DYNAMIC'), " +
      'VARIABLE_PATH varchar(1024), MIN_VALUE varchar(64), MAX_VALUE varchar(64), SET_TIME timestamp(6), SET_USER char(32), SET_HOST char(255)',
    ({ variables }) => {
      const changed = variables.changed();
      return variables.names().map((name) => ({
        VARIABLE_NAME: name,
        VARIABLE_SOURCE: changed.has(name) ? 'DYNAMIC' : 'COMPILED',
        VARIABLE_PATH: '',
        MIN_VALUE: '0',
        MAX_VALUE: '0',
      }));
    },
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

function statusRows(
  { statusCounters }: SystemReader,
  ofConnection: readonly (readonly [string, string])[] = [],
): readonly SystemRow[] {
  return [...statusCounters(), ...ofConnection].map(([name, value]) => ({
    VARIABLE_NAME: name,
    VARIABLE_VALUE: value,
  }));
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
    // Without the port, unlike in the process list (manual, "The threads Table").
    PROCESSLIST_HOST: typeof host === 'string' ? host.replace(/:\d+$/u, '') : null,
    PROCESSLIST_DB: db ?? null,
    PROCESSLIST_COMMAND: command ?? null,
    PROCESSLIST_TIME: time ?? null,
    PROCESSLIST_STATE: state ?? null,
    PROCESSLIST_INFO: info ?? null,
    INSTRUMENTED: 'YES',
    HISTORY: 'YES',
    CONNECTION_TYPE: 'TCP/IP',
    EXECUTION_ENGINE: 'PRIMARY',
    CONTROLLED_MEMORY: 0,
    MAX_CONTROLLED_MEMORY: 0,
    TOTAL_MEMORY: 0,
    MAX_TOTAL_MEMORY: 0,
    TELEMETRY_ACTIVE: 'NO',
  }));
}
