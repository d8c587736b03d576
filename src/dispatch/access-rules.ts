import type { SystemPrivilege } from '../auth/privileges.ts';
import type { StatementClass } from '../sql/classifier.ts';
import type { ShowForm } from '../sql/show-forms.ts';
import type { Statement } from '../sql/statement.ts';
import type { Access } from './access.ts';

/**
 * Who may run a kind of statement. Behind `objects` the privileges on what it names are asked for where the names are
 * resolved: by the engine as it translates, by SHOW as it looks a name up. `own` limits it to what belongs to the
 * login, and `parts` leaves it to the statements inside of it. Every kind has a rule: the compiler asks for it.
 */
export type AccessRule =
  'everybody' | 'objects' | 'own' | 'parts' | 'nobody' | Readonly<{ system: SystemPrivilege }>;

const repository: AccessRule = { system: 'REPOSITORY' };
const operate: AccessRule = { system: 'OPERATE' };
const administrators: AccessRule = { system: 'ADMIN' };

/** By the classifier's word; of `dialect` and `show` by the tables below. */
export const classRules: Readonly<Record<Exclude<StatementClass, 'dialect' | 'show'>, AccessRule>> = {
  set: 'parts',
  use: 'objects',
  describe: 'objects',
  explain: 'objects',
  select: 'objects',
  dml: 'objects',
  ddl: 'objects',
  maintenance: 'objects',
  transaction: 'own',
  account: 'own',
  prepare: 'parts',
  kill: 'own',
  flush: 'everybody',
  reset: operate,
  resource_group: operate,
  load: 'nobody',
  call: 'nobody',
  do: 'objects',
  help: 'everybody',
  comment_only: 'everybody',
  unknown: 'nobody',
};

/** Of the backup dialect and its administration. */
export const dialectRules: Readonly<Record<Statement['kind'], AccessRule>> = {
  create_repository: repository,
  alter_repository: repository,
  drop_repository: repository,
  check_repository: repository,
  clean_repository: repository,
  show_repositories: 'everybody',
  show_create_repository: repository,
  show_broker: repository,
  show_frontends: operate,
  backup: repository,
  restore: repository,
  backup_global: repository,
  restore_global: repository,
  explain_restore: repository,
  verify_snapshot: repository,
  drop_snapshot: repository,
  show_snapshot: repository,
  show_backup: repository,
  show_restore: repository,
  cancel: repository,
  create_catalog: { system: 'CREATE EXTERNAL CATALOG' },
  alter_catalog: 'objects',
  drop_catalog: 'objects',
  show_catalogs: 'objects',
  show_create_catalog: 'objects',
  set_catalog: 'objects',
  admin_show_config: operate,
  admin_set_config: operate,
  backup_metadata: administrators,
  restore_metadata: administrators,
  rollback_metadata: administrators,
  verify_metadata: administrators,
  list_metadata: administrators,
  cat_metadata: administrators,
  show_metadata: administrators,
  set_maintenance: administrators,
  cancel_metadata: administrators,
  create_metadata_store: administrators,
  drop_metadata_store: administrators,
};

/** Of SHOW. What never exists here is everybody's: there is nothing to see. */
export const showRules: Readonly<Record<ShowForm, AccessRule>> = {
  databases: 'objects',
  tables: 'objects',
  table_status: 'objects',
  open_tables: 'everybody',
  columns: 'objects',
  index: 'objects',
  triggers: 'everybody',
  events: 'everybody',
  partitions: 'objects',
  temporary_partitions: 'objects',
  dynamic_partition_tables: 'objects',
  tablets: 'everybody',
  materialized_views: 'objects',
  alter_materialized_view: 'objects',
  functions: 'objects',
  create_table: 'objects',
  create_view: 'objects',
  create_materialized_view: 'objects',
  create_database: 'objects',
  create_procedure: 'everybody',
  create_function: 'objects',
  create_trigger: 'everybody',
  create_event: 'everybody',
  create_user: 'own',
  variables: 'everybody',
  status: 'everybody',
  collation: 'everybody',
  character_set: 'everybody',
  engines: 'everybody',
  engine_status: 'everybody',
  plugins: 'everybody',
  privileges: 'everybody',
  grants: 'own',
  procedure_status: 'everybody',
  function_status: 'objects',
  processlist: 'own',
  warnings: 'own',
  errors: 'own',
  count_warnings: 'own',
  count_errors: 'own',
  binary_log_status: 'everybody',
  binary_logs: 'everybody',
  replica_status: 'everybody',
  replicas: 'everybody',
  profiles: 'own',
  profile: 'own',
  relaylog_events: 'everybody',
  binlog_events: 'everybody',
  frontends: 'everybody',
  backends: 'everybody',
  compute_nodes: 'everybody',
  data: 'everybody',
  users: { system: 'GRANT' },
  roles: { system: 'GRANT' },
};

/** Asks for the privilege on SYSTEM that the rule wants. Throws SqlError: 5203 of backup statements, else 1227. */
export function enforce(rule: AccessRule, access: Access): void {
  if (typeof rule === 'string') return;
  if (rule.system === 'REPOSITORY') access.requireRepository();
  else access.requireSystem(rule.system);
}
