import { setImmediate } from 'node:timers/promises';
import { SqlError } from '../../../base/sql-error.ts';
import { decodeText, encodeText } from '../../../base/text.ts';
import type { ColumnDefinition } from '../../../sql/ddl/definition.ts';
import { syntaxErrorNear } from '../../../sql/position.ts';
import type { Token } from '../../../sql/token.ts';
import type { StagedRow } from '../connection/connection.ts';
import { classOf, type TypeClass } from '../physical/types.ts';
import type { TokenReader } from '../../../sql/token-reader.ts';

/** Rows of a VALUES list, as text or bytes; cells that are no literals are listed to be computed. */
export type ValueRows = Readonly<{
  /** How many rows have been staged already. */
  staged: number;
  /** Those behind them. */
  rows: readonly StagedRow[];
  pending: readonly PendingCell[];
}>;

/** A cell to be filled in: an expression, or the default of its column. `row` counts in `rows`. */
export type PendingCell = Readonly<{ row: number; column: number; expression: string | undefined }>;

/** Rows that are read before other connections have their turn, some milliseconds; and a vector of DuckDB. */
export const rowsAtOnce = 2_048;

type Target = Readonly<{ column: ColumnDefinition; kind: TypeClass }>;
type Literal = string | Uint8Array | null;

/**
 * Reads `(…), (…)`, also `ROW(…), ROW(…)`. `columns` are the columns the values go to, in order. Rows are staged as they
 * come up to the first that is to be computed, so that a long statement does not stand in memory a second time.
 */
export async function readValueRows(
  reader: TokenReader,
  columns: readonly ColumnDefinition[],
  stage: (rows: readonly StagedRow[]) => Promise<void>,
): Promise<ValueRows> {
  const targets = columns.map((column) => ({ column, kind: classOf(column.type) }));
  let staged = 0;
  let rows: Literal[][] = [];
  const pending: PendingCell[] = [];
  do {
    reader.accept('ROW');
    reader.expectOperator('(');
    const row: Literal[] = [];
    while (!reader.isOperator(')')) {
      if (row.length > 0) reader.expectOperator(',');
      const target = targets[row.length];
      const literal = target === undefined ? undefined : readLiteral(reader, target);
      if (literal === undefined) pending.push(readPending(reader, rows.length, row.length));
      row.push(literal ?? null);
    }
    reader.expectOperator(')');
    checkCount(row.length, columns.length, staged + rows.length + 1);
    // `()` stands for a row of defaults.
    if (row.length === 0)
      columns.forEach((_, column) => pending.push({ row: rows.length, column, expression: undefined }));
    rows.push(row);
    reader.giveUpRead();
    if (rows.length % rowsAtOnce > 0) continue;
    await setImmediate();
    if (pending.length > 0) continue;
    await stage(rows);
    staged += rows.length;
    rows = [];
  } while (reader.acceptOperator(','));
  return { staged, rows, pending };
}

/** A computed value as the column's literal would have been. */
export function stagedValue(value: string | Uint8Array | null, column: ColumnDefinition): Literal {
  if (value === null) return null;
  const target = { column, kind: classOf(column.type) };
  return value instanceof Uint8Array ? ofBytes(value, target) : ofText(value, target);
}

function checkCount(count: number, wanted: number, row: number): void {
  if (count === wanted || count === 0) return;
  throw new SqlError('column_count_mismatch', `Column count doesn't match value count at row ${row}`);
}

function readPending(reader: TokenReader, row: number, column: number): PendingCell {
  const isDefault = reader.isWord('DEFAULT') && (reader.isOperator(',', 1) || reader.isOperator(')', 1));
  if (isDefault) {
    reader.next();
    return { row, column, expression: undefined };
  }
  const from = reader.mark;
  const { text } = reader.source((rest) => rest.isOperator(',') || rest.isOperator(')'));
  const mark = reader.tokensSince(from).find((token) => token.kind === 'parameter');
  if (mark !== undefined) throw syntaxErrorNear(reader.text.slice(mark.start));
  return { row, column, expression: text };
}

/** A literal that ends the cell; undefined, with nothing read, for any other expression. */
function readLiteral(reader: TokenReader, target: Target): Literal | undefined {
  const first = reader.peek();
  const isSigned = first.kind === 'operator' && (first.text === '-' || first.text === '+');
  const length = isSigned || isDatePrefix(first, reader.peek(1)) ? 2 : 1;
  if (!reader.isOperator(',', length) && !reader.isOperator(')', length)) return undefined;
  const token = length === 2 ? reader.peek(1) : first;
  if (isSigned && token.kind !== 'number') return undefined;
  const literal = literalOf(token, target, first.text === '-');
  if (literal === undefined) return undefined;
  for (let index = 0; index < length; index++) reader.next();
  return literal;
}

function isDatePrefix(token: Token, following: Token): boolean {
  return following.kind === 'string' && ['DATE', 'TIME', 'TIMESTAMP'].includes(token.upper);
}

function literalOf(token: Token, target: Target, isNegative: boolean): Literal | undefined {
  switch (token.kind) {
    case 'string':
      if (token.introducer === '_binary') return ofBytes(encodeText(token.value), target);
      return ofText(token.value, target);
    case 'number':
      return ofNumber(isNegative ? `-${token.value}` : token.value, target);
    case 'hex':
      return ofBytes(
        Buffer.from(token.value.length % 2 === 1 ? `0${token.value}` : token.value, 'hex'),
        target,
        token.introducer === undefined,
      );
    case 'bit':
      return ofBytes(bytesOf(BigInt(`0b${token.value || '0'}`)), target, true);
    case 'word':
      if (token.upper === 'NULL') return null;
      if (token.upper === 'TRUE') return '1';
      if (token.upper === 'FALSE') return '0';
      return undefined;
    default:
      return undefined;
  }
}

function ofText(text: string, { column, kind }: Target): Literal {
  if (kind === 'binary') return encodeText(text);
  if (kind === 'bit') return numberOf(encodeText(text));
  if (!text.isWellFormed()) {
    throw new SqlError('incorrect_value', `Incorrect string value for column '${column.name}'`);
  }
  return text;
}

function ofNumber(text: string, { column, kind }: Target): Literal {
  if (kind === 'binary') return Buffer.from(text);
  if (kind === 'year' && Number(text) === 0) return '0000';
  if (kind === 'enum') return column.type.values[Number(text) - 1] ?? text;
  return text;
}

/** Bytes are a number for a numeric column when the literal is x'…' or b'…', and text for the others. */
function ofBytes(bytes: Uint8Array, target: Target, isNumeric = false): Literal {
  const { kind } = target;
  if (kind === 'binary') return bytes;
  const wantsNumber = ['integer', 'decimal', 'float', 'year', 'boolean'].includes(kind);
  if (kind === 'bit' || (isNumeric && wantsNumber)) return numberOf(bytes);
  return ofText(decodeText(bytes), target);
}

function numberOf(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return hex === '' ? '0' : BigInt(`0x${hex}`).toString();
}

function bytesOf(value: bigint): Uint8Array {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, 'hex');
}
