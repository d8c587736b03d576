import { createHash, timingSafeEqual } from 'node:crypto';
import { type Column, integerColumn, resultOfRows, textColumn } from '../../../src/base/rows.ts';
import type { ResultSet } from '../../../src/base/rows.ts';
import type { Secret } from '../../../src/base/secret.ts';
import { SqlError } from '../../../src/base/sql-error.ts';
import { describeError } from '../../../src/dispatch/sql-error.ts';
import type { AccountVerifier, Authenticator } from '../../../src/wire/authenticator.ts';
import type {
  CommandHandler,
  Handler,
  Login,
  OkAnswer,
  Parameter,
  Relay,
  RelayableCommand,
  Reply,
  Timeouts,
} from '../../../src/wire/handler.ts';

export type TestAccount = Readonly<{
  password: string;
  plugin?: AccountVerifier['plugin'];
  /** False for a server that must ask for the password itself. */
  isCached?: boolean;
  isAdministrator?: boolean;
  isLocked?: boolean;
  requiresTls?: boolean;
}>;

const status = { inTransaction: false, autocommit: true };
export const okAnswer: OkAnswer = { affectedRows: 0n, lastInsertId: 0n, warnings: 0, info: '', status };

/** Statements a test gives an answer for; others echo their text in a result set of one row. */
export type Answers = Readonly<
  Record<string, (reply: Reply, signal: AbortSignal, login: Login) => Promise<void>>
>;

/** A handler with accounts in memory, which remembers what it was asked. */
export class TestHandler implements Handler {
  readonly serverVersion = '8.0.36-Holdfast-test';
  readonly authenticator: TestAuthenticator;
  readonly answers: Map<string, Answers[string]>;
  /** Frames of another server, by the text of a query or the kind of another command. */
  readonly passed: Map<string, readonly Buffer[]> = new Map();
  timeouts: Partial<Timeouts> = {};
  readonly calls: string[] = [];
  readonly logins: Login[] = [];
  closed = 0;
  kill: (connectionId: number) => boolean = () => false;

  constructor(accounts: Readonly<Record<string, TestAccount>>, answers: Answers = {}) {
    this.authenticator = new TestAuthenticator(accounts);
    this.answers = new Map(Object.entries(answers));
  }

  async open(login: Login): Promise<CommandHandler> {
    if (login.database === 'missing') throw new SqlError('unknown_database', "unknown database 'missing'");
    this.logins.push(login);
    return new TestSession(this, login);
  }

  describeError(error: unknown): ReturnType<Handler['describeError']> {
    return describeError(error);
  }
}

export class TestAuthenticator implements Authenticator {
  readonly reports: string[] = [];
  waitMs = 0;
  readonly #accounts: Readonly<Record<string, TestAccount>>;

  constructor(accounts: Readonly<Record<string, TestAccount>>) {
    this.#accounts = accounts;
  }

  async verifier(user: string): Promise<AccountVerifier> {
    const account = Object.hasOwn(this.#accounts, user) ? this.#accounts[user] : undefined;
    return verifierOf(account);
  }

  throttle(): number {
    return this.waitMs;
  }

  report(user: string, _address: string, succeeded: boolean): void {
    this.reports.push(`${user} ${succeeded ? 'accepted' : 'refused'}`);
  }
}

function verifierOf(account: TestAccount | undefined): AccountVerifier {
  const plugin = account?.plugin ?? 'caching_sha2_password';
  return {
    plugin,
    isPasswordless: account?.password === '',
    isAdministrator: account?.isAdministrator ?? false,
    isLocked: account?.isLocked ?? false,
    requiresTls: account?.requiresTls ?? false,
    verifyScramble: (scramble, nonce) => {
      if (account === undefined) return plugin === 'mysql_native_password' ? 'refused' : 'unknown';
      if (plugin === 'caching_sha2_password' && account.isCached !== true) return 'unknown';
      const right = scrambleOf(plugin, account.password, nonce);
      return timingSafeEqual(right, scramble) ? 'accepted' : 'refused';
    },
    verifyPassword: async (password: Secret) =>
      account !== undefined && password.reveal() === account.password,
  };
}

/** What an honest client answers to a nonce. */
export function scrambleOf(plugin: AccountVerifier['plugin'], password: string, nonce: Uint8Array): Buffer {
  const isNative = plugin === 'mysql_native_password';
  const hash = (...parts: readonly Uint8Array[]): Buffer => {
    const digest = createHash(isNative ? 'sha1' : 'sha256');
    for (const part of parts) digest.update(part);
    return digest.digest();
  };
  const once = hash(Buffer.from(password));
  const twice = hash(once);
  const mask = isNative ? hash(nonce, twice) : hash(twice, nonce);
  return Buffer.from(once.map((byte, index) => byte ^ (mask[index] as number)));
}

class TestSession implements CommandHandler {
  readonly #handler: TestHandler;
  #login: Login;
  #statementCount = 0;
  readonly #statements = new Map<number, string>();

  constructor(handler: TestHandler, login: Login) {
    this.#handler = handler;
    this.#login = login;
  }

  timeouts(): Partial<Timeouts> {
    return this.#handler.timeouts;
  }

  async passOn(command: RelayableCommand, relay: Relay): Promise<boolean> {
    const packets = this.#handler.passed.get(command.kind === 'query' ? command.text : command.kind);
    if (packets === undefined) return false;
    for (const packet of packets) {
      const lent = Buffer.from(packet);
      relay.frames(lent);
      if (relay.isReading || relay.isFull) await relay.flush();
      // As whoever received it from elsewhere, who uses the buffer for what comes next.
      lent.fill(0xee);
    }
    await relay.flush();
    return true;
  }

  async query(text: string, reply: Reply, signal: AbortSignal): Promise<void> {
    this.#handler.calls.push(`query ${text}`);
    const answer = this.#handler.answers.get(text);
    if (answer !== undefined) return answer(reply, signal, this.#login);
    if (/^(set|use)\b/i.test(text)) return reply.ok(okAnswer, false);
    return reply.resultSet(echo(text), () => ({ warnings: 0, status }), false);
  }

  async prepare(text: string): Promise<Awaited<ReturnType<CommandHandler['prepare']>>> {
    this.#handler.calls.push(`prepare ${text}`);
    if (text.startsWith('bad')) throw new SqlError('syntax', 'a bad statement');
    const statementId = ++this.#statementCount;
    this.#statements.set(statementId, text);
    const parameters = [...text.matchAll(/\?/g)].map(() => textColumn('?'));
    return { statementId, parameters, columns: parameterColumns, warnings: 0 };
  }

  async execute(
    statementId: number,
    parameters: readonly Parameter[],
    reply: Reply,
    signal: AbortSignal,
  ): Promise<void> {
    const text = this.#statements.get(statementId) ?? '';
    this.#handler.calls.push(`execute ${text}`);
    const answer = this.#handler.answers.get(text);
    if (answer !== undefined) return answer(reply, signal, this.#login);
    const rows = parameters.map(({ kind, value }) => [kind, shown(value)]);
    return reply.resultSet(resultOfRows(parameterColumns, rows), () => ({ warnings: 0, status }), false);
  }

  closeStatement(statementId: number): void {
    this.#handler.calls.push(`close statement ${statementId}`);
    this.#statements.delete(statementId);
  }

  resetStatement(statementId: number): void {
    if (!this.#statements.has(statementId)) throw new SqlError('unknown_prepared_statement', 'unknown');
  }

  async useDatabase(name: string): Promise<void> {
    if (name === 'missing') throw new SqlError('unknown_database', `unknown database '${name}'`);
    this.#handler.calls.push(`use ${name}`);
  }

  async fieldList(table: string): Promise<readonly Column[]> {
    if (table === 'missing') throw new SqlError('unknown_table', 'no such table');
    return [integerColumn('id'), textColumn('name')];
  }

  queryAttributes(attributes: ReadonlyMap<string, unknown>): void {
    if (attributes.size > 0) this.#handler.calls.push(`attributes ${JSON.stringify([...attributes])}`);
  }

  setMultiStatements(on: boolean): void {
    this.#handler.calls.push(`multi ${on}`);
  }

  async reset(): Promise<void> {
    this.#handler.calls.push('reset');
    this.#statements.clear();
  }

  async changeUser(login: Login): Promise<void> {
    this.#login = login;
    this.#handler.calls.push(`change user ${login.user}`);
    this.#statements.clear();
  }

  statistics(): string {
    return 'Uptime: 1  Threads: 1';
  }

  async kill(connectionId: number): Promise<void> {
    if (!this.#handler.kill(connectionId)) throw new SqlError('unknown_thread', 'unknown thread');
  }

  status(): typeof status {
    return status;
  }

  async close(): Promise<void> {
    this.#handler.closed++;
  }
}

const parameterColumns = [textColumn('kind'), textColumn('value')];

function echo(text: string): ResultSet {
  return resultOfRows([textColumn('text')], [[text]]);
}

function shown(value: Parameter['value']): string | null {
  if (value === null || typeof value === 'string') return value;
  return typeof value === 'object' ? Buffer.from(value).toString('hex') : String(value);
}
