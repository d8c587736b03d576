import { compareBounds } from '../../sql/ddl/check/ranges.ts';
import type { PartitionValue, TableDefinition } from '../../sql/ddl/definition.ts';
import {
  belowSql,
  boundSql,
  type PartitionKey,
  partitionKeys,
  type PartitionTranslator,
} from './partition-keys.ts';

/**
 * Conditions that hold when the ranges rise from partition to partition without overlapping, for the bounds that only
 * the engine can compare: literals have been compared by `checkIncreasing`.
 */
export function bordersSql(definition: TableDefinition, translator: PartitionTranslator): readonly string[] {
  const { partitioning } = definition;
  if (partitioning?.kind !== 'RANGE') return [];
  const conditions: string[] = [];
  let keys: readonly PartitionKey[] | undefined;
  const rise = (lower: readonly PartitionValue[], upper: readonly PartitionValue[], is = true): void => {
    if (compareBounds(lower, upper) !== undefined) return;
    keys ??= partitionKeys(definition, partitioning, translator);
    conditions.push(`${is ? '' : 'NOT '}${risesSql(keys, lower, upper, translator)}`);
  };
  let before: readonly PartitionValue[] | undefined;
  for (const { bounds } of partitioning.partitions) {
    if (bounds.kind === 'fixed') {
      rise(bounds.lower, bounds.upper);
      if (before !== undefined) rise(bounds.lower, before, false);
      before = bounds.upper;
    } else if (bounds.kind === 'less_than') {
      if (before !== undefined) rise(before, bounds.values);
      before = bounds.values;
    }
  }
  return conditions;
}

/** True when one bound lies below another. */
function risesSql(
  keys: readonly PartitionKey[],
  lower: readonly PartitionValue[],
  upper: readonly PartitionValue[],
  translator: PartitionTranslator,
): string {
  const values = keys.map((key, index): PartitionKey => {
    const bound = lower[index];
    const sql = bound?.kind === 'literal' ? boundSql(bound.text, key, translator) : 'NULL';
    return { sql, type: key.type };
  });
  if (lower[0]?.kind === 'max') return 'false';
  return belowSql(values, upper, translator);
}
