import type { Cell, Column } from '../../base/rows.ts';
import { duckdbName } from '../../sql/duckdb-quote.ts';
import type { Connection } from './connection.ts';
import { loadRows } from './loose-rows.ts';

/** DuckDB's name of the database that holds them: in memory, beside the engine's file. */
const database = 'holdfast_fixed';

/** Attaches the database. Before the settings that forbid it. */
export const attachFixedRows: string = `ATTACH ':memory:' AS ${database}`;

/**
 * Rows of system tables that never change, such as the columns of the system tables themselves: thousands, which take
 * longer to hand to DuckDB than all others. They are handed over once, and copied inside of it.
 */
export class FixedRows {
  readonly #connect: () => Promise<Connection>;
  readonly #tables = new Map<string, Promise<string | undefined>>();

  constructor(connect: () => Promise<Connection>) {
    this.#connect = connect;
  }

  /** The table of this name, made of the rows when it is first asked for; undefined when there are none. */
  async table(
    name: string,
    columns: readonly Column[],
    rows: () => readonly (readonly Cell[])[],
  ): Promise<string | undefined> {
    const known = this.#tables.get(name);
    if (known !== undefined) return known;
    const made = this.#make(name, columns, rows());
    this.#tables.set(name, made);
    made.catch(() => this.#tables.delete(name));
    return made;
  }

  async #make(
    name: string,
    columns: readonly Column[],
    rows: readonly (readonly Cell[])[],
  ): Promise<string | undefined> {
    if (rows.length === 0) return undefined;
    using connection = await this.#connect();
    await loadRows(connection, { name, columns, rows });
    const table = `${database}.main.${duckdbName(name)}`;
    await connection.run(`CREATE TABLE ${table} AS FROM temp.main.${duckdbName(name)}`);
    return table;
  }
}
