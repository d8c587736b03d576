import type { HourlyUse } from '../auth/hourly-use.ts';
import { SqlError } from '../base/sql-error.ts';
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import type { Viewer } from '../dispatch/services.ts';
import { describeError } from '../dispatch/sql-error.ts';
import { redactStatement } from '../sql/redact.ts';
import type { Authenticator } from '../wire/authenticator.ts';
import type { CommandHandler, ErrorDescription, Handler, Login } from '../wire/handler.ts';
import type { ConnectionInfo } from '../wire/connection-info.ts';
import type { LoginState } from './login-state.ts';
import { Session } from './session.ts';
import type { AccountOf } from './upstreams.ts';

export type SessionsParts = Readonly<{
  authenticator: Authenticator;
  dispatcher: Dispatcher;
  serverVersion: string;
  /** A login without its database. */
  openState: (login: Login) => LoginState;
  accountOf: AccountOf;
  /** A connection of any kind, also one that is still logging in. */
  connections: () => readonly ConnectionInfo[];
  kill: (connectionId: number) => boolean;
  interrupt: (connectionId: number) => boolean;
  asked: (text: string) => void;
  /** A login has succeeded. */
  entered: () => void;
  hourlyUse: HourlyUse;
  statistics: () => string;
}>;

/** One row of SHOW PROCESSLIST. */
export type Process = Readonly<ConnectionInfo & { database: string | undefined; sql: string | undefined }>;

/** All logins of the server: the wire's Handler. */
export class Sessions implements Handler {
  readonly authenticator: Authenticator;
  readonly serverVersion: string;
  readonly #parts: SessionsParts;
  readonly #sessions = new Map<number, Session>();

  constructor(parts: SessionsParts) {
    this.#parts = parts;
    this.authenticator = parts.authenticator;
    this.serverVersion = parts.serverVersion;
  }

  /** A login that names a database begins in it; a missing one refuses the login, as MySQL does. */
  async open(login: Login, signal: AbortSignal): Promise<CommandHandler> {
    const session = new Session(this.#parts.openState({ ...login, database: undefined }), {
      dispatcher: this.#parts.dispatcher,
      openState: async (next) => this.#parts.openState(next),
      accountOf: this.#parts.accountOf,
      asked: this.#parts.asked,
      hourlyUse: this.#parts.hourlyUse,
      statistics: this.#parts.statistics,
      killConnection: (connectionId, by) =>
        this.kill(connectionId, { user: by.user, mayOperate: by.access.mayOperate }),
      onClose: () => this.#sessions.delete(login.connectionId),
    });
    try {
      await session.begin(login.database === '' ? undefined : login.database, signal);
    } catch (error) {
      await session.close();
      throw error;
    }
    this.#sessions.set(login.connectionId, session);
    this.#parts.entered();
    return session;
  }

  describeError(error: unknown): ErrorDescription {
    return describeError(error);
  }

  /** Connections that a login may see, statements without their secrets. */
  processes({ user, mayOperate }: Viewer): readonly Process[] {
    return this.#parts
      .connections()
      .filter((connection) => mayOperate || connection.user === user)
      .map((connection) => this.#process(connection));
  }

  /** Ends a connection of the same user, or any with OPERATE. */
  kill(connectionId: number, by: Viewer): void {
    if (!this.#mayTouch(connectionId, by) || !this.#parts.kill(connectionId))
      throw unknownThread(connectionId);
  }

  /** Ends the statement of a connection; the connection goes on. */
  interrupt(connectionId: number, by: Viewer): void {
    const isDone = this.#mayTouch(connectionId, by) && this.#parts.interrupt(connectionId);
    if (!isDone) throw unknownThread(connectionId);
  }

  #mayTouch(connectionId: number, by: Viewer): boolean {
    return this.processes(by).some((process) => process.connectionId === connectionId);
  }

  #process(connection: ConnectionInfo): Process {
    const session = this.#sessions.get(connection.connectionId);
    const sql = session?.sql;
    return {
      ...connection,
      database: session?.state.database,
      sql: sql === undefined ? undefined : redactStatement(sql),
    };
  }
}

function unknownThread(connectionId: number): SqlError {
  return new SqlError('unknown_thread', `Unknown thread id: ${connectionId}`);
}
