import assert from 'node:assert/strict';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createAccount, ensureRoot } from '../../src/auth/accounts.ts';
import { collectRows } from '../../src/base/cells.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { type Cell, textColumn } from '../../src/base/rows.ts';
import { Secret } from '../../src/base/secret.ts';
import { SqlError, type SqlErrorKind } from '../../src/base/sql-error.ts';
import { GlobalVariables } from '../../src/catalog/session-variables.ts';
import { variablesOf } from '../../src/catalog/variables.ts';
import { parseArguments } from '../../src/config/load.ts';
import type { Answer } from '../../src/dispatch/answer.ts';
import { Dispatcher } from '../../src/dispatch/dispatcher.ts';
import type { Connections } from '../../src/dispatch/services.ts';
import { openAdapter } from '../../src/repository/open-adapter.ts';
import { type OpenServices, openServices } from '../../src/services.ts';
import { LoginState } from '../../src/session/login-state.ts';
import { EmbeddedSession } from '../../src/source/duckdb/query-session.ts';
import type { Login } from '../../src/wire/handler.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { written } from '../support/written.ts';

/** What a test's server says of itself where variables ask. */
export const sampleFacts: Parameters<typeof variablesOf>[0] = {
  serverVersion: '8.0.36-test',
  port: 9030,
  hostname: 'test-host',
  dataFolder: '/data',
  serverUuid: 'test-uuid',
  hasTls: true,
  maxAllowedPacket: 1_048_576,
  maxConnections: 100,
  waitTimeoutSeconds: 28_800,
  requireSecureTransport: false,
};

/** A login over TLS that named no database. */
export function sampleLogin(given: Partial<Login> = {}): Login {
  const fixed = { address: '127.0.0.1', port: 50_000, tls: true, collation: 255 };
  const flags = { foundRows: false, multiStatements: true };
  const empty = { database: undefined, attributes: new Map<string, string>() };
  return { connectionId: 1, user: 'root', ...fixed, ...flags, ...empty, ...given };
}

/** More rows than any answer of these tests has. */
const rowsMax = 10_000;

/** The real server behind its socket, in a temporary folder: every part but the wire. */
export class World implements AsyncDisposable {
  readonly services: OpenServices;
  readonly dispatcher: Dispatcher;
  readonly root: LoginState;
  /** KILL statements that came through, as `kill 7 by root`. */
  readonly kills: string[] = [];
  readonly #folder: TemporaryFolder;
  readonly #variables: GlobalVariables = new GlobalVariables(variablesOf(sampleFacts));
  readonly #sessions: LoginState[] = [];

  private constructor(services: OpenServices, folder: TemporaryFolder) {
    this.services = services;
    this.dispatcher = new Dispatcher(services);
    this.#folder = folder;
    this.root = this.session('root');
    services.connect(this.#connections());
  }

  static async open(changes: Partial<Parameters<typeof openServices>[1]> = {}): Promise<World> {
    const folder = await temporaryFolder();
    const command = parseArguments(['serve', '--data', path.join(folder.path, 'data')], {});
    assert.ok(command.kind === 'serve');
    const services = await openServices(command.config, {
      clock: systemClock,
      log: silentLog,
      openAdapter,
      ...changes,
    });
    await ensureRoot(services.metastore, undefined);
    await services.recover();
    return new World(services, folder);
  }

  /** Locations of local repositories of this world. */
  place(name = 'backups'): string {
    return pathToFileURL(path.join(this.#folder.path, name)).href;
  }

  /** A new login; `more` is what its handshake says besides. */
  session(user: string, more: Readonly<{ collation?: number }> = {}): LoginState {
    const connectionId = this.#sessions.length + 1;
    const state = new LoginState({
      login: sampleLogin({ user, connectionId, ...more }),
      catalog: 'default_catalog',
      engine: new EmbeddedSession(this.services.embedded),
      variables: this.#variables,
      access: this.services.access,
      locks: this.services.namedLocks.of(connectionId),
      clock: systemClock,
    });
    this.#sessions.push(state);
    return state;
  }

  /** An account without privileges, logged in. */
  async stranger(user: string): Promise<LoginState> {
    await written(this.services.metastore, createAccount({ user, password: new Secret('long enough 1') }));
    return this.session(user);
  }

  async run(text: string, state: LoginState = this.root, parameters: readonly Cell[] = []): Promise<Answer> {
    const answer = await this.dispatcher.run({ text, parameters }, state, new AbortController().signal);
    state.remember(answer);
    return answer;
  }

  /** The rows of an answer as texts; NULL is null. */
  async rows(text: string, state: LoginState = this.root): Promise<readonly (readonly (string | null)[])[]> {
    const answer = await this.run(text, state);
    assert.ok(answer.kind === 'rows', `no rows: ${text}`);
    const rows = await collectRows(answer.result, rowsMax);
    return rows.map((row) => row.map((cell) => (cell === null ? null : String(cell as string))));
  }

  async names(text: string, state: LoginState = this.root): Promise<readonly string[]> {
    const answer = await this.run(text, state);
    assert.ok(answer.kind === 'rows', `no rows: ${text}`);
    return answer.result.columns.map(({ name }) => name);
  }

  /** The statement must be refused with this kind of error, and a text like this. */
  async refuses(text: string, kind: SqlErrorKind, message: RegExp, state?: LoginState): Promise<void> {
    await assert.rejects(this.run(text, state), (error) => {
      assert.ok(error instanceof SqlError, String(error));
      assert.equal(error.kind, kind, `${text}: ${error.message}`);
      assert.match(error.message, message);
      return true;
    });
  }

  /** Resolves when every job has ended and left nothing behind. */
  async settled(): Promise<void> {
    for (const { id } of this.services.scheduler.list()) {
      await this.services.scheduler.settled(id);
      await this.services.scheduler.cleaned(id);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const state of this.#sessions) await state.close();
    await this.services[Symbol.asyncDispose]();
    await this.#folder[Symbol.asyncDispose]();
  }

  #connections(): Connections {
    return {
      count: () => this.#sessions.length,
      processes: ({ user }) => ({
        columns: ['Id', 'User', 'Host', 'db', 'Command', 'Time', 'State', 'Info'].map((name) =>
          textColumn(name),
        ),
        rows: [[1, user, 'h:1', null, 'Query', 0, 'executing', null]],
      }),
      kill: (connectionId, by) => void this.kills.push(`kill ${connectionId} by ${by.user}`),
      interrupt: (connectionId, by) => void this.kills.push(`interrupt ${connectionId} by ${by.user}`),
    };
  }
}
