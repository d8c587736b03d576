import { SqlError } from '../../../base/sql-error.ts';
import type { ColumnDefinition, TableDefinition } from '../definition.ts';

type Model = NonNullable<TableDefinition['model']>;

/** StarRocks' words for the models in its errors. */
const keysTypes: Readonly<Record<Model['kind'], string>> = {
  DUPLICATE: 'DUP_KEYS',
  AGGREGATE: 'AGG_KEYS',
  UNIQUE: 'UNIQUE_KEYS',
  PRIMARY: 'PRIMARY_KEYS',
};

/**
 * StarRocks' rules for key models, with its texts: keys are the first columns in their order and of types that can be
 * one, aggregates belong to the values of AGGREGATE KEY, and rows are laid out by columns that a merge keeps.
 * Whether the columns exist has been checked.
 */
export function checkModel(definition: TableDefinition): void {
  const { model, columns } = definition;
  for (const column of columns) checkAggregate(column);
  if (model === undefined) return;
  if (definition.primaryKey !== undefined) {
    throw new SqlError('multiple_primary_key', 'Multiple primary key defined');
  }
  checkPrefix(model, columns);
  for (const column of columns.slice(0, model.columns.length)) checkKeyColumn(model, column);
  for (const column of columns.slice(model.columns.length)) checkValueColumn(model, column);
  checkPlacement(definition, model);
}

/** The names of the key columns of a table whose rows are merged or replaced by key, in lower case. */
function mergingKeys(model: Model): ReadonlySet<string> | undefined {
  return model.kind === 'DUPLICATE' ? undefined : new Set(model.columns.map((name) => name.toLowerCase()));
}

function checkPrefix(model: Model, columns: readonly ColumnDefinition[]): void {
  for (const [index, key] of model.columns.entries()) {
    const declared = columns[index]?.name ?? '';
    if (declared.toLowerCase() === key.toLowerCase()) continue;
    throw analysis(
      `Key columns should be a ordered prefix of the schema. KeyColumns[${index}] (starts from zero) is ${key}, ` +
        `but corresponding column is ${declared} in the previous columns declaration.`,
    );
  }
}

const primaryKeyTypes: ReadonlySet<string> = new Set(
  'BOOLEAN TINYINT SMALLINT MEDIUMINT INT BIGINT LARGEINT VARCHAR STRING DATE DATETIME'.split(' '),
);
const floatTypes: ReadonlySet<string> = new Set(['FLOAT', 'DOUBLE', 'REAL']);
const neverKeyTypes: ReadonlySet<string> = new Set(
  'JSON ARRAY MAP STRUCT HLL BITMAP PERCENTILE VARBINARY BINARY'.split(' '),
);

function checkKeyColumn(model: Model, { name, type, aggregate }: ColumnDefinition): void {
  if (aggregate !== undefined) throw analysis(`Key column[${name}] should not specify aggregate type.`);
  if (model.kind === 'PRIMARY' && !primaryKeyTypes.has(type.name)) {
    throw analysis(`primary key column[${name}] type not supported: ${type.name}`);
  }
  if (floatTypes.has(type.name)) {
    throw analysis('Float or double can not used as a key, use decimal instead.');
  }
  if (neverKeyTypes.has(type.name)) {
    throw analysis(`Invalid data type of key column '${name}': '${type.name}'`);
  }
}

function checkValueColumn({ kind }: Model, { name, aggregate, isKey }: ColumnDefinition): void {
  if (isKey) throw analysis(`Key column[${name}] is not one of the key columns of the table.`);
  if (kind === 'AGGREGATE') {
    if (aggregate !== undefined) return;
    throw analysis(`AGG_KEYS table should specify aggregate type for non-key column[${name}]`);
  }
  // REPLACE is what the other models do to a value anyway.
  if (aggregate === undefined || aggregate === 'REPLACE') return;
  throw analysis(`${keysTypes[kind]} table should not specify aggregate type for non-key column[${name}]`);
}

const summed: ReadonlySet<string> = new Set(
  'TINYINT SMALLINT MEDIUMINT INT BIGINT LARGEINT FLOAT DOUBLE DECIMAL DECIMAL32 DECIMAL64 DECIMAL128'.split(
    ' ',
  ),
);
const compared: ReadonlySet<string> = new Set([
  ...summed,
  ...'DATE DATETIME TIMESTAMP TIME YEAR CHAR VARCHAR STRING BOOLEAN'.split(' '),
]);

function checkAggregate({ name, type, aggregate }: ColumnDefinition): void {
  const fits =
    aggregate === 'SUM'
      ? summed.has(type.name)
      : aggregate === 'MIN' || aggregate === 'MAX'
        ? compared.has(type.name)
        : true;
  if (!fits) throw analysis(`Invalid aggregate function '${aggregate}' for '${name}'`);
}

/** Rows of one key must meet: in one partition, and in one bucket. */
function checkPlacement(definition: TableDefinition, model: Model): void {
  const keys = mergingKeys(model);
  if (keys === undefined) return;
  const { partitioning, distribution } = definition;
  if (partitioning?.columns.some((name) => !keys.has(name.toLowerCase())) === true) {
    throw analysis(
      "The partition column could not be aggregated column and unique table's partition column must be key column",
    );
  }
  if (distribution === undefined) return;
  const value = distribution.columns.find((name) => !keys.has(name.toLowerCase()));
  if (value !== undefined) throw analysis(`Distribution column[${value}] is not key column`);
  const replaces = definition.columns.some((column) => column.aggregate?.startsWith('REPLACE') === true);
  if (distribution.kind !== 'RANDOM' || (model.kind === 'AGGREGATE' && !replaces)) return;
  throw analysis(`${model.kind} KEY${replaces ? ' with replace' : ''} must use hash distribution`);
}

function analysis(text: string): SqlError {
  return new SqlError('analysis', `Getting analyzing error. Detail message: ${text}`);
}
