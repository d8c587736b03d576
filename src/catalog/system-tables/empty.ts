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
    'APPLICABLE_ROLES',
    'USER varchar(97), HOST varchar(256), GRANTEE varchar(97), GRANTEE_HOST varchar(256), ROLE_NAME varchar(255), ROLE_HOST varchar(256), IS_GRANTABLE varchar(3) NOT NULL, IS_DEFAULT varchar(3), IS_MANDATORY varchar(3) NOT NULL',
  ),
  empty(
    'ENABLED_ROLES',
    'ROLE_NAME varchar(255), ROLE_HOST varchar(255), IS_DEFAULT varchar(3), IS_MANDATORY varchar(3) NOT NULL',
  ),
];

function empty(name: string, columns: string): SystemTable {
  return { schema: 'information_schema', name, columns, rows: () => [] };
}
