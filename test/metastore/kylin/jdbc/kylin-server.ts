import type { Client } from 'pg';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { numberValues } from '../../../../src/metastore/kylin/jdbc/numbered-values.ts';
import { MariadbServer, mariadbSkipReason } from '../../../support/mariadb-server.ts';
import { postgresAccount, PostgresServer, postgresSkipReason } from '../../../support/postgres-server.ts';

type Row = Readonly<Record<string, unknown>>;

/** A session of a test with one database; `?` stands for a value in both systems. */
export interface TestSession extends AsyncDisposable {
  rows(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/** A server of its own that keeps Kylin metastores, each in a database. */
export interface KylinServer extends AsyncDisposable {
  /** Kylin's own `kylin.metadata.url` for a database. */
  url(database: string): string;
  /** The same as texts have it. */
  place(database: string): string;
  /** The account in the URL. */
  user: string;
  password: string;
  create(database: string): Promise<void>;
  connect(database: string): Promise<TestSession>;
  /** Makes an account `limited` of the same password, with a right to every table of a database but one. */
  limit(database: string, table: string): Promise<void>;
  /** A definition of a table in MySQL's words, in the system's own. */
  define(sql: string): string;
  /** Has a session give up after a second when others hold a lock. */
  shortWait: string;
  /** What it says then. */
  waitedTooLong: RegExp;
  /** Gives a row for each session that is at locking the keys of a store of B. */
  waiters: string;
}

/** The systems that Kylin keeps its metadata in, for a `describe` each. */
export const kylinSystems: readonly Readonly<{
  name: string;
  skip: string | false;
  start: () => Promise<KylinServer>;
}>[] = [
  { name: 'MariaDB', skip: mariadbSkipReason(), start: startMariadb },
  { name: 'PostgreSQL', skip: postgresSkipReason(), start: startPostgres },
];

const mariadbAccount = { user: 'kylin', password: 'geheim,1' } as const;

async function startMariadb(): Promise<KylinServer> {
  const server = await MariadbServer.start();
  const { user, password } = mariadbAccount;
  {
    await using session = sessionOfMysql(await server.connect());
    await session.rows(`CREATE USER ${user} IDENTIFIED BY '${password}'`);
    await session.rows(`GRANT ALL ON *.* TO ${user}`);
  }
  const connect = async (database?: string): Promise<TestSession> =>
    sessionOfMysql(await server.connect(database === undefined ? {} : { database }));
  return {
    url: (database) =>
      `km@jdbc,driverClassName=com.mysql.jdbc.Driver,url="jdbc:mysql://127.0.0.1:${server.port}/${database}?useSSL=false",username=${user},password="${password}"`,
    place: (database) => `km@127.0.0.1:${server.port}/${database}`,
    user,
    password,
    create: async (database) => {
      await using session = await connect();
      await session.rows(`CREATE DATABASE ${database}`);
    },
    connect,
    limit: async (database, table) => {
      await using session = await connect(database);
      await session.rows(`CREATE USER IF NOT EXISTS limited IDENTIFIED BY '${password}'`);
      const shown = await session.rows(
        'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
      );
      const others = shown.map((row) => String(row['name'])).filter((name) => name !== table);
      for (const name of others) await session.rows(`GRANT SELECT ON ${database}.${name} TO limited`);
    },
    define: (sql) => sql,
    shortWait: 'SET SESSION innodb_lock_wait_timeout = 1',
    waitedTooLong: /Lock wait timeout/,
    waiters: "SELECT id FROM information_schema.processlist WHERE info LIKE '%META_TABLE_KEY%FOR UPDATE'",
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function sessionOfMysql(connection: Connection): TestSession {
  return {
    rows: async (sql, values = []) => {
      const [result] = await connection.query<RowDataPacket[]>(sql, [...values]);
      return Array.isArray(result) ? result : [];
    },
    [Symbol.asyncDispose]: () => connection.end(),
  };
}

async function startPostgres(): Promise<KylinServer> {
  const server = await PostgresServer.start();
  const { user, password } = postgresAccount;
  return {
    url: (database) =>
      `KM@jdbc,driverClassName=org.postgresql.Driver,url=jdbc:postgresql://127.0.0.1:${server.port}/${database},username=${user},password="${password}"`,
    place: (database) => `KM@127.0.0.1:${server.port}/${database}`,
    user,
    password,
    create: async (database) => {
      await using session = sessionOfPostgres(await server.connect());
      await session.rows(`CREATE DATABASE ${database}`);
    },
    connect: async (database) => sessionOfPostgres(await server.connect(database)),
    limit: async (database, table) => {
      await using session = sessionOfPostgres(await server.connect(database));
      await session.rows(`CREATE ROLE limited LOGIN PASSWORD '${password}'`);
      await session.rows('GRANT SELECT ON ALL TABLES IN SCHEMA public TO limited');
      await session.rows(`REVOKE ALL ON ${table} FROM limited`);
    },
    define: definitionOfPostgres,
    shortWait: "SET lock_timeout = '1s'",
    waitedTooLong: /lock timeout/,
    waiters: 'SELECT pid FROM pg_locks WHERE NOT granted',
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function sessionOfPostgres(client: Client): TestSession {
  return {
    rows: async (sql, given = []) => {
      const { text, values } = numberValues(sql, given);
      return (await client.query<Row>(text, [...values])).rows;
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}

/** The types that Kylin's tables have in PostgreSQL; what is no constraint is left out. */
function definitionOfPostgres(sql: string): string {
  return sql
    .replaceAll('BIGINT AUTO_INCREMENT', 'BIGSERIAL')
    .replaceAll('LONGBLOB', 'BYTEA')
    .replaceAll('MEDIUMTEXT', 'TEXT')
    .replaceAll('TINYINT(1) DEFAULT 0', 'BOOLEAN DEFAULT FALSE')
    .replaceAll('COLLATE utf8_bin', 'COLLATE "C"')
    .replaceAll('UNIQUE KEY', 'UNIQUE')
    .replaceAll(/,\s*INDEX \w*\s*\([^)]*\)/g, '')
    .replace(/\)\s+DEFAULT CHARSET=utf8( ROW_FORMAT=DYNAMIC)?$/, ')');
}
