import type { Cell, Column, ColumnVector, ResultSet, UserVariable, Validity } from './rows.ts';
import { bytesAt } from './span.ts';
import { SqlError } from './sql-error.ts';

/** All rows of a small result, as values: dates and times are text in MySQL's form, decimals text, text a string. */
export async function collectRows(result: ResultSet, rowsMax: number): Promise<readonly (readonly Cell[])[]> {
  const rows: Cell[][] = [];
  for await (const batch of result.batches) {
    for (let row = 0; row < batch.rowCount && rows.length < rowsMax; row++) {
      rows.push(batch.vectors.map((vector, index) => cellAt(result.columns[index] as Column, vector, row)));
    }
    if (rows.length >= rowsMax) break;
  }
  return rows;
}

/** A value of a result as a user variable has it: dates and times are texts there. */
export function keptValue(value: Cell, column: Column | undefined): UserVariable {
  const kind = column === undefined ? undefined : keptKind(column);
  return {
    value,
    ...(kind !== undefined && { kind }),
    ...(column?.collation !== undefined && { collation: column.collation }),
  };
}

function keptKind({ type, unsigned }: Column): UserVariable['kind'] {
  if (type === 'NEWDECIMAL') return 'decimal';
  if (type === 'FLOAT' || type === 'DOUBLE') return 'double';
  return unsigned && type.startsWith('LONG') ? 'unsigned' : undefined;
}

/** One value of a vector. Throws SqlError `out_of_range` for a date that MySQL's form cannot say. */
export function cellAt(column: Column, vector: ColumnVector, row: number): Cell {
  if (vector.kind === 'cells') return vector.values[row] ?? null;
  if (!isValid(vector.validity, row)) return null;
  switch (vector.kind) {
    case 'integer':
    case 'bigint':
    case 'float':
      return vector.values[row] ?? null;
    case 'decimal':
      return decimalText(BigInt(vector.values[row] ?? 0), vector.scale);
    case 'date':
      return dateText(vector.values[row] ?? 0);
    case 'datetime':
      return dateTimeText(vector.values[row] ?? 0n, column.decimals);
    case 'time':
      return timeText(vector.values[row] ?? 0n, column.decimals);
    case 'bytes': {
      const bytes = Buffer.from(bytesAt(vector.locate, row));
      return column.binary && column.type !== 'NEWDECIMAL' ? bytes : bytes.toString('utf8');
    }
  }
}

const dayMs = 86_400_000;
const yearMax = 9_999;
const microsPerSecond = 1_000_000n;

function isValid(validity: Validity, row: number): boolean {
  return validity === undefined || (((validity[row >> 3] ?? 0) >> (row & 7)) & 1) === 1;
}

function decimalText(unscaled: bigint, scale: number): string {
  const sign = unscaled < 0n ? '-' : '';
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  if (scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function dateText(days: number): string {
  return isoText(days * dayMs).slice(0, 10);
}

function dateTimeText(micros: bigint, decimals: number): string {
  const fraction = ((micros % microsPerSecond) + microsPerSecond) % microsPerSecond;
  const at = isoText(Number((micros - fraction) / 1_000n));
  return `${at.slice(0, 10)} ${at.slice(11, 19)}${fractionText(fraction, decimals)}`;
}

/** Outside of these years, and for the engine's infinite dates, there are no four digits for the year. */
function isoText(atMs: number): string {
  const at = new Date(atMs);
  const year = at.getUTCFullYear();
  if (year >= 0 && year <= yearMax) return at.toISOString();
  throw new SqlError(
    'out_of_range',
    `a date outside of the years 0 to ${yearMax} has no text in MySQL's form`,
  );
}

function timeText(micros: bigint, decimals: number): string {
  const sign = micros < 0n ? '-' : '';
  const size = micros < 0n ? -micros : micros;
  const seconds = Number(size / microsPerSecond);
  const clock = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':');
  return `${sign}${clock}${fractionText(size % microsPerSecond, decimals)}`;
}

function fractionText(micros: bigint, decimals: number): string {
  return decimals === 0 || decimals > 6 ? '' : `.${micros.toString().padStart(6, '0').slice(0, decimals)}`;
}

function two(part: number): string {
  return String(part).padStart(2, '0');
}
