import { visibleAccounts } from './privileges.ts';
import type { AccountFacts, SystemRow, SystemTable } from './system-table.ts';

/** MySQL's privilege columns of mysql.user, with the privilege that each stands for. */
const userPrivileges: readonly string[] = (
  'Select_priv Insert_priv Update_priv Delete_priv Create_priv Drop_priv Reload_priv Shutdown_priv Process_priv File_priv ' +
  'Grant_priv References_priv Index_priv Alter_priv Show_db_priv Super_priv Create_tmp_table_priv Lock_tables_priv ' +
  'Execute_priv Repl_slave_priv Repl_client_priv Create_view_priv Show_view_priv Create_routine_priv Alter_routine_priv ' +
  'Create_user_priv Event_priv Trigger_priv Create_tablespace_priv'
).split(' ');

const databasePrivileges: readonly string[] = (
  'Select_priv Insert_priv Update_priv Delete_priv Create_priv Drop_priv Grant_priv References_priv Index_priv Alter_priv ' +
  'Create_tmp_table_priv Lock_tables_priv Create_view_priv Show_view_priv Create_routine_priv Alter_routine_priv ' +
  'Execute_priv Event_priv Trigger_priv'
).split(' ');

const flag = "enum('N','Y') NOT NULL";

/** The tables of the mysql database that tools read. Passwords are in none of them. */
export const mysqlTables: readonly SystemTable[] = [
  table(
    'user',
    `Host char(255) NOT NULL, User char(32) NOT NULL, ${userPrivileges.map((name) => `${name} ${flag}`).join(', ')}, ` +
      "ssl_type enum('','ANY','X509','SPECIFIED') NOT NULL, ssl_cipher blob NOT NULL, x509_issuer blob NOT NULL, x509_subject blob NOT NULL, " +
      'max_questions int unsigned NOT NULL, max_updates int unsigned NOT NULL, max_connections int unsigned NOT NULL, ' +
      'max_user_connections int unsigned NOT NULL, plugin char(64) NOT NULL, authentication_string text, ' +
      `password_expired ${flag}, password_last_changed timestamp, password_lifetime smallint unsigned, account_locked ${flag}, ` +
      `Create_role_priv ${flag}, Drop_role_priv ${flag}, Password_reuse_history smallint unsigned, ` +
      "Password_reuse_time smallint unsigned, Password_require_current enum('N','Y'), User_attributes json",
    (reader) => visibleAccounts(reader).map((account) => userRow(account)),
  ),
  table(
    'db',
    `Host char(255) NOT NULL, Db char(64) NOT NULL, User char(32) NOT NULL, ${databasePrivileges.map((name) => `${name} ${flag}`).join(', ')}`,
    () => [],
  ),
  table(
    'tables_priv',
    'Host char(255) NOT NULL, Db char(64) NOT NULL, User char(32) NOT NULL, Table_name char(64) NOT NULL, Grantor varchar(288) NOT NULL, ' +
      'Timestamp timestamp NOT NULL, ' +
      "Table_priv set('Select','Insert','Update','Delete','Create','Drop','Grant','References','Index','Alter','Create View','Show view','Trigger') NOT NULL, " +
      "Column_priv set('Select','Insert','Update','References') NOT NULL",
    () => [],
  ),
  table('time_zone_name', 'Name char(64) NOT NULL, Time_zone_id int unsigned NOT NULL', () => []),
  table(
    'func',
    "name char(64) NOT NULL, ret tinyint NOT NULL, dl char(128) NOT NULL, type enum('function','aggregate') NOT NULL",
    () => [],
  ),
  table(
    'help_topic',
    'help_topic_id int unsigned NOT NULL, name char(64) NOT NULL, help_category_id smallint unsigned NOT NULL, ' +
      'description text NOT NULL, example text NOT NULL, url text NOT NULL',
    () => [],
  ),
  // Dump tools ask for the form of both logs by name.
  table(
    'general_log',
    'event_time timestamp(6) NOT NULL, user_host mediumtext NOT NULL, thread_id bigint unsigned NOT NULL, ' +
      'server_id int unsigned NOT NULL, command_type varchar(64) NOT NULL, argument mediumblob NOT NULL',
    () => [],
  ),
  table(
    'slow_log',
    'start_time timestamp(6) NOT NULL, user_host mediumtext NOT NULL, query_time time(6) NOT NULL, lock_time time(6) NOT NULL, ' +
      'rows_sent int NOT NULL, rows_examined int NOT NULL, db varchar(512) NOT NULL, last_insert_id int NOT NULL, ' +
      'insert_id int NOT NULL, server_id int unsigned NOT NULL, sql_text mediumblob NOT NULL, thread_id bigint unsigned NOT NULL',
    () => [],
  ),
  table(
    'proc',
    "db char(64) NOT NULL, name char(64) NOT NULL, type enum('FUNCTION','PROCEDURE') NOT NULL, specific_name char(64) NOT NULL, " +
      'language char(3) NOT NULL, sql_data_access varchar(20) NOT NULL, is_deterministic varchar(3) NOT NULL, security_type varchar(7) NOT NULL, ' +
      'param_list blob NOT NULL, returns longblob NOT NULL, body longblob NOT NULL, definer char(93) NOT NULL, created timestamp NOT NULL, ' +
      'modified timestamp NOT NULL, sql_mode text NOT NULL, comment text NOT NULL, character_set_client char(32), ' +
      'collation_connection char(32), db_collation char(32), body_utf8 longblob',
    () => [],
  ),
];

function table(name: string, columns: string, rows: SystemTable['rows']): SystemTable {
  return { schema: 'mysql', name, columns, rows };
}

function userRow(account: AccountFacts): SystemRow {
  const everywhere = new Set(
    account.grants
      .filter((grant) => grant.database === undefined)
      .map((grant) => `${grant.privilege.toLowerCase()}_priv`),
  );
  const may = (name: string): 'Y' | 'N' =>
    account.isAdministrator || everywhere.has(name.toLowerCase()) ? 'Y' : 'N';
  return {
    Host: '%',
    User: account.user,
    ...Object.fromEntries(userPrivileges.map((name) => [name, may(name)])),
    ssl_type: account.requiresTls ? 'ANY' : '',
    ssl_cipher: '',
    x509_issuer: '',
    x509_subject: '',
    max_questions: account.perHour.questions,
    max_updates: account.perHour.updates,
    max_connections: account.perHour.connections,
    max_user_connections: account.connectionsMax,
    plugin: account.plugin,
    authentication_string: '',
    password_expired: 'N',
    account_locked: account.isLocked ? 'Y' : 'N',
    Create_role_priv: 'N',
    Drop_role_priv: 'N',
  };
}
