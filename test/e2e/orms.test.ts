import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { clientsFolder, findActiveRecord, findPythonClients } from '../support/client-packages.ts';
import { runProgram } from '../support/clients.ts';
import type { DatabaseServer } from '../support/database-server.ts';
import { mysqlSkipReason, startMysqlServer } from '../support/mysql-server.ts';
import { skipReason } from '../support/programs.ts';
import { ServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const password = 'a long password';
const python = findPythonClients();
const ruby = findActiveRecord();
/** Of a program that starts a framework on a machine that has other work. */
const programTimeoutMs = 180_000;

type Application = Readonly<{
  name: string;
  program: string | undefined;
  script: string;
  environment?: Readonly<Record<string, string>>;
}>;

const inPython = python === undefined ? undefined : path.join(python, 'python');
const applications: readonly Application[] = [
  { name: 'Django', program: inPython, script: 'django_app.py' },
  { name: 'SQLAlchemy and Alembic', program: inPython, script: 'sqlalchemy_app.py' },
  { name: 'ActiveRecord', program: ruby, script: 'active_record.rb' },
  {
    name: 'ActiveRecord with prepared statements',
    program: ruby,
    script: 'active_record.rb',
    environment: { PREPARED: '1' },
  },
];

/** Each runs one program against the embedded engine and against MySQL, and compares what it prints. */
describe('an application of', { skip: mysqlSkipReason() }, () => {
  let server: ServerProcess;
  let mysql: DatabaseServer;
  before(async () => {
    [server, mysql] = await Promise.all([ServerProcess.start(), startMysqlServer()]);
    for (const connection of [await server.connect(), await mysql.connect()]) {
      await connection.query(`CREATE USER app IDENTIFIED BY '${password}'`);
      await connection.query('GRANT ALL ON *.* TO app');
      await connection.end();
    }
  });
  after(async () => {
    await mysql[Symbol.asyncDispose]();
    assert.equal(await server.stop(), 0);
  });

  /** What the program prints about a database of its own; it must end well. */
  async function printed(
    { program, script, environment = {} }: Application,
    where: Pick<DatabaseServer, 'port' | 'connect'>,
  ): Promise<readonly string[]> {
    const connection = await where.connect();
    await connection.query('DROP DATABASE IF EXISTS app');
    await connection.query('CREATE DATABASE app');
    await connection.end();
    await using folder = await temporaryFolder();
    const { stdout, stderr, exitCode } = await runProgram(
      program ?? '',
      [path.join(clientsFolder, 'orms', script)],
      {
        environment: {
          PORT: String(where.port),
          ACCOUNT: 'app',
          PASSWORD: password,
          DATABASE: 'app',
          FOLDER: folder.path,
          PYTHONDONTWRITEBYTECODE: '1',
          ...environment,
        },
        timeoutMs: programTimeoutMs,
      },
    );
    assert.equal(exitCode, 0, stderr);
    return stdout.split('\n').filter(Boolean);
  }

  for (const application of applications) {
    const { name, program } = application;
    it(name, { skip: skipReason(program, name) }, async () => {
      const theirs = await printed(application, mysql);
      const ours = await printed(application, server);
      assert.ok(theirs.length > 10);
      assert.deepEqual(ours, theirs);
    });
  }
});
