import type { Column } from '../../../base/rows.ts';
import type { DataType, TableDefinition } from '../../../sql/ddl/definition.ts';
import type { Token } from '../../../sql/token.ts';
import type { StoredObject } from '../dictionary/stored-object.ts';
import { sameName, shownDatabase } from '../physical/names.ts';
import { lengthLimit } from '../physical/length-limit.ts';
import { classOf, decimalShape } from '../physical/types.ts';

/**
 * Finds the table's column behind a column of a result, so that a client is told its declared type, length and
 * flags. DuckDB does not say where a value came from, so this goes by the name, and only where the name cannot mean
 * anything else: it is no alias, and the statement has no second select list.
 */
export type Origins = (name: string) => Origin | undefined;

export type Origin = Readonly<{
  object: StoredObject;
  name: string;
  type: DataType;
  nullable: boolean;
  autoIncrement: boolean;
}>;

/** Words that put another select list, or other columns, under the same names. */
const doubtfulWords = new Set(['UNION', 'EXCEPT', 'INTERSECT', 'WITH', 'ROLLUP', 'VALUES', 'LATERAL']);

export function originsOf(objects: readonly StoredObject[], tokens: readonly Token[]): Origins {
  const selects = tokens.filter((token) => token.upper === 'SELECT').length;
  const isDoubtful = selects !== 1 || tokens.some((token) => doubtfulWords.has(token.upper));
  if (isDoubtful) return () => undefined;
  return (name) => {
    const found = objects.flatMap((object) => originIn(object, name));
    if (found.length !== 1 || isAlias(tokens, name)) return undefined;
    return found[0];
  };
}

/** The column with what its origin declares. `column` has what DuckDB's type says. */
export function describedColumn(column: Column, origin: Origin | undefined): Column {
  if (origin === undefined) return column;
  const { object, type } = origin;
  const table = object.kind === 'TABLE' ? object.definition : undefined;
  return {
    ...column,
    ...declaredType(column, type),
    nullable: origin.nullable,
    database: shownDatabase(object.database),
    table: object.name,
    originalTable: object.name,
    originalName: origin.name,
    ...(origin.autoIncrement ? { autoIncrement: true } : {}),
    ...(table === undefined ? {} : keyFlags(table, origin.name)),
  };
}

/** Digits of a second's fraction that a date with time or a time declares. */
export function fractionDigits(origin: Origin | undefined): number | undefined {
  if (origin === undefined) return undefined;
  const kind = classOf(origin.type);
  return kind === 'datetime' || kind === 'time' ? (origin.type.arguments[0] ?? 0) : undefined;
}

function originIn(object: StoredObject, name: string): readonly Origin[] {
  const columns =
    object.kind === 'MATERIALIZED_VIEW' ? object.definition.table.columns : object.definition.columns;
  return columns
    .filter((column) => sameName(column.name, name))
    .map((column) => ({
      object,
      name: column.name,
      type: column.type,
      nullable: column.nullable,
      autoIncrement: 'autoIncrement' in column && column.autoIncrement === true,
    }));
}

/** True where the name may stand as an alias: behind AS, or behind something that ends an expression. */
function isAlias(tokens: readonly Token[], name: string): boolean {
  return tokens.some((token, at) => {
    const isNamed =
      (token.kind === 'word' || token.kind === 'quoted' || token.kind === 'string') &&
      sameName(token.value, name);
    const before = tokens[at - 1];
    if (!isNamed || before === undefined) return false;
    if (before.upper === 'AS' || before.text === ')') return true;
    if (before.kind === 'word') return !clauseWords.has(before.upper);
    return before.kind !== 'operator';
  });
}

/** Words after which a name begins an expression. */
const clauseWords = new Set(
  'SELECT DISTINCT ALL DISTINCTROW BY WHERE AND OR NOT XOR ON HAVING IN LIKE BETWEEN CASE WHEN THEN ELSE DIV MOD BINARY INTERVAL FROM USING REGEXP RLIKE IS'.split(
    ' ',
  ),
);

/** What a column of a declared type is to a client, beside what DuckDB's type says. */
export function declaredType(column: Column, type: DataType): Partial<Column> {
  switch (classOf(type)) {
    case 'integer':
      return { lengthBytes: displayWidth(type) ?? column.lengthBytes };
    case 'boolean':
      return { type: 'TINY', lengthBytes: 1 };
    case 'bit':
      return { type: 'BIT', lengthBytes: type.arguments[0] ?? 1, unsigned: true };
    case 'decimal':
      return decimalLength(type);
    case 'float':
      return type.unsigned ? { unsigned: true } : {};
    case 'year':
      return { type: 'YEAR', lengthBytes: 4, unsigned: true };
    case 'text': {
      const lengthBytes = textLength(type) ?? column.lengthBytes;
      if (type.name === 'CHAR') return { type: 'STRING', lengthBytes, decimals: 0 };
      return type.name === 'VARCHAR'
        ? { lengthBytes, decimals: 0 }
        : { type: 'BLOB', lengthBytes, decimals: 0 };
    }
    case 'set':
      return { type: 'STRING', set: true, decimals: 0 };
    case 'binary':
      return binaryType(type) ?? {};
    case 'datetime':
      return type.name === 'TIMESTAMP' ? { type: 'TIMESTAMP' } : {};
    default:
      return {};
  }
}

/** Digits, point and sign. */
function decimalLength(type: DataType): Partial<Column> {
  const { precision, scale } = decimalShape(type);
  const lengthBytes = precision + (scale > 0 ? 1 : 0) + (type.unsigned ? 0 : 1);
  return { lengthBytes, unsigned: type.unsigned };
}

/** MySQL counts the bytes of every text as if each character took four, up to the greatest number there is. */
function textLength(type: DataType): number | undefined {
  if (type.name === 'LONGTEXT') return lengthBytesMax;
  const limit = lengthLimit(type);
  return limit && Math.min(limit.max * 4, lengthBytesMax);
}

const lengthBytesMax = 4_294_967_295;

/** BINARY and VARBINARY are strings without a character set to the protocol, not BLOBs. */
function binaryType(type: DataType): Partial<Column> | undefined {
  const max = lengthLimit(type)?.max;
  if (max === undefined) return undefined;
  if (type.name === 'BINARY') return { type: 'STRING', lengthBytes: max };
  return type.name === 'VARBINARY' ? { type: 'VAR_STRING', lengthBytes: max } : { lengthBytes: max };
}

/** TINYINT(1) is what drivers take for a boolean; other widths are shown as MySQL shows them by default. */
function displayWidth(type: DataType): number | undefined {
  return type.name === 'TINYINT' ? type.arguments[0] : undefined;
}

function keyFlags(table: TableDefinition, name: string): Partial<Column> {
  const isIn = (columns: readonly Readonly<{ column: string }>[]): boolean =>
    columns.some((part) => sameName(part.column, name));
  const isFirst = (columns: readonly Readonly<{ column: string }>[]): boolean => isIn(columns.slice(0, 1));
  return {
    ...(isIn(table.primaryKey?.parts ?? []) ? { primaryKey: true } : {}),
    ...(table.keys.some((key) => key.kind === 'UNIQUE' && key.parts.length === 1 && isIn(key.parts))
      ? { uniqueKey: true }
      : {}),
    ...(table.keys.some((key) => isFirst(key.parts)) ? { multipleKey: true } : {}),
  };
}
