import type { Column, ColumnType } from '../../../base/rows.ts';
import { SqlError } from '../../../base/sql-error.ts';
import type { ColumnDefinition, KeyDefinition, TableDefinition } from '../../../sql/ddl/definition.ts';
import type { FunctionParameter } from '../../../sql/ddl/function-definition.ts';
import type { ColumnShape, FunctionParameterShape, TableShape } from '../../../sql/rewrite/context.ts';
import { describeColumnType, type TableCharacters } from '../../../sql/ddl/type-facts.ts';
import type { StoredObject } from '../dictionary/stored-object.ts';
import { lengthLimit } from '../physical/length-limit.ts';
import { nameKey } from '../physical/names.ts';
import { classOf, decimalShape, duckdbType } from '../physical/types.ts';

/** What the rewriter is told of a table or view. */
export function tableShape(object: StoredObject): TableShape | undefined {
  if (object.kind === 'VIEW') {
    return {
      columns: object.definition.columns.map((column) => definedShape(column)),
      primaryKey: [],
      uniqueKeys: [],
    };
  }
  return definitionShape(object.kind === 'TABLE' ? object.definition : object.definition.table);
}

export function definitionShape(definition: TableDefinition): TableShape {
  return {
    columns: definition.columns.map((column) => definedShape(column, definition.options)),
    primaryKey: definition.primaryKey === undefined ? [] : columnsOf(definition.primaryKey),
    uniqueKeys: definition.keys.filter((key) => key.kind === 'UNIQUE').map((key) => columnsOf(key)),
  };
}

/** The shape of a table whose rows are to be changed: with DuckDB's number of the row. */
export function withRowid(shape: TableShape): TableShape {
  const isTaken = shape.columns.some((column) => nameKey(column.name) === 'rowid');
  if (isTaken) {
    throw new SqlError('not_supported', "changing rows of a table that has a column named 'rowid'", {
      hint: 'The name is that of the engine’s own row number; rename the column.',
    });
  }
  return { ...shape, columns: [...shape.columns, rowidShape] };
}

const rowidShape: ColumnShape = { name: 'rowid', type: 'BIGINT' };

/** What the rewriter is told of a parameter or a result of a stored function. */
export function functionParameterShape({ name, type }: FunctionParameter): FunctionParameterShape {
  const limit = lengthLimit(type);
  const isBounded = limit?.unit === 'characters';
  return {
    shape: definedShape({ name, type, nullable: true }),
    sqlType: duckdbType(type),
    ...(isBounded && { lengthMax: limit.max }),
  };
}

/** The shape of a result column, where only the wire's type is known. */
export function columnShape(column: Column): ColumnShape {
  const type = column.unsigned ? `${typeNames[column.type]} UNSIGNED` : typeNames[column.type];
  const scale = column.type === 'NEWDECIMAL' ? { scale: column.decimals } : {};
  return { name: column.name, type: column.type === 'BLOB' && !column.binary ? 'TEXT' : type, ...scale };
}

/** `table`: of which columns have what they do not name. */
function definedShape(
  column: Pick<ColumnDefinition, 'name' | 'type' | 'nullable'>,
  table?: TableCharacters,
): ColumnShape {
  const { type } = column;
  const collation = table === undefined ? type.collation : describeColumnType(type, table).collationName;
  return {
    name: column.name,
    type: type.unsigned ? `${type.name} UNSIGNED` : type.name,
    nullable: column.nullable,
    ...scaleOf(type),
    ...(type.name === 'SET' ? { members: type.values } : {}),
    ...(type.name === 'BIT' ? { bits: type.arguments[0] ?? 1 } : {}),
    ...(typeof collation === 'string' && { collation }),
  };
}

function columnsOf(key: KeyDefinition): readonly string[] {
  return key.parts.map((part) => part.column);
}

const typeNames: Readonly<Record<ColumnType, string>> = {
  TINY: 'TINYINT',
  SHORT: 'SMALLINT',
  LONG: 'INT',
  LONGLONG: 'BIGINT',
  FLOAT: 'FLOAT',
  DOUBLE: 'DOUBLE',
  NEWDECIMAL: 'DECIMAL',
  DATE: 'DATE',
  TIME: 'TIME',
  DATETIME: 'DATETIME',
  TIMESTAMP: 'TIMESTAMP',
  YEAR: 'YEAR',
  BIT: 'BIT',
  VAR_STRING: 'VARCHAR',
  STRING: 'VARCHAR',
  BLOB: 'BLOB',
  JSON: 'JSON',
  NULL: 'VARCHAR',
};

function scaleOf(type: ColumnDefinition['type']): Readonly<{ scale?: number; precision?: number }> {
  const kind = classOf(type);
  if (kind === 'decimal') return decimalShape(type);
  return kind === 'datetime' || kind === 'time' ? { scale: type.arguments[0] ?? 0 } : {};
}
