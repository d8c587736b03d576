import type { Cell, Column, ResultSet, UserVariable } from '../base/rows.ts';
import type { ObjectAccess } from './object-access.ts';

/** What a login's statements may depend on, and change. Owned by the session, read by the engine at each call. */
export interface QueryContext {
  readonly connectionId: number;
  readonly user: string;
  readonly database: string | undefined;
  /** Undefined for those who may do everything: administrators, and the server itself. */
  readonly access: ObjectAccess | undefined;
  /** Names of the roles in use, for CURRENT_ROLE(); absent means none. */
  readonly activeRoles?: readonly string[];
  /** Text or number of a system variable, lower-case name. `undefined` for an unknown one. */
  variable(name: string): Cell | undefined;
  /** What the client sent with the statement under this name; absent where no client is. */
  queryAttribute?(name: string): Cell | undefined;
  userVariable(name: string): UserVariable | undefined;
  setUserVariable(name: string, value: UserVariable): void;
  readonly lastInsertId: bigint;
  /** For LAST_INSERT_ID(expression) of a query; absent where nobody asks for it. */
  setLastInsertId?(value: bigint): void;
  readonly foundRows: bigint;
  readonly rowCount: bigint;
  /**
   * CLIENT_FOUND_ROWS: the affected rows of an UPDATE, and of ON DUPLICATE KEY UPDATE, count rows that were left as they are.
   */
  readonly countsMatchedRows?: boolean;
  /** What SHOW STATUS says of the connection itself, by MySQL's names; absent where no client is. */
  readonly connectionStatus?: readonly (readonly [string, string])[];
  /** The clock of NOW(), ms. */
  now(): number;
}

export type QueryAnswer =
  | Readonly<{
      kind: 'rows';
      result: ResultSet;
      /** Complete when the last row has been read. */
      warnings: Warnings;
      /** What FOUND_ROWS() is afterwards, for SQL_CALC_FOUND_ROWS; else the rows sent count. */
      foundRows?: bigint;
    }>
  | Readonly<{
      kind: 'ok';
      affectedRows: bigint;
      /** What LAST_INSERT_ID() is from now on; 0 leaves it as it is. */
      lastInsertId: bigint;
      /** What the OK packet says, where that is another number: one that a row brought itself. */
      insertId?: bigint;
      info: string;
      warnings: Warnings;
    }>;

export type Warning = Readonly<{ level: 'Note' | 'Warning' | 'Error'; number: number; message: string }>;

/** Those that SHOW WARNINGS shows; `unkept` more were only counted. */
export type Warnings = readonly Warning[] & Readonly<{ unkept?: number }>;

/** A statement's parameters for `?`, in order. */
export type QueryParameters = readonly Cell[];

/**
 * One login's conversation with a database: runs every statement that is not the backup dialect, not SHOW and not
 * session state. Calls come one after another.
 */
export interface QuerySession extends AsyncDisposable {
  readonly inTransaction: boolean;
  /** Runs one statement (no trailing semicolon). Throws SqlError. */
  run(
    sql: string,
    parameters: QueryParameters,
    context: QueryContext,
    signal: AbortSignal,
  ): Promise<QueryAnswer>;
  /** Columns of a statement's result without running it, and the number of its parameters. */
  describe(
    sql: string,
    context: QueryContext,
    signal: AbortSignal,
  ): Promise<Readonly<{ columns: readonly Column[]; parameterCount: number }>>;
  /** Ends an open transaction without keeping it. */
  rollback(): Promise<void>;
}
