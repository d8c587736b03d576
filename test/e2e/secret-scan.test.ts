import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Connection } from 'mysql2/promise';
import { parseArguments } from '../../src/config/load.ts';
import { writeSupportBundle } from '../../src/doctor/support-bundle.ts';
import { stagedJobs } from '../support/data-folder.ts';
import { ServerProcess } from '../support/server-process.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

/** Each is planted in places of its own; none is a part of another word. */
const secrets = {
  root: 'Root-Plum-71',
  nextRoot: 'Root-Peach-72',
  clerk: 'Clerk-Pear-73',
  clerkNext: 'Clerk-Fig-74',
  accessKey: 'AKIAQUINCE75',
  secretKey: 'secret/Medlar+76',
  token: 'Token-Sloe-77',
  mistyped: 'Typo-Damson-78',
  source: 'Source-Cherry-79',
  sourceUrl: 'Url-Apricot-80',
  unfinished: 'Half-Mulberry-81',
  parameter: 'Bound-Bilberry-82',
} as const;

describe('secrets that were given to a server', () => {
  let folder: TemporaryFolder;
  let server: ServerProcess;
  let root: Connection;
  /** All that a client was told, errors too. */
  const told: string[] = [];
  const within = (...names: readonly string[]): string => path.join(folder.path, ...names);

  before(async () => {
    folder = await temporaryFolder();
    server = await ServerProcess.start({
      data: within('data'),
      flags: ['--log-file', within('log'), '--log-level', 'debug', '--metrics', '127.0.0.1:0'],
      environment: { HOLDFAST_ROOT_PASSWORD: secrets.root },
    });
    root = await server.connect({ password: secrets.root });
    for (const statement of statements(within('repository'))) await ask(statement);
    await until('a backup that has ended', async () => {
      const [rows] = await root.query('SHOW BACKUP FROM shop');
      return JSON.stringify(rows).includes('FINISHED') ? true : undefined;
    });
    await until('an empty staging folder', async () => stagedJobs(within('data')).length === 0 || undefined);
    await prepare();
    for (const statement of shows) await ask(statement);
    await refuseLogins();
  });

  after(async () => {
    root.destroy();
    await server[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  /** Also notes what another session sees of it while it runs. */
  async function ask(sql: string): Promise<void> {
    try {
      const [rows, fields] = await root.query(sql);
      told.push(
        JSON.stringify([rows, fields], (_, value: unknown) =>
          typeof value === 'bigint' ? String(value) : value,
        ),
      );
    } catch (error) {
      told.push(String(error), JSON.stringify(error, ['message', 'sqlMessage', 'sqlState']));
    }
  }

  async function prepare(): Promise<void> {
    await root.execute('SELECT ?', [secrets.parameter]);
    await ask(`PREPARE s FROM "CREATE USER later IDENTIFIED BY '${secrets.clerkNext}'"`);
    await ask('EXECUTE s');
  }

  async function refuseLogins(): Promise<void> {
    for (const password of [secrets.mistyped, '']) {
      await server.connect({ user: 'clerk', password }).then(
        (connection) => connection.destroy(),
        (error: unknown) => told.push(String(error)),
      );
    }
  }

  function isAbsent(text: string, where: string): void {
    for (const [name, secret] of Object.entries(secrets)) {
      for (const form of [
        secret,
        encodeURIComponent(secret),
        Buffer.from(secret).toString('base64').replace(/=+$/, ''),
      ]) {
        assert.ok(!text.includes(form), `${name} in ${where}: …${around(text, form)}…`);
      }
    }
  }

  it('stand in no answer, error or process list', () => {
    assert.ok(told.length > 40);
    // The one answer that must have it is that to the client's own SELECT ?, which is not noted.
    isAbsent(told.join('\n'), 'an answer');
  });

  it('stand in no line of the log, at any level', async () => {
    // Lines are written behind what they tell of.
    const text = await until('a log with all', async () => {
      const written = readFileSync(within('log'), 'utf8');
      return written.split('wire_login_refused').length > 2 ? written : undefined;
    });
    assert.match(text, /"level":"debug"/);
    isAbsent(text, 'the log');
  });

  it('stand in no file of the data folder or the repository', () => {
    const files = ['data', 'repository'].flatMap((top) =>
      readdirSync(within(top), { recursive: true, encoding: 'utf8' })
        .map((name) => within(top, name))
        // What a server that runs has removed meanwhile is none.
        .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile()),
    );
    assert.ok(files.some((file) => file.endsWith('metastore.db')));
    assert.ok(files.some((file) => file.endsWith('manifest.json')));
    for (const file of files) isAbsent(textOf(file), file);
  });

  it('stand in no support bundle', async () => {
    const flags = [
      'doctor',
      '--listen',
      `127.0.0.1:${server.port}`,
      '--data',
      within('data'),
      '--log-file',
      within('log'),
    ];
    const command = parseArguments(flags, { HOLDFAST_ROOT_PASSWORD: secrets.nextRoot });
    assert.ok(command.kind === 'doctor');
    await writeSupportBundle(command.config, within('bundle'), () => undefined);
    const text = readFileSync(within('bundle'), 'utf8');
    assert.match(text, /"label":"nightly"/);
    isAbsent(text, 'the bundle');
  });

  it('stand in no flag or title that other users of the machine can read', () => {
    isAbsent(readFileSync(`/proc/${server.pid}/cmdline`, 'latin1'), 'the process list');
  });
});

/** Of a file that is gone, nothing. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

function around(text: string, secret: string): string {
  const at = text.indexOf(secret);
  return text.slice(Math.max(0, at - 60), at);
}

const s3 = `"aws.s3.access_key" = "${secrets.accessKey}", "aws.s3.secret_key" = "${secrets.secretKey}"`;

/** Right ones, wrong ones, and ones that end in the middle. */
const statements = (place: string): readonly string[] => [
  `CREATE REPOSITORY r WITH BROKER ON LOCATION "file://${place}" PROPERTIES (${s3}, "aws.s3.session_token" = "${secrets.token}")`,
  `CREATE REPOSITORY r WITH BROKER ON LOCATION "file://${place}" PROPERTIES (${s3})`,
  `CREATE REPOSITORY nowhere WITH BROKER ON LOCATION "s3a://bucket/x" PROPERTIES (${s3}, "aws.s3.endpoint" = "http://127.0.0.1:1")`,
  `CREATE REPOSITORY odd WITH BROKER ON LOCATION "s3a://bucket/x" PROPERTIES ("aws.s3.secret_kee" = "${secrets.mistyped}")`,
  `CREATE REPOSITORY cut WITH BROKER ON LOCATION "s3a://bucket/x" PROPERTIES ("aws.s3.secret_key" = "${secrets.unfinished}`,
  `CREATE REPOSITORY cut WITH BROKER ON LOCATION "s3a://u:${encodeURIComponent(secrets.sourceUrl)}@bucket/x"`,
  `ALTER REPOSITORY r PROPERTIES ("aws.s3.secret_key" = "${secrets.secretKey}")`,
  `CREATE EXTERNAL CATALOG prod PROPERTIES ("type" = "mysql", "host" = "127.0.0.1", "port" = "1", "user" = "u", "password" = "${secrets.source}")`,
  `CREATE EXTERNAL CATALOG prod PROPERTIES ("type" = "jdbc", "jdbc_uri" = "jdbc:mysql://127.0.0.1:1/?user=u&password=${secrets.sourceUrl}", "user" = "u", "password" = "${secrets.source}")`,
  `CREATE METADATA STORE k URL "mysql://u:${secrets.sourceUrl}@127.0.0.1:1/kylin"`,
  `CREATE USER clerk IDENTIFIED BY '${secrets.clerk}'`,
  `CREATE USER clerk IDENTIFIED BY '${secrets.clerk}'`,
  `CREATE USER other IDENTIFIED BY '${secrets.unfinished}`,
  `CREATE USERR other IDENTIFIED BY '${secrets.mistyped}'`,
  `ALTER USER clerk IDENTIFIED BY '${secrets.clerkNext}'`,
  `ALTER USER nobody IDENTIFIED BY '${secrets.clerkNext}'`,
  `SET PASSWORD FOR clerk = '${secrets.clerk}'`,
  `SET PASSWORD FOR clerk = PASSWORD('${secrets.clerk}')`,
  `SET PASSWORD = '${secrets.nextRoot}'`,
  'CREATE DATABASE shop',
  'CREATE TABLE shop.item (id INT PRIMARY KEY)',
  'INSERT INTO shop.item VALUES (1)',
  'BACKUP SNAPSHOT shop.nightly TO r',
  'BACKUP SNAPSHOT shop.nightly TO nowhere',
];

const shows: readonly string[] = [
  'SHOW REPOSITORIES',
  'SHOW CREATE REPOSITORY r',
  'CHECK REPOSITORY r',
  'SHOW CATALOGS',
  'SHOW CREATE CATALOG prod',
  'SHOW GRANTS FOR clerk',
  'SHOW CREATE USER clerk',
  'SELECT * FROM mysql.user',
  'SHOW FULL PROCESSLIST',
  'SELECT * FROM information_schema.PROCESSLIST',
  'SHOW BACKUP FROM shop',
  'SHOW SNAPSHOT ON r',
  'SHOW VARIABLES',
  'SHOW STATUS',
  'ADMIN SHOW FRONTEND CONFIG',
  'SHOW FRONTENDS',
  'SHOW METADATA STORES',
  'SELECT * FROM information_schema.repositories',
  'SELECT * FROM information_schema.job_events',
  'SHOW WARNINGS',
];
