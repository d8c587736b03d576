import { SqlError } from '../../base/sql-error.ts';
import { tokenize } from '../../sql/lexer.ts';
import type {
  Partitioning,
  PartitionDefinition,
  PartitionValue,
  TableDefinition,
} from '../../sql/ddl/definition.ts';
import { isHashed, partitionsOf } from '../../sql/ddl/partitions-of.ts';
import { duckdbName, duckdbText } from '../../sql/duckdb-quote.ts';
import type { QueryContext } from '../query.ts';
import { columnIndex } from './dictionary.ts';
import type { Engine } from './engine.ts';
import { sameName } from './names.ts';
import { definitionShape } from './table-shape.ts';
import { translateExpression } from './translator.ts';
import { classOf, duckdbType } from './types.ts';

/** For bounds and partition functions that are expressions; columns and literals need none. */
export type PartitionTranslator = Readonly<{ engine: Engine; context: QueryContext }>;

/** Names of the partitions in order; those of HASH and KEY are p0, p1 … Empty for an unpartitioned table. */
export function partitionNames(definition: TableDefinition): readonly string[] {
  return partitionsOf(definition).map((partition) => partition.name);
}

/**
 * DuckDB SQL that is true for the rows of one partition, over the table's columns without qualifier; never NULL.
 * Throws unknown_partition.
 */
export function partitionPredicate(
  definition: TableDefinition,
  name: string,
  translator: PartitionTranslator,
): string {
  const partitions = partitionsOf(definition);
  const index = partitions.findIndex((partition) => sameName(partition.name, name));
  if (index < 0 || definition.partitioning === undefined) {
    throw new SqlError('unknown_partition', `Unknown partition '${name}' in table '${definition.name}'`);
  }
  return predicateAt(definition, definition.partitioning, index, translator);
}

/** True for rows that some partition takes; undefined where every row has a place. */
export function guardPredicate(
  definition: TableDefinition,
  translator: PartitionTranslator,
): string | undefined {
  const { partitioning } = definition;
  if (partitioning === undefined || isHashed(partitioning) || partitioning.kind === 'EXPRESSION')
    return undefined;
  const predicates = partitionsOf(definition).map(
    (_, index) => `(${predicateAt(definition, partitioning, index, translator)})`,
  );
  return predicates.length === 0 ? 'false' : predicates.join(' OR ');
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

/** Conditions that hold when the ranges rise from partition to partition without overlapping. */
export function bordersSql(definition: TableDefinition, translator: PartitionTranslator): readonly string[] {
  const { partitioning } = definition;
  if (partitioning?.kind !== 'RANGE') return [];
  const keys = partitionKeys(definition, partitioning, translator);
  const conditions: string[] = [];
  let before: readonly PartitionValue[] | undefined;
  for (const { bounds } of partitioning.partitions) {
    if (bounds.kind === 'fixed') {
      conditions.push(risesSql(keys, bounds.lower, bounds.upper, translator));
      if (before !== undefined) conditions.push(`NOT ${risesSql(keys, bounds.lower, before, translator)}`);
      before = bounds.upper;
    } else if (bounds.kind === 'less_than') {
      if (before !== undefined) conditions.push(risesSql(keys, before, bounds.values, translator));
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
  return below(values, upper, translator);
}

function predicateAt(
  definition: TableDefinition,
  partitioning: Partitioning,
  index: number,
  translator: PartitionTranslator,
): string {
  const keys = partitionKeys(definition, partitioning, translator);
  const partitions = partitionsOf(definition);
  const { bounds } = partitions[index] as PartitionDefinition;
  switch (bounds.kind) {
    case 'less_than': {
      const upper = below(keys, bounds.values, translator);
      const before = partitions[index - 1]?.bounds;
      if (before?.kind === 'less_than') return `${upper} AND NOT ${below(keys, before.values, translator)}`;
      if (before?.kind === 'fixed') return `${upper} AND NOT ${below(keys, before.upper, translator)}`;
      return upper;
    }
    case 'fixed':
      return `${below(keys, bounds.upper, translator)} AND NOT ${below(keys, bounds.lower, translator)}`;
    case 'in':
      return bounds.rows.map((row) => listed(keys, row, translator)).join(' OR ') || 'false';
    case 'none':
      return hashed(definition, partitioning, keys, index);
  }
}

/** A column of the partition key, or the partition function; `type` casts bounds of a column. */
type PartitionKey = Readonly<{ sql: string; type: string | undefined }>;

function partitionKeys(
  definition: TableDefinition,
  partitioning: Partitioning,
  translator: PartitionTranslator,
): readonly PartitionKey[] {
  if (partitioning.columns.length > 0) return partitioning.columns.map((name) => columnKey(definition, name));
  const text = partitioning.expression?.text ?? '';
  const only = tokenize(text);
  const column = only.length === 2 ? columnIndex(definition, only[0]?.value ?? '') : -1;
  if (column >= 0) return [columnKey(definition, only[0]?.value ?? '')];
  if (text === '')
    return (definition.primaryKey?.parts ?? []).map((part) => columnKey(definition, part.column));
  const shape = definitionShape(definition);
  return [
    { sql: `(${translateExpression(translator.engine, translator.context, text, shape)})`, type: undefined },
  ];
}

function columnKey(definition: TableDefinition, name: string): PartitionKey {
  const column = definition.columns[columnIndex(definition, name)];
  if (column === undefined)
    throw new SqlError('unknown_column', `Unknown column '${name}' in 'partition function'`);
  const type =
    classOf(column.type) === 'enum' ? 'VARCHAR' : duckdbType(column.type).replace(/ COLLATE.*$/, '');
  return { sql: duckdbName(column.name), type };
}

/** (keys) < (bounds), column by column; NULL lies below everything (manual, How MySQL Partitioning Handles NULL). */
function below(
  keys: readonly PartitionKey[],
  bounds: readonly PartitionValue[],
  translator: PartitionTranslator,
): string {
  const key = keys[0];
  const bound = bounds[0];
  if (key === undefined || bound === undefined) return 'false';
  if (bound.kind === 'max') return 'true';
  if (bound.kind === 'null') return 'false';
  const value = boundSql(bound.text, key, translator);
  const isBelow = `${key.sql} IS NULL OR ${key.sql} < ${value}`;
  if (keys.length === 1 || bounds.length === 1) return `(${isBelow})`;
  return `(${isBelow} OR (${key.sql} = ${value} AND ${below(keys.slice(1), bounds.slice(1), translator)}))`;
}

function listed(
  keys: readonly PartitionKey[],
  row: readonly PartitionValue[],
  translator: PartitionTranslator,
): string {
  const parts = keys.map((key, index) => {
    const value = row[index];
    if (value === undefined || value.kind !== 'literal') return `${key.sql} IS NULL`;
    return `${key.sql} IS NOT DISTINCT FROM ${boundSql(value.text, key, translator)}`;
  });
  return `(${parts.join(' AND ')})`;
}

/**
 * HASH is the expression modulo the number of partitions, as in MySQL. KEY is a hash of ours: MySQL's own is not
 * documented, and only the membership has to be stable.
 */
function hashed(
  definition: TableDefinition,
  partitioning: Partitioning,
  keys: readonly PartitionKey[],
  index: number,
): string {
  const count = partitionsOf(definition).length;
  if (partitioning.kind === 'KEY') {
    const texts = keys.map((key) => `coalesce(CAST(${key.sql} AS VARCHAR), '')`);
    return `(md5_number_lower(concat_ws('|', ${texts.join(', ')})) % ${count} = ${index})`;
  }
  return `(abs(coalesce(CAST(${keys[0]?.sql ?? '0'} AS HUGEINT), 0)) % ${count} = ${index})`;
}

/** A bound as written. A string or number becomes the column's type; anything else is an expression. */
function boundSql(text: string, key: PartitionKey, translator: PartitionTranslator): string {
  const tokens = tokenize(text);
  const [first, second] = tokens;
  if (tokens.length === 2 && (first?.kind === 'string' || first?.kind === 'number')) {
    return key.type === undefined && first.kind === 'number' ? first.value : castBound(first.value, key);
  }
  if (tokens.length === 3 && first?.text === '-' && second?.kind === 'number')
    return castBound(`-${second.value}`, key);
  return `(${translateExpression(translator.engine, translator.context, text)})`;
}

function castBound(value: string, key: PartitionKey): string {
  return key.type === undefined ? duckdbText(value) : `CAST(${duckdbText(value)} AS ${key.type})`;
}
