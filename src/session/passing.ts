import { assert } from '../base/assert.ts';
import type { Elsewhere } from '../dispatch/elsewhere.ts';
import { answerForm, type Passed, type UpstreamConnection } from '../upstream/connection.ts';
import { commandPacket } from '../upstream/packets.ts';
import type { Relay, RelayableCommand, ServerStatus } from '../wire/handler.ts';
import { refuseAmbiguous } from './ambiguous-text.ts';
import type { LoginState } from './login-state.ts';
import type { PreparedStatements } from './prepared-statements.ts';
import { rememberSet } from './remember-set.ts';
import { UpstreamStatements } from './upstream-statements.ts';
import { type AccountOf, Upstreams } from './upstreams.ts';

const commandCode = { INIT_DB: 2, QUERY: 3, STMT_PREPARE: 22 } as const;
/** In the packets of a prepared statement its number follows the command byte. */
const statementIdAt = 1;

type StatementCommand = Extract<RelayableCommand, { statementId: number }>;

export type PassingParts = Readonly<{
  accountOf: AccountOf;
  /** Gives numbers to prepared statements: those of other servers and our own are of one series. */
  prepared: PreparedStatements;
}>;

/** What one session has other servers answer. */
export class Passing implements AsyncDisposable {
  readonly #parts: PassingParts;
  readonly #upstreams: Upstreams;
  readonly #statements = new UpstreamStatements();

  constructor(parts: PassingParts) {
    this.#parts = parts;
    this.#upstreams = new Upstreams(parts.accountOf);
  }

  /** Of the session's catalog, while it is another server's and connected. */
  status(catalog: string): ServerStatus | undefined {
    return this.#upstreams.status(catalog);
  }

  /** One statement. `bytes` as the client sent it, if it goes on unchanged. False when its error ended the answer. */
  async statement(
    there: Elsewhere,
    options: Readonly<{ payload: Buffer | undefined; more: boolean; multiStatements: boolean }>,
    state: LoginState,
    relay: Relay,
    signal: AbortSignal,
  ): Promise<boolean> {
    const connection = await this.#connect(there.catalog, state, signal);
    await connection.setMultiStatements(options.multiStatements, signal);
    if (options.payload === undefined) refuseAmbiguous(there.text, state);
    const payload = options.payload ?? commandPacket(commandCode.QUERY, there.text);
    const { error } = await this.#pass(connection, there.catalog, async () =>
      connection.pass(payload, { form: 'results', more: options.more }, relay, signal),
    );
    if (error !== undefined) return false;
    await remember(there, state);
    return true;
  }

  /** COM_INIT_DB. */
  async useDatabase(there: Elsewhere, state: LoginState, relay: Relay, signal: AbortSignal): Promise<void> {
    assert(there.effect.kind === 'use', 'a database is named');
    const connection = await this.#connect(there.catalog, state, signal);
    const payload = commandPacket(commandCode.INIT_DB, there.effect.database);
    const { error } = await this.#pass(connection, there.catalog, async () =>
      connection.pass(payload, { form: 'single', more: false }, relay, signal),
    );
    if (error === undefined) await remember(there, state);
  }

  /** COM_STMT_PREPARE. */
  async prepare(there: Elsewhere, state: LoginState, relay: Relay, signal: AbortSignal): Promise<void> {
    this.#statements.checkRoom();
    const connection = await this.#connect(there.catalog, state, signal);
    const localId = this.#parts.prepared.takeId();
    const payload = commandPacket(commandCode.STMT_PREPARE, there.text);
    const { error, statementId } = await this.#pass(connection, there.catalog, async () =>
      connection.pass(payload, { form: 'prepare', more: false, statementId: localId }, relay, signal),
    );
    if (error !== undefined || statementId === undefined) return;
    this.#statements.add(localId, { catalog: there.catalog, connection, statementId });
  }

  /** Commands of a prepared statement. False for one that is not another server's. */
  async ofStatement(command: StatementCommand, relay: Relay, signal: AbortSignal): Promise<boolean> {
    const statement = this.#statements.find(command.statementId);
    if (statement === undefined) return false;
    const { connection, catalog } = statement;
    command.payload.writeUInt32LE(statement.statementId, statementIdAt);
    switch (command.kind) {
      case 'close_statement':
        this.#statements.delete(command.statementId);
        connection.send(command.payload);
        return true;
      case 'send_long_data':
        connection.send(command.payload);
        return true;
      default: {
        const form = answerForm(command.kind);
        await this.#pass(connection, catalog, async () =>
          connection.pass(command.payload, { form, more: false }, relay, signal),
        );
        return true;
      }
    }
  }

  /** A command as it came, to the server of the session's catalog. */
  async asItCame(
    command: Extract<RelayableCommand, { kind: 'statistics' | 'field_list' }>,
    state: LoginState,
    relay: Relay,
    signal: AbortSignal,
  ): Promise<void> {
    const connection = await this.#connect(state.catalog, state, signal);
    const form = answerForm(command.kind);
    await this.#pass(connection, state.catalog, async () =>
      connection.pass(command.payload, { form, more: false }, relay, signal),
    );
  }

  /** The database of a login that begins in an external catalog. Throws what that server answers. */
  async begin(state: LoginState, signal: AbortSignal): Promise<void> {
    await this.#connect(state.catalog, state, signal);
  }

  async reset(signal: AbortSignal): Promise<void> {
    this.#statements.clear();
    await this.#upstreams.reset(signal);
  }

  /** Another login begins on connections of its own. */
  async reopen(): Promise<void> {
    await this[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#statements.clear();
    await this.#upstreams[Symbol.asyncDispose]();
  }

  async #connect(catalog: string, state: LoginState, signal: AbortSignal): Promise<UpstreamConnection> {
    return this.#upstreams.connect(catalog, state, signal);
  }

  /** A connection that breaks takes its prepared statements with it. */
  async #pass(connection: UpstreamConnection, catalog: string, work: () => Promise<Passed>): Promise<Passed> {
    try {
      return await work();
    } finally {
      if (connection.isLost) {
        this.#upstreams.forget(catalog, connection);
        this.#statements.forget(connection);
      }
    }
  }
}

async function remember({ effect, catalog, text }: Elsewhere, state: LoginState): Promise<void> {
  switch (effect.kind) {
    case 'none':
      return;
    case 'set':
      return rememberSet(text, state);
    case 'use':
      state.catalog = catalog;
      state.database = effect.database;
      return;
  }
}
