import type { TableDefinition } from '../../../sql/ddl/definition.ts';
import { duckdbName } from '../../../sql/duckdb-quote.ts';
import type { ChunkRange } from '../../frozen.ts';
import { type Block, isCheapByKey, placeBorders } from '../../chunk-plan.ts';
import type { Connection } from '../connection/connection.ts';
import { columnIndex } from '../physical/names.ts';
import { type KeyKind, literalOf, positionOf } from '../../key-position.ts';
import { fixedBytes } from './row-width.ts';
import { classOf, duckdbType } from '../physical/types.ts';

/** A table, or the rows of one of its partitions, as the planner and the reader name it. */
export type RowSet = Readonly<{
  definition: TableDefinition;
  physicalName: string;
  /** SQL that is true for the rows; undefined for all. */
  predicate: string | undefined;
}>;

/** The leading column of a key whose values can be counted: `position` maps it to an integer in the same order. */
type LeadingKey = Readonly<{ name: string; type: string; kind: KeyKind }>;

/** Rows in the smallest block that the planner looks at: DuckDB's vector. */
const blockRowsMin = 2048;
/** Blocks of a plan at most, whatever the size of the table. */
const blocksMax = 8192;

/** Cuts a set of rows into chunks. Ranges of `previous` that make no sense here are left out of account. */
export async function planRanges(
  connection: Connection,
  rows: RowSet,
  previous: readonly ChunkRange[],
): Promise<readonly ChunkRange[]> {
  // A column of this name hides DuckDB's row numbers, and with them where the rows lie.
  if (columnIndex(rows.definition, 'rowid') >= 0) return [{ kind: 'all' }];
  const key = leadingKey(rows.definition);
  const blocks = await readBlocks(connection, rows, key);
  if (key !== undefined && blocks.every((block) => block.keys !== undefined)) {
    const byKey = keyPositions(previous, key);
    const borders = placeBorders(blocks, (block) => (block.keys as { min: bigint }).min, byKey);
    if (isCheapByKey(blocks, borders))
      return rangesBetween(borders, (lower, upper) => keyRange(key, lower, upper));
  }
  const borders = placeBorders(blocks, (block) => block.firstRow, rowPositions(previous));
  return rangesBetween(borders, (lower, upper) => ({
    kind: 'rows',
    lower: Number(lower ?? 0n),
    upper: upper === null ? null : Number(upper),
  }));
}

/** SQL that is true for the rows of a range; undefined for all. Throws RangeError for a range that is none. */
export function rangePredicate(definition: TableDefinition, range: ChunkRange): string | undefined {
  if (range.kind === 'all') return undefined;
  if (range.kind === 'rows') {
    checkRowNumbers(range);
    return `rowid >= ${range.lower}${range.upper === null ? '' : ` AND rowid < ${range.upper}`}`;
  }
  const key = leadingKey(definition);
  if (key === undefined || key.name !== range.column)
    throw new RangeError(`no key '${range.column}' to read by`);
  const bounds = [
    ...(range.lower === null ? [] : [`${duckdbName(key.name)} >= ${bound(key, range.lower)}`]),
    ...(range.upper === null ? [] : [`${duckdbName(key.name)} < ${bound(key, range.upper)}`]),
  ];
  if (bounds.length === 0) return undefined;
  // The range without a lower border has the rows without a key, which lie below everything.
  return range.lower === null ? `(${bounds[0]} OR ${duckdbName(key.name)} IS NULL)` : bounds.join(' AND ');
}

function checkRowNumbers(range: Extract<ChunkRange, { kind: 'rows' }>): void {
  const borders = [range.lower, ...(range.upper === null ? [] : [range.upper])];
  if (borders.every((border) => Number.isSafeInteger(border) && border >= 0)) return;
  throw new RangeError('a range of rows has a border that is no row number');
}

/** The first column of the primary key or of StarRocks' key model, when its values are numbers or dates. */
function leadingKey(definition: TableDefinition): LeadingKey | undefined {
  const name = definition.primaryKey?.parts[0]?.column ?? definition.model?.columns[0];
  const column = name === undefined ? undefined : definition.columns[columnIndex(definition, name)];
  if (column === undefined) return undefined;
  const kind = classOf(column.type);
  if (kind !== 'integer' && kind !== 'date' && kind !== 'datetime') return undefined;
  return { name: column.name, type: duckdbType(column.type), kind };
}

async function readBlocks(
  connection: Connection,
  rows: RowSet,
  key: LeadingKey | undefined,
): Promise<readonly Block[]> {
  const lastRow = await connection.fact(`SELECT max(rowid) FROM ${rows.physicalName}`);
  const step = BigInt(blockRows(Number(lastRow ?? 0) + 1));
  const position = key === undefined ? 'NULL' : positionSql(key);
  const where = rows.predicate === undefined ? '' : ` WHERE ${rows.predicate}`;
  const facts = await connection.factsOfWork(
    `SELECT rowid // ${step}, count(*), CAST(sum(${bytesSql(rows.definition)}) AS DOUBLE), ` +
      `CAST(min(${position}) AS VARCHAR), CAST(max(${position}) AS VARCHAR), count(${position}) ` +
      `FROM ${rows.physicalName}${where} GROUP BY 1 ORDER BY 1`,
  );
  return facts.map(([block, count, bytes, min, max, keyed]) => {
    const common = { firstRow: BigInt(String(block)) * step, rows: Number(count), bytes: Number(bytes) };
    // A block with rows that have no key cannot be read by key.
    if (min === null || max === null || keyed !== count) return common;
    return { ...common, keys: { min: BigInt(String(min)), max: BigInt(String(max)) } };
  });
}

/** A power of two times the vector's rows, so that few blocks cover the table and their borders rarely move. */
function blockRows(rows: number): number {
  let step = blockRowsMin;
  while (rows / step > blocksMax) step *= 2;
  return step;
}

/** Bytes of one row before compression: fixed widths added up, lengths of text and bytes read. */
function bytesSql(definition: TableDefinition): string {
  let fixed = 0;
  const lengths: string[] = [];
  for (const { name, type } of definition.columns) {
    switch (classOf(type)) {
      case 'text':
      case 'set':
      case 'json':
        lengths.push(`coalesce(strlen(${duckdbName(name)}), 0)`);
        break;
      case 'binary':
        lengths.push(`coalesce(octet_length(${duckdbName(name)}), 0)`);
        break;
      case 'nested':
        lengths.push(`coalesce(strlen(CAST(${duckdbName(name)} AS VARCHAR)), 0)`);
        break;
      default:
        fixed += fixedBytes;
    }
  }
  return [String(fixed), ...lengths].join(' + ');
}

function positionSql(key: LeadingKey): string {
  const column = duckdbName(key.name);
  switch (key.kind) {
    case 'integer':
      return `CAST(${column} AS HUGEINT)`;
    case 'date':
      return `CAST(${column} - DATE '1970-01-01' AS HUGEINT)`;
    case 'datetime':
      return `CAST(epoch_us(${column}) AS HUGEINT)`;
  }
}

function keyRange(key: LeadingKey, lower: bigint | null, upper: bigint | null): ChunkRange {
  const text = (position: bigint | null): string | null =>
    position === null ? null : literalOf(key.kind, position);
  return { kind: 'key', column: key.name, lower: text(lower), upper: text(upper) };
}

/** A border as SQL. It comes from a manifest, so it is read and written anew rather than pasted. */
function bound(key: LeadingKey, text: string): string {
  const position = positionOf(key.kind, text);
  if (position === undefined)
    throw new RangeError(`a range of '${key.name}' has a border that is no ${key.kind}`);
  switch (key.kind) {
    case 'integer':
      return `CAST(${position} AS ${key.type})`;
    case 'date':
      return `(DATE '1970-01-01' + CAST(${position} AS INTEGER))`;
    case 'datetime':
      return `make_timestamp(CAST(${position} AS BIGINT))`;
  }
}

function keyPositions(previous: readonly ChunkRange[], key: LeadingKey): readonly bigint[] {
  const positions = previous.map((range) => {
    if (range.kind !== 'key' || range.column !== key.name || range.lower === null) return undefined;
    return positionOf(key.kind, range.lower);
  });
  return ascending(positions);
}

function rowPositions(previous: readonly ChunkRange[]): readonly bigint[] {
  return ascending(
    previous.map((range) =>
      range.kind === 'rows' && range.lower > 0 ? BigInt(Math.trunc(range.lower)) : undefined,
    ),
  );
}

function ascending(positions: readonly (bigint | undefined)[]): readonly bigint[] {
  const known = positions.filter((position) => position !== undefined);
  return [...new Set(known)].sort((left, right) => (left < right ? -1 : 1));
}

/** The ranges between borders, open at both ends; everything when there is no border. */
function rangesBetween(
  borders: readonly bigint[],
  make: (lower: bigint | null, upper: bigint | null) => ChunkRange,
): readonly ChunkRange[] {
  if (borders.length === 0) return [{ kind: 'all' }];
  return [null, ...borders].map((lower, index) => make(lower, borders[index] ?? null));
}
