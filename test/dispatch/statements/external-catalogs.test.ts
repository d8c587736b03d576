import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startTestServer, type TestServer } from '../../wire/support/test-server.ts';
import { World } from '../world.ts';

/** What must lie nowhere in a repository. */
const planted = 'k9-planted-3f';

describe('external catalogs in snapshots', () => {
  let world: World;
  let server: TestServer;

  before(async () => {
    [world, server] = await Promise.all([World.open(), startTestServer()]);
    await world.run(`CREATE REPOSITORY r WITH BROKER ON LOCATION "${world.place()}"`);
  });
  after(async () => {
    await world[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  /** The last job of each kind that has no database. */
  async function lastOf(kind: 'BACKUP' | 'RESTORE'): Promise<Readonly<Record<string, string | null>>> {
    await world.settled();
    const names = await world.names(`SHOW ${kind}`);
    const row = (await world.rows(`SHOW ${kind}`)).find((cells) => cells[names.indexOf('DbName')] === '');
    assert.ok(row);
    return Object.fromEntries(names.map((name, at) => [name, row[at] ?? null]));
  }

  async function restore(clauses: string, more = ''): Promise<Readonly<Record<string, string | null>>> {
    const [[, timestamp] = []] = await world.rows(`SHOW SNAPSHOT ON r WHERE SNAPSHOT = 'cats'`);
    await world.run(
      `RESTORE SNAPSHOT cats FROM r ${clauses} PROPERTIES ("backup_timestamp" = "${timestamp}"${more})`,
    );
    return lastOf('RESTORE');
  }

  /** Object, Target, Action and Note of EXPLAIN RESTORE. */
  async function explained(clauses: string, more = ''): Promise<readonly unknown[]> {
    const [[, timestamp] = []] = await world.rows(`SHOW SNAPSHOT ON r WHERE SNAPSHOT = 'cats'`);
    const rows = await world.rows(
      `EXPLAIN RESTORE SNAPSHOT cats FROM r ${clauses} PROPERTIES ("backup_timestamp" = "${timestamp}"${more})`,
    );
    return rows.map(([, object, target, action, , , , note]) => [object, target, action, note]);
  }

  it('cannot be saved where there are none', async () => {
    await world.refuses(
      'BACKUP ALL EXTERNAL CATALOGS SNAPSHOT cats TO r',
      'backup',
      /^No external catalog can be backed up$/,
    );
  });

  it('are saved without their secrets', async () => {
    const place = `"127.0.0.1", "port" = "${server.port}", "user" = "native"`;
    await world.run(
      `CREATE EXTERNAL CATALOG prod COMMENT "the shop" PROPERTIES ("type" = "mysql", "host" = ${place}, "password" = "pw")`,
    );
    const uri = `jdbc:mysql://native:pw@127.0.0.1:${server.port}/?password=pw`;
    await world.run(`CREATE EXTERNAL CATALOG java PROPERTIES ("type" = "jdbc", "jdbc_uri" = "${uri}")`);
    await world.run('BACKUP EXTERNAL CATALOGS (prod, java) SNAPSHOT cats TO r');
    const job = await lastOf('BACKUP');
    assert.deepEqual(
      [job['JobId'], job['SnapshotName'], job['State'], job['BackupObjs'], job['Status']],
      ['-1', 'cats', 'FINISHED', '[prod], [java]', '[OK]'],
    );
    const details = await world.rows(
      `SHOW SNAPSHOT ON r WHERE SNAPSHOT = 'cats' AND TIMESTAMP = '${(await world.rows('SHOW SNAPSHOT ON r'))[0]?.[1]}'`,
    );
    assert.match(details[0]?.[3] ?? '', /"external_catalogs": \[\s+"prod",\s+"java"\s+\]/);
  });

  it('come back without a secret, and say so when they are used', async () => {
    await world.run('DROP CATALOG prod');
    const job = await restore('EXTERNAL CATALOG (prod, java AS java2)');
    assert.deepEqual(
      [job['JobId'], job['State'], job['RestoreObjs'], job['Status']],
      ['-1', 'FINISHED', 'prod, java AS java2', '[OK]'],
    );
    assert.deepEqual(await world.rows('SHOW CATALOGS LIKE "prod"'), [['prod', 'Mysql', 'the shop']]);
    await world.refuses(
      'BACKUP SNAPSHOT prod.shop.x TO r',
      'access_denied',
      /^catalog 'prod' was restored without its secrets$/,
    );
    await world.run('ALTER CATALOG prod SET ("password" = "pw")');
    await world.run('ALTER CATALOG java2 SET ("password" = "pw")');
    assert.equal(world.services.externalCatalogs.options('java2').user, 'native');
  });

  it('stay as they are, with their secrets, where the snapshot has the same', async () => {
    const job = await restore('ALL EXTERNAL CATALOGS');
    assert.deepEqual([job['RestoreObjs'], job['Status']], ['prod, java', '[OK]']);
    assert.equal(world.services.externalCatalogs.options('prod').password.reveal(), 'pw');
  });

  it('are all restored when the statement names none', async () => {
    assert.equal((await restore(''))['RestoreObjs'], 'prod, java');
  });

  it('replace another definition only when they are told to', async () => {
    await world.run('ALTER CATALOG prod SET ("connect_timeout_ms" = "5000")');
    assert.deepEqual(await explained('EXTERNAL CATALOG (prod, java AS java9)'), [
      ['prod', 'prod', 'REFUSE', 'Catalog prod already exist but with different definition'],
      ['java', 'java9', 'CREATE', null],
    ]);
    assert.deepEqual(await explained('EXTERNAL CATALOG (prod)', ', "force_replace" = "true"'), [
      ['prod', 'prod', 'REPLACE', null],
    ]);
    assert.deepEqual(await explained('EXTERNAL CATALOG (java)'), [['java', 'java', 'KEEP', null]]);
    const refused = await restore('EXTERNAL CATALOG (prod)');
    assert.equal(
      refused['Status'],
      '[COMMON_ERROR, msg: Catalog prod already exist but with different definition]',
    );
    assert.equal(world.services.externalCatalogs.options('prod').connectTimeoutMs, 5_000);
    const replaced = await restore('EXTERNAL CATALOG (prod)', ', "force_replace" = "true"');
    assert.equal(replaced['Status'], '[OK]');
    assert.throws(() => world.services.externalCatalogs.options('prod'), /without its secrets/);
  });

  it('leave no secret in any file of the repository', async () => {
    const uri = `jdbc:mysql://me:${planted}@db.example.com/?user=me&password=${planted}`;
    const vault = {
      name: 'vault',
      properties: [
        ['type', 'jdbc'],
        ['jdbc_uri', uri],
        ['password', planted],
        ['tls_key', `-----BEGIN ${planted}`],
      ] as const,
      missing: [],
    };
    await world.services.externalCatalogs.restore([vault], { mayReplace: false, operator: 'root' });
    await world.run('BACKUP EXTERNAL CATALOG (vault) SNAPSHOT vaults TO r');
    assert.equal((await lastOf('BACKUP'))['Status'], '[OK]');
    const texts = textsIn(fileURLToPath(world.place()));
    assert.ok(texts.some((text) => text.includes('"jdbc:mysql://me@db.example.com/?user=me"')));
    assert.ok(texts.some((text) => text.includes('"missing":["password","tls_key"]')));
    assert.ok(!texts.some((text) => text.includes(planted)));
    await world.run('DROP CATALOG vault');
  });

  it('are refused in StarRocks’ words', async () => {
    await world.run('CREATE DATABASE shop');
    await world.run('CREATE TABLE shop.t (id INT PRIMARY KEY)');
    await world.run('BACKUP SNAPSHOT shop.plain TO r');
    await world.settled();
    const timeOf = async (label: string): Promise<string> => {
      const [row = []] = await world.rows(`SHOW SNAPSHOT ON r WHERE SNAPSHOT = '${label}'`);
      return `PROPERTIES ("backup_timestamp" = "${row[1]}")`;
    };
    const [cats, plain] = [await timeOf('cats'), await timeOf('plain')];
    const cases: readonly (readonly [statement: string, message: RegExp])[] = [
      ['BACKUP EXTERNAL CATALOG (nosuch) SNAPSHOT x TO r', /^external catalog nosuch does not existed\.$/],
      [
        'BACKUP EXTERNAL CATALOG (default_catalog) SNAPSHOT x TO r',
        /^Do not support Backup\/Restore the entire default catalog$/,
      ],
      ['BACKUP ALL EXTERNAL CATALOGS SNAPSHOT cats TO r', /^Snapshot with name 'cats' already exist/],
      [
        `RESTORE SNAPSHOT cats FROM r EXTERNAL CATALOG (nosuch) ${cats}`,
        /^Can not find restore catalog: nosuch$/,
      ],
      [
        `RESTORE SNAPSHOT plain FROM r ALL EXTERNAL CATALOGS ${plain}`,
        /^This is not a snapshot for external catalog restore, snapshot: plain$/,
      ],
      [
        `RESTORE SNAPSHOT shop.cats FROM r ${cats}`,
        /^Can not specify database for external catalog snapshot$/,
      ],
      [
        'CANCEL BACKUP FOR EXTERNAL CATALOG',
        /^Failed to cancel job: Job with label vaults can not be cancelled/,
      ],
    ];
    for (const [statement, message] of cases) await world.refuses(statement, 'backup', message);
    await world.refuses(
      `RESTORE SNAPSHOT cats FROM r EXTERNAL CATALOGS (prod AS a, java AS a) ${cats}`,
      'analysis',
      /Duplicated alias name: a\./,
    );
  });
});

/** The texts of all files below a folder. */
function textsIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'latin1'));
}
