import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { findOdbcDriver, findPythonClients } from '../support/client-packages.ts';
import { type Output, runProgram, valuesOfKinds } from '../support/clients.ts';
import { findMysqlClient } from '../support/mysql-program.ts';
import { findMariadbClient, skipReason } from '../support/programs.ts';
import { ServerProcess } from '../support/server-process.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const password = 'a long password';
const largeBytes = 20_000_000;
const manyRows = 1_000_000;
const cipher = "SHOW SESSION STATUS LIKE 'Ssl_cipher'";
const columns = 'id, i, u, m, d, s, HEX(b), day, at, t';
const endless = 'SELECT SUM(a.n * b.n) FROM many AS a JOIN many AS b ON a.n <> b.n + 1000000000';

/** How a program is to log in. */
type Login = Readonly<{ tls?: boolean; password?: string }>;
type Command = Readonly<{ words: readonly string[]; environment?: Readonly<Record<string, string>> }>;

/** A program that reads statements from its input, and prints rows with a sign between the columns. */
type Program = Readonly<{
  name: string;
  skip: string | false;
  command: (login: Required<Login>) => Command;
  between: string;
  /** What it prints for NULL. */
  nothing: string;
  /** What ends a statement. */
  end: string;
  /** What comes before all statements. */
  begin?: string;
  /** Checks that it has no way to do. */
  without?: readonly ('large' | 'prepared')[];
  /** Its own way to connect again, of one run. */
  connectAgain?: string;
  /** It sends several statements as one text when it is told so. */
  asOneText?: (sql: string) => string;
}>;

/** What the variables of the second statement have, by which every type of a parameter is sent. */
const values =
  "1, -9223372036854775808, 18446744073709551615, -12345678901234567890.0123456789, -25e-2, 'it''s Ünïcödé 😀', " +
  "x'00FF275C0A1A', DATE '2024-02-29', TIMESTAMP '2024-02-29 23:59:59.123456', TIME '-12:34:56.789'";
const variables = Array.from({ length: 10 }, (_, index) => `@v${index}`);

describe('a program that reads statements:', () => {
  let server: ServerProcess;
  let folder: TemporaryFolder;
  let root: Connection;
  before(async () => {
    server = await ServerProcess.start();
    folder = await temporaryFolder();
    root = await server.connect();
    await root.query(`CREATE USER ann IDENTIFIED BY '${password}'`);
    await root.query('GRANT ALL ON *.* TO ann');
    await root.query('CREATE DATABASE clients');
    await root.query('USE clients');
    await root.query(
      'CREATE TABLE kinds (id INT PRIMARY KEY, i BIGINT, u BIGINT UNSIGNED, m DECIMAL(30,10), d DOUBLE, ' +
        's VARCHAR(100), b VARBINARY(300), day DATE, at DATETIME(6), t TIME(3))',
    );
    await root.query(`INSERT INTO kinds VALUES (${values}), (2${', NULL'.repeat(9)})`);
    await root.query('CREATE TABLE many (n INT, s VARCHAR(40))');
    await root.query(
      `INSERT INTO many WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 1000)
       SELECT (a.n - 1) * 1000 + b.n, CONCAT('row ', b.n) FROM r AS a JOIN r AS b ON a.n <= ${manyRows / 1000}`,
    );
    await writeFile(
      path.join(folder.path, 'myclirc'),
      `[main]\nlog_file = ${path.join(folder.path, 'mycli.log')}\n`,
    );
    await writeFile(path.join(folder.path, 'odbcinst.ini'), `[MariaDB]\nDriver = ${findOdbcDriver()}\n`);
  });
  after(async () => {
    root.destroy();
    await folder[Symbol.asyncDispose]();
    assert.equal(await server.stop(), 0);
  });

  const certificate = (): string => path.join(server.data, 'tls', 'server-cert.pem');
  const where = (): readonly string[] => ['-h127.0.0.1', `-P${server.port}`, '-uann', '-Dclients'];
  const shared = (): readonly string[] => [...where(), '-NBq', '--default-character-set=utf8mb4'];
  const oracle = findMysqlClient() ?? [];

  const programs: readonly Program[] = [
    {
      name: 'mariadb',
      skip: skipReason(findMariadbClient(), 'mariadb'),
      command: ({ tls, password: word }) => ({
        words: [
          findMariadbClient() ?? '',
          '--no-defaults',
          ...shared(),
          '--max-allowed-packet=64M',
          ...(tls ? [`--ssl-ca=${certificate()}`, '--ssl-verify-server-cert'] : ['--skip-ssl']),
        ],
        environment: { MYSQL_PWD: word },
      }),
      between: '\t',
      nothing: 'NULL',
      end: ';',
      connectAgain: 'connect\n',
      asOneText: (sql) => `delimiter //\n${sql}//\n`,
    },
    {
      name: "mysql of Oracle's",
      // Not required: it comes of a release of Debian that is rebuilt every day.
      skip: oracle.length === 0 ? "there is no mysql of Oracle's" : false,
      command: ({ tls, password: word }) => ({
        words: [
          ...oracle,
          '--no-defaults',
          ...shared(),
          '--max-allowed-packet=64M',
          '--commands',
          ...(tls
            ? ['--ssl-mode=VERIFY_CA', `--ssl-ca=${certificate()}`]
            : ['--ssl-mode=DISABLED', '--get-server-public-key']),
        ],
        environment: { MYSQL_PWD: word },
      }),
      between: '\t',
      nothing: 'NULL',
      end: ';',
      connectAgain: 'connect\n',
      asOneText: (sql) => `delimiter //\n${sql}//\n`,
    },
    {
      name: 'mycli',
      skip: skipReason(findPythonClients(), 'mycli'),
      command: ({ tls, password: word }) => ({
        words: [
          path.join(findPythonClients() ?? '', 'mycli'),
          '--myclirc',
          path.join(folder.path, 'myclirc'),
          ...where(),
          '--format=tsv',
          ...(tls ? ['--ssl-mode=on', `--ssl-ca=${certificate()}`] : ['--ssl-mode=off']),
        ],
        environment: { MYSQL_PWD: word, HOME: folder.path },
      }),
      between: '\t',
      nothing: '',
      end: ';',
      // It prints the names of columns of the first statement alone.
      begin: 'SET @begun = 1;\n',
    },
    {
      name: 'isql',
      skip: skipReason(findOdbcDriver(), 'isql'),
      command: ({ tls, password: word }) => ({
        words: ['isql', '-v', '-b', '-d|', tls ? 'encrypted' : 'plain', 'ann', word],
        environment: { ODBCSYSINI: folder.path, ODBCINI: path.join(folder.path, 'odbc.ini') },
      }),
      between: '|',
      nothing: '',
      end: '',
      // It cuts long lines, and prepares each statement itself, so that PREPARE is refused as MySQL does.
      without: ['large', 'prepared'],
      asOneText: (sql) => `${sql}\n`,
    },
  ];

  /** The data sources of ODBC; its option lets several statements be one text. */
  before(async () => {
    const source = `Driver = MariaDB\nSERVER = 127.0.0.1\nPORT = ${server.port}\nDATABASE = clients\nOPTION = 67108864\n`;
    const encrypted = `SSLCA = ${certificate()}\nSSLVERIFY = 1\nFORCETLS = 1\n`;
    await writeFile(
      path.join(folder.path, 'odbc.ini'),
      `[plain]\n${source}[encrypted]\n${source}${encrypted}`,
    );
  });

  async function run(program: Program, input: string, login: Login = {}): Promise<Output> {
    const { words, environment = {} } = program.command({ tls: false, password, ...login });
    const [file = '', ...args] = words;
    return runProgram(file, args, { input: `${program.begin ?? ''}${input}`, environment });
  }

  /** The rows that statements give. */
  async function rows(
    program: Program,
    statements: readonly string[],
    login: Login = {},
  ): Promise<readonly (readonly string[])[]> {
    const input = statements.map((statement) => `${statement}${program.end}\n`).join('');
    return printedRows(program, await run(program, input, login));
  }

  function printedRows({ between }: Program, { exitCode, stdout, stderr }: Output): string[][] {
    assert.equal(exitCode, 0, stderr);
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(between));
  }

  for (const program of programs) {
    describe(program.name, { skip: program.skip }, () => {
      const nulls = ['2', ...Array<string>(9).fill(program.nothing)];

      it('logs in with TLS and without', async () => {
        assert.equal((await rows(program, [cipher]))[0]?.[1], '');
        assert.match((await rows(program, [cipher], { tls: true }))[0]?.[1] ?? '', /^TLS_/u);
      });

      it('is told of a wrong password', async () => {
        const { exitCode, stdout, stderr } = await run(program, `SELECT 1${program.end}\n`, {
          password: 'wrong',
        });
        assert.equal(exitCode, 1);
        assert.match(stdout + stderr, /Access denied for user 'ann'@'127\.0\.0\.1' \(using password: YES\)/u);
      });

      it('reads values of every type', async () => {
        const answer = await rows(program, [`SELECT ${columns} FROM kinds ORDER BY id`]);
        assert.deepEqual(answer, [valuesOfKinds, nulls]);
      });

      const isPreparing = program.without?.includes('prepared') !== true;
      it('prepares statements, with parameters of every type', { skip: !isPreparing }, async () => {
        const marks = variables.map(() => '?').join(', ');
        const answer = await rows(program, [
          'CREATE TEMPORARY TABLE received LIKE kinds',
          `PREPARE insertion FROM 'INSERT INTO received VALUES (${marks})'`,
          `SELECT ${values} INTO ${variables.join(', ')}`,
          `EXECUTE insertion USING ${variables.join(', ')}`,
          `SET @v0 = 2${variables
            .slice(1)
            .map((name) => `, ${name} = NULL`)
            .join('')}`,
          `EXECUTE insertion USING ${variables.join(', ')}`,
          `PREPARE selection FROM 'SELECT ${columns} FROM received WHERE id >= ? ORDER BY id'`,
          'SET @from = 1',
          'EXECUTE selection USING @from',
        ]);
        assert.deepEqual(answer, [valuesOfKinds, nulls]);
      });

      it('sends and reads a value of 20 MB', { skip: program.without?.includes('large') }, async () => {
        const value = 'sixteen letters '.repeat(largeBytes / 16).slice(0, -1);
        const [[read = ''] = []] = await rows(program, [`SELECT '${value}.'`]);
        assert.deepEqual(facts(read), facts(`${value}.`));
      });

      it('reads a million rows', async () => {
        const { exitCode, stdout, stderr } = await run(program, `SELECT n, s FROM many${program.end}\n`);
        assert.equal(exitCode, 0, stderr);
        let count = 0;
        let total = 0;
        for (const [, n] of stdout.matchAll(/^(\d+)[\t|]row \d+$/gmu)) {
          count += 1;
          total += Number(n);
        }
        assert.deepEqual([count, total], [manyRows, (manyRows * (manyRows + 1)) / 2]);
      });

      it('runs several statements', async () => {
        const text = 'SELECT 1; SELECT 2';
        const output = await run(program, program.asOneText?.(text) ?? `${text};\n`);
        assert.deepEqual(printedRows(program, output), [['1'], ['2']]);
      });

      it('is told that its query was killed', async () => {
        const ended = run(program, `${endless}${program.end}\n`);
        const id = await until('the query runs', async () => {
          const [[row]] = await root.query<RowDataPacket[]>(
            `SELECT ID AS id FROM information_schema.PROCESSLIST WHERE USER = 'ann' AND INFO LIKE 'SELECT SUM(%'`,
          );
          return row?.['id'] as number | undefined;
        });
        await root.query(`KILL QUERY ${id}`);
        const { stdout, stderr } = await ended;
        assert.match(stdout + stderr, /Query execution was interrupted/u);
      });

      it('connects again', { skip: program.connectAgain === undefined }, async () => {
        const input =
          "SET @kill = CONCAT('KILL ', CONNECTION_ID()); PREPARE own FROM @kill; EXECUTE own; SELECT 'lost';\n" +
          `${program.connectAgain}SELECT 'again', DATABASE();\n`;
        const { words, environment = {} } = program.command({ tls: true, password });
        const [file = '', ...args] = words;
        const output = await runProgram(file, [...args, '--force'], { input, environment });
        assert.deepEqual(printedRows(program, output), [['again', 'clients']]);
        assert.match(output.stderr, /ERROR 20\d\d/u);
      });
    });
  }
});

/** Length and digest: a difference of 20 MB is none to print. */
function facts(value: string): readonly unknown[] {
  return [value.length, createHash('md5').update(value).digest('hex')];
}
