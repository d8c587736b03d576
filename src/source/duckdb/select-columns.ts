import type { DuckDBType } from '@duckdb/node-api';
import type { Column } from '../../base/rows.ts';
import { fractionDigitsOf } from '../../sql/rewrite/types.ts';
import type { Token } from '../../sql/token.ts';
import { describedColumn, fractionDigits, originsOf } from './column-origins.ts';
import { readsFractions } from './fractions.ts';
import { resultColumn } from './result-columns.ts';
import type { StatementScope } from './statement-scope.ts';
import type { Translated } from './translator.ts';

/** How the columns of a statement's result are shown: by their origin where it is known, else by DuckDB's type. */
export function columnDescriber(
  translated: Translated,
  tokens: readonly Token[],
): (index: number, duckdbName: string, type: DuckDBType) => Column {
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
    return describedColumn(collation === undefined ? column : { ...column, collation }, origin);
  };
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
  tokens: readonly Token[],
): Promise<readonly Column[]> {
  const statement = await scope.connection.prepare(translated.sql);
  try {
    const describe = columnDescriber(translated, tokens);
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
