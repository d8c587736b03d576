import { asDate } from '../conversions/moments.ts';
import { asInteger } from '../conversions/numbers.ts';
import { computedOnce, macro } from '../macro-names.ts';
import { integerType, nullType, type Rendered } from '../types.ts';

/** MySQL's modes of WEEK (manual, WEEK): which day begins a week, and which week is the first of its year. */
type Mode = Readonly<{
  mondayFirst: boolean;
  /** The days before the first week belong to the last week of the year before; else they are week 0. */
  wholeWeeks: boolean;
  /** The first week is the one that begins in the year; else the one with four days or more in it. */
  firstFull: boolean;
}>;

function modeOf(number: number): Mode {
  const mondayFirst = (number & 1) !== 0;
  const isFourth = (number & 4) !== 0;
  return { mondayFirst, wholeWeeks: (number & 2) !== 0, firstFull: mondayFirst ? isFourth : !isFourth };
}

const nothing: Rendered = { sql: 'NULL', type: nullType };

/** WEEK(date, mode): a literal mode, or none, becomes plain arithmetic. */
export function weekOf(date: Rendered, mode: Rendered | undefined): Rendered {
  if (date.type.kind === 'null' || mode?.type.kind === 'null') return nothing;
  const number = mode === undefined ? 0 : literalMode(mode);
  const sql =
    number === undefined
      ? macro('week_of', asDate(date), asInteger(mode ?? nothing))
      : computedOnce([asDate(date)], (day = '') => weekSql(day, number));
  return { sql, type: integerType };
}

/** YEARWEEK(date, mode): always by whole weeks. */
export function yearWeekOf(date: Rendered, mode: Rendered | undefined): Rendered {
  if (date.type.kind === 'null' || mode?.type.kind === 'null') return nothing;
  const number = mode === undefined ? 0 : literalMode(mode);
  const sql =
    number === undefined
      ? macro('year_and_week', asDate(date), asInteger(mode ?? nothing))
      : computedOnce([asDate(date)], (day = '') => yearWeekSql(day, number));
  return { sql, type: integerType };
}

function literalMode(mode: Rendered): number | undefined {
  return mode.literal !== undefined && /^\d{1,3}$/.test(mode.literal) ? Number(mode.literal) & 7 : undefined;
}

/** The week of a DuckDB DATE. */
export function weekSql(date: string, number: number): string {
  const mode = modeOf(number);
  if (mode.wholeWeeks) return `(${yearWeekSql(date, number)} % 100)`;
  const into = daysIntoWeek(date, mode);
  return mode.firstFull
    ? `((dayofyear(${date}) + 6 - ${into}) // 7)`
    : `((dayofyear(${date}) + 9 - ${into}) // 7)`;
}

/** Year times 100 and week of a DuckDB DATE. */
export function yearWeekSql(date: string, number: number): string {
  const mode = modeOf(number);
  const back = mode.firstFull ? daysIntoWeek(date, mode) : `(${daysIntoWeek(date, mode)} - 3)`;
  return macro('year_week_of', `(${date} - CAST(${back} AS INTEGER))`);
}

function daysIntoWeek(date: string, mode: Mode): string {
  return mode.mondayFirst ? `(isodow(${date}) - 1)` : `dayofweek(${date})`;
}
