import type { Cell } from '../../base/rows.ts';
import { columnFacts } from '../show/columns.ts';
import { visibleDatabases, visibleObjects, visibleTables } from './objects.ts';
import { type SystemReader, type SystemRow, type SystemTable, viewerOf } from './system-table.ts';

/** The version of the sys schema whose columns these are. */
const sysVersion = '2.1.3';

/** Columns of sys.processlist; `latency` and `memory` are texts with units, and numbers in its x$ twin. */
const sessionColumns = (latency: string, memory: string): string =>
  'thd_id bigint unsigned NOT NULL, conn_id bigint unsigned, user varchar(288), db varchar(64), command varchar(16), state varchar(64), ' +
  "time bigint, current_statement longtext, execution_engine enum('PRIMARY','SECONDARY'), " +
  `statement_latency ${latency}, progress decimal(26,2), lock_latency ${latency}, cpu_latency ${latency}, ` +
  'rows_examined bigint unsigned, rows_sent bigint unsigned, rows_affected bigint unsigned, tmp_tables bigint unsigned, ' +
  'tmp_disk_tables bigint unsigned, full_scan varchar(3) NOT NULL, last_statement longtext, ' +
  `last_statement_latency ${latency}, current_memory ${memory}, last_wait varchar(128), ` +
  `last_wait_latency varchar(20), source varchar(64), trx_latency ${latency}, ` +
  "trx_state enum('ACTIVE','COMMITTED','ROLLED BACK'), trx_autocommit enum('YES','NO'), pid varchar(1024), program_name varchar(1024)";

const withUnits = sessionColumns('varchar(11)', 'varchar(11)');
const asNumbers = sessionColumns('bigint unsigned', 'decimal(41,0)');

/** The views of sys that tell of connections, objects and counters. Those of what is not measured are empty. */
export const sysTables: readonly SystemTable[] = [
  table('version', 'sys_version varchar(5) NOT NULL, mysql_version varchar(64) NOT NULL', (reader) => [
    { sys_version: sysVersion, mysql_version: reader.context.variable('version') ?? null },
  ]),
  // Of MySQL's settings the one that a function of sys here goes by.
  table(
    'sys_config',
    'variable varchar(128) NOT NULL, value varchar(128), set_time timestamp, set_by varchar(128)',
    () => [{ variable: 'statement_truncate_len', value: '64' }],
  ),
  table('session', withUnits, sessionRows),
  table('x$session', asNumbers, sessionRows),
  table('processlist', withUnits, sessionRows),
  table('x$processlist', asNumbers, sessionRows),
  table(
    'metrics',
    'Variable_name varchar(193) NOT NULL, Variable_value text, Type varchar(210) NOT NULL, Enabled varchar(7) NOT NULL',
    ({ statusCounters }) =>
      [...statusCounters()].map(([name, value]) => ({
        Variable_name: name.toLowerCase(),
        Variable_value: value,
        Type: 'Global Status',
        Enabled: 'YES',
      })),
  ),
  table(
    'schema_object_overview',
    'db varchar(64) NOT NULL, object_type varchar(19), count bigint NOT NULL',
    overviewRows,
  ),
  table(
    'schema_auto_increment_columns',
    'table_schema varchar(64) NOT NULL, table_name varchar(64) NOT NULL, column_name varchar(64), data_type longtext, ' +
      'column_type mediumtext NOT NULL, is_signed int NOT NULL, is_unsigned int NOT NULL, max_value bigint unsigned, ' +
      'auto_increment bigint unsigned, auto_increment_ratio decimal(25,4) unsigned',
    autoIncrementRows,
  ),
];

function table(
  name: string,
  columns: string,
  rows: (reader: SystemReader) => readonly SystemRow[],
): SystemTable {
  return { schema: 'sys', name, columns, rows };
}

function sessionRows({ processes, context }: SystemReader): readonly SystemRow[] {
  return processes(viewerOf(context)).map(
    ([id = null, user, host, db = null, command = null, time = null, state = null, info = null]) => ({
      thd_id: id,
      conn_id: id,
      user: `${String(user)}@${String(host).replace(/:\d+$/u, '')}`,
      db,
      command,
      state,
      time,
      current_statement: info,
      execution_engine: 'PRIMARY',
      full_scan: 'NO',
    }),
  );
}

function overviewRows(reader: SystemReader): readonly SystemRow[] {
  const { view, systemTables } = reader;
  const kinds = [
    ...systemTables.map(({ schema }) => ({
      db: schema,
      type: schema === 'information_schema' ? 'SYSTEM VIEW' : 'BASE TABLE',
    })),
    ...visibleObjects(reader).map(({ database, kind }) => ({
      db: database,
      type: kind === 'TABLE' ? 'BASE TABLE' : 'VIEW',
    })),
    ...visibleDatabases(reader).flatMap(({ name }) =>
      (view.listFunctions(name) ?? [])
        .filter((each) => reader.context.access?.seesFunction(name, each.name) ?? true)
        .map(() => ({ db: name, type: 'FUNCTION' })),
    ),
  ];
  const counted = Map.groupBy(kinds, ({ db, type }) => `${db}\0${type}`);
  return [...counted.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ db: first.db, object_type: first.type, count: 1 + others.length }],
  );
}

function autoIncrementRows(reader: SystemReader): readonly SystemRow[] {
  return visibleTables(reader).flatMap((object) =>
    columnFacts(object)
      .filter(({ extra }) => extra.includes('auto_increment'))
      .map(({ name, facts }) => {
        const isUnsigned = facts.columnType.includes('unsigned');
        const next = reader.view.autoIncrement(object.database, object.name) ?? null;
        const max = maxOf(facts.dataType, isUnsigned);
        return {
          table_schema: object.database,
          table_name: object.name,
          column_name: name,
          data_type: facts.dataType,
          column_type: facts.columnType,
          is_signed: isUnsigned ? 0 : 1,
          is_unsigned: isUnsigned ? 1 : 0,
          max_value: max,
          auto_increment: next,
          auto_increment_ratio: ratio(next, max),
        };
      }),
  );
}

const bits: Readonly<Record<string, number>> = {
  tinyint: 8,
  smallint: 16,
  mediumint: 24,
  int: 32,
  bigint: 64,
};

function maxOf(dataType: string | null, isUnsigned: boolean): bigint | null {
  const width = bits[dataType ?? ''];
  return width === undefined ? null : (1n << BigInt(isUnsigned ? width : width - 1)) - 1n;
}

function ratio(next: bigint | null, max: bigint | null): Cell {
  return next === null || max === null ? null : (Number(next) / Number(max)).toFixed(4);
}
