import { ServerError } from '../base/server-error.ts';
import { type SqlErrorKind, SqlError } from '../base/sql-error.ts';
import type { ErrorDescription } from '../wire/handler.ts';

/** MySQL's error number and SQLSTATE. */
type Code = readonly [number: number, sqlState: string];

/**
 * The one table of MySQL numbers. MySQL's own come from its manual ("Server Error Message Reference"); 5061 to 5502
 * are StarRocks' codes of backup statements, 5600 is ours. The compiler refuses a kind without a row.
 */
const codes: Readonly<Record<SqlErrorKind, Code>> = {
  syntax: [1064, '42000'],
  analysis: [1064, 'HY000'],
  not_supported: [1235, '42000'],
  unknown_database: [1049, '42000'],
  unknown_database_backup: [5501, '3F000'],
  database_exists: [1007, 'HY000'],
  database_not_there: [1008, 'HY000'],
  no_database_selected: [1046, '3D000'],
  bad_database_name: [1102, '42000'],
  bad_table_name: [1103, '42000'],
  unknown_table: [1146, '42S02'],
  unknown_information_table: [1109, '42S02'],
  unknown_table_drop: [1051, '42S02'],
  unknown_table_backup: [5502, '42602'],
  table_exists: [1050, '42S01'],
  unknown_column: [1054, '42S22'],
  ambiguous_column: [1052, '23000'],
  duplicate_column: [1060, '42S21'],
  duplicate_key_name: [1061, '42000'],
  duplicate_entry: [1062, '23000'],
  unknown_key: [1091, '42000'],
  needed_key: [1553, 'HY000'],
  needed_column: [1828, 'HY000'],
  column_count_mismatch: [1136, '21S01'],
  column_not_null: [1048, '23000'],
  no_default: [1364, 'HY000'],
  data_too_long: [1406, '22001'],
  out_of_range: [1264, '22003'],
  value_out_of_range: [1690, '22003'],
  truncated_value: [1292, '22007'],
  incorrect_value: [1366, 'HY000'],
  data_truncated: [1265, '01000'],
  division_by_zero: [1365, '22012'],
  no_partition_for_value: [1526, 'HY000'],
  unknown_partition: [1735, 'HY000'],
  duplicate_partition: [1517, 'HY000'],
  partition_range_not_increasing: [1493, 'HY000'],
  invalid_default: [1067, '42000'],
  multiple_primary_key: [1068, '42000'],
  unknown_key_column: [1072, '42000'],
  wrong_auto_column: [1075, '42000'],
  no_columns: [1113, '42000'],
  key_without_length: [1170, '42000'],
  nullable_primary_key: [1171, '42000'],
  identifier_too_long: [1059, '42000'],
  bad_key_name: [1280, '42000'],
  column_length_too_big: [1074, '42000'],
  display_width_too_big: [1439, '42000'],
  precision_too_big: [1426, '42000'],
  scale_too_big: [1425, '42000'],
  scale_over_precision: [1427, '42000'],
  duplicate_member: [1291, 'HY000'],
  too_many_members: [1097, 'HY000'],
  default_not_allowed: [1101, '42000'],
  invalid_on_update: [1294, 'HY000'],
  wrong_usage: [1221, 'HY000'],
  duplicate_constraint: [3822, 'HY000'],
  foreign_key_columns: [1239, '42000'],
  partitions_required: [1492, 'HY000'],
  partition_requires_values: [1479, 'HY000'],
  partition_wrong_values: [1480, 'HY000'],
  partition_maxvalue: [1481, 'HY000'],
  duplicate_list_value: [1495, 'HY000'],
  unknown_partition_column: [1488, 'HY000'],
  partition_unique_key: [1503, 'HY000'],
  unknown_system_variable: [1193, 'HY000'],
  wrong_variable_value: [1231, '42000'],
  wrong_variable_type: [1232, '42000'],
  session_variable: [1228, 'HY000'],
  global_variable: [1229, 'HY000'],
  wrong_value: [1525, 'HY000'],
  malformed_gtid_set: [1772, 'HY000'],
  json_data_type: [3146, '22032'],
  json_binary: [3144, '22032'],
  argument_type: [3064, 'HY000'],
  reserved_function: [1382, '42000'],
  invalid_vector: [6138, '22000'],
  invalid_character_string: [1300, 'HY000'],
  packet_overflow: [1301, 'HY000'],
  datetime_overflow: [1441, '22008'],
  invalid_logarithm: [3020, '2201E'],
  wrong_function_value: [1411, 'HY000'],
  short_vector: [1882, 'HY000'],
  read_only_variable: [1238, 'HY000'],
  unknown_thread: [1094, 'HY000'],
  query_interrupted: [1317, '70100'],
  statement_timeout: [3024, 'HY000'],
  wrong_argument_count: [1582, '42000'],
  does_not_exist: [1305, '42000'],
  unknown_trigger: [1360, 'HY000'],
  unknown_event: [1539, 'HY000'],
  routine_exists: [1304, '42000'],
  routine_arguments: [1318, '42000'],
  routine_recursion: [1424, 'HY000'],
  not_aggregated: [1140, '42000'],
  window_position: [3592, 'HY000'],
  grouping_argument: [3602, 'HY000'],
  recursion_depth: [3636, 'HY000'],
  order_not_in_distinct: [3065, 'HY000'],
  not_group_by: [1055, '42000'],
  invalid_group_function: [1111, 'HY000'],
  subquery_rows: [1242, '21000'],
  operand_columns: [1241, '21000'],
  no_data: [1329, '02000'],
  too_many_rows: [1172, '42000'],
  into_count_mismatch: [1222, '21000'],
  unknown_time_zone: [1298, 'HY000'],
  invalid_json: [3141, '22032'],
  invalid_json_column: [3140, '22032'],
  json_path: [3143, '42000'],
  json_path_wild: [3149, '42000'],
  json_vacuous_path: [3153, '42000'],
  json_one_or_all: [3154, '42000'],
  json_cast: [3156, '22018'],
  json_depth: [3157, '22032'],
  json_null_name: [3158, '22032'],
  json_path_no_cell: [3165, '42000'],
  json_table_empty: [3665, '22035'],
  json_table_scalar: [3666, '2203F'],
  json_table_alias: [3667, '42000'],
  json_table_range: [3669, '22003'],
  wrong_object: [1347, 'HY000'],
  view_invalid: [1356, 'HY000'],
  not_updatable: [1288, 'HY000'],
  not_insertable: [1471, 'HY000'],
  not_updatable_column: [1348, 'HY000'],
  no_default_behind_view: [1423, 'HY000'],
  check_option: [1369, 'HY000'],
  check_option_of_fixed_view: [1368, 'HY000'],
  view_recursion: [1462, 'HY000'],
  view_of_temporary: [1352, 'HY000'],
  partitioned_temporary: [1562, 'HY000'],
  check_violated: [3819, 'HY000'],
  generated_column: [3105, 'HY000'],
  table_definition_changed: [1412, 'HY000'],
  lock_deadlock: [1213, '40001'],
  named_lock_deadlock: [3058, 'HY000'],
  named_lock_name: [3057, '42000'],
  unknown_prepared_statement: [1243, 'HY000'],
  prepared_statement_limit: [1461, '42000'],
  not_preparable: [1295, 'HY000'],
  execute_arguments: [1210, 'HY000'],
  access_denied: [1045, '28000'],
  access_denied_database: [1044, '42000'],
  privilege_denied: [1227, '42000'],
  table_access_denied: [1142, '42000'],
  routine_access_denied: [1370, '42000'],
  backup_access_denied: [5203, '42000'],
  unknown_user: [1396, 'HY000'],
  no_such_grant: [1141, '42000'],
  unknown_role: [3523, 'HY000'],
  role_not_granted: [3530, 'HY000'],
  password_policy: [1819, 'HY000'],
  repository_name: [5063, '42000'],
  backup: [5064, '42000'],
  label: [5082, '42000'],
  safety_rule: [5600, '42000'],
  unknown_catalog: [5061, '42000'],
  unknown_explain_format: [1791, 'HY000'],
  not_persisted: [3615, 'HY000'],
  unknown_resource_group: [3651, 'HY000'],
  unknown_storage_engine: [1286, '42000'],
  unknown_character_set: [1115, '42000'],
  unknown_collation: [1273, 'HY000'],
  illegal_collation_mix: [1267, 'HY000'],
  illegal_mix_of_three: [1270, 'HY000'],
  illegal_mix_of_many: [1271, 'HY000'],
  collation_not_valid: [1253, '42000'],
  cannot_convert_text: [3854, 'HY000'],
  character_set_mismatch: [3995, 'HY000'],
  foreign_key: [1215, 'HY000'],
  loading_local_data_disabled: [3948, '42000'],
  user_limit: [1226, '42000'],
  grant_creates_user: [1410, '42000'],
  resource_limit: [1041, 'HY000'],
  disk_full: [1021, 'HY000'],
  // MySQL's of its FEDERATED engine. The client library's own, 2003, 2013 and 2026, are malformed to it in a packet.
  upstream_unreachable: [1429, 'HY000'],
  upstream_lost: [1430, 'HY000'],
  upstream_tls: [1429, 'HY000'],
  read_only: [1290, 'HY000'],
  read_only_transaction: [1792, '25006'],
  server_shutdown: [1053, '08S01'],
  internal: [1105, 'HY000'],
};

/** Backup statements answer syntax errors as StarRocks does: 1064 with HY000. */
const starRocksSyntax = 'Getting syntax error';

/**
 * What a client is told of anything thrown. Errors that are not the user's get no details of ours: the operator
 * finds them in the log under the same statement.
 */
export function describeError(error: unknown): ErrorDescription {
  if (error instanceof ServerError) {
    const { number, sqlState, message } = error;
    return { number, sqlState, message };
  }
  if (!(error instanceof SqlError)) {
    return { number: 1105, sqlState: 'HY000', message: 'internal error; the server log has the details' };
  }
  const [number, sqlState] = codes[error.kind];
  const isStarRocks = error.kind === 'syntax' && error.message.startsWith(starRocksSyntax);
  return { number, sqlState: isStarRocks ? 'HY000' : sqlState, message: withHint(error) };
}

/** The number alone, for SHOW WARNINGS. */
export function errorNumber(kind: SqlErrorKind): number {
  return codes[kind][0];
}

function withHint(error: SqlError): string {
  if (error.hint === undefined) return error.message;
  const end = error.message.endsWith('.') ? '' : '.';
  return `${error.message}${end} ${error.hint}`;
}
