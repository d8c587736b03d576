import { quoteName } from '../../sql/quote.ts';
import { type Block, placeBorders } from '../chunk-plan.ts';
import { type KeyKind, literalOf, positionOf } from '../key-position.ts';
import type { ChunkRange } from '../frozen.ts';
import type { MysqlConnection } from './connection.ts';
import type { DescribedTable } from './describe-tables.ts';

/** Rows of a table or of one of its partitions, as the planner names them. */
export type RowPlace = Readonly<{
  table: DescribedTable;
  /** What follows FROM: the table's name, and PARTITION (…). */
  from: string;
  /** The server's estimate. */
  rows: number;
}>;

/** A chunk is about one row group: what is read in one piece, and sent again when one of its rows changes. */
const chunkRows = 500_000;
const chunkBytes = 64 * 1024 * 1024;
/** The planner looks at pieces of this part of a chunk, as far as that makes no more than so many. */
const blocksPerChunk = 4;
const blocksMax = 4096;
/** A table up to this many chunks stays whole. */
const wholeLimit = 4 / 3;

type KeyClass = KeyKind | 'text' | 'binary';
type LeadingKey = Readonly<{ name: string; kind: KeyClass }>;

/**
 * Cuts rows into chunks by the leading column of their key, by the server's estimates: nothing is read but the borders
 * of indexes, and for keys that are texts one pass over the key. Borders of `previous` are kept where they still fit.
 */
export async function planRanges(
  connection: MysqlConnection,
  place: RowPlace,
  previous: readonly ChunkRange[],
  signal: AbortSignal,
): Promise<readonly ChunkRange[]> {
  const key = leadingKey(place.table);
  const size = place.rows / rowsPerChunk(place.table);
  if (key === undefined) return [{ kind: 'all' }];
  const known = previous.flatMap((range) =>
    range.kind === 'key' && range.column === key.name && range.lower !== null ? [range.lower] : [],
  );
  if (size <= wholeLimit && known.length === 0) return [{ kind: 'all' }];
  if (key.kind === 'text' || key.kind === 'binary') {
    const borders = known.filter((border) => hexDigits.test(border));
    const isFit = borders.length > 0 && size <= (borders.length + 1) * 2;
    return rangesBetween(key.name, isFit ? borders : await walk(connection, place, key, signal));
  }
  const { kind } = key;
  const positions = known.map((border) => positionOf(kind, border)).filter((each) => each !== undefined);
  const blocks = await estimatedBlocks(connection, place, { ...key, kind }, signal);
  const borders = placeBorders(blocks, (block) => block.keys?.min ?? 0n, ascending(positions));
  return rangesBetween(
    key.name,
    borders.map((border) => literalOf(kind, border)),
  );
}

/** SQL that is true for the rows of a range; undefined for all. Throws RangeError for a range that is none. */
export function rangePredicate(table: DescribedTable, range: ChunkRange): string | undefined {
  if (range.kind === 'all') return undefined;
  const key = leadingKey(table);
  if (range.kind === 'rows' || key?.name !== range.column) {
    throw new RangeError(`table '${table.object.name}' has no such range of rows`);
  }
  const column = quoteName(key.name);
  const bounds = [
    ...(range.lower === null ? [] : [`${column} >= ${bound(key, range.lower)}`]),
    ...(range.upper === null ? [] : [`${column} < ${bound(key, range.upper)}`]),
  ];
  return bounds.length === 0 ? undefined : bounds.join(' AND ');
}

const hexDigits = /^x'(?:[0-9A-F]{2})*'$/;

/** A border as SQL. It comes from a manifest, so it is read and written anew rather than pasted. */
function bound(key: LeadingKey, text: string): string {
  if (key.kind === 'text' || key.kind === 'binary') {
    if (!hexDigits.test(text)) throw new RangeError(`a range of '${key.name}' has a border that is no text`);
    return key.kind === 'text' ? `_utf8mb4 ${text}` : text;
  }
  const position = positionOf(key.kind, text);
  if (position === undefined)
    throw new RangeError(`a range of '${key.name}' has a border that is no ${key.kind}`);
  return literalOf(key.kind, position);
}

function leadingKey(table: DescribedTable): LeadingKey | undefined {
  const name = table.orderKey[0];
  const column = table.columns.find((each) => each.name === name);
  if (column === undefined) return undefined;
  const kind = keyClass(column.dataType);
  return kind === undefined ? undefined : { name: column.name, kind };
}

/** Floats, decimals, enumerations and the like are read in one pass: as keys they are rare. */
function keyClass(dataType: string): KeyClass | undefined {
  switch (dataType) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'bigint':
      return 'integer';
    case 'date':
      return 'date';
    case 'datetime':
    case 'timestamp':
      return 'datetime';
    case 'char':
    case 'varchar':
      return 'text';
    case 'binary':
    case 'varbinary':
      return 'binary';
    default:
      return undefined;
  }
}

function rowsPerChunk({ rowBytes }: DescribedTable): number {
  return Math.max(1, Math.min(chunkRows, chunkBytes / Math.max(1, rowBytes)));
}

/** Cuts the span of the keys in halves until each piece holds few rows by the server's estimate. */
async function estimatedBlocks(
  connection: MysqlConnection,
  place: RowPlace,
  key: Readonly<{ name: string; kind: KeyKind }>,
  signal: AbortSignal,
): Promise<readonly Block[]> {
  const span = await keySpan(connection, place, key, signal);
  if (span === undefined) return [];
  const rowsMax = Math.max(rowsPerChunk(place.table) / blocksPerChunk, place.rows / blocksMax);
  const blocks: Block[] = [];
  const cut = async (lower: bigint, upper: bigint): Promise<void> => {
    const rows = await estimate(connection, place, key, [lower, upper], signal);
    if (rows > rowsMax && upper > lower) {
      const middle = (lower + upper) >> 1n;
      await cut(lower, middle);
      await cut(middle + 1n, upper);
    } else if (rows > 0) {
      const keys = { min: lower, max: upper };
      blocks.push({ firstRow: 0n, rows, bytes: rows * place.table.rowBytes, keys });
    }
  };
  await cut(span[0], span[1]);
  return blocks;
}

async function keySpan(
  connection: MysqlConnection,
  { from }: RowPlace,
  key: Readonly<{ name: string; kind: KeyKind }>,
  signal: AbortSignal,
): Promise<readonly [bigint, bigint] | undefined> {
  const column = quoteName(key.name);
  const [row] = await connection.rows(`SELECT min(${column}), max(${column}) FROM ${from}`, signal);
  const [min, max] = [row?.[0], row?.[1]].map((text) =>
    typeof text === 'string' ? positionOf(key.kind, canonical(key.kind, text)) : undefined,
  );
  return min === undefined || max === undefined ? undefined : [min, max];
}

/** The server's text of a value as the literal that `literalOf` makes. */
function canonical(kind: KeyKind, text: string): string {
  if (kind === 'integer') return text;
  if (kind === 'date') return `'${text}'`;
  const [clock = '', fraction = ''] = text.split('.');
  return `'${clock}.${fraction.padEnd(6, '0')}'`;
}

/** Rows between two keys, both included, as the optimizer sees them: it dives into the index at both ends. */
async function estimate(
  connection: MysqlConnection,
  { from }: RowPlace,
  key: Readonly<{ name: string; kind: KeyKind }>,
  [lower, upper]: readonly [bigint, bigint],
  signal: AbortSignal,
): Promise<number> {
  const column = quoteName(key.name);
  const where = `${column} >= ${literalOf(key.kind, lower)} AND ${column} <= ${literalOf(key.kind, upper)}`;
  const [record] = await connection.records(`EXPLAIN SELECT ${column} FROM ${from} WHERE ${where}`, signal);
  const rows = record?.['rows'];
  // Nothing for "Impossible WHERE" and for an empty table.
  return typeof rows === 'string' && /^\d+$/.test(rows) ? Number(rows) : 0;
}

/** Borders of a key that cannot be counted: every so many rows, in one pass over the index. */
async function walk(
  connection: MysqlConnection,
  { table, from }: RowPlace,
  key: LeadingKey,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const column = quoteName(key.name);
  const hex = key.kind === 'text' ? `hex(convert(${column} USING utf8mb4))` : `hex(${column})`;
  const step = Math.round(rowsPerChunk(table));
  const borders: string[] = [];
  for (;;) {
    const last = borders.at(-1);
    const where = last === undefined ? '' : `WHERE ${column} > ${bound(key, last)} `;
    const sql = `SELECT ${hex} FROM ${from} ${where}ORDER BY ${column} LIMIT 1 OFFSET ${step}`;
    const found = await connection.value(sql, signal);
    if (typeof found !== 'string') return borders;
    borders.push(`x'${found}'`);
  }
}

function ascending(positions: readonly bigint[]): readonly bigint[] {
  return [...new Set(positions)].sort((left, right) => (left < right ? -1 : 1));
}

/** The ranges between borders, open at both ends; everything when there is no border. */
function rangesBetween(column: string, borders: readonly string[]): readonly ChunkRange[] {
  if (borders.length === 0) return [{ kind: 'all' }];
  return [null, ...borders].map((lower, index) => ({
    kind: 'key',
    column,
    lower,
    upper: borders[index] ?? null,
  }));
}
