import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { Cell } from '../../../src/base/rows.ts';
import { tokenize } from '../../../src/sql/lexer.ts';
import type { RewriteContext, TableShape } from '../../../src/sql/rewrite/rewrite.ts';
import { rewriteSelect, type Rewritten, type SelectOptions } from '../../../src/sql/rewrite/rewrite.ts';
import { macro } from '../../../src/sql/rewrite/macro-names.ts';
import { registerJsonFunction } from '../../../src/source/duckdb/connection/json-function.ts';
import { Notes } from '../../../src/source/duckdb/connection/notes.ts';
import { engineSettings, installMacros } from '../../../src/source/duckdb/macros/macros.ts';

/** A small shop. `people.code` holds numbers and other text; equal names differ in case and accents. */
export const fixture: readonly string[] = [
  'CREATE SCHEMA shop',
  'CREATE TABLE shop.people (id INTEGER, name VARCHAR, code VARCHAR, born DATE, seen TIMESTAMP, pay DECIMAL(10, 2), points INTEGER)',
  `INSERT INTO shop.people VALUES
    (1, 'Ann', '10', '1990-01-15', '2024-02-06 07:11:01', 10.50, 3),
    (2, 'bob', 'z2', '1985-07-31', '2024-03-11 14:22:02', 20.25, 5),
    (3, 'ann', '7x', '2001-12-01', '2024-02-29 23:59:59', 5.00, NULL),
    (4, 'A_b', NULL, NULL, NULL, NULL, 0),
    (5, 'Ánn', '010', '1990-01-15', '2024-12-31 00:00:00', 99.99, 3)`,
  'CREATE TABLE shop.orders (number INTEGER, person INTEGER, total DECIMAL(10, 2))',
  'INSERT INTO shop.orders VALUES (100, 1, 5.00), (101, 1, 7.50), (102, 2, 1.00), (103, 9, 3.00)',
  "CREATE TABLE shop.colors (id INTEGER, color ENUM ('', 'red', 'green', 'blue'), extra JSON)",
  `INSERT INTO shop.colors VALUES (1, 'blue', '{"a": 1}'), (2, 'red', '{"a": "x"}'), (3, 'green', NULL)`,
];

const shapes: ReadonlyMap<string, TableShape> = new Map<string, TableShape>([
  [
    'people',
    {
      columns: [
        { name: 'id', type: 'INT', nullable: false },
        { name: 'name', type: 'VARCHAR' },
        { name: 'code', type: 'VARCHAR' },
        { name: 'born', type: 'DATE' },
        { name: 'seen', type: 'DATETIME' },
        { name: 'pay', type: 'DECIMAL', scale: 2 },
        { name: 'points', type: 'INT' },
      ],
      primaryKey: ['id'],
      uniqueKeys: [],
    },
  ],
  [
    'orders',
    {
      columns: [
        { name: 'number', type: 'INT', nullable: false },
        { name: 'person', type: 'INT' },
        { name: 'total', type: 'DECIMAL', scale: 2 },
      ],
      primaryKey: ['number'],
      uniqueKeys: [],
    },
  ],
  [
    'colors',
    {
      columns: [
        { name: 'id', type: 'INT' },
        { name: 'color', type: 'ENUM' },
        { name: 'extra', type: 'JSON' },
      ],
      primaryKey: [],
      uniqueKeys: [],
    },
  ],
]);

/** 2024-03-05 07:08:09.123 UTC. */
export const nowMs: number = Date.UTC(2024, 2, 5, 7, 8, 9, 123);

const variables: ReadonlyMap<string, Cell> = new Map<string, Cell>([
  ['version', '8.0.36'],
  ['time_zone', '+00:00'],
  ['autocommit', 1],
]);

export function contextWith(changes: Partial<RewriteContext> = {}): RewriteContext {
  return {
    database: 'shop',
    sqlMode: new Set(),
    table: (database, name) => (database === 'shop' ? shapes.get(name) : undefined),
    tableName: (database, name) => `"${database}"."${name}"`,
    functions: () => [],
    variable: (name) => variables.get(name),
    userVariable: (name) => (name === 'answer' ? { value: 42 } : undefined),
    connectionId: 7,
    user: 'ann@localhost',
    lastInsertId: 5n,
    foundRows: 3n,
    rowCount: -1n,
    now: () => nowMs,
    ...changes,
  };
}

export function rewritten(
  text: string,
  changes: Partial<RewriteContext> = {},
  options: SelectOptions = {},
): Rewritten {
  return rewriteSelect(tokenize(text), text, contextWith(changes), options);
}

/** An in-process engine with the fixture, which answers MySQL's queries as a client would see the values. */
export class Engine implements AsyncDisposable {
  readonly #connection: DuckDBConnection;

  private constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  static async open(): Promise<Engine> {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await registerJsonFunction(instance, 0);
    await new Notes().register(instance);
    for (const setting of engineSettings) await connection.run(setting);
    await installMacros(async (sql) => {
      await connection.run(sql);
    });
    for (const statement of fixture) await connection.run(statement);
    return new Engine(connection);
  }

  /** The rows as text, NULL as `NULL`. */
  async ask(text: string, changes: Partial<RewriteContext> = {}): Promise<string[][]> {
    const { sql } = rewritten(text, changes);
    const plain = await this.#connection.runAndReadAll(sql);
    const names = plain.columnTypes().map((_, index) => `c${index}`);
    const shown = plain.columnTypes().map((type, index) => textForm(String(type), `c${index}`));
    const result = await this.#connection.runAndReadAll(
      `SELECT ${shown.join(', ')} FROM (${sql}) AS q(${names.join(', ')})`,
    );
    return result.getRowsJson().map((row) => row.map((value) => (value === null ? 'NULL' : String(value))));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection.closeSync();
    await Promise.resolve();
  }
}

/** How the wire shows a value of a DuckDB type. */
function textForm(type: string, column: string): string {
  if (type === 'INTERVAL') return macro('text_of_time', column);
  if (type === 'DOUBLE') return macro('text_of_double', column);
  if (type === 'TIMESTAMP') return macro('text_of_datetime', column);
  if (type === 'BLOB') return macro('text_of_blob', column);
  if (type === 'BOOLEAN') return `CAST(CAST(${column} AS INTEGER) AS VARCHAR)`;
  return `CAST(${column} AS VARCHAR)`;
}

/** Tests expressions: the text of each is what a MariaDB 10.11 server gave for it. */
export function describeAnswers(
  title: string,
  cases: readonly (readonly [expression: string, expected: string])[],
): void {
  describe(title, () => {
    let engine: Engine;
    before(async () => {
      engine = await Engine.open();
    });
    after(async () => {
      await engine[Symbol.asyncDispose]();
    });

    for (const [expression, expected] of cases) {
      it(expression, async () => {
        assert.deepEqual(await engine.ask(`SELECT ${expression}`), [[expected]]);
      });
    }
  });
}
