import { bloomFilterNames } from './check/properties.ts';
import { overlap, partitionRanges } from './check/ranges.ts';
import type { PartitionRange } from './check/ranges.ts';
import type { ColumnDefinition, KeyDefinition, PartitionDefinition, TableDefinition } from './definition.ts';
import { printColumnType } from './print/column-type.ts';

export type Comparison = Readonly<{
  /** The name of the existing table, for the text. */
  table: string;
  /** The partitions to be restored; all of the snapshot's when absent. */
  partitions?: readonly string[];
}>;

/**
 * Why the rows of a snapshot's table cannot take the place of an existing table's, in StarRocks' words (the Status
 * of a cancelled RESTORE); undefined when they can. What does not touch the rows is not compared: the table's name,
 * comments, engine, options, CHECKs and foreign keys, and the properties but for bloom filters.
 */
export function firstDifference(
  existing: TableDefinition,
  snapshot: TableDefinition,
  of: Comparison,
): string | undefined {
  if (modelKind(existing) !== modelKind(snapshot)) {
    return `Table ${of.table} already exist but with different key type`;
  }
  if (existing.partitioning?.kind !== snapshot.partitioning?.kind)
    return "Table's partition type is different";
  const part = differentPart(existing, snapshot);
  if (part !== undefined) return `Table ${of.table} already exist but with different schema, errMsg: ${part}`;
  return differentColumn(existing, snapshot, of.table) ?? differentPartition(existing, snapshot, of);
}

function differentPart(existing: TableDefinition, snapshot: TableDefinition): string | undefined {
  if (existing.columns.length !== snapshot.columns.length) return 'column count is inconsistent';
  if (keysText(existing) !== keysText(snapshot)) return 'indexName is inconsistent';
  if (bloomFilterText(existing) !== bloomFilterText(snapshot)) return 'bloom filter is inconsistent';
  if (rollupText(existing) !== rollupText(snapshot)) return 'rollup is inconsistent';
  if (partitionKeyText(existing) !== partitionKeyText(snapshot)) return 'partition columns is inconsistent';
  if (modelText(existing) !== modelText(snapshot)) return 'short key column count is inconsistent';
  const [local, remote] = [existing.distribution, snapshot.distribution];
  if (local?.kind !== remote?.kind || namesText(local?.columns) !== namesText(remote?.columns)) {
    return 'partition distribution col hash is inconsistent';
  }
  return local?.buckets === remote?.buckets ? undefined : 'bucket num is inconsistent';
}

function namesText(names: readonly string[] | undefined): string {
  return JSON.stringify((names ?? []).map((name) => name.toLowerCase()));
}

/** Name, kind and columns of every key; their order does not matter. */
function keysText({ primaryKey, keys }: TableDefinition): string {
  const all = primaryKey === undefined ? keys : [primaryKey, ...keys];
  return JSON.stringify(all.map((key) => keyText(key)).sort());
}

function keyText({ kind, name, parts }: KeyDefinition): string {
  const columns = parts.map((part) => [
    part.column.toLowerCase(),
    part.prefixLength ?? 0,
    part.descending,
    part.expression?.text ?? '',
  ]);
  return JSON.stringify([kind, name.toLowerCase(), columns]);
}

/** Name and query of every synchronous materialized view; their order does not matter. */
function rollupText({ rollups = [] }: TableDefinition): string {
  return JSON.stringify(rollups.map(({ name, select }) => [name.toLowerCase(), select]).sort());
}

function partitionKeyText({ partitioning }: TableDefinition): string {
  if (partitioning === undefined) return '';
  const { columns, expression, count } = partitioning;
  // RANGE (`id`) of MySQL and RANGE(id) of StarRocks are the same key.
  const by = expression?.text ?? columns.join(',');
  return JSON.stringify([by.replaceAll(/[`\s]/g, '').toLowerCase(), count ?? 0]);
}

/** A table without a model keeps doubles, as DUPLICATE KEY does. */
function modelKind({ model }: TableDefinition): string {
  return model?.kind ?? 'DUPLICATE';
}

/** The key columns of a model that merges or replaces by them. */
function modelText({ model }: TableDefinition): string {
  return model === undefined || model.kind === 'DUPLICATE' ? '' : namesText(model.columns);
}

/** Columns with a bloom filter, in any order, and the rate of false answers. */
function bloomFilterText({ properties }: TableDefinition): string {
  const values = new Map(properties.map(([key, value]) => [key.toLowerCase(), value]));
  const columns = [...bloomFilterNames(values.get('bloom_filter_columns') ?? '')].sort();
  const rate = columns.length === 0 ? 0 : Number(values.get('bloom_filter_fpp') ?? 0.05);
  return JSON.stringify([columns, rate]);
}

function differentColumn(
  existing: TableDefinition,
  snapshot: TableDefinition,
  table: string,
): string | undefined {
  for (const [index, local] of existing.columns.entries()) {
    const remote = snapshot.columns[index];
    if (remote === undefined || columnText(local, existing) === columnText(remote, snapshot)) continue;
    return (
      `Table ${table} already exist but with different schema, column: ${local.name} in existed table is ` +
      `different from the column in backup snapshot, column: ${remote.name}`
    );
  }
  return undefined;
}

/** What of a column decides which rows it can hold and how they compare. */
function columnText(column: ColumnDefinition, table: TableDefinition): string {
  const { name, type, nullable, aggregate, isKey, autoIncrement, generated } = column;
  const collation = type.collation ?? (isText(column) ? table.options.collation : undefined);
  return JSON.stringify([
    name.toLowerCase(),
    printColumnType(type),
    collation ?? type.characterSet ?? '',
    nullable,
    column.default?.text ?? '',
    column.onUpdate?.text ?? '',
    aggregate ?? '',
    isKey,
    autoIncrement,
    generated?.expression.text ?? '',
  ]);
}

function isText({ type }: ColumnDefinition): boolean {
  return /CHAR|TEXT|ENUM|^SET$|STRING/.test(type.name);
}

function differentPartition(
  existing: TableDefinition,
  snapshot: TableDefinition,
  of: Comparison,
): string | undefined {
  const local = partitionRanges(existing.partitioning?.partitions ?? []);
  const remote = partitionRanges(snapshot.partitioning?.partitions ?? []);
  const byName = new Map(local.map((range) => [range.name.toLowerCase(), range]));
  const wanted = of.partitions && new Set(of.partitions.map((name) => name.toLowerCase()));
  for (const partition of remote) {
    const name = partition.name.toLowerCase();
    if (wanted?.has(name) === false) continue;
    const same = byName.get(name);
    const problem =
      same === undefined ? missingPartition(partition, local) : changedPartition(same, partition);
    if (problem !== undefined) return problem.replaceAll('{table}', of.table);
  }
  return undefined;
}

function changedPartition(local: PartitionRange, remote: PartitionRange): string | undefined {
  if (rangeText(local) === rangeText(remote)) return undefined;
  return `Partition ${remote.name} in table {table} has different range with partition in repository`;
}

function missingPartition(remote: PartitionRange, local: readonly PartitionRange[]): string | undefined {
  if (remote.upper === undefined) return 'No partition exist in single partitioned table {table}';
  if (!local.some((each) => overlap(each, remote))) return undefined;
  return `Partition ${remote.name} in table {table} has conflict range with existing ranges`;
}

function rangeText({ bounds, lower, upper }: PartitionRange): string {
  return JSON.stringify(upper === undefined ? listText(bounds) : [lower ?? null, upper]);
}

/** The rows of a LIST partition, in any order. */
function listText(bounds: PartitionDefinition['bounds']): readonly string[] {
  return bounds.kind === 'in' ? bounds.rows.map((row) => JSON.stringify(row)).sort() : [];
}
