import { SqlError } from '../../../base/sql-error.ts';
import { present } from '../../../base/assert.ts';
import { joinedRanges, type PartitionRange, partitionRanges } from '../../../sql/ddl/check/ranges.ts';
import type { Partitioning, PartitionValue, TableDefinition } from '../../../sql/ddl/definition.ts';
import { isHashed, partitionsOf } from '../../../sql/ddl/partitions-of.ts';
import { nameKey } from '../physical/names.ts';
import {
  belowSql,
  boundSql,
  type PartitionKey,
  partitionKeys,
  type PartitionTranslator,
  valueSql,
} from './keys.ts';

/** Names of the partitions in order; those of HASH and KEY are p0, p1 … Empty for an unpartitioned table. */
export function partitionNames(definition: TableDefinition): readonly string[] {
  return partitionsOf(definition).map((partition) => partition.name);
}

/** SQL for one partition after another; it throws unknown_partition for a name that is none. */
export type PartitionPredicates = (name: string) => string;

/**
 * DuckDB SQL that is true for the rows of one partition, over the table's columns without qualifier; for other rows it
 * is false or NULL. Ranges of one key compare it with two literals and nothing else: DuckDB then skips the row groups
 * that hold other partitions' rows by their least and greatest values. Made once for all partitions of a table, since
 * there may be thousands.
 */
export function partitionPredicates(
  definition: TableDefinition,
  translator: PartitionTranslator,
): PartitionPredicates {
  const { partitioning } = definition;
  const partitions = partitionsOf(definition);
  const ranges = partitionRanges(partitions);
  const places = new Map(partitions.map(({ name }, index) => [nameKey(name), index]));
  let keys: readonly PartitionKey[] | undefined;
  return (name) => {
    const index = places.get(nameKey(name));
    if (index === undefined || partitioning === undefined) {
      throw new SqlError('unknown_partition', `Unknown partition '${name}' in table '${definition.name}'`);
    }
    keys ??= partitionKeys(definition, partitioning, translator);
    if (isHashed(partitioning)) return `${hashSql(definition, partitioning, keys)} = ${index}`;
    return rangeOrListSql(present(ranges[index], 'a partition'), keys, translator);
  };
}

/** True for the rows of any of the named partitions. Ranges that touch are one, as cheap to read as each of them. */
export function anyPartition(
  definition: TableDefinition,
  names: readonly string[],
  translator: PartitionTranslator,
): string {
  const { partitioning } = definition;
  const wanted = new Set(names.map((name) => nameKey(name)));
  const ranges = partitionRanges(partitionsOf(definition)).filter(({ name }) => wanted.has(nameKey(name)));
  if (
    partitioning === undefined ||
    isHashed(partitioning) ||
    ranges.some(({ bounds }) => bounds.kind === 'in')
  ) {
    const predicate = partitionPredicates(definition, translator);
    return names.map((name) => `(${predicate(name)})`).join(' OR ');
  }
  const keys = partitionKeys(definition, partitioning, translator);
  return joinedRanges(ranges)
    .map((range) => `(${rangeOrListSql(range, keys, translator)})`)
    .join(' OR ');
}

/** True for rows that some partition takes, false or NULL for others; undefined where every row has a place. */
export function guardPredicate(
  definition: TableDefinition,
  translator: PartitionTranslator,
): string | undefined {
  const { partitioning } = definition;
  if (partitioning === undefined || isHashed(partitioning)) return undefined;
  if (partitioning.partitions.length === 0) return 'false';
  const keys = partitionKeys(definition, partitioning, translator);
  const ranges = partitionRanges(partitioning.partitions);
  if (ranges.some((range) => range.bounds.kind === 'in')) return listGuard(ranges, keys, translator);
  const predicates = joinedRanges(ranges).map((range) => `(${rangeOrListSql(range, keys, translator)})`);
  return predicates.join(' OR ');
}

/** The partition function's value of a row; undefined for RANGE COLUMNS and LIST COLUMNS. */
export function partitionValueSql(
  definition: TableDefinition,
  translator: PartitionTranslator,
): string | undefined {
  const { partitioning } = definition;
  if (partitioning === undefined || partitioning.columns.length > 0) return undefined;
  return partitionKeys(definition, partitioning, translator)[0]?.sql;
}

/**
 * What rows are sorted by so that those of a partition lie together, and so are read without the others'; empty for an
 * unpartitioned table.
 */
export function clusterSql(definition: TableDefinition, translator: PartitionTranslator): readonly string[] {
  const { partitioning } = definition;
  if (partitioning === undefined) return [];
  const keys = partitionKeys(definition, partitioning, translator);
  return isHashed(partitioning)
    ? [hashSql(definition, partitioning, keys)]
    : keys.map((key) => `${key.sql} NULLS FIRST`);
}

function rangeOrListSql(
  range: PartitionRange,
  keys: readonly PartitionKey[],
  translator: PartitionTranslator,
): string {
  const { bounds, upper } = range;
  if (bounds.kind === 'in')
    return bounds.rows.map((row) => listed(keys, row, translator)).join(' OR ') || 'false';
  const lower = range.lower?.[0]?.kind === 'null' ? undefined : range.lower;
  if (upper === undefined) return 'false';
  if (lower === undefined) return belowSql(keys, upper, translator);
  const [key] = keys;
  if (key === undefined) return 'false';
  const least = `${key.sql} >= ${valueSql(lower[0], key, translator)}`;
  const [most] = upper;
  if (keys.length === 1) {
    return most?.kind === 'max' ? least : `${least} AND ${key.sql} < ${valueSql(most, key, translator)}`;
  }
  const ends = most?.kind === 'literal' ? ` AND ${key.sql} <= ${boundSql(most.text, key, translator)}` : '';
  return (
    `${least}${ends} AND ${belowSql(keys, upper, translator)} ` +
    `AND NOT ${belowSql(keys, lower, translator)}`
  );
}

function listed(
  keys: readonly PartitionKey[],
  row: readonly PartitionValue[],
  translator: PartitionTranslator,
): string {
  const parts = keys.map((key, index) => {
    const value = row[index];
    if (value?.kind !== 'literal') return `${key.sql} IS NULL`;
    return `${key.sql} = ${boundSql(value.text, key, translator)}`;
  });
  return `(${parts.join(' AND ')})`;
}

function hasNull(row: readonly PartitionValue[]): boolean {
  return row.some((value) => value.kind !== 'literal');
}

/** Values are looked up in a table of them, which costs the same for three and for ten thousand. */
function listGuard(
  ranges: readonly PartitionRange[],
  keys: readonly PartitionKey[],
  translator: PartitionTranslator,
): string {
  const rows = ranges.flatMap(({ bounds }) => (bounds.kind === 'in' ? bounds.rows : []));
  const known = rows
    .filter((row) => !hasNull(row))
    .map((row) => `(${keys.map((key, index) => valueSql(row[index], key, translator)).join(', ')})`);
  const others = rows.filter((row) => hasNull(row)).map((row) => listed(keys, row, translator));
  const names = keys.map((_, index) => `k${index}`).join(', ');
  const tuple = (items: string): string => (keys.length === 1 ? items : `row(${items})`);
  const found =
    known.length === 0
      ? []
      : [
          `${tuple(keys.map((key) => key.sql).join(', '))} IN ` +
            `(SELECT ${tuple(names)} FROM (VALUES ${known.join(', ')}) AS listed(${names}))`,
        ];
  return [...found, ...others].join(' OR ');
}

/**
 * The number of a row's partition. HASH is the expression modulo the number of partitions, as in MySQL. KEY is a hash of
 * ours: MySQL's own is not documented, and only the membership has to be stable.
 */
export function hashSql(
  definition: TableDefinition,
  partitioning: Partitioning,
  keys: readonly PartitionKey[],
): string {
  const count = partitionsOf(definition).length;
  if (partitioning.kind === 'KEY') {
    const texts = keys.map((key) => `coalesce(CAST(${key.sql} AS VARCHAR), '')`);
    return `(md5_number_lower(concat_ws('|', ${texts.join(', ')})) % ${count})`;
  }
  return `(abs(coalesce(CAST(${keys[0]?.sql ?? '0'} AS HUGEINT), 0)) % ${count})`;
}
