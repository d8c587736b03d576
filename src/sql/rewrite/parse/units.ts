import type { QueryReader } from './query-reader.ts';

/** The units of INTERVAL and EXTRACT (manual, Temporal Intervals). */
const units: readonly string[] = [
  'MICROSECOND',
  'SECOND',
  'MINUTE',
  'HOUR',
  'DAY',
  'WEEK',
  'MONTH',
  'QUARTER',
  'YEAR',
  'SECOND_MICROSECOND',
  'MINUTE_MICROSECOND',
  'MINUTE_SECOND',
  'HOUR_MICROSECOND',
  'HOUR_SECOND',
  'HOUR_MINUTE',
  'DAY_MICROSECOND',
  'DAY_SECOND',
  'DAY_MINUTE',
  'DAY_HOUR',
  'YEAR_MONTH',
];

/** Reads a unit; the SQL_TSI_ spelling of the ODBC functions is accepted. */
export function readUnit(reader: QueryReader): string {
  const token = reader.peek();
  const unit = token.upper.replace(/^SQL_TSI_/, '').replace(/^FRAC_SECOND$/, 'MICROSECOND');
  if (token.kind !== 'word' || !units.includes(unit)) return reader.fail();
  reader.next();
  return unit;
}
