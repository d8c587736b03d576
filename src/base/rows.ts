/**
 * Rows on their way to a client: columnar batches, so that an engine hands over its vectors as they are and the
 * wire encodes them without making one object per value.
 */

import type { Locate } from './span.ts';

/** MySQL's column types, by the names of the protocol manual (Column Definition, field types). */
export const columnTypes = [
  'TINY',
  'SHORT',
  'LONG',
  'LONGLONG',
  'FLOAT',
  'DOUBLE',
  'NEWDECIMAL',
  'DATE',
  'TIME',
  'DATETIME',
  'TIMESTAMP',
  'YEAR',
  'BIT',
  'VAR_STRING',
  'STRING',
  'BLOB',
  'JSON',
  'NULL',
] as const;
export type ColumnType = (typeof columnTypes)[number];

export type Column = Readonly<{
  /** The name a client sees: the alias, else the expression as written. */
  name: string;
  type: ColumnType;
  /** Greatest length in bytes: drives display width and JDBC precision. */
  lengthBytes: number;
  /** Digits after the point; 31 for floating types and text without a fixed scale. */
  decimals: number;
  unsigned: boolean;
  nullable: boolean;
  /** Binary strings and all numbers travel as character set 63, text as utf8mb4. */
  binary: boolean;
  /** The collation of a text, where it is known; not what travels. */
  collation?: string;
  database?: string;
  /** Alias of the table in the statement, and its own name. */
  table?: string;
  originalTable?: string;
  originalName?: string;
  primaryKey?: boolean;
  uniqueKey?: boolean;
  multipleKey?: boolean;
  autoIncrement?: boolean;
  /** ENUM and SET are strings with a flag of their own. */
  enumeration?: boolean;
  set?: boolean;
}>;

/** True where a row has a value; `undefined` when every row has one. Bit `row % 8` of byte `row / 8`. */
export type Validity = Uint8Array | undefined;

/** One value for the general vector. Dates and times are text in MySQL's form here. */
export type Cell = null | string | number | bigint | boolean | Uint8Array;

/**
 * A value that a session keeps under a name. `kind` says what a number is where its Cell does not: a decimal is a text there.
 * `collation` is that of a text, where it is known.
 */
export type UserVariable = Readonly<{
  value: Cell;
  kind?: 'decimal' | 'double' | 'unsigned';
  collation?: string;
}>;

/** The values of one column in one batch. Rows outside `validity` hold anything. */
export type ColumnVector =
  | Readonly<{
      kind: 'integer';
      values: Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array;
      validity: Validity;
    }>
  | Readonly<{ kind: 'bigint'; values: BigInt64Array | BigUint64Array; validity: Validity }>
  | Readonly<{ kind: 'float'; values: Float32Array | Float64Array; validity: Validity }>
  /** Unscaled value × 10^-scale. */
  | Readonly<{
      kind: 'decimal';
      values: Int16Array | Int32Array | BigInt64Array | readonly bigint[];
      scale: number;
      validity: Validity;
    }>
  /** Days since 1970-01-01. */
  | Readonly<{ kind: 'date'; values: Int32Array; validity: Validity }>
  /** Microseconds since 1970-01-01 00:00:00, no zone; the column's `decimals` says how many digits are shown. */
  | Readonly<{ kind: 'datetime'; values: BigInt64Array; validity: Validity }>
  /** Microseconds, signed: MySQL's TIME. */
  | Readonly<{ kind: 'time'; values: BigInt64Array; validity: Validity }>
  /** Text (UTF-8) or binary, valid until the next batch is asked for. */
  | Readonly<{ kind: 'bytes'; locate: Locate; validity: Validity }>
  | Readonly<{ kind: 'cells'; values: readonly Cell[] }>;

export type RowBatch = Readonly<{ rowCount: number; vectors: readonly ColumnVector[] }>;

/** A result set. `batches` is read once, in order, and closed when the reader stops early. */
export type ResultSet = Readonly<{ columns: readonly Column[]; batches: AsyncIterable<RowBatch> }>;

/** A batch made of JavaScript rows, for small answers such as SHOW. */
export function batchOfRows(rows: readonly (readonly Cell[])[], columnCount: number): RowBatch {
  const vectors = Array.from({ length: columnCount }, (_, column): ColumnVector => ({
    kind: 'cells',
    values: rows.map((row) => row[column] ?? null),
  }));
  return { rowCount: rows.length, vectors };
}

/** A whole small result set. */
export function resultOfRows(columns: readonly Column[], rows: readonly (readonly Cell[])[]): ResultSet {
  return { columns, batches: single(batchOfRows(rows, columns.length)) };
}

async function* single(batch: RowBatch): AsyncGenerator<RowBatch> {
  if (batch.rowCount > 0) yield batch;
}

/** A nullable text column, as StarRocks declares those of its SHOW answers (VARCHAR(30), values may be longer). */
export function textColumn(name: string, characters = 30): Column {
  return {
    name,
    type: 'VAR_STRING',
    lengthBytes: characters * 4,
    decimals: 0,
    unsigned: false,
    nullable: true,
    binary: false,
  };
}

/** A nullable BIGINT column. */
export function integerColumn(name: string, unsigned = false): Column {
  return { name, type: 'LONGLONG', lengthBytes: 20, decimals: 0, unsigned, nullable: true, binary: true };
}
