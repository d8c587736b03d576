import type { PartitionDefinition, PartitionValue } from '../definition.ts';

/** A partition with the range it holds; LIST, HASH and KEY have neither bound. */
export type PartitionRange = Readonly<{
  name: string;
  bounds: PartitionDefinition['bounds'];
  /** Inclusive; absent without a lower end. */
  lower?: Bound;
  /** Exclusive. */
  upper?: Bound;
}>;

/** One end of a range, read once so that many can be compared. */
export type Bound = Readonly<{ values: readonly PartitionValue[]; keys: readonly BoundKey[] }>;

/** NULL before literals before MAXVALUE. A literal is a whole number, a text, or (with neither) not comparable. */
type BoundKey = Readonly<{ rank: 0 | 1 | 2; number?: bigint; text?: string }>;

export function boundOf(values: readonly PartitionValue[]): Bound {
  return { values, keys: values.map((value) => keyOf(value)) };
}

/** The ranges of partitions: LESS THAN begins where the partition before it ends. */
export function partitionRanges(partitions: readonly PartitionDefinition[]): readonly PartitionRange[] {
  let end: Bound | undefined;
  return partitions.map(({ name, bounds }) => {
    const lower = bounds.kind === 'fixed' ? boundOf(bounds.lower) : end;
    const upper = upperOf(bounds);
    end = upper;
    return {
      name,
      bounds,
      ...(upper === undefined || lower === undefined ? {} : { lower }),
      ...(upper === undefined ? {} : { upper }),
    };
  });
}

function upperOf(bounds: PartitionDefinition['bounds']): Bound | undefined {
  if (bounds.kind === 'fixed') return boundOf(bounds.upper);
  return bounds.kind === 'less_than' ? boundOf(bounds.values) : undefined;
}

/** True when a value may lie in both ranges. */
export function overlap(left: PartitionRange, right: PartitionRange): boolean {
  return beginsBefore(left, right) && beginsBefore(right, left);
}

/** True when the first range begins before the second ends. */
function beginsBefore(first: PartitionRange, second: PartitionRange): boolean {
  if (first.lower === undefined || second.upper === undefined) return second.upper !== undefined;
  const order = compareBounds(first.lower, second.upper);
  return order !== undefined && order < 0;
}

/** Negative, zero or positive, column by column; undefined where literals cannot be compared as they stand. */
export function compareBounds(left: Bound, right: Bound): number | undefined {
  for (const [index, key] of left.keys.entries()) {
    const other = right.keys[index];
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
