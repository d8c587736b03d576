import type { UserVariable } from '../base/rows.ts';
import type { ObjectFacts } from '../catalog/view.ts';
import type { SessionVariables } from '../catalog/session-variables.ts';
import type { ActiveRoles } from '../auth/roles.ts';
import type { QueryContext, QuerySession, Warnings } from '../source/query.ts';
import type { Access } from './access.ts';

/**
 * What one login remembers, as far as statements read and change it. Implemented by `session/`; statements of one
 * login run one after another, so nothing here is locked.
 */
export interface SessionState {
  readonly connectionId: number;
  readonly user: string;
  readonly address: string;
  /** What it may do, by its account and active roles as they are now. */
  readonly access: Access;
  /** The roles of SET ROLE. */
  activeRoles: ActiveRoles;
  /** The catalog of SET CATALOG; names without one belong to it. */
  catalog: string;
  database: string | undefined;
  /** False after a statement that the server of an external catalog has answered: SHOW WARNINGS is its, too. */
  readonly isAnsweredHere: boolean;
  readonly variables: SessionVariables;
  readonly userVariables: Map<string, UserVariable>;
  /** The diagnostics area that SHOW WARNINGS reads: of the last statement that was not SHOW WARNINGS. */
  readonly warnings: Warnings;
  /** Statements of PREPARE … FROM by lower-case name. */
  readonly textPrepared: Map<string, TextPrepared>;
  /** The engine's side of this login. */
  readonly engine: EngineSession;
  readonly locks: SessionLocks;
  /** What the engine may read of this session. */
  readonly context: QueryContext;
}

/** A statement of PREPARE, and how many values its EXECUTE takes. */
export type TextPrepared = Readonly<{ text: string; parameterCount: number }>;

/** How long GET_LOCK waits; without end where `timeoutMs` is absent. */
export type LockWait = Readonly<{ timeoutMs: number | undefined; signal: AbortSignal }>;

/** What one login does with the locks by name that all share. */
export interface SessionLocks {
  /** False when the time is over. Throws SqlError where sessions would wait for each other, and the signal's reason. */
  acquire(name: string, wait: LockWait): Promise<boolean>;
  /** False for another session's, undefined for a lock that nobody holds. */
  release(name: string): boolean | undefined;
  /** How often the locks that were given up had been taken. */
  releaseAll(): number;
  /** The connection that holds a lock. */
  ownerOf(name: string): number | undefined;
}

/** A login's conversation with the embedded engine, with its explicit transactions. */
export type EngineSession = QuerySession & TransactionControl & TemporaryTableControl;

export interface TemporaryTableControl {
  /** The login's own table of the name, which hides every other, with the next value of its AUTO_INCREMENT. */
  temporaryTable(
    database: string,
    name: string,
  ): Readonly<{ object: ObjectFacts; autoIncrement: bigint | undefined }> | undefined;
  /** As after login: an open transaction is rolled back, and temporary tables are gone. */
  reset(): Promise<void>;
}

/** Throws SqlError for a name that is none. */
export interface TransactionSavepoints {
  set(name: string): void;
  release(name: string): void;
}

export interface TransactionControl {
  /** A `readOnly` transaction refuses changes (1792); without a word it takes them. */
  begin(signal: AbortSignal, readOnly?: boolean): Promise<void>;
  /** Whether the open transaction refuses changes. */
  readonly isReadOnly: boolean;
  commit(signal: AbortSignal): Promise<void>;
  /** The open transaction's savepoints. */
  readonly savepoints: TransactionSavepoints;
  /** Undoes the changes of rows since the savepoint, which stays. Throws SqlError for a name that is none. */
  rollBackTo(name: string): Promise<void>;
}
