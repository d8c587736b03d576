import { compareBounds } from '../../../sql/ddl/check/ranges.ts';
import type { PartitionValue, TableDefinition } from '../../../sql/ddl/definition.ts';
import {
  belowSql,
  boundSql,
  type PartitionKey,
  partitionKeys,
  type PartitionTranslator,
  valueSql,
} from './keys.ts';

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

/**
 * The condition that holds when no value of LIST partitions stands twice, for values that differ as text and are equal in
 * the column: by its collation, or two ways to write a date. Their rows would be in two partitions. Undefined where there
 * is nothing to compare.
 */
export function distinctValuesSql(
  definition: TableDefinition,
  translator: PartitionTranslator,
): string | undefined {
  const { partitioning } = definition;
  if (partitioning?.kind !== 'LIST') return undefined;
  const rows = partitioning.partitions.flatMap(({ bounds }) => (bounds.kind === 'in' ? bounds.rows : []));
  if (rows.length < 2) return undefined;
  const keys = partitionKeys(definition, partitioning, translator);
  const names = keys.map((_, index) => `k${index}`).join(', ');
  const values = rows.map((row, place) => {
    const items = keys.map((key, index) => valueSql(row[index], key, translator));
    return `(${place}, ${items.join(', ')})`;
  });
  const same = keys.map(({ collation }, index) => {
    const left = collation === undefined ? `l.k${index}` : `l.k${index} COLLATE ${collation}`;
    return `${left} IS NOT DISTINCT FROM r.k${index}`;
  });
  return (
    `NOT EXISTS (WITH listed(place, ${names}) AS (VALUES ${values.join(', ')}) ` +
    `SELECT 1 FROM listed AS l JOIN listed AS r ON l.place < r.place AND ${same.join(' AND ')})`
  );
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
