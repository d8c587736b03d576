import { SqlError } from '../../../base/sql-error.ts';
import type { PartitionDefinition } from '../definition.ts';
import { quoteText } from '../../quote.ts';
import {
  alignedTo,
  boundText,
  instantOf,
  later,
  partitionSuffix,
  type PartitionUnit,
} from '../partition-calendar.ts';

/** StarRocks' max_partitions_in_one_batch. */
export const stepPartitionsMax = 4_096;

/** START (start) END (end) EVERY (every), or EVERY (INTERVAL every unit). */
export type PartitionSteps = Readonly<{
  start: string;
  end: string;
  every: number;
  unit?: PartitionUnit;
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
    partitions.push(fixedPartition(`p${at}`, String(at), String(next)));
    checkCount(partitions);
    at = next;
  }
  return partitions;
}

function datePartitions(steps: PartitionSteps, unit: PartitionUnit): readonly PartitionDefinition[] {
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
    const name = `p${partitionSuffix(unit, unit === 'WEEK' ? aligned : lower)}`;
    partitions.push(fixedPartition(name, boundText(lower, steps.withTime), boundText(at, steps.withTime)));
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

/** A partition between two literals. */
function fixedPartition(name: string, lower: string, upper: string): PartitionDefinition {
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
