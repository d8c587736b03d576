import type { DuckDBType } from '@duckdb/node-api';
import type { Column, ColumnType } from '../../../base/rows.ts';
import { fractionDigitsOf } from '../../../sql/rewrite/types.ts';
import type { DataType } from '../../../sql/ddl/definition.ts';
import type { DerivedColumn } from '../../../sql/rewrite/rewrite.ts';
import type { Token } from '../../../sql/token.ts';
import { declaredType, describedColumn, fractionDigits, originsOf } from './column-origins.ts';
import { derivedColumns } from './derived-columns.ts';
import { readsFractions } from './fractions.ts';
import { resultColumn } from './result-columns.ts';
import type { StatementScope } from '../statement/scope.ts';
import type { StoredObject } from '../dictionary/stored-object.ts';
import type { Translated } from '../translation/translator.ts';

/** How the columns of a statement's result are shown: by their origin where it is known, else by DuckDB's type. */
export function columnDescriber(
  scope: StatementScope,
  translated: Translated,
  { tokens, text }: Readonly<{ tokens: readonly Token[]; text: string }>,
): (index: number, duckdbName: string, type: DuckDBType) => Column {
  let derived: readonly (DerivedColumn | undefined)[] | undefined;
  const isAsked = translated.objects.some(hasOwnWireType);
  const origins = originsOf(translated.objects, tokens);
  const digits = readsFractions(translated.objects, tokens) ? 6 : 0;
  return (index, duckdbName, type) => {
    const name = translated.columnNames?.[index] ?? duckdbName;
    const origin = origins(name);
    const valueType = translated.columnTypes?.[index];
    const computed = valueType === undefined ? undefined : fractionDigitsOf(valueType);
    const made = resultColumn(name, type, fractionDigits(origin) ?? computed ?? digits);
    const column = valueType?.kind === 'decimal' ? shownDecimal(made, valueType.scale) : made;
    const collation = valueType?.kind === 'text' ? valueType.collation : undefined;
    if (origin === undefined && isAsked) {
      derived ??= derivedColumns(scope, text) ?? [];
      return withWireType(column, derived[index]?.type);
    }
    return describedColumn(collation === undefined ? column : { ...column, collation }, origin);
  };
}

/** Types of MySQL that DuckDB has under another name: clients read their values otherwise, wherever they come from. */
const wireTypes: Readonly<Record<string, ReadonlySet<ColumnType>>> = {
  BIT: new Set<ColumnType>(['TINY', 'SHORT', 'LONG', 'LONGLONG']),
  YEAR: new Set<ColumnType>(['SHORT']),
  TIMESTAMP: new Set<ColumnType>(['DATETIME']),
};

function hasOwnWireType(object: StoredObject): boolean {
  const columns =
    object.kind === 'MATERIALIZED_VIEW' ? object.definition.table.columns : object.definition.columns;
  return columns.some(({ type }) => type.name in wireTypes);
}

/** A column of a derived table, a join, a union or an aggregate is what MySQL derives, where the value is of that kind. */
function withWireType(column: Column, type: DataType | undefined): Column {
  if (type === undefined || wireTypes[type.name]?.has(column.type) !== true) return column;
  return { ...column, ...declaredType(column, type) };
}

/** Digits that MySQL's DECIMAL may have, its sign and its point. */
const decimalLengthMax = 67;

/** A DECIMAL may come as its text, so that each has the digits that MySQL shows. */
function shownDecimal(column: Column, decimals: number): Column {
  if (column.type !== 'VAR_STRING') return column;
  return { ...column, type: 'NEWDECIMAL', lengthBytes: decimalLengthMax, decimals, binary: true };
}

/** Columns of a statement's result without running it. */
export async function preparedColumns(
  scope: StatementScope,
  translated: Translated,
  written: Readonly<{ tokens: readonly Token[]; text: string }>,
): Promise<readonly Column[]> {
  const statement = await scope.connection.prepare(translated.sql);
  try {
    const describe = columnDescriber(scope, translated, written);
    const length = statement.columnCount - (translated.assigns?.hidden ?? 0);
    return Array.from({ length }, (_, index) =>
      describe(index, statement.columnName(index), statement.columnType(index)),
    );
  } finally {
    statement.destroySync();
  }
}

/** Counted before the rows are sent: a connection runs one statement at a time. */
export async function countRows(scope: StatementScope, sql: string | undefined): Promise<bigint | undefined> {
  return sql === undefined ? undefined : BigInt(String(await scope.connection.fact(sql)));
}
