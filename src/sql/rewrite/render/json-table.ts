import { normalized } from '../../json/documents.ts';
import { parsePath } from '../../json/path.ts';
import type { Fallback, JsonTablePlan, PlannedColumn } from '../../json/table.ts';
import type { CellType } from '../../json/table-cell.ts';
import { defaultCollation } from '../../ddl/character-sets.ts';
import { duckdbName, duckdbText } from '../../duckdb-quote.ts';
import type { JsonTable, JsonTableColumn, JsonTableType } from '../ast.ts';
import { asDate, asDatetime, asTime } from '../conversions/moments.ts';
import { render, type Environment, type RenderedQuery } from '../environment.ts';
import { documentOf } from '../functions/json-values.ts';
import { jsonCall, macro } from '../macro-names.ts';
import { notSupported } from '../not-supported.ts';
import type { RelationColumn } from '../scope.ts';
import { textType, typeOfColumn, unsignedType, type Rendered } from '../types.ts';
import { decimalDigitsMax } from '../../duckdb-decimal.ts';

type ValueColumn = Extract<JsonTableColumn, { kind: 'value' }>;

/** The rows of JSON_TABLE: read from the document by a function of ours, whose cells DuckDB casts. */
export function jsonTableQuery(
  table: JsonTable,
  environment: Environment,
): RenderedQuery & Readonly<{ columns: readonly RelationColumn[] }> {
  parsePath(table.path);
  const plan: JsonTablePlan = { path: table.path, columns: table.columns.map(planned) };
  const document = documentOf(render(table.document, environment), { index: 1, name: 'json_table' });
  const rows = jsonCall('JSON_TABLE', document, duckdbText(JSON.stringify(plan)));
  const cells = leaves(table.columns).map(cellOf);
  const list = cells.map(({ name, value }) => `${value.sql} AS ${duckdbName(name)}`);
  return {
    sql: `SELECT ${list.join(', ')} FROM (SELECT unnest(CAST(CAST(${rows} AS JSON) AS VARCHAR[][])) AS "r") AS "t"`,
    columns: cells.map(({ name, value }) => ({ name, type: value.type })),
  };
}

function planned(column: JsonTableColumn): PlannedColumn {
  if (column.kind === 'ordinality') return { kind: 'ordinality' };
  parsePath(column.path);
  if (column.kind === 'nested')
    return { kind: 'nested', path: column.path, columns: column.columns.map(planned) };
  if (column.exists) return { kind: 'exists', path: column.path };
  return valuePlan(column, cellType(column));
}

function valuePlan({ name, path, onEmpty, onError }: ValueColumn, type: CellType): PlannedColumn {
  return {
    kind: 'value',
    name,
    path,
    type,
    onEmpty: withDocument(onEmpty),
    onError: withDocument(onError),
  };
}

function withDocument(given: Fallback): Fallback {
  return given.kind === 'default' ? { kind: 'default', text: normalized(given.text) } : given;
}

const integerBits: Readonly<Record<string, number>> = {
  BOOL: 8,
  BOOLEAN: 8,
  TINYINT: 8,
  SMALLINT: 16,
  MEDIUMINT: 24,
  INT: 32,
  INTEGER: 32,
  BIGINT: 64,
};

/** The types of texts by the characters of the longest. */
const textLengths: Readonly<Record<string, number>> = {
  TINYTEXT: 255,
  TEXT: 65_535,
  MEDIUMTEXT: 16_777_215,
  LONGTEXT: 4_294_967_295,
};

function cellType({ type }: ValueColumn): CellType {
  const [word = '', unsigned] = type.name.split(' ');
  const [size, scale = 0] = type.sizes;
  const bits = integerBits[word];
  if (bits !== undefined) return integerOf(bits, unsigned !== undefined);
  const length = textLengths[word] ?? (word === 'VARCHAR' ? size : word === 'CHAR' ? (size ?? 1) : undefined);
  if (length !== undefined) return { kind: 'text', charactersMax: length };
  switch (word) {
    case 'DECIMAL':
    case 'NUMERIC':
    case 'DEC':
      if ((size ?? 10) > decimalDigitsMax) notSupported(`DECIMAL of more than ${decimalDigitsMax} digits`);
      return { kind: 'decimal', precision: size ?? 10, scale };
    case 'DOUBLE':
    case 'REAL':
      return { kind: 'double' };
    case 'JSON':
      return { kind: 'json' };
    case 'DATE':
      return { kind: 'date' };
    case 'DATETIME':
    case 'TIMESTAMP':
      return { kind: 'datetime' };
    case 'TIME':
      return { kind: 'time' };
    case 'YEAR':
      return { kind: 'year' };
    default:
      return notSupported(`the type ${type.name} in JSON_TABLE`);
  }
}

function integerOf(bits: number, isUnsigned: boolean): CellType {
  const end = 2n ** BigInt(isUnsigned ? bits : bits - 1);
  return { kind: 'integer', least: String(isUnsigned ? 0n : -end), most: String(end - 1n) };
}

/** The columns that are not NESTED. */
function leaves(
  columns: readonly JsonTableColumn[],
): readonly Exclude<JsonTableColumn, { kind: 'nested' }>[] {
  return columns.flatMap((column) => (column.kind === 'nested' ? leaves(column.columns) : [column]));
}

function cellOf(
  column: Exclude<JsonTableColumn, { kind: 'nested' }>,
  index: number,
): Readonly<{ name: string; value: Rendered }> {
  const text: Rendered = { sql: `"t"."r"[${index + 1}]`, type: textType };
  const { name } = column;
  if (column.kind === 'ordinality')
    return { name, value: { sql: `CAST(${text.sql} AS UBIGINT)`, type: unsignedType } };
  return { name, value: castCell(text, column.type) };
}

function castCell(text: Rendered, { name, sizes, collation }: JsonTableType): Rendered {
  const [size, scale = 0] = sizes;
  const isMoment = /^(?:DATETIME|TIMESTAMP|TIME)$/.test(name);
  const type = typeOfColumn({
    name: '',
    type: name,
    scale: isMoment ? (size ?? 0) : scale,
    collation: collation ?? defaultCollation,
  });
  switch (type.kind) {
    case 'integer':
      return { sql: `CAST(${text.sql} AS ${type.unsigned === true ? 'UBIGINT' : 'BIGINT'})`, type };
    case 'boolean':
      return { sql: `CAST(${text.sql} AS BIGINT)`, type: { kind: 'integer', wide: true } };
    case 'decimal':
      return { sql: `CAST(${text.sql} AS DECIMAL(${size ?? 10}, ${scale}))`, type };
    case 'double':
      return { sql: `CAST(${text.sql} AS DOUBLE)`, type };
    case 'json':
      return { sql: `CAST(${text.sql} AS JSON)`, type };
    case 'date':
      return { sql: asDate(text), type };
    case 'datetime':
      return { sql: macro('datetime_rounded', asDatetime(text), String(size ?? 0)), type };
    case 'time':
      return { sql: macro('time_rounded', asTime(text), String(size ?? 0)), type };
    default:
      return { sql: text.sql, type };
  }
}
