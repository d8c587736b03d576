import { assert } from '../../base/assert.ts';
import type { Column, ResultSet, RowBatch } from '../../base/rows.ts';
import { SqlError } from '../../base/sql-error.ts';
import { bulkInsertHead } from '../../sql/bulk-insert.ts';
import { tokenize } from '../../sql/lexer.ts';
import { notYet } from '../../sql/not-yet.ts';
import { TokenReader } from '../../sql/token-reader.ts';
import { TokenWindow } from '../../sql/token-window.ts';
import type { Token } from '../../sql/token.ts';
import type { QueryAnswer, QueryContext, QueryParameters, QuerySession } from '../query.ts';
import type { WarningList } from '../warnings.ts';
import { checksumTable } from './checksum-table.ts';
import { abortsTransaction, sqlErrorOf } from './connection/errors.ts';
import { notesOf } from './connection/notes.ts';
import { runDefinition, runTemporaryDefinition } from './ddl-execution/run.ts';
import { TemporaryTables } from './dictionary/temporary-tables.ts';
import { readOnlyTransaction } from './dml/begin-write.ts';
import type { Changed } from './dml/changed.ts';
import { runDelete } from './dml/delete.ts';
import { runInsert } from './dml/insert.ts';
import { runUpdate } from './dml/update.ts';
import type { Embedded } from './embedded.ts';
import type { TemporaryTable } from './engine-facts.ts';
import type { Engine } from './engine/engine.ts';
import { explain, isExplain } from './explain/explain.ts';
import type { Refresher } from './materialized/refresher.ts';
import { shownDatabase } from './physical/names.ts';
import { withVariables } from './select/assigned-variables.ts';
import { OpenResult } from './session/open-result.ts';
import { type ClientSelect, describeSelect, openSelect } from './session/select.ts';
import { SessionConnection } from './session/session-connection.ts';
import { Transaction } from './session/transaction.ts';
import { noInsertIds } from './statement/insert-ids.ts';
import { isDefinition, isQuery, isTemporaryDefinition, statementWord } from './statement/kind.ts';
import { type Limit, limitStatement, statementTimedOut } from './statement/limit.ts';
import { numberVariable } from './statement/number-variable.ts';
import { bindWritten, describingParameters, type Bound } from './statement/parameters.ts';
import type { Savepoints } from './statement/savepoints.ts';
import type { StatementScope } from './statement/scope.ts';
import { lexingOf, sqlModeOf } from './translation/sql-mode.ts';

/**
 * One login's conversation with the embedded engine. It has a connection of the engine's while a statement runs, a result
 * set is read, a transaction is open, or it has temporary tables: thousands of idle sessions cost the engine nothing.
 *
 * A statement that fails leaves an open transaction as it was wherever the failure can be seen beforehand, which is
 * so for all INSERT, UPDATE and DELETE. What only shows while DuckDB runs (a conflict with another transaction, an
 * overflow inside a SELECT) ends the transaction: it is rolled back, and the error's hint says so.
 */
export class EmbeddedSession implements QuerySession {
  readonly #engine: Engine;
  readonly #refresher: Refresher;
  readonly #connection: SessionConnection;
  readonly #temporaryTables: TemporaryTables;
  readonly #transaction: Transaction;
  readonly #result: OpenResult = new OpenResult();

  constructor({ engine, connections, refresher }: Embedded) {
    this.#engine = engine;
    this.#refresher = refresher;
    this.#connection = new SessionConnection(connections);
    this.#temporaryTables = new TemporaryTables(engine);
    this.#transaction = new Transaction({
      engine,
      connection: this.#connection,
      temporaryTables: this.#temporaryTables,
    });
  }

  get savepoints(): Savepoints {
    return this.#transaction.savepoints;
  }

  get isReadOnly(): boolean {
    return this.#transaction.isReadOnly;
  }

  get inTransaction(): boolean {
    return this.#transaction.isOpen;
  }

  async run(
    sql: string,
    parameters: QueryParameters,
    context: QueryContext,
    signal: AbortSignal,
  ): Promise<QueryAnswer> {
    signal.throwIfAborted();
    this.#abandon();
    const bound = bindWritten(sql, parameters, lexingOf(sqlModeOf(context)));
    const limit = limitStatement(context, signal, this.#engine.clock, () => this.#connection.interrupt());
    const scope = await this.#scope(context, limit.signal);
    try {
      const answer = await this.#dispatch(bound, scope, limit);
      this.#release(true);
      return answer;
    } catch (error) {
      limit[Symbol.dispose]();
      const failure = await this.#failure(error, scope, limit);
      this.#release(false);
      throw failure;
    }
  }

  async describe(
    sql: string,
    context: QueryContext,
    signal: AbortSignal,
  ): Promise<Readonly<{ columns: readonly Column[]; parameterCount: number }>> {
    signal.throwIfAborted();
    this.#abandon();
    const lexing = lexingOf(sqlModeOf(context));
    const parameters = describingParameters(tokenize(sql, lexing));
    const parameterCount = parameters.length;
    const { text, written } = bindWritten(sql, parameters, lexing);
    const tokens = tokenize(text, lexing);
    if (!isQuery(tokens)) return { columns: [], parameterCount };
    const scope = await this.#scope(context, signal);
    try {
      const columns = await describeSelect(scope, { bound: { text, written }, tokens });
      this.#release(true);
      return { columns, parameterCount };
    } catch (error) {
      this.#release(false);
      throw sqlErrorOf(error, { database: context.database });
    }
  }

  /** START TRANSACTION. An open transaction is committed first, as MySQL does. A `readOnly` one takes no changes. */
  async begin(_signal?: AbortSignal, readOnly = false): Promise<void> {
    await this.#transaction.commit();
    await this.#transaction.begin(readOnly);
  }

  /** COMMIT; nothing to do outside of a transaction. Fails with lock_deadlock when another one was first. */
  async commit(): Promise<void> {
    this.#abandon();
    await this.#ending(() => this.#transaction.commit());
  }

  /** ROLLBACK TO SAVEPOINT. A failure other than of the name ends the transaction. */
  async rollBackTo(name: string): Promise<void> {
    this.#abandon();
    await this.#ending(() => this.#transaction.rollBackTo(name));
  }

  async rollback(): Promise<void> {
    this.#abandon();
    await this.#ending(() => this.#transaction.rollBack());
  }

  /** As after login: an open transaction is rolled back, and temporary tables are gone. */
  async reset(): Promise<void> {
    if (this.#temporaryTables.size > 0) await this[Symbol.asyncDispose]();
    else await this.rollback();
  }

  /** The session's temporary table of the name, and the next value of its AUTO_INCREMENT. */
  temporaryTable(database: string, name: string): TemporaryTable | undefined {
    const found = this.#temporaryTables.find(database, name);
    if (found === undefined) return undefined;
    const hasCounter = found.definition.columns.some((column) => column.autoIncrement);
    return {
      object: { ...found, database: shownDatabase(found.database), temporary: true },
      autoIncrement: hasCounter ? this.#engine.counters.next(found.database, found.name) : undefined,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abandon();
    if (!this.#connection.isOpen) return;
    await this.#transaction.rollBack();
    this.#connection[Symbol.dispose]();
    this.#temporaryTables.clear();
  }

  /** What was not read to its end is given up. */
  #abandon(): void {
    if (this.#result.abandon()) this.#connection.spoil();
  }

  async #ending(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#release(true);
    } catch (error) {
      this.#release(false);
      throw error;
    }
  }

  /** Lets go of the connection, unless it has what the session needs. After a failure no other session gets it. */
  #release(isSound: boolean): void {
    if (this.inTransaction || this.#temporaryTables.size > 0 || this.#result.isOpen) return;
    if (isSound) this.#connection.rest();
    else this.#connection[Symbol.dispose]();
  }

  async #dispatch(bound: Bound, scope: StatementScope, limit: Limit): Promise<QueryAnswer> {
    const lexing = lexingOf(scope.sqlMode);
    const bulk = bulkInsertHead(bound.text, lexing);
    const tokens = bulk ?? tokenize(bound.text, lexing);
    // Its rows come after the answer, within the limit.
    if (isQuery(tokens)) return this.#select({ bound, tokens }, await this.#transaction.enter(scope), limit);
    const read = bulk === undefined ? tokens : new TokenWindow(bound.text, lexing);
    const answer = await this.#finished({ text: bound.text, tokens, read }, scope);
    limit[Symbol.dispose]();
    return answer;
  }

  /** Every statement but a query has been done when it is answered. */
  async #finished(given: Given, scope: StatementScope): Promise<QueryAnswer> {
    const { text, tokens, read } = given;
    const word = statementWord(tokens);
    if (isDefinition(word)) return this.#define(given, scope);
    if (await this.#control(word)) return ok(scope, { affectedRows: 0n, lastInsertId: 0n, info: '' });
    const within = await this.#transaction.enter(scope);
    if (isExplain(word)) return explain(within, tokens, text);
    if (word === 'CHECKSUM') return checksumTable(within, new TokenReader(tokens, text));
    this.#engine.requireFile();
    this.#connection.takeNotes(scope.notes);
    using own = within.keyUse === undefined ? this.#engine.keyUses.begin() : undefined;
    const changing = { ...within, keyUse: within.keyUse ?? own };
    const changed = await change(word, changing, new TokenReader(read, text, { showsSecrets: true }));
    if (!this.inTransaction) this.#engine.committed('rows');
    return ok(within, changed);
  }

  async #define({ text, tokens }: Given, scope: StatementScope): Promise<QueryAnswer> {
    this.#connection.takeNotes(scope.notes);
    if (this.isReadOnly) throw readOnlyTransaction();
    this.#engine.requireFile();
    return isTemporaryDefinition(tokens)
      ? this.#temporaryDefinition(scope, tokens, text)
      : this.#definition(scope, tokens, text);
  }

  async #definition(scope: StatementScope, tokens: readonly Token[], text: string): Promise<QueryAnswer> {
    await this.#transaction.commit();
    const done = await runDefinition(
      { ...scope, inTransaction: false, refresher: this.#refresher },
      tokens,
      text,
    );
    this.#temporaryTables.committed();
    this.#engine.committed('definitions');
    return done;
  }

  async #temporaryDefinition(
    scope: StatementScope,
    tokens: readonly Token[],
    text: string,
  ): Promise<QueryAnswer> {
    const within = await this.#transaction.enter(scope);
    const done = await runTemporaryDefinition(within, tokens, text);
    if (!this.inTransaction) this.#temporaryTables.committed();
    return done;
  }

  async #control(word: string): Promise<boolean> {
    switch (word) {
      case 'START':
      case 'BEGIN':
        await this.begin();
        return true;
      case 'COMMIT':
        await this.#transaction.commit();
        return true;
      case 'ROLLBACK':
        await this.#transaction.rollBack();
        return true;
      default:
        return false;
    }
  }

  async #select(select: ClientSelect, scope: StatementScope, limit: Limit): Promise<QueryAnswer> {
    const { translated, columns, result, foundRows } = await openSelect(scope, this.#connection, select);
    const ended = (isSound: boolean): void => this.#release(isSound);
    const batches = this.#result.stream(scope, { result, sql: translated.sql, limit, ended });
    const guarded = withVariables(this.#guarded(columns, batches, scope, limit), translated.assigns, scope);
    const found = foundRows === undefined ? {} : { foundRows };
    return { kind: 'rows', result: guarded, warnings: scope.warnings, ...found };
  }

  /** The rows, with failures on the way put into MySQL's words. */
  #guarded(
    columns: readonly Column[],
    batches: AsyncGenerator<RowBatch>,
    scope: StatementScope,
    limit: Limit,
  ): ResultSet {
    const failure = async (error: unknown): Promise<unknown> => this.#failure(error, scope, limit);
    async function* guarded(): AsyncGenerator<RowBatch> {
      try {
        yield* batches;
      } catch (error) {
        throw await failure(error);
      }
    }
    return { columns, batches: guarded() };
  }

  async #failure(error: unknown, scope: StatementScope, limit: Limit): Promise<unknown> {
    const known = limit.isTimedOut()
      ? statementTimedOut()
      : scope.signal.aborted
        ? new SqlError('query_interrupted', 'Query execution was interrupted', { cause: error })
        : sqlErrorOf(error, { database: scope.context.database });
    const isLost = this.inTransaction && !(error instanceof SqlError) && abortsTransaction(error);
    if (!isLost) return known;
    await this.#transaction.rollBack();
    return new SqlError(known.kind, known.message, {
      hint: 'The transaction was rolled back.',
      cause: error,
    });
  }

  async #scope(context: QueryContext, signal: AbortSignal): Promise<StatementScope> {
    const sqlMode = sqlModeOf(context);
    const warnings: WarningList = [];
    if (context.variable('max_error_count') !== undefined)
      warnings.keptMax = numberVariable(context, 'max_error_count');
    return {
      engine: this.#engine,
      connection: await this.#connection.open(),
      context: { ...context, temporaryTables: this.#temporaryTables },
      signal,
      inTransaction: this.inTransaction,
      isReadOnly: this.isReadOnly,
      savepoints: this.savepoints,
      keyUse: undefined,
      snapshot: undefined,
      written: [],
      sqlMode,
      insertIds: noInsertIds(),
      warnings,
      notes: notesOf(warnings, sqlMode),
    };
  }
}

/** A statement's text and tokens. `read` are the tokens for whoever reads all of it: of a bulk INSERT they come by and by. */
type Given = Readonly<{ text: string; tokens: readonly Token[]; read: readonly Token[] | TokenWindow }>;

async function change(word: string, scope: StatementScope, reader: TokenReader): Promise<Changed> {
  switch (word) {
    case 'INSERT':
    case 'REPLACE':
      return runInsert(scope, reader);
    case 'UPDATE':
      return runUpdate(scope, reader);
    case 'DELETE':
      return runDelete(scope, reader);
    default:
      throw notYet(word);
  }
}

function ok(scope: StatementScope, changed: Changed): QueryAnswer {
  assert(changed.affectedRows >= 0n, 'a statement affected a negative number of rows');
  return { kind: 'ok', ...changed, warnings: scope.warnings };
}
