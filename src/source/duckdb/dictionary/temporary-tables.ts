import { SqlError } from '../../../base/sql-error.ts';
import type { Connection } from '../connection/connection.ts';
import type { StoredTable } from './stored-object.ts';
import type { Counters } from './counters.ts';
import { isTemporaryPlace, nameKey, physicalName, shownDatabase, temporaryPlace } from '../physical/names.ts';
import { physicalTableSql } from '../physical/physical-table.ts';

/** Of one session: a client that makes them in a loop is stopped before it fills the memory of all. */
export const temporaryTablesMax = 1_000;

/** What the engine gives to temporary tables: their counters, and a number for the place of each. */
type Places = Readonly<{ counters: Pick<Counters, 'forget'>; temporaryOrdinal: () => number }>;

/**
 * The temporary tables of one session (MySQL manual, "CREATE TEMPORARY TABLE Statement"). Each hides what else has its name. Their
 * rows lie in DuckDB's temporary schema, which is the connection's own and goes with it; nothing of them is in the file.
 *
 * CREATE and DROP TEMPORARY TABLE neither commit a transaction nor are rolled back with it, but to DuckDB they are part of it. So
 * a table that a rolled back transaction has made is made again, without rows, and one that it has dropped is dropped again.
 */
export class TemporaryTables {
  readonly #engine: Places;
  readonly #tables = new Map<string, StoredTable>();
  /** By the open transaction. */
  readonly #made = new Set<StoredTable>();
  readonly #dropped = new Set<StoredTable>();

  constructor(engine: Places) {
    this.#engine = engine;
  }

  get size(): number {
    return this.#tables.size;
  }

  find(database: string, name: string): StoredTable | undefined {
    return this.#tables.size === 0 ? undefined : this.#tables.get(keyOf(database, name));
  }

  /** A place for a new table. Throws SqlError `resource_limit`. */
  newPlace(database: string): string {
    if (this.#tables.size >= temporaryTablesMax) {
      throw new SqlError('resource_limit', `a session has at most ${temporaryTablesMax} temporary tables`);
    }
    return temporaryPlace(database, this.#engine.temporaryOrdinal());
  }

  /** Takes a table that has been made in DuckDB. */
  add(table: StoredTable): void {
    this.put(table);
    this.#made.add(table);
  }

  /** Takes another definition of a table. */
  put(table: StoredTable): void {
    this.#tables.set(keyOf(table.database, table.name), table);
  }

  /** Forgets a table that has been dropped in DuckDB. */
  drop(table: StoredTable): void {
    this.forget(table.database, table.name);
    this.#engine.counters.forget(table.database, table.name);
    if (!this.#made.delete(table)) this.#dropped.add(table);
  }

  /** Forgets the name of a table that goes on under another one. */
  forget(database: string, name: string): void {
    this.#tables.delete(keyOf(database, name));
  }

  committed(): void {
    this.#made.clear();
    this.#dropped.clear();
  }

  /** `connection` has no transaction open. */
  async rolledBack(connection: Connection): Promise<void> {
    const [made, dropped] = [[...this.#made], [...this.#dropped]];
    this.committed();
    for (const { database, name } of dropped) {
      await connection.run(`DROP TABLE IF EXISTS ${physicalName(database, name)}`);
    }
    for (const { database, name, definition } of made) {
      await connection.run(physicalTableSql(physicalName(database, name), definition));
    }
  }

  /** The connection that had them is gone. */
  clear(): void {
    for (const { database, name } of this.#tables.values()) this.#engine.counters.forget(database, name);
    this.#tables.clear();
    this.committed();
  }
}

/** MySQL's 1352, for what lives longer than the tables of a session. */
export function refuseTemporary(reads: readonly Readonly<{ database: string; name: string }>[]): void {
  const found = reads.find(({ database }) => isTemporaryPlace(database));
  if (found === undefined) return;
  throw new SqlError('view_of_temporary', `View's SELECT refers to a temporary table '${found.name}'`);
}

/** By the database that users know. A character that no name holds keeps the two parts apart. */
function keyOf(database: string, name: string): string {
  return `${nameKey(shownDatabase(database))}\0${nameKey(name)}`;
}
