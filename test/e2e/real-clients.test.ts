import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Connection } from 'mysql2/promise';
import { findGoClient, findPrismaClient, findRustClient } from '../support/built-clients.ts';
import {
  clientsFolder,
  findJdbcDrivers,
  findNodeClients,
  findPerl,
  findPhp,
  findPythonClients,
  findRuby,
} from '../support/client-packages.ts';
import { runProgram, valuesOfKinds } from '../support/clients.ts';
import { skipReason } from '../support/programs.ts';
import { ServerProcess } from '../support/server-process.ts';

const largeBytes = 20_000_000;
const manyRows = 1_000_000;
const clientTimeoutMs = 220_000;

const password = 'a long password';
const endless = 'SELECT SUM(a.n * b.n) FROM many AS a JOIN many AS b ON a.n <> b.n + 1000000000';

type Client = Readonly<{
  name: string;
  /** Undefined when the client is not installed. */
  program: string | undefined;
  words: readonly string[];
  /** `old`: an account of mysql_native_password, for a client that knows no other. */
  account?: 'old';
  /** Checks that the client has no way to do. */
  without?: readonly string[];
}>;

const python = findPythonClients();
const prisma = findPrismaClient();
const dbapi = (name: string): Pick<Client, 'program' | 'words'> => ({
  program: python === undefined ? undefined : path.join(python, 'python'),
  words: [inFolder('python/dbapi.py'), name],
});
const node = (name: string): Pick<Client, 'program' | 'words'> => ({
  program: findNodeClients() === undefined ? undefined : process.execPath,
  words: [inFolder(`node/${name}.js`)],
});
const jdbc = (name: string): Pick<Client, 'program' | 'words'> => ({
  program: findJdbcDrivers() === undefined ? undefined : 'java',
  // Else the source is read, and its output written, in the locale's character set.
  words: [
    '-Dfile.encoding=UTF-8',
    '-Dstdout.encoding=UTF-8',
    '-XX:TieredStopAtLevel=1',
    '-cp',
    findJdbcDrivers() ?? '',
    inFolder('java/Jdbc.java'),
    name,
  ],
});

const clients: readonly Client[] = [
  { name: 'PyMySQL', ...dbapi('pymysql') },
  { name: 'mysqlclient', ...dbapi('MySQLdb') },
  { name: 'MySQL Connector/Python', ...dbapi('mysql.connector') },
  { name: 'mysqli of PHP', program: findPhp(), words: [inFolder('php/mysqli.php')] },
  { name: 'PDO of PHP', program: findPhp(), words: [inFolder('php/pdo.php')] },
  { name: 'mysql2 of Ruby', program: findRuby(), words: [inFolder('mysql2.rb')] },
  { name: 'DBD::mysql of Perl', program: findPerl(), words: [inFolder('dbi.pl'), 'mysql'] },
  { name: 'DBD::MariaDB of Perl', program: findPerl(), words: [inFolder('dbi.pl'), 'MariaDB'] },
  { name: 'MySQL Connector/J', ...jdbc('mysql') },
  { name: 'MariaDB Connector/J', ...jdbc('mariadb') },
  { name: 'mysql2 of npm', ...node('mysql2') },
  { name: 'mysql of npm', ...node('mysql'), account: 'old' },
  { name: 'mariadb of npm', ...node('mariadb') },
  { name: 'knex', ...node('knex') },
  { name: 'sequelize', ...node('sequelize') },
  { name: 'typeorm', ...node('typeorm') },
  {
    name: 'Prisma',
    program: prisma === undefined ? undefined : process.execPath,
    words: [prisma ?? ''],
    without: ['multi-statements'],
  },
  { name: 'go-sql-driver of Go', program: findGoClient(), words: [] },
  { name: 'mysql_async of Rust', program: findRustClient(), words: [] },
];

const nulls = ['2', ...Array<null>(9).fill(null)];
const midnight = ['1000-01-01', '9999-12-31 00:00:00.000000', '00:00:00.000'];
const zeros = ['3', '0', '0', '0.0000000000', '0', '', '', ...midnight];

const expected: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['plain', 'plain'],
  ['tls', 'encrypted'],
  ['wrong password', '1045'],
  ['text', [valuesOfKinds, nulls, zeros]],
  ['prepared', [valuesOfKinds, nulls, zeros]],
  ['parameters', [valuesOfKinds, nulls]],
  ['large', largeFacts()],
  ['many rows', [String(manyRows), String((manyRows * (manyRows + 1)) / 2)]],
  ['multi-statements', ['1', '2']],
  ['cancel', '1317'],
  ['reconnect', ['lost', 'again']],
]);

/** Length and digest of the bytes 0 to 255, again and again. */
function largeFacts(): readonly string[] {
  const length = Math.floor(largeBytes / 256) * 256;
  const bytes = Buffer.alloc(
    length,
    Uint8Array.from({ length: 256 }, (_, index) => index),
  );
  return [String(length), createHash('md5').update(bytes).digest('hex')];
}

describe('a real client:', () => {
  let server: ServerProcess;
  let root: Connection;
  before(async () => {
    server = await ServerProcess.start();
    root = await server.connect();
    await root.query(`CREATE USER ann IDENTIFIED BY '${password}'`);
    await root.query(`CREATE USER old IDENTIFIED WITH mysql_native_password BY '${password}'`);
    await root.query('GRANT ALL ON *.* TO ann');
    await root.query('GRANT ALL ON *.* TO old');
    await root.query('CREATE DATABASE clients');
    await root.query('USE clients');
    await root.query(
      'CREATE TABLE kinds (id INT PRIMARY KEY, i BIGINT, u BIGINT UNSIGNED, m DECIMAL(30,10), d DOUBLE, ' +
        's VARCHAR(100), b VARBINARY(300), day DATE, at DATETIME(6), t TIME(3))',
    );
    await root.query('INSERT INTO kinds VALUES (?), (?), (?)', [
      withBytes(valuesOfKinds),
      nulls,
      withBytes(zeros),
    ]);
    await root.query('CREATE TABLE many (n INT, s VARCHAR(40))');
    await root.query(
      `INSERT INTO many WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 1000)
       SELECT (a.n - 1) * 1000 + b.n, CONCAT('row ', b.n) FROM r AS a JOIN r AS b ON a.n <= ${manyRows / 1000}`,
    );
  });
  after(async () => {
    root.destroy();
    assert.equal(await server.stop(), 0);
  });

  async function expectAll({ program, words, account, without = [] }: Client): Promise<void> {
    await root.query('DROP TABLE IF EXISTS received, large');
    await root.query('CREATE TABLE received LIKE kinds');
    await root.query('CREATE TABLE large (id INT PRIMARY KEY, v LONGBLOB)');
    const environment = {
      PORT: String(server.port),
      ACCOUNT: account ?? 'ann',
      PASSWORD: password,
      DATABASE: 'clients',
      CA: path.join(server.data, 'tls', 'server-cert.pem'),
      LARGE_BYTES: String(largeBytes),
      ENDLESS: endless,
    };
    const { stdout, stderr, exitCode } = await runProgram(program ?? '', words, {
      environment,
      timeoutMs: clientTimeoutMs,
    });
    const seen = new Map(stdout.split('\n').filter(Boolean).map(checkOf));
    const wanted = new Map([...expected].filter(([check]) => !without.includes(check)));
    assert.deepEqual(seen, wanted, stderr);
    assert.equal(exitCode, 0, stderr);
  }

  for (const client of clients) {
    it(client.name, { skip: skipReason(client.program, client.name) }, () => expectAll(client));
  }
});

function inFolder(name: string): string {
  return path.join(clientsFolder, name);
}

function withBytes(row: readonly (string | null)[]): readonly unknown[] {
  return row.map((value, index) => (index === 6 && value !== null ? Buffer.from(value, 'hex') : value));
}

function checkOf(line: string): readonly [string, unknown] {
  const { check, value } = JSON.parse(line) as { check: string; value: unknown };
  return [check, value];
}
