import { systemClock } from '../../../src/base/clock.ts';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { Cell } from '../../../src/base/rows.ts';
import { mysqlOptionsOf } from '../../../src/source/mysql/options.ts';
import { MysqlSource } from '../../../src/source/mysql/source.ts';
import type { MariadbServer } from '../../support/mariadb-server.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';

/**
 * A source before a server that has nothing but the database `shop`, and a user's connection to it. With `isEmpty` false what
 * another fixture made there stays.
 */
export class MysqlFixture implements AsyncDisposable {
  readonly source: MysqlSource;
  readonly connection: Connection;
  readonly #folder: TemporaryFolder;

  private constructor(source: MysqlSource, connection: Connection, folder: TemporaryFolder) {
    this.source = source;
    this.connection = connection;
    this.#folder = folder;
  }

  static async open(
    server: MariadbServer,
    properties: Readonly<Record<string, string>> = {},
    isEmpty = true,
  ): Promise<MysqlFixture> {
    const connection = await server.connect({ rowsAsArray: true, multipleStatements: true });
    if (isEmpty) {
      await dropAll(connection);
      await connection.query('CREATE DATABASE shop CHARACTER SET utf8mb4');
    }
    // A test must not wait for a lock that it holds itself.
    await connection.query('USE shop; SET SESSION lock_wait_timeout = 5');
    const source = new MysqlSource(mysqlOptionsOf(server.properties(properties)), systemClock, 'test');
    return new MysqlFixture(source, connection, await temporaryFolder());
  }

  get folder(): string {
    return this.#folder.path;
  }

  readonly run = async (sql: string): Promise<unknown> => {
    const [result] = await this.connection.query(sql);
    return result;
  };

  readonly rows = (sql: string): Promise<readonly (readonly Cell[])[]> => rowsOf(this.connection, sql);

  async [Symbol.asyncDispose](): Promise<void> {
    await this.connection.end();
    await this.#folder[Symbol.asyncDispose]();
  }
}

async function dropAll(connection: Connection): Promise<void> {
  const names = (await rowsOf(connection, 'SHOW DATABASES')).map(([name]) => String(name));
  await connection.query('SET foreign_key_checks = 0');
  for (const name of names) {
    if (['mysql', 'information_schema', 'performance_schema', 'sys'].includes(name)) continue;
    await connection.query(`DROP DATABASE \`${name.replaceAll('`', '``')}\``);
  }
  await connection.query('SET foreign_key_checks = 1');
}

async function rowsOf(connection: Connection, sql: string): Promise<readonly (readonly Cell[])[]> {
  const [rows] = await connection.query<RowDataPacket[][]>({ sql, rowsAsArray: true });
  return rows.map((row) => row.map((cell): Cell => cellOf(cell)));
}

function cellOf(value: unknown): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  return Buffer.isBuffer(value) ? value : JSON.stringify(value);
}
