import { SqlError } from '../../../base/sql-error.ts';
import { notYet } from '../../../sql/not-yet.ts';
import { tokenize } from '../../../sql/lexer.ts';
import type { ColumnDefinition } from '../../../sql/ddl/definition.ts';
import type { Token } from '../../../sql/token.ts';
import type { StoredTable } from '../dictionary/stored-object.ts';
import { replacingModel, uniqueKeys } from '../physical/keys.ts';
import { nameKey, physicalName, sameName } from '../physical/names.ts';
import { readsRow } from '../physical/row-defaults.ts';
import type { StatementScope } from '../statement/scope.ts';
import { isStrict, lexingOf } from '../translation/sql-mode.ts';
import { hasColumn, namesOfColumn, requireChange, targetColumn } from './change-target.ts';
import type { ChangedView } from './changed-view.ts';
import { checkView } from './check-option.ts';
import { conversionSql, differs } from './conversion-sql.ts';
import { dropDuplicates, refuseDuplicates } from './duplicates.ts';
import { countingAssignments, keepCounters } from './counted-assignments.ts';
import { evaluate, evaluatedSource, loadTables, sourceKinds } from './evaluate.ts';
import type { Explained } from './explained.ts';
import { checkUpdate } from './model-rules.ts';
import type { Changed } from './changed.ts';
import { noteSet, settingInsertId } from './insert-ids.ts';
import { answeredIds } from '../statement/insert-ids.ts';
import { parseUpdate, type UpdateStatement } from './parse-update.ts';
import { requireSafeChoice } from './safe-updates.ts';
import { checkRows, computeColumns, generatedPlaceholder } from './row-checks.ts';
import {
  changedRows,
  numberedRaw,
  rawTable,
  releaseStaging,
  rowNumber,
  type StagedInput,
  stageRows,
} from './staging.ts';
import { namedTables, type NamedTable, translateRows } from './table-references.ts';
import type { TokenReader } from '../../../sql/token-reader.ts';
import { quoteName } from '../../../sql/quote.ts';
import { duckdbName } from '../../../sql/duckdb-quote.ts';
import { requireObject } from '../translation/access.ts';
import { readWithin } from '../statement/consistent-read.ts';
import type { Translated } from '../translation/translator.ts';
import { warningCount } from '../../warnings.ts';
import { beginWrite } from './begin-write.ts';
import { changeStored } from './foreign-keys/children.ts';
import { dropOrphans, requireParents } from './foreign-keys/parents.ts';
import { locksOfFollowing, mayFailLate } from '../statement/foreign-keys.ts';
import { readingInOneTransaction, undoneByFailure } from './transaction.ts';

/** Rows that an UPDATE met and rows that it made different. */
export type UpdateCount = Readonly<{ matched: number; changed: number }>;

/** Runs UPDATE, of one table or of several joined ones. */
export async function runUpdate(scope: StatementScope, reader: TokenReader): Promise<Changed> {
  const statement = parseUpdate(reader);
  scope.notes.isStrict = isStrict(scope.sqlMode) && !statement.ignore;
  const { count: resolvedAt } = scope.engine.swaps;
  const named = namedTables(scope, statement.from, 'UPDATE');
  const targets = targetsOf(statement, named);
  for (const { table } of targets) requireUpdate(scope, table);
  requireSafeChoice(
    scope,
    targets.map(({ table }) => table),
    `${statement.from} ${statement.tail}`,
  );
  const tables = targets.map(({ table }) => table.table);
  const locks = locksOfFollowing(scope, tables);
  using _lock = scope.inTransaction ? undefined : await scope.engine.locks.acquire(locks, scope.signal);
  beginWrite(
    scope,
    targets.map(({ table }) => table),
    resolvedAt,
  );
  const counts = await readingInOneTransaction(scope, async (within) => {
    const update = async (): Promise<readonly UpdateCount[]> => {
      const all: UpdateCount[] = [];
      for (const target of targets) all.push(await updateTarget(within, { statement, named }, target));
      return all;
    };
    return mayFailLate(within, tables, 'update') ? undoneByFailure(within, update) : update();
  });
  const matched = counts.reduce((sum, count) => sum + count.matched, 0);
  const changed = counts.reduce((sum, count) => sum + count.changed, 0);
  await releaseStaging(scope, matched);
  return {
    affectedRows: BigInt(countsMatched(scope, targets) ? matched : changed),
    ...answeredIds(scope.insertIds),
    info: `Rows matched: ${matched}  Changed: ${changed}  Warnings: ${warningCount(scope.warnings)}`,
  };
}

/** New values for columns of one table: `raw` has the row's rowid as c0, then a value per column. */
export type PlannedChange = Readonly<{
  table: StoredTable;
  columns: readonly ColumnDefinition[];
  kinds: readonly StagedInput['kind'][];
  ignore: boolean;
  /** The view whose check option the rows must fit. */
  view?: ChangedView | undefined;
}>;

/** Applies what `raw` plans. Part of the caller's transaction. */
export async function changeRows(scope: StatementScope, plan: PlannedChange): Promise<UpdateCount> {
  const { table } = plan;
  const target = physicalName(table.database, table.name);
  const inputs = changeInputs(plan);
  const matched = await stageRows(scope, inputs, {
    into: changedRows,
    from: `${numberedRaw} JOIN ${target} t ON t.rowid = r.c0`,
    number: 'r.n',
    extra: ['r.c0 AS "__rowid"'],
    ignore: plan.ignore,
  });
  if (matched === 0) return { matched: 0, changed: 0 };
  await computeColumns(scope, table, changedRows);
  const changed = await keepChanged(scope, plan, target);
  if (changed === 0) return { matched, changed };
  await checkView(scope, plan.view, changedRows, plan.ignore);
  await checkRows(scope, table, changedRows, { ignore: plan.ignore });
  await checkKeys(scope, plan);
  const { ignore } = plan;
  const columns = writtenColumns(plan);
  if (ignore) await dropOrphans(scope, table, changedRows, { columns });
  else await requireParents(scope, table, changedRows, { columns });
  const written = await changeStored(scope, table, { rows: changedRows, columns, ignore });
  return { matched, changed: written };
}

/** StarRocks counts the rows that an UPDATE meets; MySQL those that it made different, unless the client wants the former. */
function countsMatched(scope: StatementScope, targets: readonly Target[]): boolean {
  if (scope.context.countsMatchedRows === true) return true;
  return targets.every(({ table }) => replacingModel(table.table.definition) !== undefined);
}

type Target = Readonly<{ table: NamedTable; assignments: UpdateStatement['assignments'] }>;

/** The rows to be changed are looked for, too. */
function requireUpdate(scope: StatementScope, target: NamedTable): void {
  requireChange(scope, target, 'UPDATE');
  if (target.view !== undefined) requireObject(scope, target.view.levels[0].view, ['SELECT']);
}

async function updateTarget(scope: StatementScope, reading: Reading, target: Target): Promise<UpdateCount> {
  const { columns, counters, place, translate } = plannedRows(scope, reading, target);
  const kinds = await readWithin(scope, translate, async (translated) => {
    await loadTables(scope, translated);
    const kinds = await sourceKinds(scope, translated.sql);
    const names = kinds.map((_, index) => `c${index}`);
    // A join may meet a row more than once; MySQL changes it once, with the values of the first meeting.
    await scope.connection.run(
      `CREATE OR REPLACE TEMP TABLE ${rawTable} AS SELECT DISTINCT ON (c0) * FROM (${translated.sql}) AS q(${names.join(', ')}) WHERE c0 IS NOT NULL`,
    );
    return kinds;
  });
  if (place >= 0) await noteSet(scope, rawTable, `c${place + 1}`);
  const count = await changeRows(scope, {
    table: target.table.table,
    columns,
    kinds: kinds.slice(1),
    ignore: reading.statement.ignore,
    view: target.table.view,
  });
  keepCounters(scope, counters, count.matched);
  return count;
}

/** EXPLAIN of an UPDATE: of several tables the rows of the first one. */
export function planUpdate(scope: StatementScope, reader: TokenReader): Explained {
  const statement = parseUpdate(reader);
  const named = namedTables(scope, statement.from, 'UPDATE');
  const targets = targetsOf(statement, named);
  for (const { table } of targets) requireUpdate(scope, table);
  const [planned] = targets.map((target) => plannedRows(scope, { statement, named }, target));
  return {
    root: { verb: 'Update', tables: targets.map(({ table }) => table.table.name) },
    translate: planned?.translate,
  };
}

type Reading = Readonly<{ statement: UpdateStatement; named: readonly NamedTable[] }>;

/** How the rows of a target are read: the number of each, and the values that it gets. */
function plannedRows(
  scope: StatementScope,
  { statement, named }: Reading,
  target: Target,
): Readonly<{ columns: readonly ColumnDefinition[]; translate: () => Translated }> &
  Pick<ReturnType<typeof statementCounts>, 'counters'> &
  Pick<ReturnType<typeof settingInsertId>, 'place'> {
  const columns = target.assignments.map((assignment) => {
    const column = targetColumn(target.table, assignment.column);
    if (column === undefined) {
      throw new SqlError('unknown_column', `Unknown column '${assignment.column}' in 'field list'`);
    }
    return column;
  });
  checkUpdate(target.table.table, columns);
  const { counters, ...counted } = statementCounts(scope, statement, target);
  const { assignments, place } = settingInsertId(scope, counted.assignments);
  const expressions = sequentialExpressions(scope, { ...target, assignments }, columns);
  const alias = quoteName(target.table.alias);
  const items = [`${alias}.\`rowid\``, ...expressions.map((expression) => `(${expression})`)];
  const text = `${statement.prefix} SELECT ${items.join(', ')} FROM ${statement.from} ${statement.tail}`;
  return { columns, counters, place, translate: () => translateRows(scope, text, named) };
}

/** Of one table alone the rows can be counted. */
function statementCounts(
  scope: StatementScope,
  { from, tail }: UpdateStatement,
  { table, assignments }: Target,
): ReturnType<typeof countingAssignments<Target['assignments'][number]>> {
  const isAlone = /^\s*[\w$`.\s]+$/.test(from) && !/\bJOIN\b/i.test(from);
  if (!isAlone || table.view !== undefined) return { assignments, counters: [] };
  return countingAssignments(scope, assignments, { table: table.table, alias: table.alias, tail });
}

/** Assignments by the table they change; the order within a table is kept. */
function targetsOf(statement: UpdateStatement, named: readonly NamedTable[]): readonly Target[] {
  const byTable = new Map<NamedTable, UpdateStatement['assignments'][number][]>();
  for (const assignment of statement.assignments) {
    const owners = named.filter((each) =>
      assignment.target === undefined
        ? hasColumn(each, assignment.column)
        : sameName(each.alias, assignment.target),
    );
    const owner = owners[0];
    if (owner === undefined) {
      throw new SqlError('unknown_column', `Unknown column '${assignment.column}' in 'field list'`);
    }
    if (owners.length > 1 && assignment.target === undefined) {
      throw new SqlError('ambiguous_column', `Column '${assignment.column}' in field list is ambiguous`);
    }
    byTable.set(owner, [...(byTable.get(owner) ?? []), assignment]);
  }
  return [...byTable].map(([table, assignments]) => ({ table, assignments }));
}

/**
 * MySQL assigns from left to right, and a later expression sees the new values (manual, UPDATE Statement): so an
 * earlier assignment's expression takes the place of its column.
 */
function sequentialExpressions(
  scope: StatementScope,
  target: Target,
  columns: readonly ColumnDefinition[],
): readonly string[] {
  const done = new Map<string, string>();
  return target.assignments.map((assignment, index) => {
    const column = columns[index] as ColumnDefinition;
    const isDefault = assignment.expression.trim().toUpperCase() === 'DEFAULT';
    if (isDefault && target.table.view !== undefined && readsRow(column))
      throw notYet(`DEFAULT of column '${assignment.column}' through a view`);
    const written = isDefault ? (column.default?.text ?? 'NULL') : assignment.expression;
    const expression = replaceColumns(scope, written, target.table.alias, done);
    for (const name of namesOfColumn(target.table, column)) done.set(nameKey(name), expression);
    return expression;
  });
}

function replaceColumns(
  scope: StatementScope,
  text: string,
  alias: string,
  values: ReadonlyMap<string, string>,
): string {
  if (values.size === 0) return text;
  const tokens = tokenize(text, lexingOf(scope.sqlMode));
  let result = '';
  let last = 0;
  for (const [index, token] of tokens.entries()) {
    const start = columnStart(tokens, index, alias);
    const value = start === undefined ? undefined : values.get(nameKey(token.value));
    if (value === undefined || start === undefined) continue;
    result += `${text.slice(last, start)}(${value})`;
    last = token.end;
  }
  return result + text.slice(last);
}

/** Where a reference to a column of the table begins, its qualifier included; undefined for anything else. */
function columnStart(tokens: readonly Token[], index: number, alias: string): number | undefined {
  const token = tokens[index] as Token;
  if (token.kind !== 'word' && token.kind !== 'quoted') return undefined;
  const following = tokens[index + 1];
  if (following?.text === '(' || following?.text === '.') return undefined;
  if (tokens[index - 1]?.text !== '.') return token.start;
  const qualifier = tokens[index - 2];
  return qualifier !== undefined && sameName(qualifier.value, alias) ? qualifier.start : undefined;
}

/** Each column of the table: its planned value, or the value it has. */
function changeInputs(plan: PlannedChange): readonly StagedInput[] {
  return plan.table.definition.columns.map((column) => {
    if (column.generated !== undefined) {
      return { column, source: generatedPlaceholder(column), kind: 'same', isNew: false };
    }
    // The last assignment of a column counts.
    const index = plan.columns.lastIndexOf(column);
    if (index < 0) return { column, source: `t.${duckdbName(column.name)}`, kind: 'same', isNew: false };
    return { column, source: `r.c${index + 1}`, kind: plan.kinds[index] ?? 'other', isNew: true };
  });
}

/** Leaves only rows that differ from what the table has; these get ON UPDATE CURRENT_TIMESTAMP. Returns their number. */
async function keepChanged(scope: StatementScope, plan: PlannedChange, target: string): Promise<number> {
  const written = plan.table.definition.columns.filter(
    (column) => plan.columns.includes(column) || column.generated !== undefined,
  );
  const isDifferent = written.map((column) =>
    differs(`x.${duckdbName(column.name)}`, `t.${duckdbName(column.name)}`, column.type),
  );
  await scope.connection.run(
    `DELETE FROM ${changedRows} WHERE ${rowNumber} NOT IN (SELECT x.${rowNumber} FROM ${changedRows} x ` +
      `JOIN ${target} t ON t.rowid = x."__rowid" WHERE ${isDifferent.join(' OR ')})`,
  );
  for (const column of touchedColumns(plan)) {
    const [value] = await evaluate(scope, [column.onUpdate?.text ?? 'NULL']);
    const { source, kind } = evaluatedSource(value ?? null);
    await scope.connection.run(
      `UPDATE ${changedRows} SET ${duckdbName(column.name)} = ${conversionSql(source, kind, column)}`,
    );
  }
  return Number(await scope.connection.fact(`SELECT count(*) FROM ${changedRows}`));
}

function touchedColumns(plan: PlannedChange): readonly ColumnDefinition[] {
  return plan.table.definition.columns.filter(
    (column) => column.onUpdate !== undefined && !plan.columns.includes(column),
  );
}

function writtenColumns(plan: PlannedChange): readonly ColumnDefinition[] {
  const touched = touchedColumns(plan);
  return plan.table.definition.columns.filter(
    (column) => plan.columns.includes(column) || column.generated !== undefined || touched.includes(column),
  );
}

/** Only keys with a changed column can collide. */
async function checkKeys(scope: StatementScope, plan: PlannedChange): Promise<void> {
  const written = writtenColumns(plan);
  const keys = uniqueKeys(plan.table.definition).filter((key) =>
    key.parts.some((part) => written.includes(part.column)),
  );
  if (plan.ignore) await dropDuplicates(scope, plan.table, changedRows, keys, true);
  else await refuseDuplicates(scope, plan.table, changedRows, keys, true);
}
