import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Connection } from 'mysql2/promise';
import {
  clientsFolder,
  findMydumper,
  findOdbcDriver,
  findPythonClients,
} from '../support/client-packages.ts';
import { type Output, runMariadb, runProgram } from '../support/clients.ts';
import { findMysqlClient } from '../support/mysql-program.ts';
import { findMariadbClient, skipReason } from '../support/programs.ts';
import { ServerProcess } from '../support/server-process.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const password = 'a long password';
const python = findPythonClients();
const odbc = findOdbcDriver();
const mydumper = findMydumper();
const mariadb = findMariadbClient();
const mysql = findMysqlClient();

const tools = [
  ['mariadb-admin', 'status'],
  ['mariadb-show', 'shop'],
  ['mariadb-dump', 'shop'],
] as const;

describe('a real program:', () => {
  let server: ServerProcess;
  let folder: TemporaryFolder;
  let root: Connection;
  before(async () => {
    server = await ServerProcess.start();
    folder = await temporaryFolder();
    root = await server.connect();
    await root.query(`CREATE USER ann IDENTIFIED BY '${password}'`);
    await root.query(`CREATE USER secure IDENTIFIED BY '${password}' REQUIRE SSL`);
    await root.query('GRANT ALL ON *.* TO ann, secure');
    await root.query('CREATE DATABASE shop');
    await root.query('USE shop');
    await root.query(
      "CREATE TABLE orders (id INT PRIMARY KEY, customer VARCHAR(20) NOT NULL COMMENT 'who', amount DECIMAL(10,2), " +
        "at DATETIME(3), raw BLOB, KEY of_customer (customer), UNIQUE KEY once (customer, at)) COMMENT='what is owed'",
    );
    await root.query(
      'CREATE VIEW totals AS SELECT customer, SUM(amount) AS amount FROM orders GROUP BY customer',
    );
    await root.query(
      "INSERT INTO orders VALUES (1, 'ann', 1.50, '2026-01-02 03:04:05.678', x'00FF27'), (2, 'büb', 2.25, NULL, NULL)",
    );
  });
  after(async () => {
    root.destroy();
    await folder[Symbol.asyncDispose]();
    assert.equal(await server.stop(), 0);
  });

  /** Runs it as `ann` with the options that the programs of MySQL and MariaDB share; gives what it prints. */
  async function printed(program: string, words: readonly string[]): Promise<string> {
    const where = ['--no-defaults', '-h127.0.0.1', `-P${server.port}`, '-uann'];
    return text(await runProgram(program, [...where, ...words], { environment: { MYSQL_PWD: password } }));
  }

  const certificate = (): string => path.join(server.data, 'tls', 'server-cert.pem');
  const where = (account: string): readonly string[] => ['-h127.0.0.1', `-P${server.port}`, `-u${account}`];

  const skip = skipReason(mariadb, 'mariadb');

  it(
    'Connector/Python sends query attributes, which a statement can read',
    { skip: skipReason(python, 'MySQL Connector/Python') },
    async () => {
      const program = path.join(python ?? '', 'python');
      const environment = { PORT: String(server.port), ACCOUNT: 'ann', PASSWORD: password };
      const script = path.join(clientsFolder, 'python', 'attributes.py');
      const lines = text(await runProgram(program, [script], { environment }))
        .trim()
        .split('\n');
      assert.deepEqual(
        lines.map((line) => JSON.parse(line) as unknown),
        [[['äbc', '-5', null]], [[42, 'é']], [[2, 'b']], [[null]]],
      );
    },
  );

  /** A result and a statement that are worth compressing, and an error between. */
  const compressing =
    "SHOW STATUS LIKE 'Compression%'; " +
    "SELECT VARIABLE_VALUE FROM performance_schema.session_status WHERE VARIABLE_NAME = 'compression_algorithm'; " +
    "SELECT LENGTH(REPEAT('holdfast', 300000)); SELECT nope; " +
    `SELECT LENGTH('${'a long statement '.repeat(100_000)}');`;
  const compressedAnswers = (algorithm: string, level: number): string =>
    `Compression\tON\nCompression_algorithm\t${algorithm}\nCompression_level\t${level}\n${algorithm}\n2400000\n1700000\n`;

  it('mariadb compresses with zlib, with TLS and without', { skip }, async () => {
    for (const tls of ['--skip-ssl', '--ssl']) {
      const words = ['--no-defaults', '-h127.0.0.1', `-P${server.port}`, '-uann', '--compress', tls, '-fN'];
      const options = { input: compressing, environment: { MYSQL_PWD: password } };
      const { stdout } = await runProgram(mariadb ?? '', words, options);
      assert.equal(stdout, compressedAnswers('zlib', 6));
    }
  });

  it(
    'mysql compresses with zlib and zstd, and sends query attributes',
    { skip: mysql === undefined ? "there is no mysql of Oracle's" : false },
    async () => {
      const [program = '', ...first] = mysql ?? [];
      const where = ['--no-defaults', '-h127.0.0.1', `-P${server.port}`, '-uann', '-fN'];
      const environment = { MYSQL_PWD: password };
      const ways = [
        { words: ['--compression-algorithms=zlib'], expected: compressedAnswers('zlib', 6) },
        { words: ['--compression-algorithms=zstd'], expected: compressedAnswers('zstd', 3) },
        {
          words: ['--compression-algorithms=zstd', '--zstd-compression-level=7', '--ssl-mode=DISABLED'],
          expected: compressedAnswers('zstd', 7),
        },
      ];
      for (const { words, expected } of ways) {
        const all = [...first, ...where, ...words];
        const { stdout } = await runProgram(program, all, { input: compressing, environment });
        assert.equal(stdout, expected);
      }
      const input =
        "query_attributes trace abc\nSELECT mysql_query_attribute_string('trace');\nSELECT mysql_query_attribute_string('trace');";
      const { stdout } = await runProgram(program, [...first, ...where, '--commands'], {
        input,
        environment,
      });
      assert.equal(stdout, 'abc\nNULL\n');
    },
  );

  it('mariadb-admin pings, counts, lists, and kills a connection', { skip }, async () => {
    assert.equal(await printed('mariadb-admin', ['ping']), 'mysqld is alive\n');
    assert.match(await printed('mariadb-admin', ['status']), /^Uptime: \d+ {2}/);
    assert.match(await printed('mariadb-admin', ['extended-status']), /\| Threads_connected +\| \d+ +\|/);
    assert.match(await printed('mariadb-admin', ['variables']), /\| max_allowed_packet +\| 67108864 +\|/);
    assert.match(await printed('mariadb-admin', ['version']), /Server version\t+8\.\S+Holdfast/);
    const other = await server.connect({ user: 'ann', password });
    const gone = new Promise((resolve) => other.once('error', resolve));
    assert.match(await printed('mariadb-admin', ['processlist']), /\| ann +\|/);
    await printed('mariadb-admin', ['kill', String(other.threadId)]);
    await gone;
  });

  it('mariadb-show lists databases, tables, columns and keys', { skip }, async () => {
    assert.match(await printed('mariadb-show', []), /\| shop +\|/);
    assert.match(await printed('mariadb-show', ['--count', 'shop']), /\| orders +\| +5 \| +2 \|/);
    assert.match(await printed('mariadb-show', ['shop', 'orders']), /\| amount +\| decimal\(10,2\) +\|/);
    assert.match(await printed('mariadb-show', ['--keys', 'shop', 'orders']), /\| once +\| 2 +\| at /);
    assert.match(await printed('mariadb-show', ['--status', 'shop']), /\| orders +\| InnoDB /);
  });

  for (const [program, ...words] of tools) {
    it(
      `${program} logs in as its account must: with TLS, without, and not with a wrong password`,
      {
        skip,
      },
      async () => {
        const run = (account: string, options: readonly string[], word = password): Promise<Output> => {
          const all = [...where(account), ...options, ...words];
          return runProgram(program, ['--no-defaults', ...all], { environment: { MYSQL_PWD: word } });
        };
        const verified = [`--ssl-ca=${certificate()}`, '--ssl-verify-server-cert'];
        text(await run('ann', ['--skip-ssl']));
        text(await run('secure', verified));
        assertDenied(await run('secure', ['--skip-ssl']), 'secure');
        assertDenied(await run('ann', verified, 'wrong'), 'ann');
      },
    );
  }

  it(
    'mydumper logs in as its account must: with TLS, without, and not with a wrong password',
    { skip: skipReason(mydumper, 'mydumper') },
    async () => {
      const run = (account: string, options: readonly string[], word = password): Promise<Output> => {
        const to = ['-h', '127.0.0.1', '-P', String(server.port), '-u', account, '-p', word];
        const what = ['-B', 'shop', '-o', path.join(folder.path, 'secured')];
        return runProgram('mydumper', [...to, ...what, ...options]);
      };
      text(await run('ann', []));
      text(await run('secure', ['--ssl', `--ca=${certificate()}`]));
      assertDenied(await run('ann', [], 'wrong'), 'ann');
    },
  );

  it('mycli runs statements', { skip: skipReason(python, 'mycli') }, async () => {
    const settings = path.join(folder.path, 'myclirc');
    await writeFile(settings, `[main]\nlog_file = ${path.join(folder.path, 'mycli.log')}\n`);
    const words = [
      '--myclirc',
      settings,
      '-h127.0.0.1',
      `-P${server.port}`,
      '-uann',
      `-p${password}`,
      '-Dshop',
    ];
    const sql = 'SELECT customer, amount FROM orders ORDER BY id';
    const output = await runProgram(inPython('mycli'), [...words, '--csv', '-e', sql], {
      environment: { HOME: folder.path },
    });
    assert.equal(
      text(output).replaceAll('"', '').replaceAll('\r', ''),
      'customer,amount\nann,1.50\nbüb,2.25\n',
    );
  });

  it(
    "isql reads rows and columns through MariaDB's ODBC driver",
    { skip: skipReason(odbc, 'isql') },
    async () => {
      const { path: place } = folder;
      await writeFile(path.join(place, 'odbcinst.ini'), `[MariaDB]\nDriver = ${odbc}\n`);
      const source = `[holdfast]\nDriver = MariaDB\nSERVER = 127.0.0.1\nPORT = ${server.port}\nDATABASE = shop\n`;
      await writeFile(path.join(place, 'odbc.ini'), source);
      const output = await runProgram('isql', ['-b', '-d|', 'holdfast', 'ann', password], {
        input: 'SELECT id, customer, amount, at FROM orders ORDER BY id\nhelp orders\n',
        environment: { ODBCSYSINI: place, ODBCINI: path.join(place, 'odbc.ini') },
      });
      const lines = text(output).split('\n');
      assert.deepEqual(lines.slice(0, 2), ['1|ann|1.50|2026-01-02 03:04:05.678', '2|büb|2.25|']);
      assert.ok(lines.some((line) => line.startsWith('shop||orders|amount|3|DECIMAL|10|12|2|10|')));
    },
  );

  it(
    'mydumper dumps the embedded engine, and myloader brings it back',
    { skip: skipReason(mydumper, 'mydumper') },
    async () => {
      const dump = path.join(folder.path, 'dump');
      const where = ['-h', '127.0.0.1', '-P', String(server.port), '-u', 'ann', '-p', password, '-t', '2'];
      text(await runProgram('mydumper', [...where, '-B', 'shop', '-o', dump]));
      assert.match(await readFile(path.join(dump, 'shop.orders.sql'), 'utf8'), /INSERT INTO `orders` VALUES/);
      text(await runProgram('myloader', [...where, '-B', 'loaded', '-d', dump]));
      const rows = async (database: string): Promise<string> =>
        text(
          await runMariadb(
            mariadb ?? 'mariadb',
            { port: server.port, user: 'ann', password },
            both(database),
          ),
        );
      assert.equal(await rows('loaded'), await rows('shop'));
    },
  );

  for (const driver of ['pymysql', 'mysqldb', 'mysqlconnector']) {
    it(
      `SQLAlchemy over ${driver} reflects a database`,
      { skip: skipReason(python, 'SQLAlchemy') },
      async () => {
        await root.query('TRUNCATE TABLE orders');
        const output = await runProgram(
          inPython('python'),
          [path.join(clientsFolder, 'python/reflect.py'), driver],
          {
            environment: { PORT: String(server.port), ACCOUNT: 'ann', PASSWORD: password, DATABASE: 'shop' },
          },
        );
        const seen = text(output)
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line) as Readonly<{ check: string; value: unknown }>);
        assert.deepEqual(
          seen.map(({ check, value }) => [check, value]),
          [
            ['tables', ['orders']],
            ['views', ['totals']],
            [
              'columns',
              ['id INTEGER', 'customer VARCHAR(20)', 'amount DECIMAL(10, 2)', 'at DATETIME', 'raw BLOB'],
            ],
            ['primary key', ['id']],
            [
              'indexes',
              [
                ['of_customer', ['customer'], false],
                ['once', ['customer', 'at'], true],
              ],
            ],
            ['comment', 'what is owed'],
            ['view definition', true],
            [
              'sums',
              [
                ['ann', '1.50'],
                ['bob', '2.25'],
              ],
            ],
          ],
        );
      },
    );
  }
});

function both(database: string): readonly string[] {
  const sql = 'SELECT *, HEX(raw) FROM orders ORDER BY id; SELECT * FROM totals ORDER BY 1';
  return ['-D', database, '-e', sql];
}

function inPython(program: string): string {
  return path.join(python ?? '', program);
}

/** What a program has printed that ended well. */
function text({ exitCode, stdout, stderr }: Output): string {
  assert.equal(exitCode, 0, stderr);
  return stdout;
}

function assertDenied({ exitCode, stdout, stderr }: Output, account: string): void {
  assert.notEqual(exitCode, 0);
  assert.match(stdout + stderr, new RegExp(`Access denied for user '${account}'`));
}
