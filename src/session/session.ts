import type { HourlyUse } from '../auth/hourly-use.ts';
import type { Cell, Column } from '../base/rows.ts';
import { SqlError } from '../base/sql-error.ts';
import type { Answer } from '../dispatch/answer.ts';
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import type { Elsewhere } from '../dispatch/elsewhere.ts';
import { lexingOf } from '../dispatch/lexing.ts';
import { describeError } from '../dispatch/sql-error.ts';
import { classify, type StatementClass } from '../sql/classifier.ts';
import { tokenize } from '../sql/lexer.ts';
import { splitStatements } from '../sql/splitter.ts';
import { syntaxErrorNear } from '../sql/position.ts';
import type { LexerOptions } from '../sql/token.ts';
import type {
  CommandHandler,
  Login,
  OkAnswer,
  Parameter,
  Prepared,
  Relay,
  RelayableCommand,
  Reply,
  ServerStatus,
  Timeouts,
} from '../wire/handler.ts';
import { warningCount } from '../source/warnings.ts';
import { columnsOfTable } from './field-list.ts';
import { Passing } from './passing.ts';
import { parameterColumns, parameterValues } from './parameters.ts';
import { PreparedStatements } from './prepared-statements.ts';
import type { LoginState } from './login-state.ts';
import { headOf } from './statement-head.ts';
import type { AccountOf } from './upstreams.ts';
import { wholeElsewhere } from './whole-elsewhere.ts';

/** What a session needs of the server around it. */
export type SessionParts = Readonly<{
  dispatcher: Dispatcher;
  openState: (login: Login) => Promise<LoginState>;
  /** How the server of an external catalog is reached. */
  accountOf: AccountOf;
  /** Counts a statement that a client has sent. */
  asked: (text: string) => void;
  hourlyUse: HourlyUse;
  /** One line for COM_STATISTICS. */
  statistics: () => string;
  /** Ends a connection; throws when there is none of this number, or it is another user's. */
  killConnection: (connectionId: number, by: LoginState) => void;
  onClose: (session: Session) => void;
}>;

/** One login: runs its statements one after another and remembers what they leave behind. */
export class Session implements CommandHandler {
  #state: LoginState;
  readonly #parts: SessionParts;
  readonly #prepared = new PreparedStatements();
  readonly #passing: Passing;
  #sql: string | undefined;
  #multiStatements: boolean;

  constructor(state: LoginState, parts: SessionParts) {
    this.#state = state;
    this.#parts = parts;
    this.#passing = new Passing({ accountOf: parts.accountOf, prepared: this.#prepared });
    this.#multiStatements = state.login.multiStatements;
  }

  get state(): LoginState {
    return this.#state;
  }

  /** The statement that runs now, with its secrets; undefined between statements. */
  get sql(): string | undefined {
    return this.#sql;
  }

  async passOn(command: RelayableCommand, relay: Relay, signal: AbortSignal): Promise<boolean> {
    const isPassed = await this.#failing(async () => this.#passOn(command, relay, signal));
    if (isPassed) await relay.flush();
    return isPassed;
  }

  queryAttributes(attributes: ReadonlyMap<string, Cell>): void {
    this.#state.queryAttributes = attributes;
  }

  async query(text: string, reply: Reply, signal: AbortSignal): Promise<void> {
    const statements = splitStatements(text, lexingOf(this.#state));
    if (statements.length > 1 && !this.#multiStatements) throw syntaxErrorNear(statements[1]?.text ?? '');
    if (statements.length === 0) return this.#send(emptyAnswer, reply, false);
    for (const [index, statement] of statements.entries()) {
      const more = index < statements.length - 1;
      const goesOn = await this.#observe(statement.text, async () => {
        const there = this.#parts.dispatcher.elsewhere(statement.text, this.#state);
        if (there !== undefined) return this.#relayed(there, more, reply, signal);
        const answer = await this.#run(statement.text, [], signal);
        await this.#send(answer, reply, more);
        return true;
      });
      if (!goesOn) return;
    }
  }

  async prepare(text: string, signal: AbortSignal): Promise<Prepared> {
    const statements = splitStatements(text, lexingOf(this.#state));
    const only = statements[0];
    if (only === undefined || statements.length > 1) throw syntaxErrorNear(statements[1]?.text ?? text);
    const described = await this.#observe(only.text, async () =>
      this.#parts.dispatcher.describe(only.text, this.#state, signal),
    );
    const statementId = this.#prepared.add(only.text);
    const parameters = parameterColumns(described.parameterCount);
    return { statementId, parameters, columns: described.columns, warnings: 0 };
  }

  async execute(
    statementId: number,
    parameters: readonly Parameter[],
    reply: Reply,
    signal: AbortSignal,
  ): Promise<void> {
    const text = this.#prepared.get(statementId);
    await this.#observe(text, async () => {
      const answer = await this.#run(text, parameterValues(parameters), signal);
      await this.#send(answer, reply, false);
    });
  }

  closeStatement(statementId: number): void {
    this.#prepared.close(statementId);
  }

  resetStatement(statementId: number): void {
    this.#prepared.get(statementId);
  }

  async useDatabase(name: string): Promise<void> {
    this.#parts.dispatcher.use(name, this.#state);
    this.#state.isAnsweredHere = true;
  }

  /** The database and catalog with which a login begins. Throws what the catalog's server answers. */
  async begin(database: string | undefined, signal: AbortSignal): Promise<void> {
    const { dispatcher, hourlyUse } = this.#parts;
    const { user, access } = this.#state;
    hourlyUse.count(user, access.holder.perHour ?? {}, ['max_connections_per_hour']);
    const there = database === undefined ? undefined : dispatcher.useElsewhere(database, this.#state);
    if (database !== undefined && there === undefined) dispatcher.use(database, this.#state);
    if (there?.effect.kind !== 'use') return;
    this.#state.catalog = there.catalog;
    this.#state.database = there.effect.database;
    await this.#passing.begin(this.#state, signal);
  }

  async fieldList(table: string, pattern: string, signal: AbortSignal): Promise<readonly Column[]> {
    return columnsOfTable(this.#parts.dispatcher, this.#state, { table, pattern }, signal);
  }

  setMultiStatements(on: boolean): void {
    this.#multiStatements = on;
  }

  async reset(signal: AbortSignal): Promise<void> {
    this.#prepared.clear();
    await this.#state.reset();
    await this.#passing.reset(signal);
  }

  async changeUser(login: Login, signal: AbortSignal): Promise<void> {
    this.#prepared.clear();
    const next = await this.#parts.openState({ ...login, database: undefined });
    await Promise.all([this.#state.close(), this.#passing.reopen()]);
    this.#state = next;
    await this.begin(login.database, signal);
  }

  timeouts(): Timeouts {
    return this.#state.timeouts();
  }

  statistics(): string {
    return this.#parts.statistics();
  }

  kill(connectionId: number): Promise<void> {
    this.#parts.killConnection(connectionId, this.#state);
    return Promise.resolve();
  }

  status(): ServerStatus {
    const here = { inTransaction: this.#state.engine.inTransaction, autocommit: this.#state.autocommit };
    return this.#passing.status(this.#state.catalog) ?? here;
  }

  async close(): Promise<void> {
    this.#parts.onClose(this);
    await Promise.all([this.#state.close(), this.#passing[Symbol.asyncDispose]()]);
  }

  async #passOn(command: RelayableCommand, relay: Relay, signal: AbortSignal): Promise<boolean> {
    const { dispatcher } = this.#parts;
    const state = this.#state;
    switch (command.kind) {
      case 'query':
        return this.#passQuery(command, relay, signal);
      case 'prepare': {
        const there = dispatcher.elsewhere(command.text, state);
        if (there === undefined) return false;
        await this.#observe(command.text, async () => this.#passing.prepare(there, state, relay, signal));
        return true;
      }
      case 'init_db': {
        const there = dispatcher.useElsewhere(command.database, state);
        if (there !== undefined) await this.#passing.useDatabase(there, state, relay, signal);
        return there !== undefined;
      }
      case 'field_list':
        if (!dispatcher.isElsewhere(state)) return false;
        await this.#passing.asItCame(command, state, relay, signal);
        return true;
      case 'statistics':
        if (this.#passing.status(state.catalog) === undefined) return false;
        await this.#passing.asItCame(command, state, relay, signal);
        return true;
      default:
        return this.#passing.ofStatement(command, relay, signal);
    }
  }

  /** A text whose every statement the server of the session's catalog answers goes there whole, as it came. */
  async #passQuery(
    command: Extract<RelayableCommand, { kind: 'query' }>,
    relay: Relay,
    signal: AbortSignal,
  ): Promise<boolean> {
    const state = this.#state;
    const multiStatements = this.#multiStatements;
    const { dispatcher } = this.#parts;
    const whole = wholeElsewhere(command.text, { dispatcher, state, multiStatements });
    if (whole === undefined) return false;
    const { there, isUnchanged } = whole;
    this.#count(command.text);
    const options = { payload: isUnchanged ? command.payload : undefined, more: false, multiStatements };
    await this.#observe(command.text, async () =>
      this.#passing.statement(there, options, state, relay, signal),
    );
    state.isAnsweredHere = false;
    return true;
  }

  /** One of several statements, some of which are answered here. */
  async #relayed(there: Elsewhere, more: boolean, reply: Reply, signal: AbortSignal): Promise<boolean> {
    let goesOn = false;
    const options = { payload: undefined, more, multiStatements: this.#multiStatements };
    await this.#failing(async () => {
      this.#count(there.text);
      return reply.relayed(async (relay) => {
        goesOn = await this.#passing.statement(there, options, this.#state, relay, signal);
        return goesOn && more;
      });
    });
    this.#state.isAnsweredHere = false;
    return goesOn;
  }

  /** A failure to reach another server is an error of ours, which SHOW WARNINGS shows. */
  async #failing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof SqlError) this.#remember(error);
      throw error;
    }
  }

  async #run(text: string, parameters: readonly Cell[], signal: AbortSignal): Promise<Answer> {
    try {
      this.#count(text);
      const given = await this.#parts.dispatcher.run({ text, parameters }, this.#state, signal);
      const answer = this.#state.variables.isOn('sql_notes') ? given : withoutNotes(given);
      this.#state.remember(answer);
      this.#state.isAnsweredHere = true;
      return answer;
    } catch (error) {
      const failure = signal.aborted && signal.reason instanceof SqlError ? signal.reason : error;
      this.#remember(failure);
      throw failure;
    }
  }

  /** Counts a statement, and for an account with hourly limits what it uses of them. Throws MySQL's 1226. */
  #count(text: string): void {
    this.#parts.asked(text);
    const { user, access } = this.#state;
    const { perHour } = access.holder;
    if (perHour === undefined) return;
    const lexing = lexingOf(this.#state);
    const isUpdate = (perHour.max_updates ?? 0) > 0 && changesSomething(headOf(text, lexing), lexing);
    this.#parts.hourlyUse.count(
      user,
      perHour,
      isUpdate ? ['max_questions', 'max_updates'] : ['max_questions'],
    );
  }

  #remember(failure: unknown): void {
    const { number, message } = describeError(failure);
    this.#state.warnings = [{ level: 'Error', number, message }];
    this.#state.isAnsweredHere = true;
    this.#state.forgetRowCount();
  }

  /** Shows `text` in the process list while `work` runs. */
  async #observe<T>(text: string, work: () => Promise<T>): Promise<T> {
    this.#sql = text;
    try {
      return await work();
    } finally {
      this.#sql = undefined;
    }
  }

  async #send(answer: Answer, reply: Reply, more: boolean): Promise<void> {
    if (answer.kind === 'ok') {
      const { insertId = answer.lastInsertId, ...rest } = answer;
      const ok: OkAnswer = {
        ...rest,
        lastInsertId: insertId,
        warnings: warningCount(answer.warnings),
        status: this.status(),
      };
      return reply.ok(ok, more);
    }
    const end = (): { warnings: number; status: ServerStatus } => ({
      warnings: warningCount(this.#state.warnings),
      status: this.status(),
    });
    return reply.resultSet(this.#state.counted(answer.result, answer.foundRows), end, more);
  }
}

const changing: ReadonlySet<StatementClass> = new Set(['dml', 'ddl', 'load', 'account']);

/** MySQL's max_updates: statements that change tables, databases or accounts. */
function changesSomething(head: string, lexing: LexerOptions): boolean {
  return changing.has(classify(tokenize(head, lexing)));
}

/** A text of comments alone is answered OK, as MySQL does: dump tools send such lines. */
const emptyAnswer: Answer = { kind: 'ok', affectedRows: 0n, lastInsertId: 0n, info: '', warnings: [] };

/** Notes neither count nor stay with sql_notes off. Only statements without rows have any. */
function withoutNotes(answer: Answer): Answer {
  if (answer.kind === 'rows') return answer;
  const kept = answer.warnings.filter(({ level }) => level !== 'Note');
  const { unkept } = answer.warnings;
  return { ...answer, warnings: unkept === undefined ? kept : Object.assign(kept, { unkept }) };
}
