import type { Cell, Column } from '../../../base/rows.ts';
import { duckdbName } from '../../../sql/duckdb-quote.ts';
import type { Connection } from './connection.ts';
import { loadRows } from './loose-rows.ts';

/** DuckDB's name of the database that holds them: in memory, beside the engine's file. */
const database = 'holdfast_fixed';

/** Attaches the database. Before the settings that forbid it. */
export const attachFixedRows: string = `ATTACH ':memory:' AS ${database}`;

/** A table's rows that never change. `name` is that of the table which is made of them. */
export type FixedTable = Readonly<{
  name: string;
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
}>;

/**
 * Rows of system tables that never change, such as the columns of the system tables themselves: thousands, which take
 * longer to hand to DuckDB than all others. They are handed over once, and copied inside of it. All tables are made when the
 * first is asked for: a transaction that has looked into this database sees none that is made later.
 */
export class FixedRows {
  readonly #connect: () => Promise<Connection>;
  #tables: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(connect: () => Promise<Connection>) {
    this.#connect = connect;
  }

  /** DuckDB's name of the table of this name; undefined when it has no such rows. `all` is read once. */
  async table(name: string, all: () => readonly FixedTable[]): Promise<string | undefined> {
    const tables = (this.#tables ??= this.#make(all()));
    try {
      return (await tables).get(name);
    } catch (error) {
      this.#tables = undefined;
      throw error;
    }
  }

  async #make(all: readonly FixedTable[]): Promise<ReadonlyMap<string, string>> {
    using connection = await this.#connect();
    const made = new Map<string, string>();
    for (const { name, columns, rows } of all) {
      await loadRows(connection, { name, columns, rows });
      const table = `${database}.main.${duckdbName(name)}`;
      await connection.run(`CREATE OR REPLACE TABLE ${table} AS FROM temp.main.${duckdbName(name)}`);
      made.set(name, table);
    }
    return made;
  }
}
