import { SqlError } from '../base/sql-error.ts';
import { likeMatcher } from '../sql/like.ts';
import { tokenize } from '../sql/lexer.ts';
import type { ShowTail } from '../sql/statement.ts';
import { notSupported } from './analysis.ts';
import type { Table } from './answer.ts';

/** What a SHOW's rows are reduced by; texts are in MySQL's dialect, over the SHOW's own columns. */
export type ShowFilter = Readonly<{
  where?: string;
  orderBy?: string;
  limit?: Readonly<{ offset: number; count: number }>;
}>;

/** Rows whose `column` matches a LIKE pattern, without regard to case. */
export function likeRows(table: Table, column: string, pattern: string | undefined): Table {
  if (pattern === undefined) return table;
  const index = table.columns.findIndex(({ name }) => name === column);
  const matches = likeMatcher(pattern);
  return { ...table, rows: table.rows.filter((row) => matches(String(row[index] ?? ''))) };
}

/** The filter of a dialect SHOW, without the LIKE; undefined when there is nothing to do. */
export function filterOf(tail: ShowTail): ShowFilter | undefined {
  if (tail.where === undefined && tail.orderBy === undefined && tail.limit === undefined) return undefined;
  return {
    ...(tail.where !== undefined && { where: tail.where.text }),
    ...(tail.orderBy !== undefined && { orderBy: tail.orderBy.text }),
    ...(tail.limit !== undefined && { limit: tail.limit }),
  };
}

/** More rows than this make no SHOW; they are a query's. Each is held as text once more while they are filtered. */
const rowsMax = 100_000;

/** Evaluates a condition and an order over rows, and gives the numbers of those that stay. */
export type RowSelector = (
  shown: Readonly<{
    columns: readonly string[];
    rows: Table['rows'];
    where?: string;
    orderBy?: string;
  }>,
  signal: AbortSignal,
) => Promise<readonly number[]>;

/**
 * Applies a filter to the rows of a SHOW by asking the engine: the condition then means what it means in a SELECT. The
 * condition may use the SHOW's columns alone; a query in it is refused.
 */
export async function filterRows(
  table: Table,
  filter: ShowFilter,
  select: RowSelector,
  signal: AbortSignal,
): Promise<Table> {
  refuseQueries(filter);
  if (table.rows.length > rowsMax) throw new SqlError('resource_limit', 'too many rows for a WHERE in SHOW');
  const kept = await keptRows(table, filter, select, signal);
  const { offset = 0, count = Infinity } = filter.limit ?? {};
  return { ...table, rows: kept.slice(offset, offset + count) };
}

async function keptRows(
  table: Table,
  { where, orderBy }: ShowFilter,
  select: RowSelector,
  signal: AbortSignal,
): Promise<Table['rows']> {
  const needsEngine = where !== undefined || orderBy !== undefined;
  if (!needsEngine || table.rows.length === 0) return table.rows;
  const named = columnsNamed(table, `${where ?? ''} ${orderBy ?? ''}`);
  const shown = {
    columns: named.map(({ name }) => name),
    rows: table.rows.map((row) => named.map(({ at }) => row[at] ?? null)),
    ...(where !== undefined && { where }),
    ...(orderBy !== undefined && { orderBy }),
  };
  return (await select(shown, signal)).map((number) => table.rows[number] ?? []);
}

/** The columns that the condition speaks of: a SHOW of thousands of rows has many columns that it does not. */
function columnsNamed(table: Table, condition: string): readonly Readonly<{ name: string; at: number }>[] {
  const words = new Set(tokenize(condition).map(({ value }) => value.toLowerCase()));
  return table.columns
    .map(({ name }, at) => ({ name, at }))
    .filter(({ name }) => words.has(name.toLowerCase()));
}

/** Each begins a query of its own. */
const queryWords: ReadonlySet<string> = new Set(['SELECT', 'TABLE', 'VALUES', 'WITH']);

function refuseQueries(filter: ShowFilter): void {
  const tokens = [filter.where ?? '', filter.orderBy ?? ''].flatMap((text) => tokenize(text));
  if (tokens.some(({ upper }) => queryWords.has(upper))) throw notSupported('a query in the WHERE of SHOW');
}
