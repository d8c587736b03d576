/** What may follow the words of a form: a database, a table, a name, or the like; `rest` takes anything. */
type Subject = 'none' | 'database' | 'table' | 'name' | 'engine' | 'user' | 'grantee' | 'rest';

export type ShowRule = Readonly<{
  words: readonly string[];
  form: ShowForm;
  subject: Subject;
  /** FULL or EXTENDED may stand before the words. */
  full: boolean;
  /** GLOBAL, SESSION or LOCAL may. */
  scoped: boolean;
}>;

export type ShowForm =
  | 'databases'
  | 'tables'
  | 'table_status'
  | 'open_tables'
  | 'columns'
  | 'index'
  | 'triggers'
  | 'events'
  | 'partitions'
  | 'temporary_partitions'
  | 'dynamic_partition_tables'
  | 'tablets'
  | 'materialized_views'
  | 'alter_materialized_view'
  | 'functions'
  | 'create_table'
  | 'create_view'
  | 'create_materialized_view'
  | 'create_database'
  | 'create_procedure'
  | 'create_function'
  | 'create_trigger'
  | 'create_event'
  | 'create_user'
  | 'variables'
  | 'status'
  | 'collation'
  | 'character_set'
  | 'engines'
  | 'engine_status'
  | 'plugins'
  | 'privileges'
  | 'grants'
  | 'procedure_status'
  | 'function_status'
  | 'processlist'
  | 'warnings'
  | 'errors'
  | 'count_warnings'
  | 'count_errors'
  | 'binary_log_status'
  | 'binary_logs'
  | 'replica_status'
  | 'replicas'
  | 'profiles'
  | 'profile'
  | 'relaylog_events'
  | 'binlog_events'
  | 'frontends'
  | 'backends'
  | 'compute_nodes'
  | 'data'
  | 'users'
  | 'roles';

/** The forms by their words; of two that begin alike the longer comes first. */
export const showForms: readonly ShowRule[] = [
  ...rules('databases', 'database', 'DATABASES', 'SCHEMAS'),
  ...rules('table_status', 'database', 'TABLE STATUS'),
  ...full(rules('tables', 'database', 'TABLES')),
  ...rules('open_tables', 'database', 'OPEN TABLES'),
  ...full(rules('columns', 'table', 'COLUMNS', 'FIELDS')),
  ...full(rules('index', 'table', 'INDEX', 'INDEXES', 'KEYS', 'KEY')),
  ...full(rules('triggers', 'database', 'TRIGGERS')),
  ...rules('events', 'database', 'EVENTS'),
  ...rules('temporary_partitions', 'table', 'TEMPORARY PARTITIONS'),
  ...rules('partitions', 'table', 'PARTITIONS'),
  ...rules('dynamic_partition_tables', 'database', 'DYNAMIC PARTITION TABLES'),
  ...rules('tablets', 'table', 'TABLETS', 'TABLET'),
  ...rules('materialized_views', 'database', 'MATERIALIZED VIEWS', 'MATERIALIZED VIEW'),
  ...rules('alter_materialized_view', 'database', 'ALTER MATERIALIZED VIEW'),
  ...rules('create_table', 'name', 'CREATE TABLE'),
  ...rules('create_view', 'name', 'CREATE VIEW'),
  ...rules('create_materialized_view', 'name', 'CREATE MATERIALIZED VIEW'),
  ...rules('create_database', 'name', 'CREATE DATABASE', 'CREATE SCHEMA'),
  ...rules('create_procedure', 'name', 'CREATE PROCEDURE'),
  ...rules('create_function', 'name', 'CREATE FUNCTION'),
  ...rules('create_trigger', 'name', 'CREATE TRIGGER'),
  ...rules('create_event', 'name', 'CREATE EVENT'),
  ...rules('create_user', 'user', 'CREATE USER'),
  ...scoped(rules('variables', 'none', 'VARIABLES')),
  ...scoped(rules('status', 'none', 'STATUS')),
  ...rules('collation', 'none', 'COLLATION'),
  ...rules('character_set', 'none', 'CHARACTER SET', 'CHARSET', 'CHAR SET'),
  ...rules('engines', 'none', 'ENGINES'),
  ...rules('engine_status', 'engine', 'ENGINE'),
  ...rules('plugins', 'none', 'PLUGINS'),
  ...rules('privileges', 'none', 'PRIVILEGES'),
  ...rules('grants', 'grantee', 'ALL GRANTS', 'GRANTS'),
  ...rules('procedure_status', 'none', 'PROCEDURE STATUS'),
  ...rules('function_status', 'none', 'FUNCTION STATUS'),
  ...full(rules('functions', 'database', 'FUNCTIONS')),
  ...full(rules('processlist', 'none', 'PROCESSLIST')),
  ...rules('warnings', 'none', 'WARNINGS'),
  ...rules('errors', 'none', 'ERRORS'),
  ...rules('count_warnings', 'none', 'COUNT WARNINGS'),
  ...rules('count_errors', 'none', 'COUNT ERRORS'),
  ...rules('binary_log_status', 'none', 'MASTER STATUS', 'BINARY LOG STATUS'),
  ...rules('binary_logs', 'none', 'BINARY LOGS', 'MASTER LOGS'),
  ...rules('replica_status', 'rest', 'REPLICA STATUS', 'SLAVE STATUS', 'ALL SLAVES STATUS'),
  ...rules('replicas', 'none', 'REPLICAS', 'SLAVE HOSTS'),
  ...rules('profiles', 'none', 'PROFILES'),
  ...rules('profile', 'rest', 'PROFILE'),
  ...rules('relaylog_events', 'rest', 'RELAYLOG EVENTS'),
  ...rules('binlog_events', 'rest', 'BINLOG EVENTS'),
  ...rules('frontends', 'none', 'FRONTENDS'),
  ...rules('backends', 'none', 'BACKENDS'),
  ...rules('compute_nodes', 'none', 'COMPUTE NODES'),
  ...rules('data', 'rest', 'DATA'),
  ...rules('users', 'none', 'USERS'),
  ...rules('roles', 'none', 'ROLES'),
];

function rules(form: ShowForm, subject: Subject, ...spellings: readonly string[]): readonly ShowRule[] {
  return spellings.map((words) => ({ words: words.split(' '), form, subject, full: false, scoped: false }));
}

function full(forms: readonly ShowRule[]): readonly ShowRule[] {
  return forms.map((rule) => ({ ...rule, full: true }));
}

function scoped(forms: readonly ShowRule[]): readonly ShowRule[] {
  return forms.map((rule) => ({ ...rule, scoped: true }));
}
