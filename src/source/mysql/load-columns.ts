import { duckdbName, duckdbText } from '../../sql/duckdb-quote.ts';
import { quoteName } from '../../sql/quote.ts';
import { SourceError } from '../source-error.ts';
import { historyOf } from './history.ts';
import { columnsOf, type TableItem, type TableText } from './table-text.ts';

/**
 * How one column goes from a Parquet file into a table: as text that the server reads into the column's type, or in
 * hexadecimal digits where the bytes are no text. Everything but bytes is text in UTF-8. What the files hold is
 * `column-plan.ts`'s to say.
 */
export type LoadColumn = Readonly<{
  /** The column's name in backquotes. */
  column: string;
  /** DuckDB's expressions over the file, of type VARCHAR: one field each. */
  fields: readonly LoadField[];
  /** SQL over `{0}`, `{1}`, the fields, that gives the column's value; absent where the one field's text is the value. */
  decode?: string;
}>;

export type LoadField = Readonly<{
  select: string;
  /** True where the value may have quotes, commas and line ends. */
  isText: boolean;
  /** The text of a column that keeps JSON as such. */
  isJson?: boolean;
}>;

type Column = Extract<TableItem, { kind: 'column' }>;

const rawSuffix = '__raw';

/**
 * The columns to load, in the table's order: all but those that the server fills in itself. `file` has the columns of the
 * file with DuckDB's names of their types.
 */
export function loadColumns(table: TableText, file: ReadonlyMap<string, string>): readonly LoadColumn[] {
  const columns = [...columnsOf(table), ...hiddenColumns(table, file)];
  const taken = new Set(columns.map((column) => column.name.toLowerCase()));
  return columns.flatMap((column) => {
    if (column.isGenerated) return [];
    const type = file.get(column.name);
    if (type === undefined) {
      throw new SourceError('failed', `a file of the snapshot has no column '${column.name}'`);
    }
    const raw = rawName(column.name, taken);
    const rawType = file.get(raw);
    const form = formOf(column, table, {
      typed: duckdbName(column.name),
      type,
      ...(rawType !== undefined && { raw: duckdbName(raw), rawType }),
    });
    return [{ column: quoteName(column.name), ...form }];
  });
}

/** The times of rows, where the file has them and the table does not name them. */
function hiddenColumns(table: TableText, file: ReadonlyMap<string, string>): readonly Column[] {
  const hidden = historyOf(table)?.hiddenColumns ?? [];
  return hidden
    .filter(({ name }) => file.has(name))
    .map(({ name, columnType }) => ({
      kind: 'column',
      name,
      text: `${quoteName(name)} ${columnType}`,
      type: 'TIMESTAMP',
      isGenerated: false,
      isAutoIncrement: false,
    }));
}

/** Name of the sidecar of values that the typed column cannot hold. */
function rawName(name: string, taken: ReadonlySet<string>): string {
  let raw = `${name}${rawSuffix}`;
  while (taken.has(raw.toLowerCase())) raw += '_';
  return raw;
}

/** The column in the file, and the one beside it that has what it cannot hold. */
type InFile = Readonly<{ typed: string; type: string; raw?: string; rawType?: string }>;

function formOf(column: Column, table: TableText, file: InFile): Omit<LoadColumn, 'column'> {
  if (file.type === 'BLOB') return hexOf(file.typed);
  const { raw } = file;
  const typed = textOf(file.typed, file.type);
  const isText = file.type === 'VARCHAR' || file.type === 'JSON';
  if (raw === undefined) return plainForm(column, { select: typed, isText });
  if (file.rawType === 'BLOB') return bytesBeside(typed, raw, characterSetOf(column, table));
  if (column.type === 'SET') return { fields: [{ select: raw, isText: false }], decode: asNumber };
  const other = column.type === 'ENUM' ? duckdbText(noMemberOf(column)) : raw;
  const select = `CASE WHEN ${raw} IS NULL THEN ${typed} ELSE ${other} END`;
  return plainForm(column, { select, isText: true });
}

const asNumber = 'CAST({0} AS UNSIGNED)';

/** As text '0' is the year 2000, and '5' of a BIT the byte 0x35. */
function plainForm(column: Column, field: LoadField): Omit<LoadColumn, 'column'> {
  const isNumber = column.type === 'YEAR' || column.type === 'BIT';
  const isJson = column.type === 'JSON';
  return { fields: [{ ...field, ...(isJson && { isJson }) }], ...(isNumber && { decode: asNumber }) };
}

function hexOf(column: string): Omit<LoadColumn, 'column'> {
  return { fields: [{ select: `hex(${column})`, isText: false }], decode: 'UNHEX({0})' };
}

/**
 * Texts of a character set in which some do not come back from UTF-8: those lie beside as bytes. The two meet as bytes of
 * the column's character set. Each field stands in the expression once and in its place, as a parameter does.
 */
function bytesBeside(typed: string, raw: string, characterSet: string): Omit<LoadColumn, 'column'> {
  const converted = `CAST(CONVERT({1} USING ${characterSet}) AS BINARY)`;
  return {
    fields: [
      { select: `hex(${raw})`, isText: false },
      { select: typed, isText: true },
    ],
    decode: `COALESCE(UNHEX({0}), ${converted})`,
  };
}

/** The column's own, else the table's: SHOW CREATE TABLE names it where the two differ. */
function characterSetOf(column: Column, table: TableText): string {
  const own = /\bCHARACTER SET (\w+)/i.exec(column.text)?.[1];
  return own ?? /\bCHARSET=(\w+)/i.exec(table.options)?.[1] ?? 'utf8mb4';
}

/**
 * An ENUM's error value has the number 0. It is what comes of a text that is no member; '' may be one.
 */
function noMemberOf(column: Column): string {
  let text = 'no member';
  while (column.text.includes(`'${text}'`)) text += '.';
  return text;
}

function textOf(column: string, fileType: string): string {
  switch (fileType) {
    case 'VARCHAR':
      return column;
    case 'FLOAT':
      // The shortest digits of the largest FLOAT lie beyond what the server takes for one.
      return `CAST(CAST(${column} AS DOUBLE) AS VARCHAR)`;
    case 'BOOLEAN':
      return `CAST(CAST(${column} AS TINYINT) AS VARCHAR)`;
    default:
      return `CAST(${column} AS VARCHAR)`;
  }
}

/** The column's value from its fields, as SQL. `{0}` and `{1}` become what `field` says of their positions. */
export function decoded(decode: string, field: (index: number) => string): string {
  return decode.replaceAll(/\{(\d)\}/g, (_all, digit: string) => field(Number(digit)));
}
