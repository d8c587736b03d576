import { SqlError } from '../../base/sql-error.ts';
import { quoteText, unquoteText } from '../quote.ts';
import { wallClockMs } from '../wall-clock.ts';
import { partitionRanges } from './check/ranges.ts';
import type { PartitionDefinition, PartitionValue, TableDefinition } from './definition.ts';
import {
  alignedTo,
  boundText,
  instantOf,
  later,
  partitionSuffix,
  partitionUnit,
  type PartitionUnit,
} from './partition-calendar.ts';
import { boundColumns } from './settle-bounds.ts';

/** What the properties `dynamic_partition.*` of a table say. */
export type DynamicSchedule = Readonly<{
  enabled: boolean;
  unit: PartitionUnit;
  /** IANA name; the server's zone when absent. */
  timeZone?: string;
  /** Periods that stay, as a negative number; all of them when absent. */
  start?: number;
  /** Periods made ahead. */
  end: number;
  prefix: string;
  buckets?: number;
  /** Periods of the past that are made too. */
  history: number;
  replicationNum: number;
  /** Of a WEEK (1 is Monday) or a MONTH. */
  firstDay: number;
}>;

const family = 'dynamic_partition.';

/**
 * The schedule of a table; undefined without one. Throws analysis in StarRocks' words for properties that are missing or
 * do not fit.
 */
export function dynamicSchedule(definition: TableDefinition): DynamicSchedule | undefined {
  const given = new Map(
    definition.properties
      .filter(([key]) => key.toLowerCase().startsWith(family))
      .map(([key, value]) => [key.slice(family.length).toLowerCase(), value]),
  );
  if (given.size === 0) return undefined;
  const enabled = readEnabled(given.get('enable'));
  // Without a unit there was never a schedule: `enable` = false alone is what a restore leaves of one.
  if (!enabled && !given.has('time_unit')) return undefined;
  const { partitioning } = definition;
  if (partitioning?.kind !== 'RANGE' || boundColumns(partitioning).length !== 1) {
    throw wrong('Dynamic partition only support single-column range partition');
  }
  const unit = readUnit(required(given, 'time_unit'));
  const timeZone = given.get('time_zone');
  if (timeZone !== undefined) checkZone(timeZone);
  const start = optionalNumber(given, 'start');
  if (start !== undefined && start >= 0) throw wrong('Dynamic partition start must less than 0');
  const end = wholeNumber('end', required(given, 'end'));
  if (end <= 0) throw wrong('Dynamic partition end must greater than 0');
  const prefix = required(given, 'prefix');
  if (!/^[A-Za-z]\w{0,55}$/.test(prefix)) throw wrong(`Invalid dynamic partition prefix: ${prefix}`);
  const buckets = optionalNumber(given, 'buckets');
  if (buckets !== undefined && buckets < 0) throw wrong('Dynamic partition buckets must greater than 0');
  const history = optionalNumber(given, 'history_partition_num') ?? 0;
  if (history < 0) throw wrong('Dynamic history partition num must greater than 0');
  if (end + history > periodsMax)
    throw wrong(`Too many dynamic partitions: ${end + history}. At most ${periodsMax}`);
  return {
    enabled,
    unit,
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(start === undefined ? {} : { start }),
    end,
    prefix,
    ...(buckets === undefined ? {} : { buckets }),
    history,
    replicationNum: optionalNumber(given, 'replication_num') ?? 1,
    firstDay: readFirstDay(given, unit),
  };
}

/** StarRocks' limit of partitions that one schedule makes at once. */
const periodsMax = 500;

/** Partitions that the schedule wants and the table lacks, and those whose time is over, at a moment. */
export function dynamicChange(
  definition: TableDefinition,
  schedule: DynamicSchedule,
  nowMs: number,
): Readonly<{ add: readonly PartitionDefinition[]; drop: readonly string[] }> {
  if (!schedule.enabled) return { add: [], drop: [] };
  const { unit } = schedule;
  const today = periodBegin(schedule, wallClockMs(nowMs, schedule.timeZone && zoneName(schedule.timeZone)));
  const known = definition.partitioning?.partitions ?? [];
  const taken = partitionRanges(known).map(({ lower, upper }) => [
    instantIn(lower) ?? -Infinity,
    instantIn(upper) ?? Infinity,
  ]);
  const names = new Set(known.map(({ name }) => name.toLowerCase()));
  const add: PartitionDefinition[] = [];
  const first = -Math.min(schedule.history, -(schedule.start ?? -Infinity));
  for (let period = first; period <= schedule.end; period += 1) {
    const begin = later(unit, today, period);
    const end = later(unit, today, period + 1);
    const partition = partitionBetween(definition, schedule, begin, end);
    const isThere = taken.some(([lower = 0, upper = 0]) => lower < end && begin < upper);
    if (!isThere && !names.has(partition.name.toLowerCase())) add.push(partition);
  }
  const { start } = schedule;
  if (start === undefined) return { add, drop: [] };
  const oldest = later(unit, today, start);
  const drop = known.filter((_, index) => (taken[index]?.[1] ?? Infinity) <= oldest).map(({ name }) => name);
  return { add, drop };
}

function partitionBetween(
  definition: TableDefinition,
  schedule: DynamicSchedule,
  begin: number,
  end: number,
): PartitionDefinition {
  const [name] = definition.partitioning === undefined ? [] : boundColumns(definition.partitioning);
  const column = definition.columns.find((each) => each.name.toLowerCase() === name?.toLowerCase());
  const type = column?.type.name ?? 'DATE';
  const literal = (at: number) => ({ kind: 'literal', text: boundLiteral(schedule.unit, at, type) }) as const;
  return {
    name: `${schedule.prefix}${partitionSuffix(schedule.unit, begin)}`,
    bounds: { kind: 'fixed', lower: [literal(begin)], upper: [literal(end)] },
    properties: [],
  };
}

/** A number as a bound is the date's digits: 20240101. */
function boundLiteral(unit: PartitionUnit, at: number, type: string): string {
  if (type === 'DATE') return quoteText(boundText(at, false));
  if (type === 'DATETIME' || type === 'TIMESTAMP') return quoteText(boundText(at, true));
  return partitionSuffix(unit === 'HOUR' ? 'HOUR' : 'DAY', at);
}

function instantIn(values: readonly PartitionValue[] | undefined): number | undefined {
  const first = values?.[0];
  if (first?.kind !== 'literal') return undefined;
  return instantOf(unquoteText(first.text) ?? first.text);
}

function periodBegin({ unit, firstDay }: DynamicSchedule, at: number): number {
  const day = unit === 'HOUR' ? at : alignedTo('DAY', at);
  return alignedTo(unit, day, firstDay);
}

/** CST is China's in StarRocks. */
function zoneName(zone: string): string {
  return zone.toUpperCase() === 'CST' ? 'Asia/Shanghai' : zone;
}

function checkZone(zone: string): void {
  try {
    Intl.DateTimeFormat('en-US', { timeZone: zoneName(zone) }).resolvedOptions();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw wrong(`Unknown or incorrect time zone: '${zone}'`);
  }
}

function readEnabled(value: string | undefined): boolean {
  const word = (value ?? 'true').toLowerCase();
  if (word === 'true' || word === 'false') return word === 'true';
  throw wrong(`Invalid dynamic partition enable: ${value}. Expected true or false`);
}

function readUnit(text: string): PartitionUnit {
  const unit = partitionUnit(text);
  if (unit !== undefined && unit !== 'MINUTE') return unit;
  throw wrong(`Unsupported time unit ${text}. Expect HOUR/DAY/WEEK/MONTH/YEAR.`);
}

function readFirstDay(given: ReadonlyMap<string, string>, unit: PartitionUnit): number {
  const ofWeek = optionalNumber(given, 'start_day_of_week') ?? 1;
  if (ofWeek < 1 || ofWeek > 7) throw wrong('dynamic_partition.start_day_of_week should between 1 and 7');
  const ofMonth = optionalNumber(given, 'start_day_of_month') ?? 1;
  if (ofMonth < 1 || ofMonth > 28)
    throw wrong('dynamic_partition.start_day_of_month should between 1 and 28');
  return unit === 'WEEK' ? ofWeek : unit === 'MONTH' ? ofMonth : 1;
}

function required(given: ReadonlyMap<string, string>, key: string): string {
  const value = given.get(key);
  if (value === undefined || value === '') throw wrong(`Must assign ${family}${key} properties`);
  return value;
}

function optionalNumber(given: ReadonlyMap<string, string>, key: string): number | undefined {
  const value = given.get(key);
  return value === undefined ? undefined : wholeNumber(key, value);
}

function wholeNumber(key: string, text: string): number {
  if (/^[+-]?\d{1,10}$/.test(text.trim())) return Number(text);
  throw wrong(`Invalid dynamic partition ${key}: ${text}. Expected a whole number`);
}

function wrong(message: string): SqlError {
  return new SqlError('analysis', message);
}
