import assert from 'node:assert/strict';
import { readFileSync, renameSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parseArguments } from '../../src/config/load.ts';
import { runDoctor } from '../../src/doctor/doctor.ts';
import { writeSupportBundle } from '../../src/doctor/support-bundle.ts';
import { MariadbServer, mariadbSkipReason } from '../support/mariadb-server.ts';
import { createCatalog } from '../support/pass-through-world.ts';
import { ServerProcess } from '../support/server-process.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

/** Planted where people put their secrets, none of them a part of another word. */
const planted = {
  root: 'root-Plum7',
  access: 'AKIAPlanted',
  secret: 'secret-Pear8',
  source: 'source-Fig9',
  row: 'row-Quince5',
} as const;

describe('a server with something to find', { skip: mariadbSkipReason() }, () => {
  let folder: TemporaryFolder;
  let source: MariadbServer;
  let server: ServerProcess;
  const within = (name: string): string => path.join(folder.path, name);

  before(async () => {
    folder = await temporaryFolder();
    source = await MariadbServer.start();
    const root = await source.connect();
    await root.query(`CREATE USER poor@'127.0.0.1' IDENTIFIED BY '${planted.source}'`);
    await root.query("GRANT SELECT, SHOW VIEW ON *.* TO poor@'127.0.0.1'");
    await root.end();
    const flags = ['--log-file', within('log'), '--log-level', 'debug'];
    const environment = { HOLDFAST_ROOT_PASSWORD: planted.root };
    server = await ServerProcess.start({ data: within('data'), flags, environment });
    const client = await server.connect({ password: planted.root, multipleStatements: true });
    await client.query(`
      CREATE REPOSITORY good WITH BROKER ON LOCATION "file://${within('good')}" PROPERTIES (
        "aws.s3.access_key" = "${planted.access}", "aws.s3.secret_key" = "${planted.secret}");
      CREATE REPOSITORY gone WITH BROKER ON LOCATION "file://${within('gone')}";
      ${createCatalog('prod', source.properties({ user: 'poor', password: planted.source }))};
      CREATE DATABASE shop;
      CREATE TABLE shop.item (name VARCHAR(40));
      INSERT INTO shop.item VALUES ('${planted.row}');
      BACKUP SNAPSHOT shop.nightly TO good;
    `);
    await until('the backup', async () => {
      const [rows] = await client.query('SHOW BACKUP FROM shop');
      return JSON.stringify(rows).includes('FINISHED') ? true : undefined;
    });
    await client.end();
    renameSync(within('gone'), within('elsewhere'));
  });

  after(async () => {
    await server[Symbol.asyncDispose]();
    await source[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  function config(environment: Readonly<Record<string, string>>): Parameters<typeof runDoctor>[0] {
    const listen = `127.0.0.1:${server.port}`;
    const flags = ['doctor', '--listen', listen, '--data', within('data'), '--log-file', within('log')];
    const command = parseArguments(flags, environment);
    assert.ok(command.kind === 'doctor');
    return command.config;
  }

  const asRoot = { HOLDFAST_ROOT_PASSWORD: planted.root };

  it('is told of by the doctor: repositories, sources and their privileges', async () => {
    const lines: string[] = [];
    assert.equal(await runDoctor(config(asRoot), (line) => lines.push(line)), 1);
    const text = lines.join('\n');
    assert.match(text, /^ok {4}repository good: \d+ steps of CHECK REPOSITORY passed$/m);
    assert.match(text, /^fail {2}repository gone: /m);
    assert.match(text, /^warn {2}source prod: lacks TRIGGER: tables with triggers cannot be backed up$/m);
    assert.match(text, /^warn {2}source prod: lacks RELOAD: /m);
    assert.doesNotMatch(text, /lacks SELECT|lacks SHOW VIEW/);
    assert.match(text, /^ok {4}backup jobs: 1 known, 0 of them cancelled$/m);
  });

  it('is not looked into without the password of root, which the doctor says', async () => {
    const lines: string[] = [];
    assert.equal(await runDoctor(config({}), (line) => lines.push(line)), 0);
    assert.match(lines.join('\n'), /^warn {2}inside: not looked at: .*HOLDFAST_ROOT_PASSWORD/m);
  });

  it('fills a bundle that names everything but what was secret', async () => {
    const file = within('bundle.txt');
    symlinkSync('loop', within('data/loop'));
    assert.equal(await writeSupportBundle(config(asRoot), file, () => undefined), 0);
    const text = readFileSync(file, 'utf8');
    for (const title of ['version', 'configuration', 'doctor', 'data folder', 'metrics', 'server', 'log']) {
      assert.match(text, new RegExp(`^=== ${title} ===$`, 'm'));
    }
    assert.match(text, /^root_password = \*\*\*$/m);
    assert.match(text, /"label":"nightly"/);
    assert.match(text, /"event":"job_state"/);
    assert.match(text, /^metastore\.db \d+ /m);
    assert.match(text, /^loop cannot be looked at: too many symbolic links encountered$/m);
    for (const secret of Object.values(planted)) assert.ok(!text.includes(secret), secret);
    const key = readFileSync(within('data/secret.key'), 'utf8').trim();
    assert.ok(!text.includes(key));
    assert.equal(statSync(file).mode & 0o777, 0o600);
    await assert.rejects(
      writeSupportBundle(config(asRoot), file, () => undefined),
      { message: /^cannot write '.*': file already exists; give another FILE$/ },
    );
  });
});
