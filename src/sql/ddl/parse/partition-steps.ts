import { SqlError } from '../../../base/sql-error.ts';
import type { PartitionDefinition } from '../definition.ts';
import { quoteText } from '../../quote.ts';

/** StarRocks' max_partitions_in_one_batch. */
export const stepPartitionsMax = 4_096;

export const stepUnits = ['HOUR', 'DAY', 'WEEK', 'MONTH', 'YEAR'] as const;
export type StepUnit = (typeof stepUnits)[number];

/** START (start) END (end) EVERY (every), or EVERY (INTERVAL every unit). */
export type PartitionSteps = Readonly<{
  start: string;
  end: string;
  every: number;
  unit?: StepUnit;
  /** The column is a DATETIME: bounds show the time of day. */
  withTime: boolean;
  /** dynamic_partition.start_day_of_week, 1 is Monday. */
  firstWeekday?: number;
}>;

/**
 * The partitions of START … END … EVERY with the names StarRocks gives them: p20240101, p202401, p2024, p2024_05,
 * p2024010100, p1. Months, years and weeks run to the next boundary first and are cut at the end. Throws analysis
 * with StarRocks' texts.
 */
export function expandSteps(steps: PartitionSteps): readonly PartitionDefinition[] {
  if (steps.every <= 0)
    throw new SqlError('analysis', 'Batch partition every clause mush be larger than zero.');
  return steps.unit === undefined ? numberPartitions(steps) : datePartitions(steps, steps.unit);
}

function numberPartitions(steps: PartitionSteps): readonly PartitionDefinition[] {
  if (!/^-?\d{1,18}$/.test(steps.start) || !/^-?\d{1,18}$/.test(steps.end)) throw mismatch('number');
  const end = BigInt(steps.end);
  const partitions: PartitionDefinition[] = [];
  let at = BigInt(steps.start);
  if (at >= end)
    throw new SqlError('analysis', 'Batch build partition start value should less then end value.');
  while (at < end) {
    const next = at + BigInt(steps.every);
    partitions.push(fixed(`p${at}`, String(at), String(next)));
    checkCount(partitions);
    at = next;
  }
  return partitions;
}

function datePartitions(steps: PartitionSteps, unit: StepUnit): readonly PartitionDefinition[] {
  const end = instantOf(steps.end);
  let at = instantOf(steps.start);
  if (at === undefined || end === undefined) throw mismatch('date');
  if (at >= end)
    throw new SqlError('analysis', 'Batch build partition start date should less than end date.');
  const partitions: PartitionDefinition[] = [];
  while (at < end) {
    const lower = at;
    const aligned = alignedTo(unit, lower, steps.firstWeekday ?? 1);
    const next = later(unit, aligned, steps.every);
    at = unit !== 'DAY' && next > end ? end : next;
    const name = nameOf(unit, unit === 'WEEK' ? aligned : lower);
    partitions.push(fixed(name, boundText(lower, steps.withTime), boundText(at, steps.withTime)));
    checkCount(partitions);
  }
  return partitions;
}

function mismatch(type: 'number' | 'date'): SqlError {
  return new SqlError(
    'analysis',
    `Batch build partition EVERY is ${type} type but START or END does not type match.`,
  );
}

function checkCount(partitions: readonly PartitionDefinition[]): void {
  if (partitions.length <= stepPartitionsMax) return;
  throw new SqlError('analysis', `The number of batch partitions should not exceed:${stepPartitionsMax}`);
}

function fixed(name: string, lower: string, upper: string): PartitionDefinition {
  return {
    name,
    bounds: {
      kind: 'fixed',
      lower: [{ kind: 'literal', text: quoteText(lower) }],
      upper: [{ kind: 'literal', text: quoteText(upper) }],
    },
    properties: [],
  };
}

/** Milliseconds of a date or date and time, read as UTC since no zone plays a part here; undefined for neither. */
function instantOf(text: string): number | undefined {
  const form = /^(\d{4})-?(\d{1,2})-?(\d{1,2})(?:[ T](\d{1,2}):(\d{1,2})(?::(\d{1,2}))?)?$/.exec(text.trim());
  if (form === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = form
    .slice(1)
    .map((part) => Number(part ?? 0));
  const instant = Date.UTC(year, month - 1, day, hour, minute, second);
  return new Date(instant).getUTCDate() === day ? instant : undefined;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The beginning of the hour, day, week, month or year; a month keeps its time of day, as in StarRocks. */
function alignedTo(unit: StepUnit, instant: number, firstWeekday: number): number {
  const date = new Date(instant);
  switch (unit) {
    case 'HOUR':
      return instant - (instant % hourMs);
    case 'DAY':
      return instant - (instant % dayMs);
    case 'WEEK':
      return instant - ((date.getUTCDay() - firstWeekday + 7) % 7) * dayMs;
    case 'MONTH':
      return date.setUTCDate(1);
    case 'YEAR':
      return date.setUTCMonth(0, 1);
  }
}

function later(unit: StepUnit, instant: number, every: number): number {
  const date = new Date(instant);
  switch (unit) {
    case 'HOUR':
      return instant + every * hourMs;
    case 'DAY':
      return instant + every * dayMs;
    case 'WEEK':
      return instant + every * 7 * dayMs;
    case 'MONTH':
      return date.setUTCMonth(date.getUTCMonth() + every);
    case 'YEAR':
      return date.setUTCFullYear(date.getUTCFullYear() + every);
  }
}

function nameOf(unit: StepUnit, instant: number): string {
  const digits = new Date(instant).toISOString().replace(/\D/g, '');
  switch (unit) {
    case 'HOUR':
      return `p${digits.slice(0, 10)}`;
    case 'DAY':
      return `p${digits.slice(0, 8)}`;
    case 'WEEK':
      return `p${digits.slice(0, 4)}_${String(weekOfYear(instant)).padStart(2, '0')}`;
    case 'MONTH':
      return `p${digits.slice(0, 6)}`;
    case 'YEAR':
      return `p${digits.slice(0, 4)}`;
  }
}

/** Weeks begin on Sunday and the first holds 1 January; the last days of a year belong to week 53 (Java's calendar, as StarRocks uses it). */
function weekOfYear(instant: number): number {
  const newYear = Date.UTC(new Date(instant).getUTCFullYear(), 0, 1);
  const dayOfYear = Math.floor((instant - newYear) / dayMs);
  return Math.floor((dayOfYear + new Date(newYear).getUTCDay()) / 7) + 1;
}

function boundText(instant: number, withTime: boolean): string {
  const text = new Date(instant).toISOString();
  return withTime ? text.slice(0, 19).replace('T', ' ') : text.slice(0, 10);
}
