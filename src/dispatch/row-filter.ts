import { collectRows } from '../base/cells.ts';
import type { Cell } from '../base/rows.ts';
import { SqlError } from '../base/sql-error.ts';
import type { QueryContext, QuerySession } from '../source/query.ts';
import { likeMatcher } from '../sql/like.ts';
import { tokenize } from '../sql/lexer.ts';
import type { ShowTail } from '../sql/statement.ts';
import { quoteName, quoteText } from '../sql/quote.ts';
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

/** More rows than this make no SHOW; they are a query's. Each costs about a tenth of a millisecond. */
const rowsMax = 20_000;

/**
 * Applies a filter to the rows of a SHOW by asking the engine: the condition then means what it means in a SELECT. The
 * condition may use the SHOW's columns alone; a query in it is refused.
 */
export async function filterRows(
  table: Table,
  filter: ShowFilter,
  engine: Readonly<{ session: QuerySession; context: QueryContext }>,
  signal: AbortSignal,
): Promise<Table> {
  refuseQueries(filter);
  if (table.rows.length > rowsMax) throw new SqlError('resource_limit', 'too many rows for a WHERE in SHOW');
  const kept = await keptRows(table, filter, engine, signal);
  const { offset = 0, count = Infinity } = filter.limit ?? {};
  return { ...table, rows: kept.slice(offset, offset + count) };
}

async function keptRows(
  table: Table,
  filter: ShowFilter,
  engine: Readonly<{ session: QuerySession; context: QueryContext }>,
  signal: AbortSignal,
): Promise<Table['rows']> {
  const needsEngine = filter.where !== undefined || filter.orderBy !== undefined;
  if (!needsEngine || table.rows.length === 0) return table.rows;
  const answer = await engine.session.run(queryOf(table, filter), [], engine.context, signal);
  if (answer.kind !== 'rows') throw new SqlError('internal', 'a query gave no rows');
  const numbers = await collectRows(answer.result, rowsMax);
  return numbers.map(([number]) => table.rows[Number(number)] ?? []);
}

/** The dialect takes no longer unions; larger tables are unions of unions. */
const unionMax = 200;

/** A query for the numbers of the rows that stay, in their order. */
function queryOf(table: Table, { where, orderBy }: ShowFilter): string {
  const number = '`__row`';
  const named = columnsNamed(table, `${where ?? ''} ${orderBy ?? ''}`);
  const rows = table.rows.map((row, index) => {
    const cells = named.map(({ name, at }) => `, ${literalOf(row[at] ?? null)} AS ${quoteName(name)}`);
    return `SELECT CAST(${index} AS SIGNED) AS ${number}${cells.join('')}`;
  });
  const condition = where === undefined ? '' : ` WHERE (${where})`;
  return `SELECT ${number} FROM (${unionOf(rows)}) AS shown${condition} ORDER BY ${orderBy ?? number}`;
}

/** The columns that the condition speaks of: a SHOW of thousands of rows has many columns that it does not. */
function columnsNamed(table: Table, condition: string): readonly Readonly<{ name: string; at: number }>[] {
  const words = new Set(tokenize(condition).map(({ value }) => value.toLowerCase()));
  return table.columns
    .map(({ name }, at) => ({ name, at }))
    .filter(({ name }) => words.has(name.toLowerCase()));
}

function unionOf(queries: readonly string[]): string {
  if (queries.length <= unionMax) return queries.join(' UNION ALL ');
  const groups = Array.from({ length: Math.ceil(queries.length / unionMax) }, (_, group) =>
    queries.slice(group * unionMax, (group + 1) * unionMax),
  );
  return unionOf(groups.map((group) => `SELECT * FROM (${group.join(' UNION ALL ')}) AS piece`));
}

function literalOf(value: Cell): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  const text = value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value);
  return quoteText(text);
}

/** Each begins a query of its own. */
const queryWords: ReadonlySet<string> = new Set(['SELECT', 'TABLE', 'VALUES', 'WITH']);

function refuseQueries(filter: ShowFilter): void {
  const tokens = [filter.where ?? '', filter.orderBy ?? ''].flatMap((text) => tokenize(text));
  if (tokens.some(({ upper }) => queryWords.has(upper))) throw notSupported('a query in the WHERE of SHOW');
}
