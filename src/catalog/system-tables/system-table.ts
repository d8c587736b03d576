import type { Cell } from '../../base/rows.ts';
import type { QueryContext } from '../../source/query.ts';
import type { TableDefinition } from '../../sql/ddl/definition.ts';
import type { GlobalVariables } from '../session-variables.ts';
import type { CatalogView } from '../view.ts';

/** A table of information_schema, performance_schema, mysql or sys: its columns, and what they hold right now. */
export type SystemTable = Readonly<{
  schema: 'information_schema' | 'performance_schema' | 'mysql' | 'sys';
  name: string;
  /** The column list as in CREATE TABLE: MySQL's names, types and order. */
  columns: string;
  rows: (reader: SystemReader) => Iterable<SystemRow> | Promise<Iterable<SystemRow>>;
  /** Those before them that are the same for everybody while the server runs. */
  fixedRows?: (systemTables: SystemReader['systemTables']) => readonly SystemRow[];
}>;

/** Values by column name; a column left out is NULL. */
export type SystemRow = Readonly<Record<string, Cell>>;

/** The tables on jobs and snapshots. */
export type JobTable = 'backup_jobs' | 'restore_jobs' | 'snapshots' | 'repositories' | 'job_events';

/** What the rows are made of. */
export type SystemSources = Readonly<{
  view: CatalogView;
  variables: GlobalVariables;
  /** Counters for SHOW STATUS. */
  statusCounters: () => ReadonlyMap<string, string>;
  /** The connections that a login may see, as SHOW PROCESSLIST lists them: Id, User, Host, db, Command, Time, State, Info. */
  processes: (by: Readonly<{ user: string; mayOperate: boolean }>) => readonly (readonly Cell[])[];
  accounts: () => readonly AccountFacts[];
  /** Holdfast's own jobs and snapshots, as the login of the context may see them. */
  jobRows: (table: JobTable, context: QueryContext, signal: AbortSignal) => Promise<readonly SystemRow[]>;
}>;

export type AccountFacts = Readonly<{
  user: string;
  plugin: string;
  isAdministrator: boolean;
  /** Privileges on everything have neither database nor table. */
  grants: readonly Readonly<{ privilege: string; isGrantable: boolean; database?: string; table?: string }>[];
  hasPassword: boolean;
  requiresTls: boolean;
  isLocked: boolean;
  /** 0 means the server's own limit. */
  connectionsMax: number;
  /** 0 means without limit. */
  perHour: Readonly<{ questions: number; updates: number; connections: number }>;
  roles: readonly string[];
  /** Those of the roles that it may give to others. */
  adminRoles: readonly string[];
  defaultRoles: readonly string[];
}>;

/** The sources as one statement of one login sees them. */
export type SystemReader = SystemSources &
  Readonly<{
    context: QueryContext;
    /** Whether the login may know of a database, or of a table in it. */
    isVisible: (database: string, table?: string) => boolean;
    signal: AbortSignal;
    /** The system tables themselves, which TABLES and COLUMNS list too. */
    systemTables: readonly Readonly<{ schema: string; definition: TableDefinition }>[];
  }>;

/** MySQL's one catalog. */
export const catalogName = 'def';

/** Who asks for connections. */
export function viewerOf({ user, access }: QueryContext): Readonly<{ user: string; mayOperate: boolean }> {
  return { user, mayOperate: access?.mayOperate ?? true };
}
