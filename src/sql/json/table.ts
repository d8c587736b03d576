import { SqlError } from '../../base/sql-error.ts';
import { unreachable } from '../../base/assert.ts';
import { find } from './find.ts';
import type { JsonPath } from './path.ts';
import { cellText, type CellType } from './table-cell.ts';
import type { JsonValue } from './value.ts';
import { parseDocument } from './parse.ts';

/** JSON_TABLE's columns, as a call hands them to `jsonTable` in JSON. Paths are as written. */
export type JsonTablePlan = Readonly<{ path: string; columns: readonly PlannedColumn[] }>;

export type PlannedColumn =
  | Readonly<{ kind: 'ordinality' }>
  | Readonly<{ kind: 'exists'; path: string }>
  | Readonly<{
      kind: 'value';
      name: string;
      path: string;
      type: CellType;
      onEmpty: Fallback;
      onError: Fallback;
    }>
  | Readonly<{ kind: 'nested'; path: string; columns: readonly PlannedColumn[] }>;

/** What stands for a value that is not there, or does not fit: NULL, an error, or the text of a document. */
export type Fallback = Readonly<{ kind: 'null' } | { kind: 'error' } | { kind: 'default'; text: string }>;

type Row = readonly (string | null)[];

/**
 * The rows as a JSON array of arrays of texts: a cell for each column that is not NESTED, in the order in which they are
 * written. Throws SqlError for what ERROR ON … asks for.
 */
export function jsonTable(document: string, plan: JsonTablePlan, paths: (text: string) => JsonPath): string {
  const found = find(parseDocument(document), paths(plan.path)).map(({ value }) => value);
  return JSON.stringify(rowsOf(found, plan.columns, paths));
}

/** Siblings that are NESTED give their rows one after the other, and one without cells where none has a row. */
function rowsOf(
  values: readonly JsonValue[],
  columns: readonly PlannedColumn[],
  paths: (text: string) => JsonPath,
): readonly Row[] {
  return values.flatMap((value, index) => {
    const parts = columns.map((column) =>
      column.kind === 'nested'
        ? rowsOf(
            find(value, paths(column.path)).map((each) => each.value),
            column.columns,
            paths,
          )
        : [[cellOf(value, index, column, paths)]],
    );
    const empty = columns.map((column, at) =>
      column.kind === 'nested' ? nulls(widthOf(column.columns)) : (parts[at]?.[0] ?? []),
    );
    const nested = columns.flatMap((column, at) =>
      column.kind === 'nested' ? (parts[at] ?? []).map((row) => empty.with(at, row).flat()) : [],
    );
    return nested.length === 0 ? [empty.flat()] : nested;
  });
}

function nulls(count: number): Row {
  return Array.from({ length: count }, () => null);
}

/** The cells of a row of these columns. */
function widthOf(columns: readonly PlannedColumn[]): number {
  return columns.reduce((sum, each) => sum + (each.kind === 'nested' ? widthOf(each.columns) : 1), 0);
}

function cellOf(
  value: JsonValue,
  index: number,
  column: Exclude<PlannedColumn, { kind: 'nested' }>,
  paths: (text: string) => JsonPath,
): string | null {
  switch (column.kind) {
    case 'ordinality':
      return String(index + 1);
    case 'exists':
      return find(value, paths(column.path)).length > 0 ? '1' : '0';
    case 'value':
      return valueOf(
        find(value, paths(column.path)).map((each) => each.value),
        column,
      );
    default:
      return unreachable(column);
  }
}

function valueOf(
  found: readonly JsonValue[],
  column: Extract<PlannedColumn, { kind: 'value' }>,
): string | null {
  const [first] = found;
  if (first === undefined) {
    return fallback(column, column.onEmpty, () => {
      throw new SqlError('json_table_empty', `Missing value for JSON_TABLE column '${column.name}'`);
    });
  }
  try {
    return cellText(found.length === 1 ? first : found, column.type, column.name);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return fallback(column, column.onError, () => {
      throw error;
    });
  }
}

function fallback(
  { type, name }: Extract<PlannedColumn, { kind: 'value' }>,
  given: Fallback,
  fail: () => never,
): string | null {
  switch (given.kind) {
    case 'null':
      return null;
    case 'error':
      return fail();
    case 'default':
      return cellText(parseDocument(given.text), type, name);
    default:
      return unreachable(given);
  }
}
