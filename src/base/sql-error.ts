/**
 * Every way in which a statement can be the user's mistake or meet a limit of ours. Lower layers throw a kind
 * and a text; `dispatch/sql-error.ts` is the one place that gives each kind its MySQL number and SQLSTATE.
 */
export type SqlErrorKind =
  | 'syntax' // 1064, with line and column in the text
  | 'analysis' // 1064 HY000: the statement parses but means nothing (StarRocks' "Getting analyzing error")
  | 'not_supported' // 1235
  | 'unknown_database' // 1049
  | 'unknown_database_backup' // 5501 3F000, StarRocks' code inside backup statements
  | 'database_exists' // 1007
  | 'database_not_there' // 1008, DROP DATABASE of a missing one
  | 'no_database_selected' // 1046
  | 'bad_database_name' // 1102
  | 'bad_table_name' // 1103
  | 'unknown_table' // 1146
  | 'unknown_table_drop' // 1051
  | 'unknown_information_table' // 1109
  | 'unknown_table_backup' // 5502 42602
  | 'table_exists' // 1050
  | 'unknown_column' // 1054
  | 'ambiguous_column' // 1052
  | 'duplicate_column' // 1060
  | 'duplicate_key_name' // 1061
  | 'duplicate_entry' // 1062
  | 'unknown_key' // 1091
  | 'needed_key' // 1553
  | 'needed_column' // 1828
  | 'missing_parent' // 1452: a row of a foreign key without the one that it refers to
  | 'needed_parent' // 1451: a row that others refer to
  | 'cascade_depth' // 3008
  | 'cascade_duplicate' // 1761
  | 'needed_parent_column' // 1829
  | 'needed_table' // 3730
  | 'needed_rows' // 1701
  | 'missing_parent_table' // 1824
  | 'missing_parent_column' // 3734
  | 'missing_parent_key' // 6125
  | 'incompatible_key_columns' // 3780
  | 'null_of_key_column' // 1830
  | 'duplicate_foreign_key' // 1826
  | 'generated_key_column' // 3104
  | 'virtual_key_column' // 3733
  | 'check_of_key_column' // 3823
  | 'partitioned_foreign_key' // 1506
  | 'foreign_key_of_select' // 3978
  | 'column_count_mismatch' // 1136
  | 'column_not_null' // 1048
  | 'no_default' // 1364
  | 'data_too_long' // 1406
  | 'out_of_range' // 1264
  | 'value_out_of_range' // 1690
  | 'truncated_value' // 1292
  | 'incorrect_value' // 1366
  | 'data_truncated' // 1265
  | 'division_by_zero' // 1365
  | 'no_partition_for_value' // 1526
  | 'unknown_partition' // 1735
  | 'duplicate_partition' // 1517
  | 'partition_range_not_increasing' // 1493
  | 'invalid_default' // 1067
  | 'multiple_primary_key' // 1068
  | 'unknown_key_column' // 1072
  | 'wrong_auto_column' // 1075
  | 'no_columns' // 1113
  | 'key_without_length' // 1170
  | 'nullable_primary_key' // 1171
  | 'identifier_too_long' // 1059
  | 'bad_key_name' // 1280
  | 'column_length_too_big' // 1074
  | 'display_width_too_big' // 1439
  | 'precision_too_big' // 1426
  | 'scale_too_big' // 1425
  | 'scale_over_precision' // 1427
  | 'duplicate_member' // 1291, of ENUM and SET
  | 'too_many_members' // 1097
  | 'default_not_allowed' // 1101
  | 'invalid_on_update' // 1294
  | 'wrong_usage' // 1221
  | 'duplicate_constraint' // 3822
  | 'foreign_key_columns' // 1239
  | 'partitions_required' // 1492
  | 'partition_requires_values' // 1479
  | 'partition_wrong_values' // 1480
  | 'partition_maxvalue' // 1481
  | 'duplicate_list_value' // 1495
  | 'unknown_partition_column' // 1488
  | 'partition_unique_key' // 1503
  | 'unknown_system_variable' // 1193
  | 'wrong_variable_value' // 1231
  | 'wrong_variable_type' // 1232
  | 'read_only_variable' // 1238: also of a scope that the variable has not
  | 'session_variable' // 1228
  | 'global_variable' // 1229
  | 'wrong_value' // 1525
  | 'malformed_gtid_set' // 1772
  | 'json_data_type' // 3146
  | 'json_binary' // 3144
  | 'argument_type' // 3064
  | 'reserved_function' // 1382
  | 'invalid_vector' // 6138
  | 'invalid_character_string' // 1300
  | 'packet_overflow' // 1301
  | 'datetime_overflow' // 1441
  | 'invalid_logarithm' // 3020
  | 'no_optional_metadata' // 3640
  | 'json_not_object' // 3853
  | 'json_value_empty' // 3966
  | 'json_value_several' // 3967
  | 'wrong_function_value' // 1411
  | 'short_vector' // 1882, of AES_ENCRYPT
  | 'bitwise_size' // 3513
  | 'unknown_thread' // 1094
  | 'query_interrupted' // 1317
  | 'statement_timeout' // 3024
  | 'wrong_argument_count' // 1582
  | 'does_not_exist' // 1305: a function, a procedure or a savepoint
  | 'routine_exists' // 1304
  | 'unknown_trigger' // 1360
  | 'unknown_event' // 1539
  | 'routine_arguments' // 1318
  | 'routine_recursion' // 1424
  | 'not_aggregated' // 1140
  | 'unknown_window' // 3579
  | 'window_circle' // 3580
  | 'window_partition' // 3581
  | 'window_base_frame' // 3582
  | 'window_order' // 3583
  | 'window_frame_start' // 3584
  | 'window_frame_end' // 3585
  | 'window_frame' // 3586
  | 'window_range_order' // 3587
  | 'window_range_temporal' // 3588
  | 'window_range_numeric' // 3589
  | 'window_twice' // 3591
  | 'window_position' // 3592
  | 'window_context' // 3593
  | 'window_rows_interval' // 3596
  | 'grouping_argument' // 3602
  | 'recursion_without_union' // 3573
  | 'recursion_order' // 3574
  | 'recursion_aggregate' // 3575
  | 'recursion_reference' // 3577
  | 'recursion_depth' // 3636
  | 'order_by_aggregate' // 3029
  | 'order_not_in_distinct' // 3065
  | 'not_group_by' // 1055
  | 'invalid_group_function' // 1111
  | 'reference_to_group' // 1247
  | 'group_on_aggregate' // 1056
  | 'table_named_twice' // 1066
  | 'column_names_mismatch' // 1353
  | 'subquery_rows' // 1242
  | 'operand_columns' // 1241
  | 'no_data' // 1329, a warning of SELECT … INTO
  | 'safe_update' // 1175, sql_safe_updates
  | 'too_many_rows' // 1172, SELECT … INTO of more than one row
  | 'select_count_mismatch' // 1222, of SELECTs or of INTO
  | 'unknown_time_zone' // 1298
  | 'invalid_json' // 3141
  | 'invalid_json_column' // 3140
  | 'json_path' // 3143
  | 'json_path_wild' // 3149
  | 'json_vacuous_path' // 3153
  | 'json_one_or_all' // 3154
  | 'json_cast' // 3156
  | 'json_depth' // 3157
  | 'json_null_name' // 3158
  | 'json_path_no_cell' // 3165
  | 'json_table_empty' // 3665
  | 'json_table_scalar' // 3666
  | 'json_table_alias' // 3667
  | 'json_table_range' // 3669
  | 'wrong_object' // 1347
  | 'view_invalid'
  | 'not_updatable' // 1288, of a view
  | 'not_insertable' // 1471, of a view
  | 'not_updatable_column' // 1348, of a view
  | 'no_default_behind_view' // 1423
  | 'check_option' // 1369
  | 'check_option_of_fixed_view' // 1368
  | 'view_recursion' // 1462
  | 'view_of_temporary' // 1352
  | 'partitioned_temporary' // 1562
  | 'generated_column_order' // 3107
  | 'default_of_auto_increment' // 3768
  | 'default_column_order' // 3767
  | 'default_dependency' // 3766
  | 'check_violated' // 3819
  | 'generated_column' // 3105, a value given for a generated column
  | 'table_definition_changed' // 1412, since the transaction's snapshot: try again
  | 'lock_deadlock' // 1213, a transaction conflict: try again
  | 'named_lock_deadlock' // 3058
  | 'named_lock_name' // 3057
  | 'unknown_prepared_statement' // 1243
  | 'prepared_statement_limit' // 1461
  | 'not_preparable' // 1295
  | 'execute_arguments' // 1210, of EXECUTE and of window functions
  | 'access_denied' // 1045 28000
  | 'routine_access_denied' // 1370 42000
  | 'unknown_role' // 3523
  | 'password_format' // 1827
  | 'wrong_current_password' // 3892
  | 'current_password_of_other' // 3893
  | 'role_not_granted' // 3530
  | 'access_denied_database' // 1044 42000
  | 'privilege_denied' // 1227 42000
  | 'table_access_denied' // 1142 42000
  | 'backup_access_denied' // 5203 42000
  | 'unknown_user' // 1396
  | 'no_such_grant' // 1141
  | 'password_policy' // 1819
  | 'repository_name' // 5063 42000
  | 'backup' // 5064 42000: StarRocks' common code of backup statements
  | 'label' // 5082 42000
  | 'safety_rule' // 5600 42000, ours: a rule that protects data says no; the hint names the word that says yes
  | 'unknown_catalog' // 5061 42000
  | 'unknown_explain_format' // 1791
  | 'not_persisted' // 3615
  | 'unknown_resource_group' // 3651
  | 'unknown_storage_engine' // 1286
  | 'unknown_character_set' // 1115
  | 'unknown_collation' // 1273
  | 'illegal_collation_mix' // 1267
  | 'illegal_mix_of_three' // 1270
  | 'illegal_mix_of_many' // 1271
  | 'collation_not_valid' // 1253
  | 'cannot_convert_text' // 3854
  | 'regexp_argument' // 3685
  | 'regexp_index' // 3686
  | 'regexp_syntax' // 3688
  | 'regexp_escape' // 3689
  | 'regexp_parenthesis' // 3691
  | 'regexp_interval' // 3692
  | 'regexp_interval_order' // 3693
  | 'regexp_back_reference' // 3694
  | 'regexp_look_behind' // 3695
  | 'regexp_bracket' // 3696
  | 'regexp_range' // 3697
  | 'regexp_stack' // 3698
  | 'regexp_timeout' // 3699
  | 'regexp_pattern_size' // 3700
  | 'regexp_group_name' // 3887
  | 'regexp_number' // 4007
  | 'native_function_parameters' // 1583
  | 'character_set_mismatch' // 3995
  | 'foreign_key' // 1215
  | 'loading_local_data_disabled' // 3948
  | 'user_limit' // 1226: what an account may use in an hour
  | 'grant_creates_user' // 1410
  | 'resource_limit' // 1041: memory or a bound of ours
  | 'disk_full' // 1021
  | 'upstream_unreachable' // 1429: the server of an external catalog
  | 'upstream_lost' // 1430
  | 'upstream_tls' // 1429
  | 'read_only' // 1290
  | 'read_only_transaction' // 1792
  | 'server_shutdown' // 1053
  | 'internal'; // 1105, a failure with no better number

/** Where in the statement's text a mistake stands, counted from 1 as editors do. */
export type TextPosition = Readonly<{ line: number; column: number; offset: number }>;

export type SqlErrorOptions = Readonly<{
  /** A sentence that says what to do. Sent after the message. */
  hint?: string;
  position?: TextPosition;
  cause?: unknown;
}>;

/** A statement's failure as the user is to read it. `message` never carries a secret. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  readonly kind: SqlErrorKind;
  readonly hint: string | undefined;
  readonly position: TextPosition | undefined;

  constructor(kind: SqlErrorKind, message: string, options: SqlErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.hint = options.hint;
    this.position = options.position;
  }
}
