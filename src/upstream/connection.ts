import { unreachable } from '../base/assert.ts';
import type { ServerError } from '../base/server-error.ts';
import { SqlError } from '../base/sql-error.ts';
import { capability, has } from '../wire/capabilities.ts';
import { frameHeaderBytes, frameLength, framePayloadMax } from '../wire/framing.ts';
import type { Relay, ServerStatus } from '../wire/handler.ts';
import { ConnectionClosedError, ProtocolError } from '../wire/protocol-error.ts';
import { type UpstreamAccount, addressOf } from './account.ts';
import { type AnswerForm, AnswerReader } from './answer-reader.ts';
import { type ClientWishes, logIn, type LoggedIn } from './login.ts';
import { commandPacket } from './packets.ts';
import { lostConnection, UpstreamStream } from './stream.ts';

/** Command bytes (manual: "Command Phase") that are sent from here, not passed on. */
const upstreamCommand = {
  QUIT: 1,
  INIT_DB: 2,
  QUERY: 3,
  SET_OPTION: 27,
  RESET_CONNECTION: 31,
} as const;

/** SERVER_STATUS_* of the manual. */
const inTransaction = 0x0001;
const autocommit = 0x0002;
/** How long a statement on a connection of its own may take to stop another. */
const killTimeoutMs = 5_000;

export type PassOptions = Readonly<{
  form: AnswerForm;
  /** Another answer will follow this one. */
  more: boolean;
  /** The number by which the client is to know the statement that is prepared. */
  statementId?: number;
}>;

/** How an answer ended. `statementId` is the server's, of PREPARE. */
export type Passed = Readonly<{ error: ServerError | undefined; statementId: number | undefined }>;

/** One connection to another server, in the place of one client. Commands go one after another. */
export class UpstreamConnection implements AsyncDisposable {
  readonly #account: UpstreamAccount;
  readonly #wishes: ClientWishes;
  readonly #stream: UpstreamStream;
  readonly #login: LoggedIn;
  #status = autocommit;
  #hasMultiStatements: boolean;
  #kills: Promise<void> = Promise.resolve();

  private constructor(
    account: UpstreamAccount,
    wishes: ClientWishes,
    stream: UpstreamStream,
    login: LoggedIn,
  ) {
    this.#account = account;
    this.#wishes = wishes;
    this.#stream = stream;
    this.#login = login;
    this.#hasMultiStatements = has(login.capabilities, capability.MULTI_STATEMENTS);
  }

  /** Throws SqlError: `upstream_unreachable`, `upstream_tls`, `access_denied` or `upstream_lost`. */
  static async open(
    account: UpstreamAccount,
    wishes: ClientWishes,
    signal: AbortSignal,
  ): Promise<UpstreamConnection> {
    const within = AbortSignal.any([signal, AbortSignal.timeout(account.connectTimeoutMs)]);
    const stream = await UpstreamStream.connect(account, within);
    const onAbort = (): void => stream[Symbol.dispose]();
    within.addEventListener('abort', onAbort, { once: true });
    try {
      const login = await logIn(stream, account, wishes, within);
      return new UpstreamConnection(account, wishes, stream, login);
    } catch (error) {
      stream[Symbol.dispose]();
      throw error;
    } finally {
      within.removeEventListener('abort', onAbort);
    }
  }

  get serverVersion(): string {
    return this.#login.greeting.serverVersion;
  }

  /** The number of the connection there. */
  get threadId(): number {
    return this.#login.greeting.threadId;
  }

  /** Nothing can be asked any more. */
  get isLost(): boolean {
    return this.#stream.isLost;
  }

  status(): ServerStatus {
    return {
      inTransaction: (this.#status & inTransaction) !== 0,
      autocommit: (this.#status & autocommit) !== 0,
    };
  }

  /** Sends a command that has no answer. */
  send(payload: Buffer): void {
    this.#stream.write(payload, 0);
  }

  /**
   * Sends a command and passes the packets of its answer to `relay`. When `signal` aborts, the server is told to
   * stop, and its answer to that is passed on. Throws SqlError `upstream_lost` when the connection breaks, also in
   * the middle: what was passed then is a beginning, which an ERR may follow.
   */
  async pass(payload: Buffer, options: PassOptions, relay: Relay, signal: AbortSignal): Promise<Passed> {
    const reader = new AnswerReader({
      ...options,
      serverDeprecatesEof: has(this.#login.capabilities, capability.DEPRECATE_EOF),
      clientDeprecatesEof: has(this.#wishes.capabilities, capability.DEPRECATE_EOF),
    });
    if (this.isLost)
      throw lostConnection(addressOf(this.#account), new Error('it was idle for too long or ended'));
    const onAbort = (): void => this.#interrupt(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      signal.throwIfAborted();
      this.#stream.write(payload, 0);
      await this.#passAnswer(reader, relay);
    } catch (error) {
      // Nobody reads the rest of the answer: the connection is of no use.
      this.#abandon();
      throw error instanceof ProtocolError ? lostConnection(addressOf(this.#account), error) : error;
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#stream.rest();
    }
    await this.#kills;
    if (reader.status !== undefined) this.#status = reader.status;
    return { error: reader.error, statementId: reader.statementId };
  }

  /** Sends a command whose answer nobody is to see. Throws the ServerError that the server answers. */
  async ask(payload: Buffer, form: AnswerForm, signal: AbortSignal): Promise<void> {
    const { error } = await this.pass(payload, { form, more: false }, nowhere, signal);
    if (error !== undefined) throw error;
  }

  /** Runs one statement whose answer nobody is to see. */
  async run(sql: string, signal: AbortSignal): Promise<void> {
    await this.ask(commandPacket(upstreamCommand.QUERY, sql), 'results', signal);
  }

  async useDatabase(name: string, signal: AbortSignal): Promise<void> {
    await this.ask(commandPacket(upstreamCommand.INIT_DB, name), 'single', signal);
  }

  /** As after login. */
  async reset(signal: AbortSignal): Promise<void> {
    await this.ask(commandPacket(upstreamCommand.RESET_CONNECTION), 'single', signal);
    this.#status = autocommit;
  }

  /** COM_SET_OPTION, when the server is not told yet. */
  async setMultiStatements(on: boolean, signal: AbortSignal): Promise<void> {
    if (on === this.#hasMultiStatements) return;
    await this.ask(commandPacket(upstreamCommand.SET_OPTION, Buffer.of(on ? 0 : 1, 0)), 'single', signal);
    this.#hasMultiStatements = on;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#kills;
    if (this.isLost) return;
    this.#stream.write(commandPacket(upstreamCommand.QUIT), 0);
    this.#stream.end();
  }

  async #passAnswer(reader: AnswerReader, relay: Relay): Promise<void> {
    let continues = false;
    for (;;) {
      const bytes = this.#stream.unread;
      let from = 0;
      let at = 0;
      while (at + frameHeaderBytes <= bytes.length) {
        const length = frameLength(bytes, at);
        const start = at + frameHeaderBytes;
        const end = start + length;
        if (end > bytes.length) break;
        const passes = continues || (length > 0 && reader.isPlainRow(bytes[start] ?? 0));
        continues = length === framePayloadMax;
        at = end;
        if (passes) continue;
        const verdict = reader.read(bytes.subarray(start, end));
        if (verdict === 'pass') continue;
        relay.frames(bytes.subarray(from, start - frameHeaderBytes));
        if (verdict !== 'drop') relay.packet(verdict);
        from = end;
        if (reader.wantsFile) throw this.#fileRefused();
      }
      relay.frames(bytes.subarray(from, at));
      this.#stream.drop(at);
      if (relay.isReading) this.#stream.lend();
      if (reader.isDone && !continues) return;
      if (relay.isReading || relay.isFull) {
        await relay.flush();
        this.#stream.returned();
      } else await this.#stream.more();
    }
  }

  /** LOAD DATA LOCAL, or a server that asks for a file without being told to (manual: "Security Considerations for LOAD DATA LOCAL"). */
  #fileRefused(): SqlError {
    return new SqlError('loading_local_data_disabled', 'Loading local data is disabled');
  }

  #interrupt(reason: unknown): void {
    if (reason instanceof ConnectionClosedError) this.#abandon();
    else this.#kills = this.#kill('QUERY');
  }

  /** Gives the connection up, and sees to it that the server does not work on for nobody. */
  #abandon(): void {
    if (this.isLost) return;
    this.#stream[Symbol.dispose]();
    this.#kills = this.#kill('CONNECTION');
  }

  /** On a connection of its own: this one waits for an answer. What cannot be stopped is given up. */
  async #kill(what: 'QUERY' | 'CONNECTION'): Promise<void> {
    const signal = AbortSignal.timeout(killTimeoutMs);
    try {
      const wishes = { ...this.#wishes, capabilities: 0 };
      await using helper = await UpstreamConnection.open(this.#account, wishes, signal);
      await helper.run(`KILL ${what} ${this.threadId}`, signal);
    } catch (error) {
      if (!isExpected(error)) throw error;
      if (what === 'QUERY') this.#stream[Symbol.dispose]();
    }
  }
}

/** The server is gone, refuses, or has no such connection any more. */
function isExpected(error: unknown): boolean {
  return error instanceof Error && (error.name === 'SqlError' || error.name === 'ServerError');
}

const nowhere: Relay = {
  frames: () => undefined,
  packet: () => undefined,
  isReading: false,
  isFull: false,
  flush: async () => undefined,
};

/** The form of each command's answer that may be passed on. */
export function answerForm(
  kind:
    'statistics' | 'init_db' | 'query' | 'prepare' | 'field_list' | 'execute' | 'fetch' | 'reset_statement',
): AnswerForm {
  switch (kind) {
    case 'statistics':
      return 'text';
    case 'init_db':
    case 'reset_statement':
      return 'single';
    case 'query':
    case 'execute':
      return 'results';
    case 'field_list':
    case 'fetch':
      return 'rows';
    case 'prepare':
      return 'prepare';
    default:
      return unreachable(kind);
  }
}
