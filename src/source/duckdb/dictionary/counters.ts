import { duckdbName, duckdbText } from '../../../sql/duckdb-quote.ts';
import { dictionarySchema, isTemporaryPlace, nameKey, physicalName } from '../physical/names.ts';
import type { Connection } from '../connection/connection.ts';

/**
 * The next AUTO_INCREMENT value of each table. Values are handed out from memory, so that sessions side by side
 * never get the same one; each INSERT appends the value it reached to the file in its own transaction. Numbers of a
 * rolled-back INSERT are not used again before a restart.
 */
export class Counters {
  readonly #next = new Map<string, bigint>();

  /** Reads what the file holds and replaces each table's history by its newest value. */
  static async open(connection: Connection): Promise<Counters> {
    const counters = new Counters();
    const rows = await connection.facts(
      `SELECT database_key, key, max(next_value) FROM ${dictionarySchema}.counters GROUP BY ALL`,
    );
    const history = await connection.fact(`SELECT count(*) FROM ${dictionarySchema}.counters`);
    for (const [database, name, next] of rows) {
      counters.#next.set(keyOf(String(database), String(name)), BigInt(String(next)));
    }
    if (Number(history) > rows.length) await compact(connection, rows);
    return counters;
  }

  /** The value the next row without one will get. */
  next(database: string, table: string): bigint {
    return this.#next.get(keyOf(database, table)) ?? 1n;
  }

  /** Hands out `count` consecutive values and returns the first. `atLeast` is the lowest allowed. */
  reserve(database: string, table: string, count: bigint, atLeast: bigint): bigint {
    const key = keyOf(database, table);
    const current = this.#next.get(key) ?? 1n;
    const first = current > atLeast ? current : atLeast;
    this.#next.set(key, first + count);
    return first;
  }

  /** Moves the counter up to `next`; never down. */
  raise(database: string, table: string, next: bigint): void {
    this.reserve(database, table, 0n, next);
  }

  /** Sets the counter, as ALTER TABLE … AUTO_INCREMENT and TRUNCATE do. Call after the commit. */
  set(database: string, table: string, next: bigint): void {
    this.#next.set(keyOf(database, table), next);
  }

  /** Forgets a dropped table's counter. Call after the commit. */
  forget(database: string, table: string): void {
    this.#next.delete(keyOf(database, table));
  }

  /** Forgets the counters of a dropped database. Call after the commit. */
  forgetDatabase(database: string): void {
    const prefix = keyOf(database, '');
    for (const key of this.#next.keys()) if (key.startsWith(prefix)) this.#next.delete(key);
  }
}

/** Appends the value a table's counter has reached; part of the caller's transaction. Those of temporary tables are not kept. */
export async function appendCounter(
  connection: Connection,
  database: string,
  table: string,
  next: bigint,
): Promise<void> {
  if (isTemporaryPlace(database)) return;
  await connection.run(
    `INSERT INTO ${dictionarySchema}.counters VALUES (${duckdbText(nameKey(database))}, ` +
      `${duckdbText(nameKey(table))}, ${next})`,
  );
}

/** Replaces a table's counter in the file; part of the caller's transaction. `undefined` removes it. */
export async function replaceCounter(
  connection: Connection,
  database: string,
  table: string,
  next: bigint | undefined,
): Promise<void> {
  if (isTemporaryPlace(database)) return;
  await connection.run(
    `DELETE FROM ${dictionarySchema}.counters WHERE database_key = ${duckdbText(nameKey(database))} ` +
      `AND key = ${duckdbText(nameKey(table))}`,
  );
  if (next !== undefined) await appendCounter(connection, database, table, next);
}

/** One more than the greatest value in the column, 1 for an empty table. */
export async function nextFromRows(
  connection: Connection,
  database: string,
  table: string,
  column: string,
): Promise<bigint> {
  const greatest = await connection.fact(
    `SELECT CAST(max(${duckdbName(column)}) AS VARCHAR) FROM ${physicalName(database, table)}`,
  );
  if (greatest === null) return 1n;
  const next = BigInt(Math.trunc(Number(greatest))) + 1n;
  const exact = /^-?\d+$/.test(String(greatest)) ? BigInt(String(greatest)) + 1n : next;
  return exact > 0n ? exact : 1n;
}

async function compact(connection: Connection, rows: readonly (readonly unknown[])[]): Promise<void> {
  const values = rows.map(
    ([database, name, next]) =>
      `(${duckdbText(String(database))}, ${duckdbText(String(name))}, ${String(next)})`,
  );
  await connection.run('BEGIN TRANSACTION');
  await connection.run(`DELETE FROM ${dictionarySchema}.counters`);
  await connection.run(`INSERT INTO ${dictionarySchema}.counters VALUES ${values.join(', ')}`);
  await connection.run('COMMIT');
}

/** A character that no name holds keeps the two parts apart. */
function keyOf(database: string, table: string): string {
  return `${nameKey(database)}\0${nameKey(table)}`;
}
