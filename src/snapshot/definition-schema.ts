import type {
  CheckDefinition,
  ColumnDefinition,
  DataType,
  Expression,
  ForeignKeyDefinition,
  KeyDefinition,
  KeyPart,
  PartitionDefinition,
  Partitioning,
  RollupDefinition,
  PartitionValue,
  TableDefinition,
  TableOptions,
} from '../sql/ddl/definition.ts';
import {
  bigintText,
  choice,
  constant,
  count,
  flag,
  list,
  oneOf,
  optional,
  pair,
  record,
  type RecordSchema,
  type Schema,
  text,
} from './schema.ts';

/** The JSON shape of `TableDefinition`, property by property; sql/ddl/definition.ts says what each means. */

const expression: RecordSchema<Expression> = record<Expression>('Expression', { text });

/** Types nest (ARRAY<MAP<…>>), so that the schema reads itself when it is used, not when it is made. */
const nestedTypes: Schema<readonly DataType[]> = list({
  name: 'DataType',
  decode: (value, path) => dataType.decode(value, path),
});

const dataType: RecordSchema<DataType> = record<DataType>('DataType', {
  name: text,
  arguments: list(count),
  unsigned: flag,
  zerofill: flag,
  values: list(text),
  characterSet: optional(text),
  collation: optional(text),
  elements: nestedTypes,
  fieldNames: optional(list(text)),
});

const generatedColumn: RecordSchema<NonNullable<ColumnDefinition['generated']>> = record<
  NonNullable<ColumnDefinition['generated']>
>('GeneratedColumn', { expression, stored: flag });

const columnDefinition: RecordSchema<ColumnDefinition> = record<ColumnDefinition>('ColumnDefinition', {
  name: text,
  type: dataType,
  nullable: flag,
  default: optional(expression),
  autoIncrement: flag,
  onUpdate: optional(expression),
  generated: optional(generatedColumn),
  aggregate: optional(text),
  isKey: flag,
  invisible: flag,
  comment: optional(text),
  srid: optional(count),
});

const keyPart: RecordSchema<KeyPart> = record<KeyPart>('KeyPart', {
  column: text,
  prefixLength: optional(count),
  descending: flag,
  expression: optional(expression),
});

const keyDefinition: RecordSchema<KeyDefinition> = record<KeyDefinition>('KeyDefinition', {
  kind: oneOf(['PRIMARY', 'UNIQUE', 'INDEX', 'FULLTEXT', 'SPATIAL', 'BITMAP', 'GIN', 'NGRAMBF']),
  name: text,
  parts: list(keyPart),
  method: optional(text),
  comment: optional(text),
  other: optional(list(pair())),
  properties: optional(list(pair())),
});

const foreignKey: RecordSchema<ForeignKeyDefinition> = record<ForeignKeyDefinition>('ForeignKeyDefinition', {
  name: text,
  columns: list(text),
  referencedDatabase: optional(text),
  referencedTable: text,
  referencedColumns: list(text),
  onDelete: optional(text),
  onUpdate: optional(text),
});

const check: RecordSchema<CheckDefinition> = record<CheckDefinition>('CheckDefinition', {
  name: text,
  expression,
  enforced: flag,
});

const partitionValue: Schema<PartitionValue> = choice<PartitionValue>('kind', {
  max: record<Extract<PartitionValue, { kind: 'max' }>>('PartitionValue', { kind: constant('max') }),
  null: record<Extract<PartitionValue, { kind: 'null' }>>('PartitionValue', { kind: constant('null') }),
  literal: record<Extract<PartitionValue, { kind: 'literal' }>>('PartitionValue', {
    kind: constant('literal'),
    text,
  }),
});

type Bounds = PartitionDefinition['bounds'];

export const partitionBounds: Schema<Bounds> = choice<Bounds>('kind', {
  less_than: record<Extract<Bounds, { kind: 'less_than' }>>('PartitionBounds', {
    kind: constant('less_than'),
    values: list(partitionValue),
  }),
  fixed: record<Extract<Bounds, { kind: 'fixed' }>>('PartitionBounds', {
    kind: constant('fixed'),
    lower: list(partitionValue),
    upper: list(partitionValue),
  }),
  in: record<Extract<Bounds, { kind: 'in' }>>('PartitionBounds', {
    kind: constant('in'),
    rows: list(list(partitionValue)),
  }),
  none: record<Extract<Bounds, { kind: 'none' }>>('PartitionBounds', { kind: constant('none') }),
});

const partition: RecordSchema<PartitionDefinition> = record<PartitionDefinition>('PartitionDefinition', {
  name: text,
  bounds: partitionBounds,
  comment: optional(text),
  properties: list(pair()),
});

const partitioning: RecordSchema<Partitioning> = record<Partitioning>('Partitioning', {
  kind: oneOf(['RANGE', 'LIST', 'HASH', 'KEY', 'EXPRESSION']),
  columns: list(text),
  expression: optional(expression),
  spelling: text,
  partitions: list(partition),
  temporary: optional(list(partition)),
  count: optional(count),
});

type Model = NonNullable<TableDefinition['model']>;

const model: RecordSchema<Model> = record<Model>('KeyModel', {
  kind: oneOf(['DUPLICATE', 'AGGREGATE', 'UNIQUE', 'PRIMARY']),
  columns: list(text),
});

type Distribution = NonNullable<TableDefinition['distribution']>;

const distribution: RecordSchema<Distribution> = record<Distribution>('Distribution', {
  kind: oneOf(['HASH', 'RANDOM']),
  columns: list(text),
  buckets: optional(count),
});

const options: RecordSchema<TableOptions> = record<TableOptions>('TableOptions', {
  engine: optional(text),
  autoIncrement: optional(bigintText),
  characterSet: optional(text),
  collation: optional(text),
  comment: optional(text),
  other: list(pair()),
});

const rollup: RecordSchema<RollupDefinition> = record<RollupDefinition>('Rollup', {
  id: count,
  name: text,
  table: text,
  select: text,
  columns: list(record<RollupDefinition['columns'][number]>('RollupColumn', { name: text, type: dataType })),
  comment: optional(text),
  properties: list(pair()),
  createdAt: count,
});

export const tableDefinition: RecordSchema<TableDefinition> = record<TableDefinition>('TableDefinition', {
  name: text,
  columns: list(columnDefinition),
  primaryKey: optional(keyDefinition),
  keys: list(keyDefinition),
  foreignKeys: list(foreignKey),
  checks: list(check),
  model: optional(model),
  partitioning: optional(partitioning),
  distribution: optional(distribution),
  orderBy: optional(list(text)),
  properties: list(pair()),
  options,
  rollups: optional(list(rollup)),
});
