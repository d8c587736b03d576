import type { Connection } from 'mysql2/promise';
import { rowsOf } from './jobs.ts';

/** What a reader sees of the whole database: equal digests, equal rows. */
export type BankDigest = Readonly<{ entry: string; line: string; rich: string }>;

const entryRow = `CONCAT_WS('|', id, amount, note)`;
const lineRow = `CONCAT_WS('|', id, day, note)`;

/**
 * Makes the database `bank`: a table of text that does not compress, a partitioned one, and a view. 1,000 entries
 * are some 80 KB in a snapshot.
 */
export async function makeBank(connection: Connection, thousands: number): Promise<void> {
  const statements = [
    'CREATE DATABASE bank',
    'USE bank',
    'CREATE TABLE entry (id BIGINT PRIMARY KEY, amount DECIMAL(20,2), note VARCHAR(200))',
    `CREATE TABLE line (id BIGINT NOT NULL, day DATE NOT NULL, note VARCHAR(64), PRIMARY KEY (id, day))
       PARTITION BY RANGE COLUMNS (day)
       (PARTITION p1 VALUES LESS THAN ('2025-01-01'), PARTITION p2 VALUES LESS THAN ('2026-01-01'))`,
    'CREATE VIEW rich AS SELECT id, amount FROM entry WHERE amount > 100',
  ];
  for (const statement of statements) await connection.query(statement);
  await fillBank(connection, thousands);
}

async function fillBank(connection: Connection, thousands: number): Promise<void> {
  // MySQL's default is 1,000 rounds. MariaDB has another variable; its banks are smaller.
  if (thousands > 1_000) await connection.query(`SET SESSION cte_max_recursion_depth = ${thousands}`);
  await connection.query(
    `INSERT INTO entry
       WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000),
                      t (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t WHERE i < ${thousands})
       SELECT t.i * 1000 + n.i, (t.i * n.i) / 100, SHA2(t.i * 1000 + n.i, 256) FROM n, t`,
  );
  for (const day of ['2024-05-05', '2025-05-05']) {
    const remainder = day === '2024-05-05' ? 0 : 1;
    await connection.query(
      `INSERT INTO line SELECT id, '${day}', LEFT(SHA2(id, 256), 32) FROM entry WHERE id % 4 = ${remainder}`,
    );
  }
}

/** Changes a part of the rows of every table, in one transaction; different rows for each `round`. */
export async function changeBank(connection: Connection, round: number): Promise<void> {
  await connection.query('BEGIN');
  await connection.query(`UPDATE bank.entry SET amount = amount + 1 WHERE id % 97 = ${round % 97}`);
  await connection.query(`DELETE FROM bank.line WHERE id % 101 = ${round % 101}`);
  await connection.query(`INSERT INTO bank.line VALUES (${-1 - round}, '2025-01-01', 'round ${round}')`);
  await connection.query('COMMIT');
}

/** Reads every row of the database. */
export async function digestBank(connection: Connection): Promise<BankDigest> {
  return {
    entry: await digest(connection, `SELECT id, ${entryRow} AS text FROM bank.entry`),
    line: await digest(connection, `SELECT id, ${lineRow} AS text FROM bank.line`),
    rich: await digest(connection, `SELECT id, CONCAT_WS('|', id, amount) AS text FROM bank.rich`),
  };
}

/** Of both tables at one moment. Cheap, and different after every `changeBank`. */
export async function glanceAtBank(connection: Connection): Promise<string> {
  const rows = await rowsOf(
    connection,
    `SELECT e.n AS entry_count, e.amount, l.n AS line_count, l.ids
     FROM (SELECT COUNT(*) AS n, SUM(amount) AS amount FROM bank.entry) AS e,
          (SELECT COUNT(*) AS n, SUM(id) AS ids FROM bank.line) AS l`,
  );
  return JSON.stringify(rows);
}

async function digest(connection: Connection, rows: string): Promise<string> {
  const [row] = await rowsOf(
    connection,
    `SELECT COUNT(*) AS n, SHA2(GROUP_CONCAT(LEFT(SHA2(text, 256), 32) ORDER BY id), 256) AS digest FROM (${rows}) AS r`,
  );
  return `${String(row?.['n'])} rows, ${String(row?.['digest'])}`;
}
