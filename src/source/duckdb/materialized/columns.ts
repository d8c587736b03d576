import type { DataType } from '../../../sql/ddl/definition.ts';
import { originsOf } from '../select/column-origins.ts';
import type { Connection } from '../connection/connection.ts';
import { dataTypeOf } from '../physical/duckdb-to-mysql.ts';
import { readsFractions } from '../select/fractions.ts';
import type { ReadSelect } from './bases.ts';

export type SelectColumn = Readonly<{ name: string; type: DataType }>;

/** The columns that a SELECT gives: as the base column declares it where one stands alone, else by DuckDB's type. */
export async function columnsOfSelect(
  connection: Connection,
  { translated, tokens }: ReadSelect,
): Promise<readonly SelectColumn[]> {
  const origins = originsOf(translated.objects, tokens);
  const hasFractions = readsFractions(translated.objects, tokens);
  const prepared = await connection.prepare(translated.sql);
  try {
    return Array.from({ length: prepared.columnCount }, (_, index) => {
      const name = translated.columnNames?.[index] ?? prepared.columnName(index);
      const type = origins(name)?.type ?? shownType(dataTypeOf(prepared.columnType(index)), hasFractions);
      return { name, type };
    });
  } finally {
    prepared.destroySync();
  }
}

/** DuckDB's dates with time all have six digits; those over whole seconds are shown with none. */
function shownType(type: DataType, hasFractions: boolean): DataType {
  const isTime = type.name === 'DATETIME' || type.name === 'TIME';
  return isTime && !hasFractions ? { ...type, arguments: [] } : type;
}
