import { assert } from '../../base/assert.ts';
import type { Cell, Column, ResultSet, RowBatch } from '../../base/rows.ts';
import { SqlError } from '../../base/sql-error.ts';
import { bulkInsertHead } from '../../sql/bulk-insert.ts';
import { tokenize } from '../../sql/lexer.ts';
import type { Token } from '../../sql/token.ts';
import type { QueryAnswer, QueryContext, QueryParameters, QuerySession } from '../query.ts';
import { addWarning, forgetWarnings, type WarningList } from '../warnings.ts';
import { checksumTable } from './checksum-table.ts';
import { type Connection, rollbackQuietly } from './connection/connection.ts';
import { openRead, takeSnapshot } from './statement/consistent-read.ts';
import { runDefinition, runTemporaryDefinition } from './ddl-execution/run.ts';
import type { StoredTable } from './dictionary/stored-object.ts';
import { readOnlyTransaction } from './dml/begin-write.ts';
import { runDelete } from './dml/delete.ts';
import { loadTables } from './dml/evaluate.ts';
import { runInsert } from './dml/insert.ts';
import { noInsertIds } from './statement/insert-ids.ts';
import type { Changed } from './dml/changed.ts';
import { TokenReader } from '../../sql/token-reader.ts';
import { TokenWindow } from '../../sql/token-window.ts';
import { notYet } from '../../sql/not-yet.ts';
import { runUpdate } from './dml/update.ts';
import type { Embedded } from './embedded.ts';
import type { Engine } from './engine/engine.ts';
import { abortsTransaction, sqlErrorOf } from './connection/errors.ts';
import { explain, isExplain } from './explain/explain.ts';
import { bindWritten, describingParameters, type Bound } from './statement/parameters.ts';
import { expandPartitions } from './partitions/selection.ts';
import { isTemporaryPlace, shownDatabase } from './physical/names.ts';
import { Savepoints } from './statement/savepoints.ts';
import { type NoteChannel, notesOf, type NoteTaking } from './connection/notes.ts';
import type { Refresher } from './materialized/refresher.ts';
import { streamRows } from './connection/result-stream.ts';
import { columnDescriber, countRows, preparedColumns } from './select/select-columns.ts';
import { withVariables } from './select/assigned-variables.ts';
import { isDefinition, isQuery, isTemporaryDefinition, statementWord } from './statement/kind.ts';
import type { TemporaryTable } from './engine-facts.ts';
import { TemporaryTables } from './dictionary/temporary-tables.ts';
import type { SwappedName } from './engine/swaps.ts';
import { type Limit, limitStatement, statementTimedOut } from './statement/limit.ts';
import type { StatementScope } from './statement/scope.ts';
import { numberVariable } from './statement/number-variable.ts';
import { lexingOf, sqlModeOf } from './translation/sql-mode.ts';
import { translateSelect } from './translation/translator.ts';

/**
 * One login's conversation with the embedded engine. Its connection is opened by the first statement.
 *
 * A statement that fails leaves an open transaction as it was wherever the failure can be seen beforehand, which is
 * so for all INSERT, UPDATE and DELETE. What only shows while DuckDB runs (a conflict with another transaction, an
 * overflow inside a SELECT) ends the transaction: it is rolled back, and the error's hint says so.
 */
export class EmbeddedSession implements QuerySession {
  readonly savepoints: Savepoints = new Savepoints();
  readonly #engine: Engine;
  readonly #refresher: Refresher;
  readonly #temporaryTables: TemporaryTables;
  #connection: Connection | undefined;
  /** Of the connection. */
  #channel: NoteChannel | undefined;
  #inTransaction = false;
  /** Of the open transaction. */
  #isReadOnly = false;
  /** How many swaps of restores the open transaction has seen; undefined until its first statement. */
  #snapshot: number | undefined;
  /** Tables whose rows the open transaction may have changed. */
  #written: SwappedName[] = [];
  #openResult: Readonly<{ abort: AbortController; limit: Limit }> | undefined;

  constructor({ engine, refresher }: Embedded) {
    this.#engine = engine;
    this.#refresher = refresher;
    this.#temporaryTables = new TemporaryTables(engine);
  }

  get isReadOnly(): boolean {
    return this.#inTransaction && this.#isReadOnly;
  }

  get inTransaction(): boolean {
    return this.#inTransaction;
  }

  async run(
    sql: string,
    parameters: QueryParameters,
    context: QueryContext,
    signal: AbortSignal,
  ): Promise<QueryAnswer> {
    signal.throwIfAborted();
    this.#abandonResult();
    const bound = bindWritten(sql, parameters, lexingOf(sqlModeOf(context)));
    const limit = limitStatement(context, signal, this.#engine.clock, () => this.#connection?.interrupt());
    const scope = await this.#scope(context, limit.signal);
    try {
      return await this.#dispatch(bound, scope, limit);
    } catch (error) {
      limit[Symbol.dispose]();
      throw await this.#failure(error, scope, limit);
    }
  }

  async describe(
    sql: string,
    context: QueryContext,
    signal: AbortSignal,
  ): Promise<Readonly<{ columns: readonly Column[]; parameterCount: number }>> {
    signal.throwIfAborted();
    this.#abandonResult();
    const lexing = lexingOf(sqlModeOf(context));
    const parameters = describingParameters(tokenize(sql, lexing));
    const parameterCount = parameters.length;
    const { text, written } = bindWritten(sql, parameters, lexing);
    const tokens = tokenize(text, lexing);
    if (!isQuery(tokens)) return { columns: [], parameterCount };
    const scope = await this.#scope(context, signal);
    try {
      const translated = this.#translate({ text, written }, tokens, scope);
      await loadTables(scope, translated);
      return { columns: await preparedColumns(scope, translated, { tokens, text }), parameterCount };
    } catch (error) {
      throw sqlErrorOf(error, { database: context.database });
    }
  }

  /** START TRANSACTION. An open transaction is committed first, as MySQL does. A `readOnly` one takes no changes. */
  async begin(_signal?: AbortSignal, readOnly = false): Promise<void> {
    if (this.#inTransaction) await this.commit();
    const connection = await this.#connected();
    await connection.run('BEGIN TRANSACTION');
    this.#inTransaction = true;
    this.#isReadOnly = readOnly;
    this.#snapshot = undefined;
    this.#written = [];
  }

  /** COMMIT; nothing to do outside of a transaction. Fails with lock_deadlock when another one was first. */
  async commit(): Promise<void> {
    this.#abandonResult();
    if (!this.#inTransaction) return;
    this.#inTransaction = false;
    const connection = await this.#connected();
    try {
      const { swaps } = this.#engine;
      using _entered = await swaps.enter(this.#written);
      if (this.#snapshot !== undefined && swaps.isSwapped(this.#written, this.#snapshot)) {
        throw swappedMeanwhile();
      }
      if (this.#written.length > 0) this.#engine.requireFile();
      await this.savepoints.forgetRows(connection);
      await connection.run('COMMIT');
      this.#temporaryTables.committed();
      this.#engine.committed('rows');
    } catch (error) {
      await rollbackQuietly(connection);
      await this.#temporaryTables.rolledBack(connection);
      throw sqlErrorOf(error);
    } finally {
      this.savepoints.clear();
    }
  }

  /** ROLLBACK TO SAVEPOINT. A failure other than of the name ends the transaction. */
  async rollBackTo(name: string): Promise<void> {
    this.#abandonResult();
    const isThere = ({ database, name: table }: StoredTable): boolean =>
      !isTemporaryPlace(database) || this.#temporaryTables.find(database, table)?.database === database;
    try {
      await this.savepoints.rollBackTo(await this.#connected(), name, isThere);
    } catch (error) {
      if (error instanceof SqlError) throw error;
      await this.rollback();
      throw sqlErrorOf(error);
    }
  }

  async rollback(): Promise<void> {
    this.#abandonResult();
    if (!this.#inTransaction) return;
    this.#inTransaction = false;
    this.savepoints.clear();
    const connection = await this.#connected();
    await rollbackQuietly(connection);
    await this.#temporaryTables.rolledBack(connection);
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
    this.#abandonResult();
    if (this.#connection === undefined) return;
    if (this.#inTransaction) await this.rollback();
    if (this.#channel !== undefined) this.#engine.notes.close(this.#channel);
    this.#connection.close();
    this.#connection = undefined;
    this.#temporaryTables.clear();
  }

  async #dispatch(bound: Bound, scope: StatementScope, limit: Limit): Promise<QueryAnswer> {
    const { text } = bound;
    const lexing = lexingOf(scope.sqlMode);
    const bulk = bulkInsertHead(text, lexing);
    const tokens = bulk ?? tokenize(text, lexing);
    const word = statementWord(tokens);
    if (isDefinition(word)) {
      this.#takeNotes(scope.notes);
      this.#refuseReadOnly();
      this.#engine.requireFile();
      const done = isTemporaryDefinition(tokens)
        ? await this.#temporaryDefinition(scope, tokens, text)
        : await this.#definition(scope, tokens, text);
      limit[Symbol.dispose]();
      return done;
    }
    const control = await this.#control(word);
    if (control) {
      limit[Symbol.dispose]();
      return ok(scope, { affectedRows: 0n, lastInsertId: 0n, info: '' });
    }
    const within = await this.#opened(scope);
    if (isQuery(tokens)) return this.#select(bound, tokens, within, limit);
    if (isExplain(word)) {
      const plan = await explain(within, tokens, text);
      limit[Symbol.dispose]();
      return plan;
    }
    if (word === 'CHECKSUM') {
      const sum = await checksumTable(within, new TokenReader(tokens, text));
      limit[Symbol.dispose]();
      return sum;
    }
    this.#engine.requireFile();
    this.#takeNotes(scope.notes);
    const read = bulk === undefined ? tokens : new TokenWindow(text, lexing);
    const changed = await change(word, within, new TokenReader(read, text, { showsSecrets: true }));
    if (!this.#inTransaction) this.#engine.committed('rows');
    limit[Symbol.dispose]();
    return ok(within, changed);
  }

  async #definition(scope: StatementScope, tokens: readonly Token[], text: string): Promise<QueryAnswer> {
    await this.commit();
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
    const within = await this.#opened(scope);
    const done = await runTemporaryDefinition(within, tokens, text);
    if (!this.#inTransaction) this.#temporaryTables.committed();
    return done;
  }

  #takeNotes(taking: NoteTaking | undefined): void {
    if (this.#channel !== undefined) this.#channel.taking = taking;
  }

  #refuseReadOnly(): void {
    if (this.isReadOnly) throw readOnlyTransaction();
  }

  /** With autocommit off the first statement opens the transaction. */
  async #opened(scope: StatementScope): Promise<StatementScope> {
    const autocommit = scope.context.variable('autocommit');
    const isOff = autocommit !== undefined && numberOfSwitch(autocommit) === 0;
    if (isOff && !this.#inTransaction) await this.begin();
    if (this.#inTransaction) this.#snapshot ??= await takeSnapshot(scope.connection, this.#engine.swaps);
    if (!this.#inTransaction) return { ...scope, inTransaction: false };
    return { ...scope, inTransaction: true, snapshot: this.#snapshot, written: this.#written };
  }

  async #control(word: string): Promise<boolean> {
    switch (word) {
      case 'START':
      case 'BEGIN':
        await this.begin();
        return true;
      case 'COMMIT':
        await this.commit();
        return true;
      case 'ROLLBACK':
        await this.rollback();
        return true;
      default:
        return false;
    }
  }

  #translate(
    { text, written }: Bound,
    tokens: readonly Token[],
    scope: StatementScope,
  ): ReturnType<typeof translateSelect> {
    const expanded = expandPartitions(scope, tokens, text);
    return translateSelect(this.#engine, scope.context, expanded.text, {
      assigns: true,
      substitutes: expanded.substitutes,
      isShown: true,
      ...(expanded.text === text ? { written } : {}),
    });
  }

  async #select(
    bound: Bound,
    tokens: readonly Token[],
    scope: StatementScope,
    limit: Limit,
  ): Promise<QueryAnswer> {
    const { translated, opened } = await openRead(this.#engine.swaps, {
      snapshot: scope.snapshot,
      translate: () => this.#translate(bound, tokens, scope),
      open: async (translated) => {
        await loadTables(scope, translated);
        this.#takeNotes(undefined);
        const foundRows = await countRows(scope, translated.foundRowsSql);
        forgetWarnings(scope.warnings, 0);
        for (const warning of translated.warnings) addWarning(scope.warnings, warning);
        this.#takeNotes(scope.notes);
        return { foundRows, result: await scope.connection.stream(translated.sql) };
      },
    });
    const { foundRows, result } = opened;
    const describe = columnDescriber(scope, translated, { tokens, text: bound.text });
    const columns = result
      .columnTypes()
      .map((type, index) => describe(index, result.columnName(index), type));
    const abort = new AbortController();
    const open = { abort, limit };
    this.#openResult = open;
    const batches = streamRows(scope.connection, result, {
      sql: translated.sql,
      signal: AbortSignal.any([scope.signal, abort.signal]),
      release: async () => {
        limit[Symbol.dispose]();
        if (this.#openResult === open) this.#openResult = undefined;
      },
    });
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
    const isLost = this.#inTransaction && !(error instanceof SqlError) && abortsTransaction(error);
    if (!isLost) return known;
    await this.rollback();
    return new SqlError(known.kind, known.message, {
      hint: 'The transaction was rolled back.',
      cause: error,
    });
  }

  /** A result set that is not read to its end is given up when the next statement comes. */
  #abandonResult(): void {
    if (this.#openResult === undefined) return;
    const { abort, limit } = this.#openResult;
    this.#openResult = undefined;
    limit[Symbol.dispose]();
    abort.abort(new SqlError('query_interrupted', 'the result set was given up by a later statement'));
  }

  async #scope(context: QueryContext, signal: AbortSignal): Promise<StatementScope> {
    const sqlMode = sqlModeOf(context);
    const warnings: WarningList = [];
    if (context.variable('max_error_count') !== undefined)
      warnings.keptMax = numberVariable(context, 'max_error_count');
    return {
      engine: this.#engine,
      connection: await this.#connected(),
      context: { ...context, temporaryTables: this.#temporaryTables },
      signal,
      inTransaction: this.#inTransaction,
      isReadOnly: this.isReadOnly,
      savepoints: this.savepoints,
      snapshot: undefined,
      written: [],
      sqlMode,
      insertIds: noInsertIds(),
      warnings,
      notes: notesOf(warnings, sqlMode),
    };
  }

  async #connected(): Promise<Connection> {
    if (this.#connection !== undefined) return this.#connection;
    this.#connection = await this.#engine.connect();
    this.#channel = await this.#engine.notes.open(this.#connection);
    return this.#connection;
  }
}

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

/** Rows beside those that a restore has put there belong to neither state. */
function swappedMeanwhile(): SqlError {
  return new SqlError('lock_deadlock', 'Deadlock found when trying to get lock; try restarting transaction', {
    hint: 'A restore has replaced rows of a table that the transaction wrote to; it was rolled back.',
  });
}

function numberOfSwitch(value: Cell): number {
  const text = String(value as string | number | bigint | boolean).toUpperCase();
  return text === '0' || text === 'OFF' || text === 'FALSE' ? 0 : 1;
}

function ok(scope: StatementScope, changed: Changed): QueryAnswer {
  assert(changed.affectedRows >= 0n, 'a statement affected a negative number of rows');
  return { kind: 'ok', ...changed, warnings: scope.warnings };
}
