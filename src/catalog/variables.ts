import { standingVariables } from './standing-variables.ts';
import { choice, fact, flag, integer, text, type Variable } from './variable.ts';

/** What depends on how this server was started. */
export type VariableFacts = Readonly<{
  serverVersion: string;
  port: number;
  hostname: string;
  dataFolder: string;
  serverUuid: string;
  hasTls: boolean;
  maxAllowedPacket: number;
  maxConnections: number;
  waitTimeoutSeconds: number;
  requireSecureTransport: boolean;
}>;

/** MySQL 8's default, without NO_ZERO_… which the strict modes imply. */
const defaultSqlMode =
  'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION';
const isolationLevels = ['READ-UNCOMMITTED', 'READ-COMMITTED', 'REPEATABLE-READ', 'SERIALIZABLE'];
const encryptionModes = ['128', '192', '256'].flatMap((bits) =>
  ['ecb', 'cbc', 'cfb1', 'cfb8', 'cfb128', 'ofb'].map((kind) => `aes-${bits}-${kind}`),
);
const unsigned64Max = 2n ** 64n - 1n;
const secondsMax = 31_536_000;

/** Every variable by lower-case name, with its start value. */
export function variablesOf(facts: VariableFacts): ReadonlyMap<string, Variable> {
  const all = [
    ...serverFacts(facts),
    ...sessionSettings(facts),
    ...sessionFlags(),
    ...characterSettings(),
    ...sessionState(),
    ...constants(),
    ...standingVariables(),
  ];
  return new Map(all.map((variable) => [variable.name, variable]));
}

function serverFacts(facts: VariableFacts): readonly Variable[] {
  return [
    fact('version', facts.serverVersion),
    fact('version_comment', 'Holdfast backup server'),
    fact('version_compile_os', 'Linux'),
    fact('version_compile_machine', process.arch === 'x64' ? 'x86_64' : process.arch),
    fact('version_compile_zlib', process.versions.zlib ?? ''),
    fact('innodb_version', facts.serverVersion.split('-')[0] ?? ''),
    fact('protocol_version', 10),
    fact('license', 'Apache-2.0'),
    fact('hostname', facts.hostname),
    fact('port', facts.port),
    fact('socket', ''),
    fact('datadir', facts.dataFolder),
    fact('basedir', '/'),
    fact('tmpdir', '/tmp'),
    fact('server_id', 1),
    fact('server_uuid', facts.serverUuid),
    fact('have_ssl', facts.hasTls ? 'YES' : 'DISABLED'),
    fact('have_openssl', facts.hasTls ? 'YES' : 'DISABLED'),
    fact('tls_version', facts.hasTls ? 'TLSv1.2,TLSv1.3' : ''),
    fact('max_connections', facts.maxConnections),
    fact('max_user_connections', 0),
    fact('require_secure_transport', facts.requireSecureTransport ? 1 : 0, 'boolean'),
  ];
}

function sessionSettings(facts: VariableFacts): readonly Variable[] {
  return [
    text('sql_mode', defaultSqlMode),
    integer('sql_select_limit', unsigned64Max, 0, unsigned64Max),
    integer('max_execution_time', 0, 0, 2 ** 32 - 1),
    integer('wait_timeout', facts.waitTimeoutSeconds, 1, secondsMax),
    integer('interactive_timeout', facts.waitTimeoutSeconds, 1, secondsMax),
    integer('net_write_timeout', 60, 1, secondsMax),
    integer('net_read_timeout', 30, 1, secondsMax),
    integer('net_buffer_length', 16_384, 1_024, 2 ** 20),
    integer('lock_wait_timeout', secondsMax, 1, secondsMax),
    integer('innodb_lock_wait_timeout', 50, 1, 2 ** 30),
    { ...integer('max_allowed_packet', facts.maxAllowedPacket, 1_024, 2 ** 30), readOnly: true },
    choice('transaction_isolation', 'REPEATABLE-READ', isolationLevels),
    choice('tx_isolation', 'REPEATABLE-READ', isolationLevels),
    text('time_zone', 'SYSTEM'),
    { ...text('system_time_zone', zoneName()), readOnly: true, globalOnly: true },
    integer('auto_increment_increment', 1, 1, 65_535),
    integer('auto_increment_offset', 1, 1, 65_535),
    integer('profiling_history_size', 15, 0, 100),
    integer('group_concat_max_len', 1_048_576, 4, unsigned64Max),
    integer('max_join_size', unsigned64Max, 1, unsigned64Max),
    integer('max_sort_length', 1_024, 4, 8_388_608),
    integer('sort_buffer_size', 262_144, 32_768, unsigned64Max),
    integer('join_buffer_size', 262_144, 128, unsigned64Max),
    integer('max_heap_table_size', 16_777_216, 16_384, unsigned64Max),
    integer('tmp_table_size', 16_777_216, 1_024, unsigned64Max),
    integer('optimizer_search_depth', 62, 0, 62),
    integer('div_precision_increment', 4, 0, 30),
    integer('default_week_format', 0, 0, 7),
    text('optimizer_switch', ''),
    text('init_connect', ''),
    text('default_storage_engine', 'InnoDB'),
    text('default_tmp_storage_engine', 'InnoDB'),
    text('storage_engine', 'InnoDB'),
    text('lc_messages', 'en_US'),
    text('lc_time_names', 'en_US'),
    text('session_track_system_variables', 'time_zone,autocommit,character_set_client,character_set_results'),
    choice('session_track_transaction_info', 'OFF', ['OFF', 'STATE', 'CHARACTERISTICS']),
    choice('session_track_gtids', 'OFF', ['OFF', 'OWN_GTID', 'ALL_GTIDS']),
    choice('resultset_metadata', 'FULL', ['NONE', 'FULL']),
    choice('completion_type', 'NO_CHAIN', ['NO_CHAIN', 'CHAIN', 'RELEASE']),
    integer('information_schema_stats_expiry', 0, 0, secondsMax),
    choice('block_encryption_mode', 'aes-128-ecb', encryptionModes),
    integer('query_cache_size', 0, 0, unsigned64Max),
    text('query_cache_type', 'OFF'),
    text('sql_slave_skip_counter', '0'),
    { ...integer('long_query_time', 10, 0, secondsMax), type: 'float' },
    text('query_timeout', '300'),
  ];
}

function sessionFlags(): readonly Variable[] {
  return [
    flag('foreign_key_checks', 1),
    flag('unique_checks', 1),
    flag('sql_safe_updates', 0),
    flag('sql_auto_is_null', 0),
    flag('sql_notes', 1),
    flag('sql_warnings', 0),
    flag('sql_quote_show_create', 1),
    flag('sql_big_selects', 1),
    flag('sql_log_bin', 1),
    flag('sql_log_off', 0),
    flag('big_tables', 0),
    flag('low_priority_updates', 0),
    flag('profiling', 0),
    flag('sql_buffer_result', 0),
    flag('session_track_schema', 1),
    flag('session_track_state_change', 0),
    flag('explicit_defaults_for_timestamp', 1),
    flag('show_old_temporals', 0),
    flag('old_passwords', 0),
    flag('keep_files_on_create', 0),
    flag('autocommit', 1),
    // StarRocks': an INSERT of some columns into a PRIMARY KEY table leaves the others as they are.
    flag('enable_insert_partial_update', 1),
    flag('transaction_read_only', 0),
    flag('tx_read_only', 0),
  ];
}

function characterSettings(): readonly Variable[] {
  const sets = ['client', 'connection', 'results', 'database', 'server'].map((role) =>
    text(`character_set_${role}`, 'utf8mb4'),
  );
  const collations = ['connection', 'database', 'server'].map((role) =>
    text(`collation_${role}`, 'utf8mb4_0900_ai_ci'),
  );
  return [
    ...sets,
    ...collations,
    fact('character_set_system', 'utf8mb3'),
    fact('character_set_filesystem', 'binary'),
    fact('character_sets_dir', ''),
    text('default_collation_for_utf8mb4', 'utf8mb4_0900_ai_ci'),
  ];
}

/** What a session's own state answers (SessionFacts) unless a client has set it. */
function sessionState(): readonly Variable[] {
  return [
    integer('last_insert_id', 0, 0, unsigned64Max),
    integer('identity', 0, 0, unsigned64Max),
    integer('pseudo_thread_id', 0, 0, unsigned64Max),
    { ...integer('timestamp', 0, 0, unsigned64Max), type: 'float' },
    integer('rand_seed1', 0, 0, unsigned64Max),
    integer('rand_seed2', 0, 0, unsigned64Max),
    { ...integer('warning_count', 0, 0, 65_535), readOnly: true },
    { ...integer('error_count', 0, 0, 65_535), readOnly: true },
  ];
}

/** Things that are so and cannot be changed here. */
function constants(): readonly Variable[] {
  const off = [
    'local_infile',
    'log_bin',
    'read_only',
    'super_read_only',
    'performance_schema',
    'skip_networking',
  ];
  const more = [
    'general_log',
    'slow_query_log',
    'event_scheduler',
    'gtid_mode',
    'have_query_cache',
    'have_profiling',
  ];
  const have = ['have_crypt', 'have_dynamic_loading', 'have_geometry', 'have_rtree_keys', 'have_symlink'];
  return [
    ...off.map((name) => fact(name, 0, 'boolean')),
    ...more.map((name) => fact(name, name.startsWith('have') ? 'NO' : 'OFF')),
    ...have.map((name) => fact(name, 'NO')),
    // Names keep their case and are compared without it (docs/decisions/0010).
    fact('lower_case_table_names', 2),
    fact('lower_case_file_system', 0, 'boolean'),
    fact('secure_file_priv', null),
    fact('log_bin_basename', null),
    fact('binlog_format', 'ROW'),
    fact('binlog_row_image', 'FULL'),
    fact('enforce_gtid_consistency', 'OFF'),
    fact('table_open_cache', 4_000),
    fact('thread_cache_size', 8),
    fact('thread_handling', 'one-thread-per-connection'),
    fact('open_files_limit', 1_048_576),
    fact('max_prepared_stmt_count', 16_382),
    fact('key_buffer_size', 8_388_608),
    fact('innodb_buffer_pool_size', 134_217_728),
    fact('ft_min_word_len', 4),
    fact('default_authentication_plugin', 'caching_sha2_password'),
    fact('authentication_policy', '*,,'),
    fact('default_password_lifetime', 0),
    fact('skip_name_resolve', 1, 'boolean'),
    fact('stored_program_cache', 256),
    fact('mysqlx_port', 0),
    fact('protocol_compression_algorithms', 'zlib,zstd,uncompressed'),
    fact('have_compress', 'YES'),
  ];
}

function zoneName(): string {
  return new Intl.DateTimeFormat('en', { timeZoneName: 'short' })
    .formatToParts(new Date(0))
    .filter((part) => part.type === 'timeZoneName')
    .map((part) => part.value)
    .join('');
}
