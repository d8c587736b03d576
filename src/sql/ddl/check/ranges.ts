import { unquoteText } from '../../quote.ts';
import type { PartitionDefinition, PartitionValue } from '../definition.ts';

/** A partition with the range it holds; LIST, HASH and KEY have neither bound. */
export type PartitionRange = Readonly<{
  name: string;
  bounds: PartitionDefinition['bounds'];
  /** Inclusive; absent without a lower end. */
  lower?: readonly PartitionValue[];
  /** Exclusive. */
  upper?: readonly PartitionValue[];
  /** Both ends read for comparing, so that thousands of ranges can be compared with one another. */
  keys: Readonly<{ lower?: BoundKeys; upper?: BoundKeys }>;
}>;

/** One end of a range, column by column. */
type BoundKeys = readonly BoundKey[];

/** NULL before literals before MAXVALUE. A literal is a whole number, a text, or (with neither) not comparable. */
type BoundKey = Readonly<{ rank: 0 | 1 | 2; number?: bigint; text?: string }>;

/** The ranges of partitions: LESS THAN begins where the partition before it ends. */
export function partitionRanges(partitions: readonly PartitionDefinition[]): readonly PartitionRange[] {
  let end: End | undefined;
  return partitions.map(({ name, bounds }) => {
    const upper = upperEnd(bounds);
    const lower = bounds.kind === 'fixed' ? endOf(bounds.lower) : upper && end;
    end = upper;
    return {
      name,
      bounds,
      ...(lower && { lower: lower.values }),
      ...(upper && { upper: upper.values }),
      keys: { ...(lower && { lower: lower.keys }), ...(upper && { upper: upper.keys }) },
    };
  });
}

type End = Readonly<{ values: readonly PartitionValue[]; keys: BoundKeys }>;

function endOf(values: readonly PartitionValue[]): End {
  return { values, keys: keysOf(values) };
}

function upperEnd(bounds: PartitionDefinition['bounds']): End | undefined {
  if (bounds.kind === 'fixed') return endOf(bounds.upper);
  return bounds.kind === 'less_than' ? endOf(bounds.values) : undefined;
}

/** True when a value may lie in both ranges. */
export function overlap(left: PartitionRange, right: PartitionRange): boolean {
  return beginsBefore(left, right) && beginsBefore(right, left);
}

/** True when the first range begins before the second ends. */
function beginsBefore(first: PartitionRange, second: PartitionRange): boolean {
  if (first.keys.lower === undefined || second.keys.upper === undefined) return second.upper !== undefined;
  const order = compareEnds(first.keys.lower, second.keys.upper);
  return order !== undefined && order < 0;
}

/** Negative, zero or positive, column by column; undefined where literals cannot be compared as they stand. */
export function compareBounds(
  left: readonly PartitionValue[],
  right: readonly PartitionValue[],
): number | undefined {
  return compareEnds(keysOf(left), keysOf(right));
}

/** The order in which ranges begin; those that cannot be compared stay where they are. */
export function compareBeginnings(left: PartitionRange, right: PartitionRange): number {
  if (left.keys.lower === undefined || right.keys.lower === undefined) return 0;
  return compareEnds(left.keys.lower, right.keys.lower) ?? 0;
}

/** The order in which ranges end; undefined where they cannot be compared. */
export function compareEndings(left: PartitionRange, right: PartitionRange): number | undefined {
  if (left.keys.upper === undefined || right.keys.upper === undefined) return undefined;
  return compareEnds(left.keys.upper, right.keys.upper);
}

/** Ranges that follow one another without a gap are one: a table of thousands of days takes one comparison. */
export function joinedRanges(ranges: readonly PartitionRange[]): readonly PartitionRange[] {
  const all: PartitionRange[] = [];
  for (const range of ranges.toSorted(compareBeginnings)) {
    const last = all.at(-1);
    const upper = last?.upper;
    const isNext =
      upper !== undefined &&
      range.lower !== undefined &&
      (upper === range.lower || compareBounds(upper, range.lower) === 0);
    if (isNext && last !== undefined && range.upper !== undefined) {
      all[all.length - 1] = { ...last, upper: range.upper };
    } else all.push(range);
  }
  return all;
}

/** True when two sets of partitions hold the same values, however they are cut. */
export function sameRanges(
  left: readonly PartitionDefinition[],
  right: readonly PartitionDefinition[],
): boolean {
  return heldText(left) === heldText(right);
}

function heldText(partitions: readonly PartitionDefinition[]): string {
  const rows = partitions.flatMap(({ bounds }) =>
    bounds.kind === 'in' ? bounds.rows.map((row) => boundText(row)) : [],
  );
  const ranges = joinedRanges(partitionRanges(partitions)).map(({ lower = [], upper = [] }) => [
    boundText(lower),
    boundText(upper),
  ]);
  return JSON.stringify([rows.toSorted(), rows.length > 0 ? [] : ranges]);
}

/** '10' and 10 are the same bound. */
function boundText(values: readonly PartitionValue[]): string {
  return JSON.stringify(
    values.map((value) =>
      value.kind === 'literal' ? (unquoteText(value.text) ?? value.text) : [value.kind],
    ),
  );
}

function keysOf(values: readonly PartitionValue[]): BoundKeys {
  return values.map((value) => keyOf(value));
}

function compareEnds(left: BoundKeys, right: BoundKeys): number | undefined {
  for (const [index, key] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 0;
    const order = compareKeys(key, other);
    if (order !== 0) return order;
  }
  return 0;
}

function compareKeys(left: BoundKey, right: BoundKey): number | undefined {
  if (left.rank !== 1 || right.rank !== 1) return left.rank - right.rank;
  if (left.number !== undefined && right.number !== undefined) return compare(left.number, right.number);
  if (left.text === undefined || right.text === undefined) return undefined;
  return compare(left.text, right.text);
}

function compare<T extends bigint | string>(left: T, right: T): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function keyOf(value: PartitionValue): BoundKey {
  if (value.kind !== 'literal') return { rank: value.kind === 'max' ? 2 : 0 };
  // A whole number as written, or in quotes as StarRocks writes bounds of numbers.
  const digits = /^'?(-?)\s*(\d+)'?$/.exec(value.text);
  const text = /^'[^'\\]*'$/.test(value.text) ? { text: value.text.slice(1, -1).toLowerCase() } : {};
  return digits === null
    ? { rank: 1, ...text }
    : { rank: 1, number: BigInt(`${digits[1]}${digits[2]}`), ...text };
}
