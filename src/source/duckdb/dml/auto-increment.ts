import type { ColumnDefinition } from '../../../sql/ddl/definition.ts';
import { duckdbName } from '../../../sql/duckdb-quote.ts';
import type { StoredTable } from '../dictionary/stored-object.ts';
import type { StatementScope } from '../statement/scope.ts';
import { newRows, rowNumber } from './staging.ts';

/** What AUTO_INCREMENT did to a statement's rows. */
export type Generated = Readonly<{
  /** First value handed out, 0 when none was. */
  first: bigint;
  /** How many were. */
  count: bigint;
  /** The counter after the statement, to be kept with the rows; undefined when it did not move. */
  next: bigint | undefined;
}>;

export function autoColumn(table: StoredTable): ColumnDefinition | undefined {
  return table.definition.columns.find((column) => column.autoIncrement);
}

/**
 * Gives numbers to the rows without one (NULL, and 0 unless sql_mode has NO_AUTO_VALUE_ON_ZERO), in the order of
 * the rows. Greater numbers that the statement gave itself move the counter.
 */
export async function assignNumbers(scope: StatementScope, table: StoredTable): Promise<Generated> {
  const column = autoColumn(table);
  if (column === undefined) return { first: 0n, count: 0n, next: undefined };
  const name = duckdbName(column.name);
  const isMissing = scope.sqlMode.has('NO_AUTO_VALUE_ON_ZERO')
    ? `${name} IS NULL`
    : `coalesce(${name}, 0) = 0`;
  const [missing, greatest] = (
    await scope.connection.facts(
      `SELECT count(*) FILTER (WHERE ${isMissing}), CAST(CAST(max(${name}) AS HUGEINT) AS VARCHAR) FROM ${newRows}`,
    )
  )[0] as readonly [number | bigint, string | null];
  const count = BigInt(missing);
  const given = BigInt(greatest ?? '0');
  const { counters } = scope.engine;
  if (count === 0n && given < counters.next(table.database, table.name))
    return { first: 0n, count: 0n, next: undefined };
  const first = counters.reserve(table.database, table.name, count, given > 0n ? given + 1n : 1n);
  if (count > 0n) {
    await scope.connection.run(
      `UPDATE ${newRows} SET ${name} = m.value FROM (SELECT ${rowNumber} AS n, ` +
        `CAST(${first} + row_number() OVER (ORDER BY ${rowNumber}) - 1 AS HUGEINT) AS value ` +
        `FROM ${newRows} WHERE ${isMissing}) m WHERE m.n = ${newRows}.${rowNumber}`,
    );
  }
  return { first: count > 0n ? first : 0n, count, next: first + count };
}
