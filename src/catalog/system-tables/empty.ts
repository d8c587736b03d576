import type { SystemTable } from './system-table.ts';

const characters =
  'CHARACTER_SET_CLIENT varchar(64) NOT NULL, COLLATION_CONNECTION varchar(64) NOT NULL, DATABASE_COLLATION varchar(64) NOT NULL';

/** What no database here has (triggers, events) and what MySQL alone keeps (files, tablespaces). */
export const emptyTables: readonly SystemTable[] = [
  empty(
    'TRIGGERS',
    'TRIGGER_CATALOG varchar(64), TRIGGER_SCHEMA varchar(64), TRIGGER_NAME varchar(64) NOT NULL, ' +
      "EVENT_MANIPULATION enum('INSERT','UPDATE','DELETE') NOT NULL, EVENT_OBJECT_CATALOG varchar(64), EVENT_OBJECT_SCHEMA varchar(64), " +
      'EVENT_OBJECT_TABLE varchar(64), ACTION_ORDER int unsigned NOT NULL, ACTION_CONDITION binary(0), ACTION_STATEMENT longtext NOT NULL, ' +
      "ACTION_ORIENTATION varchar(3) NOT NULL, ACTION_TIMING enum('BEFORE','AFTER') NOT NULL, ACTION_REFERENCE_OLD_TABLE binary(0), " +
      'ACTION_REFERENCE_NEW_TABLE binary(0), ACTION_REFERENCE_OLD_ROW varchar(3) NOT NULL, ACTION_REFERENCE_NEW_ROW varchar(3) NOT NULL, ' +
      `CREATED timestamp(2) NOT NULL, SQL_MODE text NOT NULL, DEFINER varchar(288) NOT NULL, ${characters}`,
  ),
  empty(
    'EVENTS',
    'EVENT_CATALOG varchar(64), EVENT_SCHEMA varchar(64), EVENT_NAME varchar(64) NOT NULL, DEFINER varchar(288) NOT NULL, ' +
      'TIME_ZONE varchar(64) NOT NULL, EVENT_BODY varchar(3) NOT NULL, EVENT_DEFINITION longtext NOT NULL, EVENT_TYPE varchar(9) NOT NULL, ' +
      'EXECUTE_AT datetime, INTERVAL_VALUE varchar(256), INTERVAL_FIELD varchar(18), SQL_MODE text NOT NULL, STARTS datetime, ENDS datetime, ' +
      'STATUS varchar(21) NOT NULL, ON_COMPLETION varchar(12) NOT NULL, CREATED timestamp NOT NULL, LAST_ALTERED timestamp NOT NULL, ' +
      `LAST_EXECUTED datetime, EVENT_COMMENT varchar(2048) NOT NULL, ORIGINATOR int unsigned NOT NULL, ${characters}`,
  ),
  empty(
    'PROFILING',
    'QUERY_ID int NOT NULL, SEQ int NOT NULL, STATE varchar(30) NOT NULL, DURATION decimal(9,6) NOT NULL, CPU_USER decimal(9,6), ' +
      'CPU_SYSTEM decimal(9,6), CONTEXT_VOLUNTARY int, CONTEXT_INVOLUNTARY int, BLOCK_OPS_IN int, BLOCK_OPS_OUT int, MESSAGES_SENT int, ' +
      'MESSAGES_RECEIVED int, PAGE_FAULTS_MAJOR int, PAGE_FAULTS_MINOR int, SWAPS int, SOURCE_FUNCTION varchar(30), ' +
      'SOURCE_FILE varchar(20), SOURCE_LINE int',
  ),
  empty(
    'FILES',
    'FILE_ID bigint, FILE_NAME text, FILE_TYPE varchar(256), TABLESPACE_NAME varchar(268) NOT NULL, TABLE_CATALOG char(0) NOT NULL, ' +
      'TABLE_SCHEMA binary(0), TABLE_NAME binary(0), LOGFILE_GROUP_NAME varchar(256), LOGFILE_GROUP_NUMBER bigint, ENGINE varchar(64) NOT NULL, ' +
      'FULLTEXT_KEYS binary(0), DELETED_ROWS binary(0), UPDATE_COUNT binary(0), FREE_EXTENTS bigint, TOTAL_EXTENTS bigint, EXTENT_SIZE bigint, ' +
      'INITIAL_SIZE bigint, MAXIMUM_SIZE bigint, AUTOEXTEND_SIZE bigint, CREATION_TIME binary(0), LAST_UPDATE_TIME binary(0), ' +
      'LAST_ACCESS_TIME binary(0), RECOVER_TIME binary(0), TRANSACTION_COUNTER binary(0), VERSION bigint, ROW_FORMAT varchar(256), ' +
      'TABLE_ROWS binary(0), AVG_ROW_LENGTH binary(0), DATA_LENGTH binary(0), MAX_DATA_LENGTH binary(0), INDEX_LENGTH binary(0), ' +
      'DATA_FREE bigint, CREATE_TIME binary(0), UPDATE_TIME binary(0), CHECK_TIME binary(0), CHECKSUM binary(0), STATUS varchar(256), EXTRA varchar(256)',
  ),
  empty(
    'TABLESPACES',
    'TABLESPACE_NAME varchar(64) NOT NULL, ENGINE varchar(64) NOT NULL, TABLESPACE_TYPE varchar(64), LOGFILE_GROUP_NAME varchar(64), ' +
      'EXTENT_SIZE bigint unsigned, AUTOEXTEND_SIZE bigint unsigned, MAXIMUM_SIZE bigint unsigned, NODEGROUP_ID bigint unsigned, ' +
      'TABLESPACE_COMMENT varchar(2048)',
  ),
  empty(
    'VIEW_TABLE_USAGE',
    'VIEW_CATALOG varchar(64), VIEW_SCHEMA varchar(64), VIEW_NAME varchar(64), TABLE_CATALOG varchar(64), TABLE_SCHEMA varchar(64), TABLE_NAME varchar(64)',
  ),
  empty(
    'ST_GEOMETRY_COLUMNS',
    'TABLE_CATALOG varchar(64), TABLE_SCHEMA varchar(64), TABLE_NAME varchar(64), COLUMN_NAME varchar(64), SRS_NAME varchar(80), ' +
      'SRS_ID int unsigned, GEOMETRY_TYPE_NAME longtext',
  ),
  empty(
    'INNODB_TRX',
    'trx_id bigint unsigned NOT NULL, trx_state varchar(13) NOT NULL, trx_started datetime NOT NULL, trx_requested_lock_id varchar(126), ' +
      'trx_wait_started datetime, trx_weight bigint unsigned NOT NULL, trx_mysql_thread_id bigint unsigned NOT NULL, trx_query varchar(1024), ' +
      'trx_operation_state varchar(64), trx_tables_in_use bigint unsigned NOT NULL, trx_tables_locked bigint unsigned NOT NULL, ' +
      'trx_lock_structs bigint unsigned NOT NULL, trx_lock_memory_bytes bigint unsigned NOT NULL, trx_rows_locked bigint unsigned NOT NULL, ' +
      'trx_rows_modified bigint unsigned NOT NULL, trx_concurrency_tickets bigint unsigned NOT NULL, trx_isolation_level varchar(16) NOT NULL, ' +
      'trx_unique_checks int NOT NULL, trx_foreign_key_checks int NOT NULL, trx_last_foreign_key_error varchar(256), ' +
      'trx_adaptive_hash_latched int NOT NULL, trx_adaptive_hash_timeout bigint unsigned NOT NULL, trx_is_read_only int NOT NULL, ' +
      'trx_autocommit_non_locking int NOT NULL, trx_schedule_weight bigint unsigned',
  ),
];

function empty(name: string, columns: string): SystemTable {
  return { schema: 'information_schema', name, columns, rows: () => [] };
}
