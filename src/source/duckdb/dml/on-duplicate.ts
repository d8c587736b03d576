import { SqlError } from '../../../base/sql-error.ts';
import { duckdbName } from '../../../sql/duckdb-quote.ts';
import { notYet } from '../../../sql/not-yet.ts';
import { quoteName } from '../../../sql/quote.ts';
import { tokenize } from '../../../sql/lexer.ts';
import type { Token } from '../../../sql/token.ts';
import type { StoredTable } from '../dictionary/stored-object.ts';
import { sameKey, type UniqueKey } from '../physical/keys.ts';
import { nameKey, physicalName, sameName, shownDatabase } from '../physical/names.ts';
import { readsRow } from '../physical/row-defaults.ts';
import type { StatementScope } from '../statement/scope.ts';
import { lexingOf } from '../translation/sql-mode.ts';
import { definitionShape } from '../translation/table-shape.ts';
import { readWithin } from '../statement/consistent-read.ts';
import { type Translated, translateSelect } from '../translation/translator.ts';
import { targetColumn } from './change-target.ts';
import { viewRows } from './changed-view.ts';
import { loadTables, sourceKinds } from './evaluate.ts';
import { insertStaged } from './staged-insert.ts';
import type { ReadyInsert } from './ready-insert.ts';
import type { Assignment } from './parse-insert.ts';
import { noteSet, noteUpdated, settingInsertId } from './insert-ids.ts';
import { changedRows, newRows, rawTable, rowNumber } from './staging.ts';
import { hasKeys } from '../statement/foreign-keys.ts';
import { readingInOneTransaction, undoneByFailure } from './transaction.ts';
import { changeRows, type UpdateCount } from './update.ts';

/** Rounds of one statement: a row that meets a key of an earlier row of the same statement waits for the next one. */
const roundsMax = 10_000;
const newAlias = '__holdfast_new_row';
/** No name of the row that is there: without a qualifier one means that row, also in a subquery which has no such column. */
const newColumn = (name: string): string => `__holdfast_new_${name}`;
const conflictsTable = '__holdfast_conflicts';

/**
 * INSERT … ON DUPLICATE KEY UPDATE. Rows are taken in their order: a row whose key is new is inserted, a row whose
 * key is there updates that row, also when an earlier row of the same statement has just made it. Counts as MySQL
 * does: 1 for a row inserted, 2 for a row changed, 0 for a row left as it was, or 1 where the client counts what is found.
 */
export async function insertOrUpdate(
  outer: StatementScope,
  ready: ReadyInsert,
  keys: readonly UniqueKey[],
): Promise<number> {
  return readingInOneTransaction(outer, (scope) =>
    hasKeys(scope, ready.table)
      ? undoneByFailure(scope, () => runRounds(scope, ready, keys))
      : runRounds(scope, ready, keys),
  );
}

async function runRounds(
  scope: StatementScope,
  ready: ReadyInsert,
  keys: readonly UniqueKey[],
): Promise<number> {
  let affected = 0;
  let isFirst = true;
  for (let round = 0; round < roundsMax; round++) {
    const waiting = await setRound(scope, keys);
    const counted = await runRound(scope, ready, keys, isFirst);
    affected += counted;
    isFirst = false;
    if (waiting === 0) return affected;
    await scope.connection.run(`DELETE FROM ${newRows} WHERE "__round" = 0`);
  }
  throw new SqlError('resource_limit', `more than ${roundsMax} rows of one statement have the same key`);
}

/** Puts rows that share a key with an earlier row off ("__round" 1); returns how many. */
async function setRound(scope: StatementScope, keys: readonly UniqueKey[]): Promise<number> {
  const later = keys.map(
    (key) => `EXISTS (FROM ${newRows} y WHERE y.${rowNumber} < x.${rowNumber} AND ${sameKey(key, 'x', 'y')})`,
  );
  const isLater = later.length === 0 ? 'false' : later.join(' OR ');
  await scope.connection.run(
    `CREATE OR REPLACE TEMP TABLE __holdfast_round AS ` +
      `SELECT x.* EXCLUDE ("__round"), CASE WHEN ${isLater} THEN 1 ELSE 0 END AS "__round" ` +
      `FROM (SELECT * ${(await hasRound(scope)) ? '' : ', 0 AS "__round"'} FROM ${newRows}) x`,
  );
  await scope.connection.run(`CREATE OR REPLACE TEMP TABLE ${newRows} AS FROM __holdfast_round`);
  return Number(await scope.connection.fact(`SELECT count(*) FROM ${newRows} WHERE "__round" = 1`));
}

async function hasRound(scope: StatementScope): Promise<boolean> {
  const columns = await scope.connection.facts(`DESCRIBE ${newRows}`);
  return columns.some(([name]) => name === '__round');
}

async function runRound(
  scope: StatementScope,
  ready: ReadyInsert,
  keys: readonly UniqueKey[],
  isFirst: boolean,
): Promise<number> {
  await findConflicts(scope, ready.table, keys);
  const isAdded = `"__round" = 0 AND ${rowNumber} NOT IN (SELECT n FROM ${conflictsTable})`;
  const generated = isFirst ? ready.generated : { ...ready.generated, next: undefined };
  const inserted = await insertStaged(scope, { ...ready, generated }, `WHERE ${isAdded}`);
  const conflicts = Number(await scope.connection.fact(`SELECT count(*) FROM ${conflictsTable}`));
  if (conflicts === 0) return inserted;
  const count = await updateConflicts(scope, ready);
  const unchanged = scope.context.countsMatchedRows === true ? count.matched - count.changed : 0;
  return inserted + 2 * count.changed + unchanged;
}

/** The row of the table that each staged row collides with: by the primary key first, then key by key. */
async function findConflicts(
  scope: StatementScope,
  table: StoredTable,
  keys: readonly UniqueKey[],
): Promise<void> {
  const target = physicalName(table.database, table.name);
  const found = keys.map(
    (key, index) =>
      `SELECT x.${rowNumber} AS n, t.rowid AS target, ${index} AS place FROM ${newRows} x ` +
      `JOIN ${target} t ON ${sameKey(key, 'x', 't')} WHERE x."__round" = 0`,
  );
  const all =
    found.length === 0 ? 'SELECT 0 AS n, 0 AS target, 0 AS place WHERE false' : found.join(' UNION ALL ');
  await scope.connection.run(
    `CREATE OR REPLACE TEMP TABLE ${conflictsTable} AS ` +
      `SELECT DISTINCT ON (n) n, target FROM (${all}) ORDER BY n, place`,
  );
}

async function updateConflicts(scope: StatementScope, ready: ReadyInsert): Promise<UpdateCount> {
  const { table, tail } = ready;
  const columns = tail.onDuplicate.map((assignment) => {
    const column = targetColumn(ready, assignment.column);
    if (column !== undefined) return column;
    throw new SqlError('unknown_column', `Unknown column '${assignment.column}' in 'field list'`);
  });
  const { assignments, place } = settingInsertId(scope, tail.onDuplicate);
  const replacing = { ...ready, tail: { ...tail, onDuplicate: assignments } };
  const translate = (): Translated => conflictSelect(scope, replacing);
  const kinds = await readWithin(scope, translate, async (translated) => {
    await loadTables(scope, translated);
    const { sql } = translated;
    const found = await sourceKinds(scope, sql);
    const names = found.map((_, index) => `c${index}`).join(', ');
    await scope.connection.run(
      `CREATE OR REPLACE TEMP TABLE ${rawTable} AS SELECT DISTINCT ON (c0) * FROM (${sql}) AS q(${names})`,
    );
    return found;
  });
  if (place >= 0) await noteSet(scope, rawTable, `c${place + 1}`);
  const count = await changeRows(scope, {
    table,
    columns,
    kinds: kinds.slice(1),
    ignore: ready.statement.ignore,
    view: ready.view,
  });
  if (count.changed > 0) await noteUpdated(scope, table, changedRows);
  return count;
}

/** The assignments over the row that is there and the row that was to come. */
function conflictSelect(scope: StatementScope, ready: ReadyInsert): Translated {
  const { table, tail } = ready;
  const named = namedObject(ready);
  const alias = tail.alias?.name ?? newAlias;
  const own = quoteName(named.name);
  const columns = namedColumns(ready);
  const expressions = sequentialExpressions(scope, ready, alias);
  const newNames = columns.map(
    ({ name, column }) => `x.${duckdbName(column)} AS ${duckdbName(newColumn(name))}`,
  );
  const rows =
    `(SELECT ${newNames.join(', ')}, c.target AS "__target" FROM ${newRows} x ` +
    `JOIN ${conflictsTable} c ON c.n = x.${rowNumber})`;
  const shape = definitionShape(table.definition);
  const newColumns = columns.flatMap(({ name, column }) =>
    shape.columns.filter((each) => each.name === column).map((each) => ({ ...each, name: newColumn(name) })),
  );
  // A row that the view does not show has its key all the same.
  const view = ready.view && viewRows(scope, ready.view, { id: 'rowid', isFiltered: () => false });
  const text =
    `SELECT ${[`${own}.\`rowid\``, ...expressions].join(', ')} ` +
    `FROM ${quoteName(shownDatabase(named.database))}.${own} AS ${own} JOIN \`${newAlias}\`.\`rows\` AS \`${alias}\` ` +
    `ON \`${alias}\`.\`__target\` = ${own}.\`rowid\``;
  const translated = translateSelect(scope.engine, scope.context, text, {
    rowid: true,
    substitutes: [
      ...(view === undefined ? [] : [view.substitute]),
      {
        database: newAlias,
        name: 'rows',
        sql: rows,
        shape: { ...shape, columns: [...newColumns, { name: '__target', type: 'BIGINT' }] },
      },
    ],
  });
  if (view === undefined) return translated;
  return {
    ...translated,
    reads: [...translated.reads, ...view.reads],
    systemTables: [...translated.systemTables, ...view.systemTables],
  };
}

/** What the statement names: the table, or the view of it. */
function namedObject({ table, view }: ReadyInsert): Readonly<{ database: string; name: string }> {
  return view?.levels[0].view ?? table;
}

/** The names that the statement has for columns, those that it gives values without naming them first in their order. */
function namedColumns({ table, view }: ReadyInsert): readonly NamedColumn[] {
  if (view === undefined) {
    return table.definition.columns.map(({ name, invisible }) => ({ name, column: name, invisible }));
  }
  return view.levels[0].view.definition.columns.flatMap(({ name }, index) => {
    const column = view.columns[index];
    return column === undefined ? [] : [{ name, column: column.name, invisible: false }];
  });
}

type NamedColumn = Readonly<{ name: string; column: string; invisible: boolean }>;

/** As in an UPDATE, a later assignment sees what earlier ones have made of a column. */
function sequentialExpressions(scope: StatementScope, ready: ReadyInsert, alias: string): readonly string[] {
  const columns = namedColumns(ready);
  const done = new Map<string, string>();
  return ready.tail.onDuplicate.map((assignment) => {
    const expression = qualified(scope, ready, assignment, { alias, done });
    const assigned = columns.find(({ name }) => sameName(name, assignment.column))?.column;
    const names = columns.filter(({ column }) => column === assigned);
    for (const { name } of names) done.set(nameKey(name), expression);
    return expression;
  });
}

/** What names of the statement mean: `alias` is the new row's, and `done` has the columns that were assigned. */
type Meanings = Readonly<{ alias: string; done: ReadonlyMap<string, string> }>;

/**
 * The expression with VALUES(c) as the new row's column, its aliases resolved, and other columns as the old row's. Names in
 * subqueries are left to them, but for those of the new row.
 */
function qualified(
  scope: StatementScope,
  ready: ReadyInsert,
  assignment: Assignment,
  { alias, done }: Meanings,
): string {
  const { tail } = ready;
  const named = namedObject(ready);
  const columns = namedColumns(ready);
  const text = writtenExpression(ready, assignment);
  const tokens = tokenize(text, lexingOf(scope.sqlMode));
  let result = '';
  let last = 0;
  let depth = 0;
  let queryDepth = 0;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    if (token.text === '(') depth += 1;
    if (token.text === '(' && queryDepth === 0 && isQueryWord(tokens[at + 1])) queryDepth = depth;
    if (token.text === ')') depth -= 1;
    if (depth < queryDepth) queryDepth = 0;
    const column = tokens[at + 2];
    const isValues = token.upper === 'VALUES' && tokens[at + 1]?.text === '(' && tokens[at + 3]?.text === ')';
    if (isValues && column !== undefined) {
      result += `${text.slice(last, token.start)}\`${alias}\`.\`${newColumn(column.value)}\``;
      at += 3;
      last = (tokens[at] as Token).end;
      continue;
    }
    if (queryDepth === 0) refuseAmbiguous(tokens, at, columns, tail.alias);
    const assigned = queryDepth === 0 ? assignedReference(tokens, at, named.name, done) : undefined;
    const isOfNew = newReference(tokens, at, columns, tail.alias) !== undefined;
    if (assigned !== undefined && !isOfNew) {
      result += `${text.slice(last, assigned.start)}${assigned.value}`;
      last = token.end;
      continue;
    }
    const replaced =
      newReference(tokens, at, columns, tail.alias) ??
      (queryDepth === 0 ? oldReference(tokens, at, named.name, columns) : undefined);
    if (replaced === undefined) continue;
    result += `${text.slice(last, token.start)}${replaced}`;
    last = token.end;
  }
  return `(${result}${text.slice(last)})`;
}

/** DEFAULT is what the definition says, over the row that is there. */
function writtenExpression(ready: ReadyInsert, { column: name, expression }: Assignment): string {
  if (expression.trim().toUpperCase() !== 'DEFAULT') return expression;
  const column = targetColumn(ready, name);
  if (column === undefined) return 'NULL';
  if (ready.view !== undefined && readsRow(column))
    throw notYet(`DEFAULT of column '${name}' through a view`);
  return column.default?.text ?? 'NULL';
}

function isQueryWord(token: Token | undefined): boolean {
  return token?.kind === 'word' && ['SELECT', 'WITH', 'TABLE'].includes(token.upper);
}

/** A column of the new row, by the row's alias or by one of the column's own. */
function newReference(
  tokens: readonly Token[],
  at: number,
  named: readonly NamedColumn[],
  alias: ReadyInsert['tail']['alias'],
): string | undefined {
  const name = nameAt(tokens, at);
  if (name === undefined || alias === undefined) return undefined;
  if (name.before !== undefined && !sameName(name.before, alias.name)) return undefined;
  const { columns } = alias;
  const index = columns?.findIndex((each) => nameKey(each) === nameKey(name.text)) ?? -1;
  const visible = named.filter((column) => !column.invisible);
  const own = columns === undefined && name.before !== undefined ? name.text : visible[index]?.name;
  if (own === undefined) return undefined;
  return name.before === undefined ? `\`${alias.name}\`.\`${newColumn(own)}\`` : `\`${newColumn(own)}\``;
}

/** Throws MySQL's 1052 for a name without a qualifier that both the row that is there and the aliased new one have. */
function refuseAmbiguous(
  tokens: readonly Token[],
  at: number,
  named: readonly NamedColumn[],
  alias: ReadyInsert['tail']['alias'],
): void {
  const name = nameAt(tokens, at);
  if (alias === undefined || name === undefined || name.before !== undefined) return;
  const isOld = named.some((column) => sameName(column.name, name.text));
  const isNew = alias.columns?.some((each) => sameName(each, name.text)) ?? true;
  if (isOld && isNew)
    throw new SqlError('ambiguous_column', `Column '${name.text}' in field list is ambiguous`);
}

/** A column that has been assigned, and where its name begins with all that qualifies it. */
function assignedReference(
  tokens: readonly Token[],
  at: number,
  object: string,
  done: ReadonlyMap<string, string>,
): Readonly<{ start: number; value: string }> | undefined {
  const name = nameAt(tokens, at);
  const value = name === undefined ? undefined : done.get(nameKey(name.text));
  if (name === undefined || value === undefined) return undefined;
  if (name.before !== undefined && !sameName(name.before, object)) return undefined;
  let first = at;
  while (tokens[first - 1]?.text === '.') first -= 2;
  return { start: tokens[first]?.start ?? 0, value };
}

/** A column without a qualifier is that of the row that is there. */
function oldReference(
  tokens: readonly Token[],
  at: number,
  object: string,
  columns: readonly NamedColumn[],
): string | undefined {
  const name = nameAt(tokens, at);
  if (name === undefined || name.before !== undefined) return undefined;
  const isOwn = columns.some((column) => sameName(column.name, name.text));
  return isOwn ? `${quoteName(object)}.${tokens[at]?.text ?? ''}` : undefined;
}

/** The last part of a name, and what stands before it. */
function nameAt(
  tokens: readonly Token[],
  at: number,
): Readonly<{ text: string; before: string | undefined }> | undefined {
  const token = tokens[at];
  if (token?.kind !== 'word' && token?.kind !== 'quoted') return undefined;
  if (tokens[at + 1]?.text === '(' || tokens[at + 1]?.text === '.') return undefined;
  return { text: token.value, before: tokens[at - 1]?.text === '.' ? tokens[at - 2]?.value : undefined };
}
