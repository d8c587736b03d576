import { present } from '../../../base/assert.ts';
import { type PartitionRange, partitionRanges } from '../../../sql/ddl/check/ranges.ts';
import type { TableDefinition } from '../../../sql/ddl/definition.ts';
import { isHashed, partitionsOf } from '../../../sql/ddl/partitions-of.ts';
import type { Connection } from '../connection/connection.ts';
import { type PartitionKey, partitionKeys, type PartitionTranslator, valueSql } from './keys.ts';
import { hashSql, partitionPredicates } from './predicates.ts';

/** Rows of each partition in order. One look at the table, however many partitions there are. */
export async function countPartitions(
  connection: Connection,
  definition: TableDefinition,
  physicalName: string,
  translator: PartitionTranslator,
): Promise<readonly number[]> {
  const partitions = partitionsOf(definition);
  const counts = partitions.map(() => 0);
  if (partitions.length === 0) return counts;
  const sql = countsSql(definition, physicalName, translator);
  for (const [place, count] of await connection.facts(sql)) {
    if (place !== null) counts[Number(place)] = Number(count);
  }
  return counts;
}

/** Gives number of the partition and its rows; partitions without rows may be missing. */
function countsSql(
  definition: TableDefinition,
  physicalName: string,
  translator: PartitionTranslator,
): string {
  const partitioning = present(definition.partitioning, 'the partitioning of a table with partitions');
  const keys = partitionKeys(definition, partitioning, translator);
  if (isHashed(partitioning)) {
    return `SELECT ${hashSql(definition, partitioning, keys)}, count(*) FROM ${physicalName} GROUP BY 1`;
  }
  const ranges = partitionRanges(partitionsOf(definition));
  if (ranges.some((range) => range.bounds.kind === 'in')) {
    return listCounts(ranges, keys, physicalName, translator);
  }
  const [key] = keys;
  if (keys.length === 1 && key !== undefined && ranges.length > treeMax) {
    return rangeCounts(ranges, key, physicalName, translator);
  }
  const predicate = partitionPredicates(definition, translator);
  const place = placeSql(
    ranges.map(({ name }) => predicate(name)),
    0,
  );
  return `SELECT ${place}, count(*) FROM ${physicalName} GROUP BY 1`;
}

/** Up to so many partitions a CASE is faster than a join with the ranges; it also takes ranges of several keys. */
const treeMax = 64;

/** WHEN conditions one after another; a thousand of them are nothing to DuckDB's planner. */
function placeSql(predicates: readonly string[], first: number): string {
  const whens = predicates.map((predicate, index) => `WHEN ${predicate} THEN ${first + index}`);
  return `CASE ${whens.join(' ')} END`;
}

/** Equal keys are counted first; then each meets the last range that begins at or below it. */
function rangeCounts(
  ranges: readonly PartitionRange[],
  key: PartitionKey,
  physicalName: string,
  translator: PartitionTranslator,
): string {
  const unbounded = ranges.findIndex(({ lower }) => lower === undefined || lower[0]?.kind === 'null');
  const values = ranges.map(({ lower, upper }, index) => {
    const end = valueSql(upper?.[0], key, translator);
    return `(${index}, ${valueSql(lower?.[0], key, translator)}, ${end})`;
  });
  const first = unbounded < 0 ? undefined : ranges[unbounded];
  const end = first?.upper?.[0];
  const below = end?.kind === 'literal' ? `k IS NULL OR k < ${valueSql(end, key, translator)}` : 'true';
  return (
    `WITH counted AS (SELECT ${key.sql} AS k, count(*) AS n FROM ${physicalName} GROUP BY 1), ` +
    `ranges AS (SELECT * FROM (VALUES ${values.join(', ')}) AS v(place, least, past)) ` +
    `SELECT place, sum(n) FROM counted ASOF JOIN (SELECT * FROM ranges WHERE least IS NOT NULL) AS r ` +
    `ON k >= least WHERE past IS NULL OR k < past GROUP BY place` +
    (unbounded < 0 ? '' : ` UNION ALL SELECT ${unbounded}, sum(n) FROM counted WHERE ${below}`)
  );
}

function listCounts(
  ranges: readonly PartitionRange[],
  keys: readonly PartitionKey[],
  physicalName: string,
  translator: PartitionTranslator,
): string {
  const values = ranges.flatMap(({ bounds }, place) =>
    bounds.kind === 'in'
      ? bounds.rows.map((row) => {
          const items = keys.map((key, index) => valueSql(row[index], key, translator));
          return `(${place}, ${items.join(', ')})`;
        })
      : [],
  );
  if (values.length === 0) return 'SELECT NULL, 0';
  const names = keys.map((_, index) => `k${index}`);
  const counted = keys.map((key, index) => `${key.sql} AS k${index}`).join(', ');
  const same = names.map((name) => `c.${name} IS NOT DISTINCT FROM l.${name}`).join(' AND ');
  return (
    `SELECT place, sum(n) FROM (SELECT ${counted}, count(*) AS n FROM ${physicalName} GROUP BY ALL) AS c ` +
    `JOIN (VALUES ${values.join(', ')}) AS l(place, ${names.join(', ')}) ON ${same} GROUP BY place`
  );
}
