import type { Cell, ResultSet, RowBatch, UserVariable } from '../base/rows.ts';
import type { Clock } from '../base/clock.ts';
import { type GlobalVariables, SessionVariables } from '../catalog/session-variables.ts';
import type { ActiveRoles } from '../auth/roles.ts';
import type { AccessControl } from '../dispatch/access-control.ts';
import type { Access } from '../dispatch/access.ts';
import type { Answer } from '../dispatch/answer.ts';
import type { EngineSession, SessionLocks, SessionState, TextPrepared } from '../dispatch/session-state.ts';
import type { QueryContext, Warnings } from '../source/query.ts';
import { warningCount } from '../source/warnings.ts';
import { collations } from '../sql/ddl/character-sets.ts';
import { capability, has } from '../wire/capabilities.ts';
import type { Login, Timeouts } from '../wire/handler.ts';

/** Longer timers of Node fire at once; 24 days of silence are as good as a year. */
const timerMsMax = 2 ** 31 - 1;

export type LoginStateParts = Readonly<{
  login: Login;
  catalog: string;
  engine: EngineSession;
  /** The server's: the session's own begin as they are. */
  variables: GlobalVariables;
  access: Pick<AccessControl, 'of' | 'activeRoles'>;
  /** Given up when the login ends. */
  locks: SessionLocks;
  clock: Clock;
}>;

/** A session's memory: current names, variables, the last statement's counts and warnings. */
export class LoginState implements SessionState {
  catalog: string;
  database: string | undefined;
  isAnsweredHere = true;
  activeRoles: ActiveRoles = 'DEFAULT';
  warnings: Warnings = [];
  /** Of the command that runs. */
  queryAttributes: ReadonlyMap<string, Cell> = new Map();
  readonly userVariables: Map<string, UserVariable> = new Map();
  readonly textPrepared: Map<string, TextPrepared> = new Map();
  readonly context: QueryContext;
  readonly variables: SessionVariables;
  readonly #parts: LoginStateParts;
  #lastInsertId = 0n;
  #rowCount = -1n;
  #foundRows = 0n;

  constructor(parts: LoginStateParts) {
    this.#parts = parts;
    this.catalog = parts.catalog;
    this.database = parts.login.database;
    this.variables = new SessionVariables(parts.variables, {
      connectionId: parts.login.connectionId,
      lastInsertId: () => this.#lastInsertId,
      warningCount: () => warningCount(this.warnings),
      errorCount: () => this.warnings.filter(({ level }) => level === 'Error').length,
      now: () => this.now(),
      isInteractive: has(parts.login.capabilities ?? 0, capability.INTERACTIVE),
      ...collationOf(parts.login),
    });
    this.context = this.#queryContext();
  }

  get connectionId(): number {
    return this.#parts.login.connectionId;
  }

  get user(): string {
    return this.#parts.login.user;
  }

  get address(): string {
    return this.#parts.login.address;
  }

  get access(): Access {
    return this.#parts.access.of(this.login, this.activeRoles);
  }

  timeouts(): Timeouts {
    return {
      waitTimeoutMs: this.#timeoutMs('wait_timeout'),
      readStallTimeoutMs: this.#timeoutMs('net_read_timeout'),
      writeTimeoutMs: this.#timeoutMs('net_write_timeout'),
    };
  }

  get login(): Login {
    return this.#parts.login;
  }

  get engine(): EngineSession {
    return this.#parts.engine;
  }

  get locks(): SessionLocks {
    return this.#parts.locks;
  }

  get autocommit(): boolean {
    return this.variables.isOn('autocommit');
  }

  now(): number {
    return this.#parts.clock.now();
  }

  /** Takes over what a finished statement leaves: LAST_INSERT_ID(), ROW_COUNT(), warnings. */
  remember(answer: Answer): void {
    this.warnings = answer.warnings;
    if (answer.kind === 'rows') {
      this.#rowCount = -1n;
      return;
    }
    this.#rowCount = answer.affectedRows;
    if (answer.lastInsertId !== 0n) this.#lastInsertId = answer.lastInsertId;
  }

  forgetRowCount(): void {
    this.#rowCount = -1n;
  }

  /** The answer's rows, counted for FOUND_ROWS() as they pass; `foundRows` is known when the engine counted them. */
  counted(result: ResultSet, foundRows: bigint | undefined): ResultSet {
    return { columns: result.columns, batches: this.#count(result.batches, foundRows) };
  }

  /** As after login: transaction rolled back, temporary tables gone, locks given up, variables and names forgotten. */
  async reset(): Promise<void> {
    await this.engine.reset();
    this.locks.releaseAll();
    this.activeRoles = 'DEFAULT';
    this.variables.reset();
    this.userVariables.clear();
    this.textPrepared.clear();
    this.warnings = [];
    this.#lastInsertId = 0n;
    this.#rowCount = -1n;
    this.#foundRows = 0n;
  }

  async close(): Promise<void> {
    this.locks.releaseAll();
    await this.engine[Symbol.asyncDispose]();
  }

  async *#count(batches: AsyncIterable<RowBatch>, foundRows: bigint | undefined): AsyncGenerator<RowBatch> {
    let rows = 0;
    for await (const batch of batches) {
      rows += batch.rowCount;
      yield batch;
    }
    this.#foundRows = foundRows ?? BigInt(rows);
  }

  #timeoutMs(name: string): number {
    return Math.min(Number(this.variables.get(name)) * 1_000, timerMsMax);
  }

  #queryContext(): QueryContext {
    // oxlint-disable-next-line typescript/no-this-alias -- getters of the literal need the outer object
    const state = this;
    return {
      get connectionId() {
        return state.connectionId;
      },
      get user() {
        return `${state.user}@${state.address}`;
      },
      get database() {
        return state.database;
      },
      get access() {
        const { access } = state;
        return access.isAdministrator ? undefined : access;
      },
      get activeRoles() {
        return state.#parts.access.activeRoles(state.user, state.activeRoles);
      },
      get lastInsertId() {
        return state.#lastInsertId;
      },
      setLastInsertId: (value) => void (state.#lastInsertId = value),
      get rowCount() {
        return state.#rowCount;
      },
      get foundRows() {
        return state.#foundRows;
      },
      countsMatchedRows: state.login.foundRows,
      get connectionStatus() {
        return connectionStatus(state.login);
      },
      variable: (name) => state.variables.get(name),
      queryAttribute: (name) => state.queryAttributes.get(name),
      userVariable: (name) => state.userVariables.get(name.toLowerCase()),
      setUserVariable: (name, value) => void state.userVariables.set(name.toLowerCase(), value),
      now: () => state.now(),
    };
  }
}

/**
 * The collation of literals that the client's library named in its handshake. Names of other character sets mean nothing here:
 * all text travels as utf8mb4.
 */
function collationOf({ collation }: Login): Readonly<{ collation?: string }> {
  const found = collations.find(({ id }) => id === collation);
  return found?.characterSet === 'utf8mb4' ? { collation: found.name } : {};
}

function connectionStatus({ cipher, compression }: Login): readonly (readonly [string, string])[] {
  return [
    ['Ssl_cipher', cipher?.name ?? ''],
    ['Ssl_version', cipher?.protocol ?? ''],
    ['Compression', compression === undefined ? 'OFF' : 'ON'],
    ['Compression_algorithm', compression?.algorithm ?? ''],
    ['Compression_level', String(compression?.level ?? 0)],
  ];
}
