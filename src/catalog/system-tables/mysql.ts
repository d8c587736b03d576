import { timeText } from '../../base/time-text.ts';
import { visibleAccounts } from './privileges.ts';
import type { AccountFacts, SystemReader, SystemRow, SystemTable } from './system-table.ts';

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

/** In the order of MySQL's SET. */
const tableWords = [
  'Select',
  'Insert',
  'Update',
  'Delete',
  'Create',
  'Drop',
  'Grant',
  'Alter',
  'Create View',
];

const flag = "enum('N','Y') NOT NULL";

/**
 * What MySQL has for accounts that nobody can log in to: no verifier is shown, and tools that look for accounts without
 * a password find none where there is one.
 */
const noVerifier = '$A$005$THISISACOMBINATIONOFINVALIDSALTANDPASSWORDTHATMUSTNEVERBRBEUSED';

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
    (reader) =>
      grantedOn(reader, ({ table: name }) => name === undefined).map((granted) => databaseRow(granted)),
  ),
  table(
    'tables_priv',
    'Host char(255) NOT NULL, Db char(64) NOT NULL, User char(32) NOT NULL, Table_name char(64) NOT NULL, Grantor varchar(288) NOT NULL, ' +
      'Timestamp timestamp NOT NULL, ' +
      "Table_priv set('Select','Insert','Update','Delete','Create','Drop','Grant','References','Index','Alter','Create View','Show view','Trigger') NOT NULL, " +
      "Column_priv set('Select','Insert','Update','References') NOT NULL",
    (reader) =>
      grantedOn(reader, ({ table: name }) => name !== undefined).map((granted) => tableRow(granted)),
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

type Grant = AccountFacts['grants'][number];

/** What one account was granted on one database, or on one table of it. */
type Granted = Readonly<{ user: string; database: string; table: string; grants: readonly Grant[] }>;

function grantedOn(reader: SystemReader, isMeant: (grant: Grant) => boolean): readonly Granted[] {
  return visibleAccounts(reader).flatMap(({ user, grants }) => {
    const meant = grants.filter(
      (grant) => grant.database !== undefined && isMeant(grant) && Object.hasOwn(mysqlWords, grant.privilege),
    );
    const places = Map.groupBy(meant, ({ database, table: name }) => `${database}\0${name ?? ''}`);
    return [...places.values()].map((own) => ({
      user,
      database: own[0]?.database ?? '',
      table: own[0]?.table ?? '',
      grants: own,
    }));
  });
}

/** MySQL's words for those of StarRocks' privileges that it has, too. */
const mysqlWords: Readonly<Record<string, string>> = {
  SELECT: 'Select',
  INSERT: 'Insert',
  UPDATE: 'Update',
  DELETE: 'Delete',
  'CREATE TABLE': 'Create',
  DROP: 'Drop',
  ALTER: 'Alter',
  'CREATE VIEW': 'Create View',
  'CREATE FUNCTION': 'Create routine',
};

function wordsOf({ grants }: Granted): ReadonlySet<string> {
  const words = grants.map(({ privilege }) => mysqlWords[privilege]).filter((word) => word !== undefined);
  return new Set(grants.some(({ isGrantable }) => isGrantable) ? [...words, 'Grant'] : words);
}

function databaseRow(granted: Granted): SystemRow {
  const names = new Set([...wordsOf(granted)].map((word) => `${word.toLowerCase().replace(' ', '_')}_priv`));
  const flags = databasePrivileges.map((name) => [name, names.has(name.toLowerCase()) ? 'Y' : 'N']);
  return { Host: '%', Db: granted.database, User: granted.user, ...Object.fromEntries(flags) };
}

function tableRow(granted: Granted): SystemRow {
  const words = wordsOf(granted);
  return {
    Host: '%',
    Db: granted.database,
    User: granted.user,
    Table_name: granted.table,
    Grantor: '',
    Timestamp: timeText(0),
    Table_priv: tableWords.filter((word) => words.has(word)).join(','),
    Column_priv: '',
  };
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
    authentication_string: account.hasPassword ? noVerifier : '',
    password_expired: 'N',
    account_locked: account.isLocked ? 'Y' : 'N',
    Create_role_priv: 'N',
    Drop_role_priv: 'N',
  };
}
