import { SqlError } from '../../../base/sql-error.ts';
import type { ColumnDefinition } from '../../../sql/ddl/definition.ts';
import { duckdbName } from '../../../sql/duckdb-quote.ts';
import { addWarning } from '../../warnings.ts';
import { refuseNoted } from '../connection/notes.ts';
import type { StatementScope } from '../statement/scope.ts';
import { isStrict } from '../translation/sql-mode.ts';
import { classOf } from '../physical/types.ts';
import { adjustNull, adjustValue, type ValueMode } from './bad-values.ts';
import { conversionSql, type SourceKind } from './conversion-sql.ts';

/**
 * New rows pass through two temporary tables of the connection. `raw` holds what the statement gave; `rows` holds
 * the values as the columns will have them, under the columns' own names, with a number per row. All that may
 * refuse a row is asked of `rows`, so that the change of the table itself does not fail: DuckDB would end a whole
 * transaction over it, MySQL only the statement.
 */
export const rawTable = '__holdfast_raw';
/** Rows to be inserted, and rows as they will be after an UPDATE. ON DUPLICATE KEY UPDATE has both. */
export const newRows = '__holdfast_new';
export const changedRows = '__holdfast_changed';
const fixesTable = '__holdfast_fixes';
/** Number of the row, from 0, in the order given. */
export const rowNumber = '"__n"';
const badFlag = '"__bad"';
/** Values looked at one by one are fetched this many rows at a time. */
const badRowsEach = 10_000;

/** Where a column's new value comes from. */
export type StagedInput = Readonly<{
  column: ColumnDefinition;
  /** SQL over `raw` as r (and whatever `from` joins to it). */
  source: string;
  kind: SourceKind;
  /** False for a value that is there already and only passes through, such as an unchanged column of an UPDATE. */
  isNew: boolean;
  /** A NULL is no mistake: it stands for a value to come. */
  allowsNull?: boolean;
}>;

/**
 * `raw` with its rows numbered from 0 in the order they came. DuckDB's own rowid of rows that the open transaction
 * wrote is no such number.
 */
export const numberedRaw: string = `(SELECT row_number() OVER () - 1 AS n, * FROM ${rawTable}) r`;

/** Staged rows of a statement this small are left for the next one to replace; larger ones are dropped at once. */
const keptRowsMax = 20_000;

/** Gives the memory and disk of a large statement's staged rows back. */
export async function releaseStaging(scope: StatementScope, rows: number): Promise<void> {
  if (rows <= keptRowsMax) return;
  for (const table of [rawTable, newRows, changedRows, fixesTable]) {
    await scope.connection.run(`DROP TABLE IF EXISTS temp.main.${table}`);
  }
}

/** A table of rows to be made. */
export type Stage = Readonly<{
  into: string;
  /** FROM clause of the sources, and SQL for the number of a row. */
  from: string;
  number: string;
  /** More columns of `rows`, each as `expression AS name`. */
  extra: readonly string[];
  ignore: boolean;
  /** Of VALUES: a NULL in its only row is refused in every mode. */
  ofValues?: boolean;
}>;

/** Fills `rows` from `from`, converting every input; complains as MySQL does about what does not fit. */
export async function stageRows(
  scope: StatementScope,
  inputs: readonly StagedInput[],
  stage: Stage,
): Promise<number> {
  refuseNoted(scope.notes);
  const columns = inputs.map((input, index) => {
    const value = input.isNew ? conversionSql(input.source, input.kind, input.column) : input.source;
    return `${value} AS v${index}, ${givenFlag(input)} AS g${index}`;
  });
  const named = inputs.map((input, index) => `v${index} AS ${duckdbName(input.column.name)}`);
  const flags = inputs.flatMap((input, index) => (input.isNew ? [`(g${index} AND v${index} IS NULL)`] : []));
  const extra = stage.extra.map((each) => `, ${each}`).join('');
  await scope.connection.run(
    `CREATE OR REPLACE TEMP TABLE ${stage.into} AS SELECT n AS ${rowNumber}, ${[...named].join(', ')}, ` +
      `${flags.length === 0 ? 'false' : flags.join(' OR ')} AS ${badFlag}${extraNames(stage.extra)} ` +
      `FROM (SELECT ${stage.number} AS n, ${columns.join(', ')}${extra} FROM ${stage.from})`,
  );
  const [total, bad] = await scope.connection
    .facts(`SELECT count(*), count(*) FILTER (WHERE ${badFlag}) FROM ${stage.into}`)
    .then((rows) => (rows[0] ?? []).map(Number));
  const refusesNull = stage.ofValues === true && total === 1 && !stage.ignore;
  if ((bad ?? 0) > 0) await fixRows(scope, inputs, stage, refusesNull);
  return total ?? 0;
}

/** True where the input has a value, or lacks one that it must have: then a NULL result is to be looked at. */
function givenFlag(input: StagedInput): string {
  if (!input.isNew) return 'false';
  const isRequired = !input.column.nullable && input.allowsNull !== true;
  return isRequired ? 'true' : `(${input.source}) IS NOT NULL`;
}

function extraNames(extra: readonly string[]): string {
  return extra.map((each) => `, ${each.slice(each.lastIndexOf(' ') + 1)}`).join('');
}

/** Decides row by row about the values that the set-wise conversion left alone. */
async function fixRows(
  scope: StatementScope,
  inputs: readonly StagedInput[],
  stage: Stage,
  refusesNull: boolean,
): Promise<void> {
  const mode: ValueMode = { isStrict: isStrict(scope.sqlMode) && !stage.ignore, refusesNull };
  for (let last = -1; ;) {
    const rows = await badRows(scope, inputs, { ...stage, after: last });
    if (rows.length === 0) break;
    const fixes = rows.map((row) => fixesOfRow(scope, inputs, row, mode));
    await applyFixes(scope, inputs, stage.into, fixes);
    last = Math.max(...rows.map((row) => row.number));
  }
  await refuseRemainingNulls(scope, inputs, stage.into);
}

type BadRow = Readonly<{
  number: number;
  cells: readonly Readonly<{ isBad: boolean; text: string | null }>[];
}>;
type FixedRow = Readonly<{ number: number; values: readonly (string | null)[] }>;

async function badRows(
  scope: StatementScope,
  inputs: readonly StagedInput[],
  stage: Stage & Readonly<{ after: number }>,
): Promise<readonly BadRow[]> {
  const cells = inputs.map((input) => {
    if (!input.isNew) return 'false, NULL';
    return `(${givenFlag(input)} AND x.${duckdbName(input.column.name)} IS NULL), ${shownText(input)}`;
  });
  const facts = await scope.connection.facts(
    `SELECT x.${rowNumber}, ${cells.join(', ')} FROM ${stage.from} ` +
      `JOIN ${stage.into} x ON x.${rowNumber} = ${stage.number} ` +
      `WHERE x.${badFlag} AND x.${rowNumber} > ${stage.after} ORDER BY x.${rowNumber} LIMIT ${badRowsEach}`,
  );
  return facts.map((row) => ({
    number: Number(row[0]),
    cells: inputs.map((_, index) => {
      const text = row[index * 2 + 2] ?? null;
      return { isBad: row[index * 2 + 1] === true, text: text === null ? null : String(text) };
    }),
  }));
}

/** The source as text; bytes as hex digits. */
function shownText(input: StagedInput): string {
  if (input.kind === 'bytes') return `hex(${input.source})`;
  if (input.kind === 'boolean') return `CAST(CAST(${input.source} AS TINYINT) AS VARCHAR)`;
  return `CAST(${input.source} AS VARCHAR)`;
}

function fixesOfRow(
  scope: StatementScope,
  inputs: readonly StagedInput[],
  row: BadRow,
  mode: ValueMode,
): FixedRow {
  const values = row.cells.map((cell, index) => {
    if (!cell.isBad) return null;
    const { column } = inputs[index] as StagedInput;
    const adjusted =
      cell.text === null ? adjustNull(column, mode) : adjustValue(cell.text, column, row.number + 1, mode);
    if (adjusted.warning !== undefined) addWarning(scope.warnings, adjusted.warning);
    return adjusted.value;
  });
  return { number: row.number, values };
}

async function applyFixes(
  scope: StatementScope,
  inputs: readonly StagedInput[],
  rows: string,
  fixes: readonly FixedRow[],
): Promise<void> {
  const changed = inputs.flatMap((_, index) =>
    fixes.some((fix) => fix.values[index] !== null) ? [index] : [],
  );
  if (changed.length === 0) return;
  const texts = changed.map((index) => `f${index} VARCHAR`);
  await scope.connection.run(`CREATE OR REPLACE TEMP TABLE ${fixesTable}(n VARCHAR, ${texts.join(', ')})`);
  await scope.connection.append(
    fixesTable,
    ['text', ...changed.map(() => 'text' as const)],
    fixes.map((fix) => [String(fix.number), ...changed.map((index) => fix.values[index] ?? null)]),
  );
  const settings = changed.map((index) => {
    const { column } = inputs[index] as StagedInput;
    const name = duckdbName(column.name);
    const value = fixedSql(`f.f${index}`, column);
    return `${name} = CASE WHEN f.f${index} IS NULL THEN ${rows}.${name} ELSE ${value} END`;
  });
  await scope.connection.run(
    `UPDATE ${rows} SET ${settings.join(', ')} FROM ${fixesTable} f ` +
      `WHERE ${rows}.${rowNumber} = CAST(f.n AS BIGINT)`,
  );
  for (const index of changed) {
    const { column } = inputs[index] as StagedInput;
    const lost = await scope.connection.fact(
      `SELECT f.f${index} FROM ${rows} x JOIN ${fixesTable} f ON x.${rowNumber} = CAST(f.n AS BIGINT) ` +
        `WHERE f.f${index} IS NOT NULL AND x.${duckdbName(column.name)} IS NULL LIMIT 1`,
    );
    if (lost === null) continue;
    throw new SqlError('incorrect_value', `Incorrect value: '${String(lost)}' for column '${column.name}'`);
  }
}

/** The column's value from the text that `bad-values.ts` decided on. */
function fixedSql(source: string, column: ColumnDefinition): string {
  switch (classOf(column.type)) {
    case 'binary':
      return conversionSql(`unhex(${source})`, 'bytes', column);
    // Members in the order of the declaration: nothing is left to convert.
    case 'set':
      return source;
    default:
      return conversionSql(source, 'text', column);
  }
}

/** What is still missing after the adjustments has no value that the engine could keep, such as a zero date. */
async function refuseRemainingNulls(
  scope: StatementScope,
  inputs: readonly StagedInput[],
  rows: string,
): Promise<void> {
  for (const input of inputs) {
    if (!input.isNew || input.column.nullable || input.allowsNull === true) continue;
    const found = await scope.connection.fact(
      `SELECT count(*) FROM ${rows} WHERE ${duckdbName(input.column.name)} IS NULL`,
    );
    if (Number(found) === 0) continue;
    const isDate = ['date', 'datetime'].includes(classOf(input.column.type));
    if (!isDate) adjustNull(input.column, { isStrict: true });
    throw new SqlError('truncated_value', `Incorrect date value for column '${input.column.name}'`, {
      hint: 'The embedded engine has no zero date; give a date or let the column be NULL.',
    });
  }
}
