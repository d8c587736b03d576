import { SqlError } from '../../../base/sql-error.ts';
import { type AutomaticItem, automaticItems, automaticSlice } from '../../../sql/ddl/automatic.ts';
import type { Partitioning, PartitionValue, TableDefinition } from '../../../sql/ddl/definition.ts';
import { duckdbName, duckdbText } from '../../../sql/duckdb-quote.ts';
import { tokenize } from '../../../sql/lexer.ts';
import type { QueryContext } from '../../query.ts';
import { columnIndex } from '../physical/names.ts';
import type { Engine } from '../engine/engine.ts';
import { definitionShape } from '../translation/table-shape.ts';
import { translateExpression } from '../translation/translator.ts';
import { classOf, duckdbType } from '../physical/types.ts';

/** For bounds and partition functions that are expressions; columns and literals need none. */
export type PartitionTranslator = Readonly<{ engine: Engine; context: QueryContext }>;

/** A column of the partition key, or the partition function; `type` casts bounds of a column, `collation` compares them. */
export type PartitionKey = Readonly<{
  sql: string;
  type: string | undefined;
  collation?: string | undefined;
}>;

/** What partitions are told apart by, in the order of their bounds. */
export function partitionKeys(
  definition: TableDefinition,
  partitioning: Partitioning,
  translator: PartitionTranslator,
): readonly PartitionKey[] {
  if (partitioning.kind === 'EXPRESSION') return automaticKeys(definition, partitioning);
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

function automaticKeys(definition: TableDefinition, partitioning: Partitioning): readonly PartitionKey[] {
  const slice = automaticSlice(partitioning);
  if (slice !== undefined) return [columnKey(definition, slice.column)];
  return automaticItems(partitioning).map((item) => itemKey(definition, item));
}

function itemKey(definition: TableDefinition, item: AutomaticItem): PartitionKey {
  const { sql, type } = columnKey(definition, item.column);
  if (item.kind === 'column') return { sql, type };
  const piece = item.isTruncated
    ? `date_trunc('${item.unit}', ${sql})`
    : `time_bucket(INTERVAL ${item.every} ${item.unit}, ${sql}, ${type === 'DATE' ? 'DATE' : 'TIMESTAMP'} '0001-01-01')`;
  return { sql: `CAST(${piece} AS ${type})`, type };
}

function columnKey(definition: TableDefinition, name: string): PartitionKey {
  const column = definition.columns[columnIndex(definition, name)];
  if (column === undefined)
    throw new SqlError('unknown_column', `Unknown column '${name}' in 'partition function'`);
  const sql = duckdbName(column.name);
  if (classOf(column.type) === 'enum') return { sql, type: 'VARCHAR' };
  const [type, collation] = duckdbType(column.type).split(' COLLATE ');
  return { sql, type, collation };
}

/** A bound as written. A string or number becomes the column's type; anything else is an expression. */
export function boundSql(text: string, key: PartitionKey, translator: PartitionTranslator): string {
  const tokens = tokenize(text);
  const [first, second] = tokens;
  if (tokens.length === 2 && (first?.kind === 'string' || first?.kind === 'number')) {
    return key.type === undefined && first.kind === 'number' ? first.value : castBound(first.value, key);
  }
  if (tokens.length === 3 && first?.text === '-' && second?.kind === 'number')
    return castBound(`-${second.value}`, key);
  return `(${translateExpression(translator.engine, translator.context, text)})`;
}

/** The value of a bound; NULL for NULL and MAXVALUE. */
export function valueSql(
  value: PartitionValue | undefined,
  key: PartitionKey,
  translator: PartitionTranslator,
): string {
  return value?.kind === 'literal' ? boundSql(value.text, key, translator) : 'NULL';
}

function castBound(value: string, key: PartitionKey): string {
  return key.type === undefined ? duckdbText(value) : `CAST(${duckdbText(value)} AS ${key.type})`;
}

/** (keys) < (bounds), column by column; NULL lies below everything (manual, How MySQL Partitioning Handles NULL). */
export function belowSql(
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
  return `(${isBelow} OR (${key.sql} = ${value} AND ${belowSql(keys.slice(1), bounds.slice(1), translator)}))`;
}
