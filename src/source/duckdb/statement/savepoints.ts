import { SqlError } from '../../../base/sql-error.ts';
import { duckdbName } from '../../../sql/duckdb-quote.ts';
import type { Connection } from '../connection/connection.ts';
import type { StoredTable } from '../dictionary/stored-object.ts';
import { nameKey, physicalName } from '../physical/names.ts';

/** Each keeps what is written after it; MySQL has no bound, but drivers nest a few. */
export const savepointsMax = 1_000;

type Savepoint = Readonly<{
  /** By DuckDB's name. */
  written: Map<string, Written>;
}>;

/** What a table had at a savepoint: its rows up to `lastRowid` that are not in `lost`, and those in `lost`. */
type Written = {
  readonly table: StoredTable;
  readonly lastRowid: bigint;
  /** A temporary table of the rows that were changed or deleted since, as they were; made when the first one is. */
  lost: string | undefined;
};

/**
 * The savepoints of one transaction. DuckDB has none: so every change of rows after a savepoint first keeps the rows that
 * it will change or delete, and going back deletes what came since and puts these in again (docs/decisions/0094).
 */
export class Savepoints {
  /** Oldest first, by lower-case name. */
  readonly #points = new Map<string, Savepoint>();
  #logs = 0;

  /** A name that is taken moves to the end (MySQL manual, "SAVEPOINT Statement"). */
  set(name: string): void {
    const key = nameKey(name);
    this.#points.delete(key);
    if (this.#points.size >= savepointsMax) {
      throw new SqlError('resource_limit', `a transaction has at most ${savepointsMax} savepoints`);
    }
    this.#points.set(key, { written: new Map() });
  }

  /** Call before rows are added to a table. Part of the transaction, as is all below. */
  async adding(connection: Connection, table: StoredTable): Promise<void> {
    const physical = physicalName(table.database, table.name);
    const fresh = [...this.#points.values()].filter(({ written }) => !written.has(physical));
    if (fresh.length === 0) return;
    refuseRowidColumn(table);
    // Rows are numbered upwards, in a transaction too: whatever comes from now on has a greater number.
    const last = await connection.fact(`SELECT CAST(max(rowid) AS VARCHAR) FROM ${physical}`);
    const lastRowid = BigInt(String(last ?? '-1'));
    for (const { written } of fresh) written.set(physical, { table, lastRowid, lost: undefined });
  }

  /** Call before rows of a table are changed or deleted. `rows` are what stands behind FROM. */
  async losing(connection: Connection, table: StoredTable, rows: string): Promise<void> {
    if (this.#points.size === 0) return;
    await this.adding(connection, table);
    const physical = physicalName(table.database, table.name);
    for (const { written } of this.#points.values()) {
      const entry = written.get(physical);
      if (entry === undefined) continue;
      entry.lost ??= await this.#newLog(connection, physical);
      await connection.run(
        `INSERT INTO ${entry.lost} SELECT * FROM (SELECT rowid AS ${rowidKept}, * FROM ${rows}) ` +
          `WHERE ${rowidKept} <= ${entry.lastRowid} AND ${rowidKept} NOT IN (SELECT ${rowidKept} FROM ${entry.lost})`,
      );
    }
  }

  /**
   * Gives the tables the rows that they had at the savepoint. Later savepoints are forgotten, this one stays. `isThere` is
   * false for a table that was dropped since, as only temporary ones are.
   */
  async rollBackTo(
    connection: Connection,
    name: string,
    isThere: (table: StoredTable) => boolean,
  ): Promise<void> {
    const { written } = this.#point(name);
    for (const later of this.#laterThan(name)) this.#points.delete(later);
    for (const [physical, { table, lastRowid, lost }] of written) {
      if (!isThere(table)) continue;
      const changed = lost === undefined ? '' : ` OR rowid IN (SELECT ${rowidKept} FROM ${lost})`;
      await connection.run(`DELETE FROM ${physical} WHERE rowid > ${lastRowid}${changed}`);
      if (lost === undefined) continue;
      const columns = table.definition.columns.map((column) => duckdbName(column.name)).join(', ');
      await connection.run(
        `INSERT INTO ${physical} (${columns}) SELECT ${columns} FROM ${lost} ORDER BY ${rowidKept}`,
      );
    }
  }

  /** This savepoint and later ones are forgotten. */
  release(name: string): void {
    this.#point(name);
    for (const later of this.#laterThan(name)) this.#points.delete(later);
    this.#points.delete(nameKey(name));
  }

  /** Call before the transaction is committed: nothing that was kept outlives it. */
  async forgetRows(connection: Connection): Promise<void> {
    for (let log = 1; log <= this.#logs; log++) await connection.run(`DROP TABLE IF EXISTS ${logName(log)}`);
  }

  /** The transaction has ended. */
  clear(): void {
    this.#points.clear();
    this.#logs = 0;
  }

  async #newLog(connection: Connection, physical: string): Promise<string> {
    this.#logs += 1;
    const name = logName(this.#logs);
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE ${name} AS SELECT rowid AS ${rowidKept}, * FROM ${physical} LIMIT 0`,
    );
    return name;
  }

  #point(name: string): Savepoint {
    const point = this.#points.get(nameKey(name));
    if (point !== undefined) return point;
    throw new SqlError('does_not_exist', `SAVEPOINT ${name} does not exist`);
  }

  #laterThan(name: string): readonly string[] {
    const names = [...this.#points.keys()];
    return names.slice(names.indexOf(nameKey(name)) + 1);
  }
}

const rowidKept = '"__rowid"';

function logName(log: number): string {
  return `__holdfast_lost_${log}`;
}

/** The engine's own number of a row is hidden by such a column. */
function refuseRowidColumn({ definition }: StoredTable): void {
  if (!definition.columns.some((column) => nameKey(column.name) === 'rowid')) return;
  throw new SqlError(
    'not_supported',
    `changes after a SAVEPOINT of '${definition.name}', which has a column named 'rowid'`,
    { hint: 'The name is that of the engine’s own row number; rename the column.' },
  );
}
