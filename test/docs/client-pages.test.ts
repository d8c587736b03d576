import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { findGoClient, findPrismaClient, findRustClient } from '../support/built-clients.ts';
import { connectingLines } from '../support/client-page.ts';
import {
  clientsFolder,
  findJdbcDrivers,
  findMydumper,
  findNodeClients,
  findOdbcDriver,
  findPerl,
  findPhp,
  findPythonClients,
  findRuby,
} from '../support/client-packages.ts';
import { type Output, runProgram } from '../support/clients.ts';
import { findMariadbClient, skipReason } from '../support/programs.ts';
import { ServerProcess } from '../support/server-process.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const pages: string = path.resolve(import.meta.dirname, '../../docs/clients');
/** Nothing in it is quoted in a URL, in a shell or in any language. */
const password = 'a-long-password';
const who = "SELECT CONCAT(CURRENT_USER(), ' in ', DATABASE()) AS who";
const isAnn = 'ann@% in shop';

/** A program with arguments which connects as a line of a page says, and prints who it is there. */
type Ask = (line: string, folder: string) => readonly [program: string, ...words: string[]];
type Page = Readonly<{ page: string; program: string | undefined; asks: readonly Ask[] }>;

const python = findPythonClients() ?? '';
const inPython: Ask = (line) => [
  path.join(python, 'python'),
  '-c',
  `import os, pymysql, MySQLdb, mysql.connector, sqlalchemy
opened = ${line}
cursor = (opened.raw_connection() if hasattr(opened, 'raw_connection') else opened).cursor()
cursor.execute(os.environ['WHO'])
print(cursor.fetchone()[0])`,
];

const inPhp: Ask = (line) => [
  'php',
  '-r',
  `$db = ${line} $answer = $db->query(getenv('WHO'));
   echo $db instanceof mysqli ? $answer->fetch_row()[0] : $answer->fetchColumn();`,
];

const inRuby: Ask = (line) => [
  'ruby',
  '-e',
  `require 'mysql2'; puts ${line}.query(ENV['WHO']).first.values[0]`,
];

const inPerl: Ask = (line) => [
  'perl',
  '-e',
  `use strict; use DBI; my $db = ${line}; print $db->selectrow_array($ENV{WHO})`,
];

const inJava: Ask = (line) => [
  'java',
  '-XX:TieredStopAtLevel=1',
  '-cp',
  findJdbcDrivers() ?? '',
  path.join(clientsFolder, 'java', 'Ask.java'),
  line,
  'ann',
  password,
  who,
];

/** Modules are looked for from the folder in which the line is run. */
function inNode(modules: string): Ask {
  return (line) => [
    process.execPath,
    '--input-type=module',
    '-e',
    `${modules}
     const ca = (await import('node:fs')).readFileSync(process.env.CA);
     const db = await (${line});
     const ask = db.raw ?? db.$queryRawUnsafe ?? db.query;
     if (ask === db.query) await db.initialize?.();
     console.log([await ask.call(db, process.env.WHO)].flat(2)[0].who);
     process.exit(0);`,
  ];
}

/** It knows callbacks only. */
const oldMysql = `import old from 'mysql'; import { promisify } from 'node:util';
  const mysql = { createConnection: (options) => {
    const connection = old.createConnection(options);
    return { query: promisify(connection.query.bind(connection)) };
  } };`;
const prisma = `import { PrismaMariaDb } from '@prisma/adapter-mariadb';
  const { PrismaClient } = await import('./generated/client.ts');`;

/** In the order of the lines of each page. */
const asked: readonly Page[] = [
  { page: 'python.md', program: findPythonClients(), asks: [inPython, inPython, inPython, inPython] },
  { page: 'php.md', program: findPhp(), asks: [inPhp, inPhp] },
  { page: 'ruby.md', program: findRuby(), asks: [inRuby] },
  { page: 'perl.md', program: findPerl(), asks: [inPerl, inPerl] },
  { page: 'java.md', program: findJdbcDrivers(), asks: [inJava, inJava] },
  { page: 'go.md', program: findGoClient(), asks: [(line) => [findGoClient() ?? '', line, who]] },
  { page: 'rust.md', program: findRustClient(), asks: [(line) => [findRustClient() ?? '', line, who]] },
  {
    page: 'node.md',
    program: findNodeClients() && findPrismaClient(),
    asks: [
      inNode("import mysql2 from 'mysql2/promise';"),
      inNode(oldMysql),
      inNode("import mariadb from 'mariadb';"),
      inNode("import knex from 'knex';"),
      inNode("import { Sequelize } from 'sequelize';"),
      inNode(prisma),
      inNode("import { DataSource } from 'typeorm';"),
    ],
  },
  {
    page: 'mycli.md',
    program: findPythonClients(),
    asks: [
      (line, folder) => [
        'sh',
        '-c',
        `"${python}"/${line} --myclirc "${folder}/myclirc" --csv -e "$WHO" | tail -n 1 | tr -d '"\\r'`,
      ],
    ],
  },
];

describe('the page of a client', () => {
  let server: ServerProcess;
  let place: TemporaryFolder;
  before(async () => {
    server = await ServerProcess.start();
    place = await temporaryFolder();
    const root = await server.connect();
    await root.query(`CREATE USER ann IDENTIFIED BY '${password}'`);
    await root.query(`CREATE USER old IDENTIFIED WITH mysql_native_password BY '${password}'`);
    await root.query('GRANT ALL ON *.* TO ann, old');
    await root.query('CREATE DATABASE shop');
    await root.query('CREATE TABLE shop.orders (id INT PRIMARY KEY)');
    await root.query('INSERT INTO shop.orders VALUES (7)');
    await root.end();
    await writeFile(
      path.join(place.path, 'myclirc'),
      `[main]\nlog_file = ${path.join(place.path, 'mycli.log')}\n`,
    );
  });
  after(async () => {
    await place[Symbol.asyncDispose]();
    assert.equal(await server.stop(), 0);
  });

  function lines(page: string): readonly string[] {
    return connectingLines(page, { port: server.port, password, certificate: certificate() });
  }

  function certificate(): string {
    return path.join(server.data, 'tls', 'server-cert.pem');
  }

  async function printed(
    [program, ...words]: readonly [string, ...string[]],
    input?: string,
    folder = place.path,
  ): Promise<string> {
    const environment = {
      WHO: who,
      CA: certificate(),
      PASSWORD: password,
      MYSQL_PWD: password,
      HOME: place.path,
    };
    const output: Output = await runProgram(program, words, {
      environment: { ...environment, ODBCSYSINI: place.path, ODBCINI: path.join(place.path, 'odbc.ini') },
      ...(input !== undefined && { input }),
      folder,
    });
    assert.equal(output.exitCode, 0, output.stderr);
    return output.stdout.trim();
  }

  it('is in one of the tables of tests', () => {
    const ofTheirOwn = ['README.md', 'superset.md', 'command-lines.md', 'odbc.md', 'mydumper.md'];
    const all = readdirSync(pages).filter((file) => file.endsWith('.md'));
    assert.deepEqual(all.toSorted(), [...ofTheirOwn, ...asked.map(({ page }) => page)].toSorted());
  });

  for (const { page, program, asks } of asked) {
    it(`${page} has lines that connect`, { skip: skipReason(program, page) }, async () => {
      const found = lines(page);
      assert.equal(found.length, asks.length);
      for (const [index, line] of found.entries()) {
        const command = asks[index]?.(line, place.path) ?? assert.fail();
        const folder = path.join(clientsFolder, line.includes('Prisma') ? 'prisma' : 'node');
        const text = await printed(command, undefined, page === 'node.md' ? folder : place.path);
        const answer = text.split('\n').at(-1); // Sequelize prints the query, too.
        assert.equal(answer, line.includes("'old'") ? isAnn.replace('ann', 'old') : isAnn, line);
      }
    });
  }

  it('odbc.md has a source that connects', { skip: skipReason(findOdbcDriver(), 'isql') }, async () => {
    await writeFile(path.join(place.path, 'odbcinst.ini'), `[MariaDB]\nDriver = ${findOdbcDriver()}\n`);
    await writeFile(path.join(place.path, 'odbc.ini'), `${lines('odbc.md').join('\n')}\n`);
    assert.equal(await printed(['isql', '-b', 'holdfast', 'ann', password, '-d|'], `${who}\n`), isAnn);
  });

  it(
    'command-lines.md has commands that work',
    { skip: skipReason(findMariadbClient(), 'mariadb') },
    async () => {
      // They would ask a person for the password; the environment has it.
      const [query = '', dump = '', admin = '', show = '', ...more] = lines('command-lines.md').map((line) =>
        line.replace(' -p ', ' '),
      );
      assert.deepEqual(more, []);
      assert.equal(await printed(['sh', '-c', `${query} -N -B`], `${who};\n`), isAnn);
      await printed(['sh', '-c', dump]);
      assert.match(
        await readFile(path.join(place.path, 'shop.sql'), 'utf8'),
        /INSERT INTO `orders` VALUES\s*\(7\)/u,
      );
      assert.match(await printed(['sh', '-c', admin]), /\| ann +\|/u);
      assert.match(await printed(['sh', '-c', show]), /\| orders +\| +1 \| +1 \|/u);
    },
  );

  it('mydumper.md has commands that work', { skip: skipReason(findMydumper(), 'mydumper') }, async () => {
    const found = lines('mydumper.md');
    assert.equal(found.length, 2);
    for (const line of found) await printed(['sh', '-c', line]);
    const root = await server.connect();
    const [rows] = await root.query('SELECT id FROM copy.orders');
    await root.end();
    assert.deepEqual(rows, [{ id: 7 }]);
  });
});
