import type { Cell, Column } from '../base/rows.ts';
import { SqlError } from '../base/sql-error.ts';
import type { Answer } from '../dispatch/answer.ts';
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import { lexingOf } from '../dispatch/lexing.ts';
import { describeError } from '../dispatch/sql-error.ts';
import { splitStatements } from '../sql/splitter.ts';
import { syntaxErrorNear } from '../sql/position.ts';
import type {
  CommandHandler,
  Login,
  OkAnswer,
  Parameter,
  Prepared,
  Reply,
  ServerStatus,
} from '../wire/handler.ts';
import { columnsOfTable } from './field-list.ts';
import { parameterColumns, parameterValues } from './parameters.ts';
import { PreparedStatements } from './prepared-statements.ts';
import type { LoginState } from './login-state.ts';

/** What a session needs of the server around it. */
export type SessionParts = Readonly<{
  dispatcher: Dispatcher;
  openState: (login: Login) => Promise<LoginState>;
  /** Counts a statement that a client has sent. */
  asked: () => void;
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
  #sql: string | undefined;
  #multiStatements: boolean;

  constructor(state: LoginState, parts: SessionParts) {
    this.#state = state;
    this.#parts = parts;
    this.#multiStatements = state.login.multiStatements;
  }

  get state(): LoginState {
    return this.#state;
  }

  /** The statement that runs now, with its secrets; undefined between statements. */
  get sql(): string | undefined {
    return this.#sql;
  }

  async query(text: string, reply: Reply, signal: AbortSignal): Promise<void> {
    const statements = splitStatements(text, lexingOf(this.#state));
    if (statements.length > 1 && !this.#multiStatements) throw syntaxErrorNear(statements[1]?.text ?? '');
    if (statements.length === 0) return this.#send(emptyAnswer, reply, false);
    for (const [index, statement] of statements.entries()) {
      const isLast = index === statements.length - 1;
      await this.#observe(statement.text, async () => {
        const answer = await this.#run(statement.text, [], signal);
        await this.#send(answer, reply, !isLast);
      });
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
  }

  async fieldList(table: string, pattern: string, signal: AbortSignal): Promise<readonly Column[]> {
    return columnsOfTable(this.#parts.dispatcher, this.#state, { table, pattern }, signal);
  }

  setMultiStatements(on: boolean): void {
    this.#multiStatements = on;
  }

  async reset(): Promise<void> {
    this.#prepared.clear();
    await this.#state.reset();
  }

  async changeUser(login: Login): Promise<void> {
    this.#prepared.clear();
    const next = await this.#parts.openState(login);
    await this.#state.close();
    this.#state = next;
  }

  statistics(): string {
    return this.#parts.statistics();
  }

  kill(connectionId: number): Promise<void> {
    this.#parts.killConnection(connectionId, this.#state);
    return Promise.resolve();
  }

  status(): ServerStatus {
    return { inTransaction: this.#state.engine.inTransaction, autocommit: this.#state.autocommit };
  }

  async close(): Promise<void> {
    this.#parts.onClose(this);
    await this.#state.close();
  }

  async #run(text: string, parameters: readonly Cell[], signal: AbortSignal): Promise<Answer> {
    this.#parts.asked();
    try {
      const answer = await this.#parts.dispatcher.run({ text, parameters }, this.#state, signal);
      this.#state.remember(answer);
      return answer;
    } catch (error) {
      const failure = signal.aborted && signal.reason instanceof SqlError ? signal.reason : error;
      const { number, message } = describeError(failure);
      this.#state.warnings = [{ level: 'Error', number, message }];
      this.#state.forgetRowCount();
      throw failure;
    }
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
      const ok: OkAnswer = { ...answer, warnings: answer.warnings.length, status: this.status() };
      return reply.ok(ok, more);
    }
    const end = (): { warnings: number; status: ServerStatus } => ({
      warnings: this.#state.warnings.length,
      status: this.status(),
    });
    return reply.resultSet(this.#state.counted(answer.result, answer.foundRows), end, more);
  }
}

/** A text of comments alone is answered OK, as MySQL does: dump tools send such lines. */
const emptyAnswer: Answer = { kind: 'ok', affectedRows: 0n, lastInsertId: 0n, info: '', warnings: [] };
