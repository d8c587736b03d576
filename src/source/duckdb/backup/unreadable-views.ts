import { SqlError } from '../../../base/sql-error.ts';
import { quoteName } from '../../../sql/quote.ts';
import type { Connection } from '../connection/connection.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlErrorOf } from '../connection/errors.ts';
import { systemContext } from '../translation/system-context.ts';
import { type Translated, translateSelect } from '../translation/translator.ts';

/**
 * Why a view cannot be read as things are now; undefined for one that can. Its rows are not looked at. `connection` has no
 * transaction open: DuckDB may end it over the mistake.
 */
export async function whyUnreadable(
  engine: Engine,
  connection: Connection,
  view: Readonly<{ database: string; name: string }>,
): Promise<string | undefined> {
  try {
    const { sql, systemTables } = translated(engine, view);
    // Those are made for each statement that reads them.
    if (systemTables.length > 0) return undefined;
    (await connection.prepare(sql)).destroySync();
    return undefined;
  } catch (error) {
    return sqlErrorOf(error instanceof SqlError ? (error.cause ?? error) : error, view).message;
  }
}

function translated(
  engine: Engine,
  { database, name }: Readonly<{ database: string; name: string }>,
): Translated {
  const text = `SELECT * FROM ${quoteName(database)}.${quoteName(name)}`;
  return translateSelect(engine, systemContext(engine, database), text);
}
