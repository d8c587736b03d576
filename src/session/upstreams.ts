import { ServerError } from '../base/server-error.ts';
import type { UpstreamAccount } from '../upstream/account.ts';
import { UpstreamConnection } from '../upstream/connection.ts';
import type { ServerStatus } from '../wire/handler.ts';
import { carryingStatements } from './carried-variables.ts';
import type { LoginState } from './login-state.ts';

/** The account of a catalog's server, as it is now: another object when the catalog was altered. Throws SqlError. */
export type AccountOf = (catalog: string) => UpstreamAccount;

type Open = Readonly<{ connection: UpstreamConnection; account: UpstreamAccount }>;

/** One session's connections to the servers of external catalogs: at most one each, opened when first needed. */
export class Upstreams implements AsyncDisposable {
  readonly #accountOf: AccountOf;
  readonly #open = new Map<string, Open>();

  constructor(accountOf: AccountOf) {
    this.#accountOf = accountOf;
  }

  /**
   * The connection to a catalog's server, with the session's variables and, in the session's own catalog, its
   * database. One that broke since it was last used is an error once: what it held is lost, and whoever uses it must
   * hear of that. The next call opens another.
   */
  async connect(catalog: string, state: LoginState, signal: AbortSignal): Promise<UpstreamConnection> {
    const account = this.#accountOf(catalog);
    const known = this.#open.get(catalog);
    if (known?.account === account) {
      if (known.connection.isLost) this.#open.delete(catalog);
      return known.connection;
    }
    if (known !== undefined) await this.#close(catalog, known);
    const { login } = state;
    const wishes = { capabilities: login.capabilities ?? 0, collation: login.collation };
    const connection = await UpstreamConnection.open(account, wishes, signal);
    try {
      await prepare(connection, catalog, state, signal);
    } catch (error) {
      await connection[Symbol.asyncDispose]();
      throw error;
    }
    this.#open.set(catalog, { connection, account });
    return connection;
  }

  /** Forgets a connection that failed while it was used: its error has been told. */
  forget(catalog: string, connection: UpstreamConnection): void {
    if (this.#open.get(catalog)?.connection === connection) this.#open.delete(catalog);
  }

  /** Undefined while there is no connection. */
  status(catalog: string): ServerStatus | undefined {
    return this.#open.get(catalog)?.connection.status();
  }

  has(catalog: string): boolean {
    return this.#open.has(catalog);
  }

  /** COM_RESET_CONNECTION for all. A connection that cannot be reset is closed, which comes to the same. */
  async reset(signal: AbortSignal): Promise<void> {
    for (const [catalog, open] of this.#open) {
      try {
        await open.connection.reset(signal);
      } catch (error) {
        if (signal.aborted) throw error;
        await this.#close(catalog, open);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#open].map(async ([catalog, open]) => this.#close(catalog, open)));
  }

  async #close(catalog: string, { connection }: Open): Promise<void> {
    this.#open.delete(catalog);
    await connection[Symbol.asyncDispose]();
  }
}

async function prepare(
  connection: UpstreamConnection,
  catalog: string,
  state: LoginState,
  signal: AbortSignal,
): Promise<void> {
  for (const statement of carryingStatements(state.variables)) await connection.run(statement, signal);
  if (state.catalog !== catalog || state.database === undefined) return;
  try {
    await connection.useDatabase(state.database, signal);
  } catch (error) {
    // It was dropped meanwhile: this statement hears of it, the next begins without one.
    if (error instanceof ServerError) state.database = undefined;
    throw error;
  }
}
