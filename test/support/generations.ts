import assert from 'node:assert/strict';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { rowsOf } from './jobs.ts';

/**
 * A database of which every object tells the generation it is of: two tables, partitions, a view with the generation in
 * its text, a function that is the generation. A reader that sees two of them at once has seen half of a restore.
 */
export type Generation = 1 | 2;

const rowsOfGeneration: Readonly<Record<Generation, number>> = { 1: 120, 2: 200 };

export async function makeGeneration(connection: Connection, generation: Generation): Promise<void> {
  const rows = Array.from(
    { length: rowsOfGeneration[generation] },
    (_, index) => `(${generation}, ${index})`,
  );
  for (const sql of [
    'DROP DATABASE IF EXISTS bank',
    'CREATE DATABASE bank',
    'CREATE TABLE bank.one (id INT PRIMARY KEY AUTO_INCREMENT, gen INT, n INT)',
    'CREATE TABLE bank.two (gen INT, n INT)',
    `CREATE TABLE bank.parts (gen INT, n INT PRIMARY KEY) PARTITION BY RANGE (n)
      (PARTITION low VALUES LESS THAN (100), PARTITION high VALUES LESS THAN (1000))`,
    `INSERT INTO bank.one (gen, n) VALUES ${rows.join(', ')}`,
    'INSERT INTO bank.two SELECT gen, n FROM bank.one',
    'INSERT INTO bank.parts SELECT gen, n FROM bank.one',
    `CREATE VIEW bank.seen AS SELECT gen, ${generation} AS text FROM bank.two`,
    `CREATE FUNCTION bank.generation () RETURNS INT RETURN ${generation}`,
  ]) {
    await connection.query(sql);
  }
}

/** One statement over all objects: they are of one generation, which is given. */
export async function readAtOnce(connection: Connection): Promise<Generation> {
  const [row] = await rowsOf(
    connection,
    `SELECT (SELECT COUNT(*) FROM bank.one) AS one_rows, (SELECT COUNT(*) FROM bank.parts) AS part_rows,
      (SELECT MIN(gen) FROM bank.one) AS one, (SELECT MAX(gen) FROM bank.parts) AS parts,
      COUNT(*) AS two_rows, MIN(gen) AS least, MAX(gen) AS most, MIN(text) AS text,
      bank.generation() AS called FROM bank.seen`,
  );
  return oneGeneration(
    row,
    ['one', 'parts', 'least', 'most', 'text', 'called'],
    ['one_rows', 'part_rows', 'two_rows'],
  );
}

/** One transaction, a statement for each table. */
export async function readInTransaction(connection: Connection): Promise<Generation> {
  await connection.query('START TRANSACTION');
  try {
    const facts: Record<string, unknown> = {};
    for (const table of ['one', 'two', 'parts']) {
      const [row] = await rowsOf(
        connection,
        `SELECT COUNT(*) AS n, MIN(gen) AS least, MAX(gen) AS most FROM bank.${table}`,
      );
      facts[`${table}_rows`] = row?.['n'];
      facts[`${table}_least`] = row?.['least'];
      facts[`${table}_most`] = row?.['most'];
    }
    const names = Object.keys(facts);
    return oneGeneration(
      facts as RowDataPacket,
      names.filter((name) => !name.endsWith('_rows')),
      names.filter((name) => name.endsWith('_rows')),
    );
  } finally {
    await connection.query('COMMIT');
  }
}

function oneGeneration(
  row: RowDataPacket | undefined,
  generations: readonly string[],
  counts: readonly string[],
): Generation {
  assert(row, 'the tables have rows');
  const seen = Number(row[generations[0] as string]);
  assert(seen === 1 || seen === 2, JSON.stringify(row));
  for (const name of generations) assert.equal(Number(row[name]), seen, `a mixture: ${JSON.stringify(row)}`);
  for (const name of counts)
    assert.equal(Number(row[name]), rowsOfGeneration[seen], `a mixture: ${JSON.stringify(row)}`);
  return seen;
}
