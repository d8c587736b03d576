import { SqlError } from '../../../base/sql-error.ts';
import type { ColumnDefinition } from '../../../sql/ddl/definition.ts';
import type { StagedColumn, StagedRow } from '../connection/connection.ts';
import type { DictionaryChange } from '../dictionary/change.ts';
import type { StoredTable } from '../dictionary/stored-object.ts';
import { sameName } from '../physical/names.ts';
import { deletePartitions } from '../partitions/rows.ts';
import { isExact, replacingModel, type UniqueKey, uniqueKeys } from '../physical/keys.ts';
import { expandPartitions } from '../partitions/selection.ts';
import { requireObject } from '../translation/access.ts';
import { readWithin } from '../statement/consistent-read.ts';
import { missingParent } from '../dictionary/foreign-key.ts';
import { dropOrphans, firstOrphan } from './foreign-keys/parents.ts';
import { locksOfFollowing } from '../statement/foreign-keys.ts';
import { notYet } from '../../../sql/not-yet.ts';
import { tokenize } from '../../../sql/lexer.ts';
import type { StatementScope } from '../statement/scope.ts';
import { isStrict, lexingOf } from '../translation/sql-mode.ts';
import { readsRow } from '../physical/row-defaults.ts';
import { temporaryTable } from '../partitions/temporary.ts';
import { lockName } from '../engine/table-locks.ts';
import { type Translated, translateSelect } from '../translation/translator.ts';
import { assignNumbers, autoColumn } from './auto-increment.ts';
import { warningCount } from '../../warnings.ts';
import { beginWrite } from './begin-write.ts';
import {
  type ChangeTarget,
  changeTarget,
  requireChange,
  requireInsertable,
  targetColumn,
} from './change-target.ts';
import { checkView } from './check-option.ts';
import { stagedKind } from './conversion-sql.ts';
import { omittedColumn } from './column-defaults.ts';
import { dropDuplicates, refuseDuplicates } from './duplicates.ts';
import { evaluate, loadTables, sourceKinds } from './evaluate.ts';
import { noteComputed, settingInsertId } from './insert-ids.ts';
import { answeredIds } from '../statement/insert-ids.ts';
import { type InsertStatement, type InsertTail, parseInsertHead, parseInsertTail } from './parse-insert.ts';
import type { Explained } from './explained.ts';
import { growNewTable, withNewPartitions } from './new-partitions.ts';
import { insertOrUpdate } from './on-duplicate.ts';
import { checkMergingInsert, keptColumns, mergeRows } from './merge.ts';
import { replaceRows } from './replace.ts';
import { checkRows, computeColumns, generatedPlaceholder } from './row-checks.ts';
import { insertStaged } from './staged-insert.ts';
import type { ReadyInsert } from './ready-insert.ts';
import type { Changed } from './changed.ts';
import {
  newRows,
  numberedRaw,
  rowNumber,
  rawTable,
  releaseStaging,
  type StagedInput,
  stageRows,
} from './staging.ts';
import type { TokenReader } from '../../../sql/token-reader.ts';
import { inOneTransaction } from './transaction.ts';
import { readValueRows, stagedValue, type ValueRows } from './value-rows.ts';

/** Runs INSERT or REPLACE. */
export async function runInsert(scope: StatementScope, reader: TokenReader): Promise<Changed> {
  const statement = parseInsertHead(reader);
  scope.notes.isStrict = isStrict(scope.sqlMode) && !statement.ignore;
  const { count: resolvedAt } = scope.engine.swaps;
  const target = insertTarget(scope, statement);
  const { table } = target;
  requireReplacement(scope, target, statement);
  const columns = targetColumns(target, statement);
  const given = await givenRows(scope, statement, reader, columns);
  const isAdding = statement.kind === 'insert' && given.tail.onDuplicate.length === 0;
  const own = lockName(table.database, table.name);
  const locks = isAdding ? [own] : locksOfFollowing(scope, [table]);
  using _lock = scope.inTransaction ? undefined : await scope.engine.locks.acquire(locks, scope.signal);
  beginWrite(scope, [target], resolvedAt);
  const { kinds, defaulted } = given;
  const inputs = await inputsOf(scope, table, { columns, kinds, ignore: statement.ignore, defaulted });
  const count = await stageRows(scope, inputs, {
    into: newRows,
    from: numberedRaw,
    number: 'r.n',
    extra: [],
    ignore: statement.ignore,
    ofValues: statement.source.kind !== 'select',
  });
  const generated = await assignNumbers(scope, table);
  await computeColumns(scope, table, newRows, rowDefaults(table, columns, defaulted));
  if (given.tail.onDuplicate.length > 0) requireUpdate(scope, target);
  const { view } = target;
  const writing = { counterOf: table.name, statement, tail: given.tail, generated, count, view };
  checkMergingInsert({ ...writing, table });
  const named = new Set(columns);
  const write = async (within: StatementScope, into: StoredTable): Promise<Changed> => {
    const { ignore, partitions } = statement;
    const left = count - (await checkView(within, view, newRows, ignore));
    await checkRows(within, into, newRows, { ignore, partitions });
    const ready = { ...writing, table: into, count: left, given: count };
    return statement.overwrite ? overwriteRows(within, ready, named) : writeRows(within, ready, named);
  };
  const changed = statement.temporary
    ? await write(scope, temporaryTable(table))
    : await withNewPartitions(scope, table, newRows, write);
  await releaseStaging(scope, count);
  return showsCounter(target) ? changed : { ...changed, lastInsertId: 0n, insertId: 0n };
}

function insertTarget(scope: StatementScope, statement: InsertStatement): ChangeTarget {
  const target = changeTarget(scope, statement.table, 'INSERT', ['INSERT']);
  requireChange(scope, target, 'INSERT');
  requireInsertable(scope, target);
  const isOfPartitions = statement.overwrite || statement.temporary || statement.partitions !== undefined;
  if (target.view !== undefined && isOfPartitions) throw notYet('partitions of a view');
  return target;
}

/** The rows that are there are read, too. */
function requireUpdate(scope: StatementScope, target: ChangeTarget): void {
  requireChange(scope, target, 'UPDATE');
  if (target.view !== undefined) requireObject(scope, target.view.levels[0].view, ['SELECT']);
}

/** A view without the column of AUTO_INCREMENT says nothing of its numbers (manual, Updatable and Insertable Views). */
function showsCounter({ table, view }: ChangeTarget): boolean {
  const column = autoColumn(table);
  return view === undefined || column === undefined || view.columns.includes(column);
}

/** REPLACE and INSERT OVERWRITE delete rows, and ON DUPLICATE KEY UPDATE changes them. */
function requireReplacement(scope: StatementScope, target: ChangeTarget, statement: InsertStatement): void {
  if (statement.kind === 'replace' || statement.overwrite) requireChange(scope, target, 'DELETE');
}

/** INSERT OVERWRITE: the rows take the place of those of the table, or of the named partitions. */
async function overwriteRows(
  scope: StatementScope,
  ready: ReadyInsert,
  given: ReadonlySet<ColumnDefinition>,
): Promise<Changed> {
  const { table, statement } = ready;
  await refuseOrphan(scope, ready, []);
  return inOneTransaction(scope, async () => {
    await deletePartitions(scope, table, statement.partitions);
    return writeRows({ ...scope, inTransaction: true }, ready, given);
  });
}

/**
 * Fills a new table from a SELECT, for CREATE TABLE … AS SELECT. Part of the transaction of `change`; a temporary table has
 * none, for it has no partitions that would have to be made.
 */
export async function insertSelect(
  scope: StatementScope,
  change: DictionaryChange | undefined,
  made: StoredTable,
  columns: readonly ColumnDefinition[],
  fill: Readonly<{ asSelect?: Readonly<{ text: string }>; onDuplicate?: 'IGNORE' | 'REPLACE' }>,
): Promise<number> {
  const within = { ...scope, inTransaction: true };
  const ignore = fill.onDuplicate === 'IGNORE';
  scope.notes.isStrict = isStrict(scope.sqlMode) && !ignore;
  const kinds = await selectRows(within, fill.asSelect?.text ?? '', columns.length);
  const inputs = await inputsOf(within, made, { columns, kinds, ignore, defaulted: new Set() });
  const stage = { into: newRows, from: numberedRaw, number: 'r.n', extra: [], ignore };
  const count = await stageRows(within, inputs, stage);
  const generated = await assignNumbers(within, made);
  await computeColumns(within, made, newRows, rowDefaults(made, columns));
  const table = change === undefined ? made : await growNewTable(within, change, made, newRows);
  await checkRows(within, table, newRows, { ignore });
  const statement: InsertStatement = {
    kind: fill.onDuplicate === 'REPLACE' ? 'replace' : 'insert',
    overwrite: false,
    temporary: false,
    ignore,
    table: { database: table.database, name: table.name },
    source: { kind: 'select', text: '' },
    onDuplicate: [],
  };
  const numbered = { counterOf: table.name, generated, count };
  const ready = { ...numbered, table, statement, tail: { onDuplicate: [] } };
  const done = await writeRows(within, ready, new Set(columns));
  return Number(done.affectedRows);
}

/** `given`: the columns that the statement names. */
async function writeRows(
  scope: StatementScope,
  staged: ReadyInsert,
  given: ReadonlySet<ColumnDefinition>,
): Promise<Changed> {
  const { table, statement, tail } = staged;
  const { ignore } = statement;
  const keys = uniqueKeys(table.definition);
  const dropped = ignore ? await dropOrphans(scope, table, newRows) : 0;
  if (!ignore) await refuseOrphan(scope, staged, keys);
  const ready = { ...staged, count: staged.count - dropped };
  const isMerged = replacingModel(table.definition) !== undefined && tail.onDuplicate.length === 0;
  if (isMerged) return answer(scope, ready, await mergeRows(scope, ready, given));
  if (statement.kind === 'replace') return answer(scope, ready, await replaceRows(scope, ready, keys));
  if (tail.onDuplicate.length > 0) return answer(scope, ready, await insertOrUpdate(scope, ready, keys));
  if (ignore) {
    const duplicates = await dropDuplicates(scope, table, newRows, keys);
    const inserted = await inOneTransaction(scope, () => insertStaged(scope, ready));
    return answer(scope, ready, inserted, duplicates);
  }
  return answer(scope, ready, await insertChecked(scope, ready, keys));
}

/** A plain INSERT. Outside a transaction DuckDB's own constraints speak first; a failure is then put into words. */
async function insertChecked(
  scope: StatementScope,
  ready: ReadyInsert,
  keys: readonly UniqueKey[],
): Promise<number> {
  const doubtful = scope.inTransaction ? keys : keys.filter((key) => !isExact(key));
  await refuseDuplicates(scope, ready.table, newRows, doubtful);
  try {
    return await inOneTransaction(scope, () => insertStaged(scope, ready));
  } catch (error) {
    const isConstraint = error instanceof Error && /constraint/i.test(error.message);
    if (isConstraint && !scope.inTransaction) await refuseDuplicates(scope, ready.table, newRows, keys);
    throw error;
  }
}

/** MySQL looks at one row after another, and at the parents of each before its keys. */
async function refuseOrphan(
  scope: StatementScope,
  { table, statement, tail }: ReadyInsert,
  keys: readonly UniqueKey[],
): Promise<void> {
  const orphan = await firstOrphan(scope, table, newRows);
  if (orphan === undefined) return;
  const isMerged = replacingModel(table.definition) !== undefined;
  const mayMeet = isMerged || statement.kind === 'replace' || tail.onDuplicate.length > 0;
  const before = `(FROM ${newRows} WHERE ${rowNumber} < ${orphan.row})`;
  if (!mayMeet) await refuseDuplicates(scope, table, before, keys);
  throw missingParent(orphan.key);
}

function answer(
  scope: StatementScope,
  ready: ReadyInsert,
  affected: number,
  duplicates = ready.count - affected,
): Changed {
  const isOne = ready.statement.source.kind !== 'select' && (ready.given ?? ready.count) === 1;
  const shown = Math.max(0, ready.tail.onDuplicate.length > 0 ? affected - ready.count : duplicates);
  return {
    affectedRows: BigInt(affected),
    ...answeredIds(scope.insertIds),
    info: isOne
      ? ''
      : `Records: ${ready.count}  Duplicates: ${shown}  Warnings: ${warningCount(scope.warnings)}`,
  };
}

/** The columns that values are given for, in the order given. */
function targetColumns(target: ChangeTarget, statement: InsertStatement): readonly ColumnDefinition[] {
  if (statement.columns === undefined) return allColumns(target);
  const seen = new Set<ColumnDefinition>();
  return statement.columns.map((name) => {
    const column = targetColumn(target, name);
    if (column === undefined)
      throw new SqlError('unknown_column', `Unknown column '${name}' in 'field list'`);
    if (seen.has(column)) throw new SqlError('duplicate_column', `Column '${name}' specified twice`);
    seen.add(column);
    return column;
  });
}

function allColumns({ table, view }: ChangeTarget): readonly ColumnDefinition[] {
  if (view !== undefined) return view.columns.filter((column) => column !== undefined);
  return table.definition.columns.filter((column) => !column.invisible);
}

type Given = Readonly<{
  tail: InsertTail;
  kinds: readonly StagedInput['kind'][];
  /** Columns with the word DEFAULT in each row, which stands for something that the row's other values decide. */
  defaulted: ReadonlySet<ColumnDefinition>;
}>;

/** The columns whose values come of a DEFAULT that reads the row: those that the statement does not name, and `defaulted`. */
function rowDefaults(
  { definition }: StoredTable,
  given: readonly ColumnDefinition[],
  defaulted: ReadonlySet<ColumnDefinition> = new Set(),
): ReadonlySet<ColumnDefinition> {
  const missing = definition.columns.filter((column) => !given.includes(column) && readsRow(column));
  return new Set([...missing, ...defaulted]);
}

/** Of rows of which some have a value and some have DEFAULT the engine computes neither. */
function defaultedColumns(
  values: ValueRows,
  columns: readonly ColumnDefinition[],
): ReadonlySet<ColumnDefinition> {
  const found = columns.filter((column, index) => {
    if (!readsRow(column)) return false;
    const defaults = values.pending.filter((cell) => cell.column === index && cell.expression === undefined);
    if (defaults.length === 0) return false;
    if (defaults.length === values.staged + values.rows.length) return true;
    throw notYet(`DEFAULT of column '${column.name}' in some of the rows`);
  });
  return new Set(found);
}

/** Puts what the statement gives into `raw` as c0, c1 … */
async function givenRows(
  scope: StatementScope,
  statement: InsertStatement,
  reader: TokenReader,
  columns: readonly ColumnDefinition[],
): Promise<Given> {
  if (statement.source.kind === 'select') {
    refuseGenerated({ staged: 1, rows: [], pending: [] }, columns);
    const kinds = await selectRows(scope, statement.source.text, columns.length);
    return { tail: parseInsertTail(reader), kinds, defaulted: new Set() };
  }
  const { source } = statement;
  const kinds = columns.map((column) => stagedKind(column.type));
  const stage = await openRaw(scope, kinds);
  const values: ValueRows =
    source.kind === 'values'
      ? await readValueRows(reader, columns, stage)
      : {
          staged: 0,
          rows: [columns.map(() => null)],
          pending: source.expressions.map((expression, column) => ({
            row: 0,
            column,
            expression: expression.trim().toUpperCase() === 'DEFAULT' ? undefined : expression,
          })),
        };
  const tail = parseInsertTail(reader);
  refuseGenerated(values, columns);
  const defaulted = defaultedColumns(values, columns);
  await stage(values.pending.length === 0 ? values.rows : await filledRows(scope, values, columns));
  return { tail, kinds, defaulted };
}

/** EXPLAIN of an INSERT or REPLACE: the rows of its SELECT. Its values are read and not computed. */
export async function planInsert(scope: StatementScope, reader: TokenReader): Promise<Explained> {
  const statement = parseInsertHead(reader);
  const target = insertTarget(scope, statement);
  requireReplacement(scope, target, statement);
  const columns = targetColumns(target, statement);
  const { source } = statement;
  const translate =
    source.kind === 'select' ? (): Translated => translateSource(scope, source.text) : undefined;
  if (translate !== undefined) {
    await readWithin(scope, translate, (translated) => matchingKinds(scope, translated, columns.length));
  }
  if (source.kind === 'values') await readValueRows(reader, columns, async () => undefined);
  if (parseInsertTail(reader).onDuplicate.length > 0) requireUpdate(scope, target);
  const verb = statement.kind === 'replace' ? 'Replace into' : 'Insert into';
  return { root: { verb, tables: [target.table.name] }, translate };
}

function translateSource(scope: StatementScope, text: string): Translated {
  const expanded = expandPartitions(scope, tokenize(text, lexingOf(scope.sqlMode)), text);
  const { substitutes } = expanded;
  return translateSelect(scope.engine, scope.context, expanded.text, { substitutes });
}

async function matchingKinds(
  scope: StatementScope,
  translated: Translated,
  count: number,
): Promise<Given['kinds']> {
  await loadTables(scope, translated);
  const kinds = await sourceKinds(scope, translated.sql);
  if (kinds.length === count) return kinds;
  throw new SqlError('column_count_mismatch', `Column count doesn't match value count at row 1`);
}

async function selectRows(scope: StatementScope, text: string, count: number): Promise<Given['kinds']> {
  const translate = (): Translated => translateSource(scope, text);
  return readWithin(scope, translate, async (translated) => {
    const kinds = await matchingKinds(scope, translated, count);
    const names = kinds.map((_, index) => `c${index}`).join(', ');
    await scope.connection.run(
      `CREATE OR REPLACE TEMP TABLE ${rawTable} AS SELECT * FROM (${translated.sql}) AS q(${names})`,
    );
    return kinds;
  });
}

/** Makes an empty `raw`, and gives what adds rows to it. */
async function openRaw(
  scope: StatementScope,
  kinds: readonly StagedColumn[],
): Promise<(rows: readonly StagedRow[]) => Promise<void>> {
  const declared = kinds.map((kind, index) => `c${index} ${kind === 'bytes' ? 'BLOB' : 'VARCHAR'}`);
  // A table needs a column: `INSERT INTO t () VALUES ()` gives a row of none.
  const list = declared.length === 0 ? 'c0 VARCHAR' : declared.join(', ');
  await scope.connection.run(`CREATE OR REPLACE TEMP TABLE ${rawTable}(${list})`);
  const staged: readonly StagedColumn[] = kinds.length === 0 ? ['text'] : kinds;
  return async (rows) => scope.connection.append(rawTable, staged, rows);
}

/** The rows with their expressions and defaults computed. */
async function filledRows(
  scope: StatementScope,
  values: ValueRows,
  columns: readonly ColumnDefinition[],
): Promise<ValueRows['rows']> {
  const written = values.pending.map((cell) => ({
    expression: expressionText(cell.expression, columns, cell.column),
  }));
  const { assignments, place } = settingInsertId(scope, written);
  const texts = assignments.map(({ expression }) => expression);
  for (const cell of values.pending) {
    const column = columns[cell.column];
    const lacks = cell.expression === undefined && column !== undefined && hasNoDefault(column);
    if (lacks) await omittedColumn(scope, column, false);
  }
  if (place >= 0) refuseReadingIds(texts);
  const computed = await evaluate(scope, texts);
  if (place >= 0) noteComputed(scope, computed[place] ?? null);
  const rows = values.rows.map((row) => [...row]);
  for (const [index, cell] of values.pending.entries()) {
    const column = columns[cell.column];
    const row = rows[cell.row];
    if (row === undefined || column === undefined) continue;
    row[cell.column] = stagedValue(computed[index] ?? null, column);
  }
  return rows;
}

/** Of several values one would have to see what another has set; they are computed at once. */
function refuseReadingIds(texts: readonly string[]): void {
  if (texts.some((text) => /\bLAST_INSERT_ID\b/i.test(text)))
    throw notYet('LAST_INSERT_ID() beside LAST_INSERT_ID of a value');
}

/** An expression as it is to be computed; DEFAULT and DEFAULT(column) stand for what the definition says. */
function expressionText(
  expression: string | undefined,
  columns: readonly ColumnDefinition[],
  index: number,
): string {
  if (expression === undefined) return defaultText(columns[index]);
  const name = /^DEFAULT\s*\(\s*`?([^`()]+?)`?\s*\)$/i.exec(expression)?.[1];
  if (name === undefined) return expression;
  const column = columns.find((each) => sameName(each.name, name));
  return defaultText(column);
}

/** One that reads the row is computed when the row is there. */
function defaultText(column: ColumnDefinition | undefined): string {
  return column === undefined || readsRow(column) ? 'NULL' : (column.default?.text ?? 'NULL');
}

/** Nothing but the row that is there can give its value. */
function isRequired(column: ColumnDefinition): boolean {
  return !column.nullable && column.default === undefined;
}

function hasNoDefault(column: ColumnDefinition): boolean {
  return (
    column.default === undefined &&
    !column.nullable &&
    !column.autoIncrement &&
    column.generated === undefined
  );
}

/** Only DEFAULT may be given for a generated column. */
function refuseGenerated(values: ValueRows, columns: readonly ColumnDefinition[]): void {
  for (const [index, column] of columns.entries()) {
    if (column.generated === undefined) continue;
    const defaults = values.pending.filter((cell) => cell.column === index && cell.expression === undefined);
    if (defaults.length === values.staged + values.rows.length) continue;
    throw new SqlError(
      'generated_column',
      `The value specified for generated column '${column.name}' in table is not allowed.`,
    );
  }
}

/** One input per column of the table: from `raw` where the statement gives it, else its default. */
async function inputsOf(
  scope: StatementScope,
  table: StoredTable,
  given: Readonly<{ columns: readonly ColumnDefinition[]; ignore: boolean }> & Omit<Given, 'tail'>,
): Promise<readonly StagedInput[]> {
  const auto = autoColumn(table);
  const kept = keptColumns(scope, table, new Set(given.columns));
  const inputs: StagedInput[] = [];
  for (const column of table.definition.columns) {
    const index = given.columns.indexOf(column);
    const isComputed = index < 0 ? readsRow(column) : given.defaulted.has(column);
    if (column.generated !== undefined || isComputed) {
      inputs.push({ column, source: generatedPlaceholder(column), kind: 'same', isNew: false });
    } else if (index >= 0) {
      const kind = given.kinds[index] ?? 'other';
      inputs.push({ column, source: `r.c${index}`, kind, isNew: true, allowsNull: column === auto });
    } else if (column === auto || (kept.has(column) && isRequired(column))) {
      inputs.push({ column, source: generatedPlaceholder(column), kind: 'same', isNew: false });
    } else {
      const { source, kind } = await omittedColumn(scope, column, given.ignore);
      inputs.push({ column, source, kind, isNew: true });
    }
  }
  return inputs;
}
