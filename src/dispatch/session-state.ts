import type { Cell } from '../base/rows.ts';
import type { SessionVariables } from '../catalog/session-variables.ts';
import type { ActiveRoles } from '../auth/roles.ts';
import type { QueryContext, QuerySession, Warning } from '../source/query.ts';
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
  /** The connection's TLS, by OpenSSL's names; undefined without TLS. */
  readonly cipher: Readonly<{ name: string; protocol: string }> | undefined;
  /** The catalog of SET CATALOG; names without one belong to it. */
  catalog: string;
  database: string | undefined;
  /** False after a statement that the server of an external catalog has answered: SHOW WARNINGS is its, too. */
  readonly isAnsweredHere: boolean;
  readonly variables: SessionVariables;
  readonly userVariables: Map<string, Cell>;
  /** The diagnostics area that SHOW WARNINGS reads: of the last statement that was not SHOW WARNINGS. */
  readonly warnings: readonly Warning[];
  /** Statements of PREPARE … FROM by lower-case name. */
  readonly textPrepared: Map<string, TextPrepared>;
  /** The engine's side of this login. */
  readonly engine: EngineSession;
  /** What the engine may read of this session. */
  readonly context: QueryContext;
}

/** A statement of PREPARE, and how many values its EXECUTE takes. */
export type TextPrepared = Readonly<{ text: string; parameterCount: number }>;

/** A login's conversation with the embedded engine, with its explicit transactions. */
export type EngineSession = QuerySession & TransactionControl;

/** Throws SqlError for a name that is none, and where the engine cannot go back. */
export interface TransactionSavepoints {
  set(name: string): void;
  rollBackTo(name: string): void;
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
}
