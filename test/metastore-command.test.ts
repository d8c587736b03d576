import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { kylinDatabase } from './metastore/kylin/jdbc/kylin-schema.ts';
import { kylinSystems } from './metastore/kylin/jdbc/kylin-server.ts';
import { sampleOf, writeSample } from './metastore/kylin/sample.ts';
import { type Output, runProgram } from './support/clients.ts';
import { ServerProcess } from './support/server-process.ts';
import { type TemporaryFolder, temporaryFolder } from './support/temporary-folder.ts';

/** Of the systems that keep a Kylin, one. */
const kylin = kylinSystems[0] ?? assert.fail('no system keeps a Kylin');

/** `metastore.sh` as a shell starts it. */
async function script(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Output> {
  return runProgram('sh', ['bin/metastore.sh', ...args], { environment });
}

describe('metastore.sh', () => {
  let server: ServerProcess;
  let home: TemporaryFolder;
  let environment: Readonly<Record<string, string>>;
  before(async () => {
    server = await ServerProcess.start();
    home = await temporaryFolder();
    environment = { HOLDFAST_HOME: home.path, HOLDFAST_LISTEN: `127.0.0.1:${server.port}` };
  });
  after(async () => {
    await server.stop();
    await home[Symbol.asyncDispose]();
  });

  async function run(args: readonly string[], code: number): Promise<Output> {
    const output = await script(args, environment);
    assert.equal(output.exitCode, code, `${args.join(' ')}: ${output.stdout}${output.stderr}`);
    return output;
  }

  async function madeBy(output: Output): Promise<string> {
    const [, folder = ''] = /^The metadata backup path is (.+)\.$/m.exec(output.stdout) ?? [];
    assert.ok(existsSync(folder), output.stdout);
    return folder;
  }

  it('backs up with Kylin’s lines, to meta_backups or a folder that is there', async () => {
    const output = await run(['backup'], 0);
    assert.match(output.stdout, /^Backup at local disk succeed\.$/m);
    assert.equal(path.dirname(await madeBy(output)), path.join(home.path, 'meta_backups'));
    const other = path.join(home.path, 'elsewhere');
    await mkdir(other);
    assert.equal(path.dirname(await madeBy(await run(['backup', other], 0))), other);
    assert.match((await run(['backup', `${other}/none`], 1)).stderr, /no such folder/);
  });

  it('restores, lists, prints, fetches and verifies', async () => {
    const folder = await madeBy(await run(['backup'], 0));
    assert.match((await run(['verify', folder], 0)).stdout, /^qualified : true$/m);
    assert.match(
      (await run(['restore', folder, '--after-truncate'], 0)).stdout,
      /^Restore at local disk succeed\.$/m,
    );
    assert.match((await run(['list', '/_global/account'], 0)).stdout, /^\/_global\/account\/root\.json$/m);
    assert.match((await run(['cat', '/_global/account/root.json'], 0)).stdout, /"root"/);
    await run(['fetch', '/_global/account/root.json'], 0);
    const [fetched = ''] = await readdir(path.join(home.path, 'meta_fetch'));
    assert.ok(existsSync(path.join(home.path, 'meta_fetch', fetched, '_global/account/root.json')));
  });

  it('backs up into a repository, verifies there and restores from there', async () => {
    const connection = await server.connect();
    await connection.query(
      `CREATE REPOSITORY vault WITH BROKER ON LOCATION 'file://${path.join(home.path, 'vault')}'`,
    );
    await connection.end();
    const output = await run(['--repository', 'vault', 'backup'], 0);
    assert.match(output.stdout, /^Backup succeed\.$/m);
    const [, name = ''] = /^The metadata backup path is vault\/(.+)\.$/m.exec(output.stdout) ?? [];
    assert.match((await run(['--repository', 'vault', 'verify', name], 0)).stdout, /^qualified : true$/m);
    assert.match((await run(['--repository', 'vault', 'restore', name], 0)).stdout, /^Restore succeed\.$/m);
    await run(['--repository', 'vault', 'restore', 'none'], 1);
    await run(['--repository', 'none', 'backup'], 1);
    await run(['--repository', 'vault', 'backup', home.path], 2);
    await run(['--repository', 'vault', 'list', '/'], 2);
  });

  it('writes a backup of Kylin 5.0-alpha as one of 5.0', async () => {
    const from = path.join(home.path, 'alpha');
    await writeSample(from, 'B');
    const output = await run(['migrate', from], 0);
    assert.match(output.stdout, /^3 resources are of kinds that Kylin 5\.0 does not keep as metadata\.$/m);
    assert.match((await run(['verify', await madeBy(output)], 0)).stdout, /^qualified : true$/m);
    assert.match(
      (await run(['migrate', await madeBy(output)], 1)).stderr,
      /only metadata of B becomes that of C/,
    );
    await run(['migrate'], 2);
  });

  it('exits with a code that a script can trust', async () => {
    const folder = await madeBy(await run(['backup'], 0));
    await run([], 2);
    await run(['backup', 'a', 'b'], 2);
    await run(['restore'], 2);
    await run(['promote', folder], 2);
    const empty = path.join(home.path, 'empty');
    await mkdir(empty);
    assert.match((await run(['restore', empty], 1)).stdout, /^Restore failed\.$/m);
    await run(['cat', '/none'], 1);
    assert.match(
      (await run(['restore-project', 'none', folder, '--after-truncate'], 3)).stderr,
      /only makes what is missing/,
    );
    await writeFile(path.join(folder, 'stranger'), 'x');
    await run(['verify', folder], 1);
    await run(['restore', folder], 1);
  });

  it('backs up and restores cubes of ours', async () => {
    const connection = await server.connect();
    for (const text of [
      'CREATE DATABASE mart',
      'CREATE TABLE mart.sale (id INT)',
      'CREATE MATERIALIZED VIEW mart.daily REFRESH MANUAL AS SELECT COUNT(*) AS n FROM mart.sale',
    ])
      await connection.query(text);
    const folder = await madeBy(await run(['backup-cube', 'mart.daily', home.path], 0));
    await connection.query('DROP DATABASE mart FORCE');
    assert.match((await run(['restore-cube', 'mart', folder], 0)).stdout, /^2 inserted/m);
    assert.match((await run(['restore-cube', 'mart', folder], 0)).stdout, /^0 inserted/m);
    await run(['backup-cube', 'mart.none', home.path], 1);
    assert.match((await run(['restore-cube', 'other', folder], 1)).stderr, /no cube of project 'other'/);
    await connection.end();
  });

  for (const generation of ['B', 'C'] as const) {
    it(
      `restores every cube of one project, and of no other, into a Kylin of ${generation}`,
      { skip: kylin.skip },
      async () => {
        await using database = await kylin.start();
        await kylinDatabase(database, 'kylin', generation, sampleOf(generation));
        const connection = await server.connect();
        await connection.query(`CREATE METADATA STORE k${generation} URL '${database.url('kylin')}'`);
        await connection.end();
        const stored = ['--store', `k${generation}`];
        const folder = await madeBy(await run([...stored, 'backup'], 0));
        await using sql = await database.connect('kylin');
        const isModel = generation === 'B' ? "META_TABLE_KEY LIKE '%/model_desc/%'" : "alias <> ''";
        const table = generation === 'B' ? 'km' : 'km_model';
        const count = async (): Promise<number> =>
          Number((await sql.rows(`SELECT COUNT(*) AS n FROM ${table} WHERE ${isModel}`))[0]?.['n']);
        const before = await count();
        await sql.rows(`DELETE FROM ${table} WHERE ${isModel}`);
        await run([...stored, 'restore-cube', 'shop', folder], 0);
        const ofShop = await count();
        assert.ok(ofShop > 0 && ofShop < before, `${ofShop} of ${before}`);
        await run([...stored, 'restore-cube', 'shop1', folder], 0);
        assert.equal(await count(), before);
      },
    );
  }

  it('opens the metadata itself when no server runs', async () => {
    const data = path.join(home.path, 'alone');
    const alone = { HOLDFAST_HOME: home.path, HOLDFAST_DATA: data, HOLDFAST_LISTEN: '127.0.0.1:1' };
    const output = await script(['backup'], alone);
    assert.equal(output.exitCode, 0, output.stderr);
    await madeBy(output);
    await rm(data, { recursive: true });
  });

  it('does not open what a server elsewhere has open', async () => {
    const taken = { HOLDFAST_HOME: home.path, HOLDFAST_DATA: server.data, HOLDFAST_LISTEN: '127.0.0.1:1' };
    const output = await script(['backup'], taken);
    assert.equal(output.exitCode, 1);
    assert.match(output.stderr, /another server|locked|in use/i);
  });
});
