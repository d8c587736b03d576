import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'node:test';
import { kylinDatabase } from '../../metastore/kylin/jdbc/kylin-schema.ts';
import { type KylinServer, kylinSystems } from '../../metastore/kylin/jdbc/kylin-server.ts';
import { modelId, neverAborted, sampleOf, sampleOfB, writeSample } from '../../metastore/kylin/sample.ts';
import { until } from '../../support/until.ts';
import { World } from '../world.ts';

describe('metadata of this server', () => {
  let world: World;
  before(async () => {
    world = await World.open();
    await world.run(`CREATE REPOSITORY r WITH BROKER ON LOCATION "${world.place()}"`);
    await world.run("CREATE USER ann IDENTIFIED BY 'long enough 1'");
  });
  after(() => world[Symbol.asyncDispose]());

  /** One row by its columns. */
  async function run(text: string): Promise<Record<string, string | null>> {
    const names = await world.names('SHOW METADATA BACKUPS');
    const [row = []] = await world.rows(text);
    return Object.fromEntries(names.map((name, index) => [name, row[index] ?? null]));
  }

  async function users(): Promise<readonly string[]> {
    const keys = await world.rows("LIST METADATA '/_global/account/'");
    return keys.map(([key]) => path.basename(key ?? '', '.json'));
  }

  it('is backed up into a folder beside the data, in Kylin’s layout', async () => {
    const job = await run('BACKUP METADATA');
    assert.equal(job['State'], 'FINISHED');
    assert.equal(job['Generation'], 'B');
    const folder = job['Path'] ?? '';
    assert.match(folder, /\/meta_backups\/\d{4}(-\d\d){5}_backup(-\d)?$/);
    assert.ok(existsSync(path.join(folder, '_global', 'account', 'ann.json')));
    assert.ok(!existsSync(path.join(folder, '_global', 'authentication')), 'the secret of logins stays');
    const checks = await world.rows(`VERIFY METADATA FROM '${path.basename(folder)}'`);
    assert.deepEqual(checks.at(-1), ['qualified', 'true']);
    for (const what of ['the uuid file exists', 'the image file exists']) {
      assert.ok(
        checks.some(([name, value]) => name === what && value === 'true'),
        what,
      );
    }
    // Java's writeUTF, and the position of the audit log.
    assert.match(await readFile(path.join(folder, 'UUID'), 'latin1'), /^\0\$[0-9a-f-]{36}$/);
    const rows = await world.rows('SHOW METADATA AUDIT LOG');
    assert.equal(await readFile(path.join(folder, '_image'), 'utf8'), `{"offset":${job['Offset']}}`);
    assert.ok(rows.some(([id]) => id === job['Offset']));
  });

  it('comes back: what was deleted and changed, and with AFTER TRUNCATE nothing else', async () => {
    const made = await run("BACKUP METADATA FOLDER 'whole'");
    await world.run('DROP USER ann');
    await world.run("CREATE USER bob IDENTIFIED BY 'long enough 1'");
    const dry = await world.rows("RESTORE METADATA FROM 'whole' AFTER TRUNCATE DRY RUN");
    assert.deepEqual(dry, [
      ['DELETE', '/_global/account/bob.json'],
      ['INSERT', '/_global/account/ann.json'],
    ]);
    assert.deepEqual(await users(), ['bob', 'root']);
    const job = await run("RESTORE METADATA FROM 'whole'");
    assert.match(job['Changes'] ?? '', /^1 inserted, 0 updated, 0 deleted, \d+ unchanged$/);
    assert.ok(existsSync(job['BackupBefore'] ?? ''));
    assert.deepEqual(await users(), ['ann', 'bob', 'root']);
    await world.run(`RESTORE METADATA FROM '${made['Path']}' AFTER TRUNCATE`);
    assert.deepEqual(await users(), ['ann', 'root']);
  });

  it('goes back to a time by the audit log', async () => {
    const pad = (part: number): string => String(part).padStart(2, '0');
    const at = new Date();
    const day = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
    const time = `${day} ${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
    await until('the next second', async () => (Date.now() > at.getTime() + 1_000 ? true : undefined));
    await world.run('DROP USER ann');
    const dry = await world.rows(`ROLLBACK METADATA TO TIMESTAMP '${time}' DRY RUN`);
    assert.deepEqual(dry, [['INSERT', '/_global/account/ann.json']]);
    const job = await run(`ROLLBACK METADATA TO TIMESTAMP '${time}'`);
    assert.equal(job['State'], 'FINISHED');
    assert.deepEqual(await users(), ['ann', 'root']);
    await world.refuses(
      "ROLLBACK METADATA TO TIMESTAMP '2999-01-01 00:00:00'",
      'safety_rule',
      /in the future/,
    );
    await world.refuses("ROLLBACK METADATA TO TIMESTAMP 'noon'", 'backup', /is no time/);
    for (let at = 0; at < 9; at++) await world.run(`CREATE USER late_${at} IDENTIFIED BY 'long enough 1'`);
    await world.refuses(
      `ROLLBACK METADATA TO TIMESTAMP '${time}'`,
      'safety_rule',
      /would delete 9 of \d+ resources/,
    );
    await world.run(`ROLLBACK METADATA TO TIMESTAMP '${time}' FORCE`);
    assert.deepEqual(await users(), ['ann', 'root']);
  });

  it('does not go back before there was any, nor take back the history of jobs', async () => {
    const back = "TO TIMESTAMP '2001-01-01 00:00:00' FORCE";
    await world.refuses(`ROLLBACK METADATA ${back}`, 'safety_rule', /no metadata yet at that time/);
    await world.refuses(`ROLLBACK METADATA PROJECT shop ${back}`, 'safety_rule', /is not taken back/);
  });

  it('of one database holds its jobs and definitions, and no other', async () => {
    for (const text of [
      'CREATE DATABASE shop',
      'CREATE TABLE shop.item (id INT PRIMARY KEY, name VARCHAR(20) NOT NULL DEFAULT "x")',
      'CREATE VIEW shop.named (name) AS SELECT name FROM shop.item',
      'CREATE MATERIALIZED VIEW shop.inner_count REFRESH MANUAL AS SELECT COUNT(*) AS n FROM shop.item',
      'CREATE MATERIALIZED VIEW shop.outer_count REFRESH MANUAL AS SELECT n FROM shop.inner_count',
      'INSERT INTO shop.item VALUES (1, "a")',
      'BACKUP SNAPSHOT shop.one TO r',
    ])
      await world.run(text);
    await world.settled();
    const job = await run("BACKUP METADATA PROJECT shop FOLDER 'shop'");
    assert.equal(job['Level'], 'PROJECT');
    const keys = (await world.rows("LIST METADATA '' FROM 'shop'")).flat();
    assert.deepEqual(
      keys.map((key) => key?.replace(/job\/\d+/, 'job/1')),
      [
        '/UUID',
        '/_global/project/default_catalog.shop.json',
        '/default_catalog.shop/job/1.json',
        '/default_catalog.shop/model_desc/inner_count.json',
        '/default_catalog.shop/model_desc/outer_count.json',
        '/default_catalog.shop/table/inner_count.json',
        '/default_catalog.shop/table/item.json',
        '/default_catalog.shop/table/named.json',
      ],
    );
    await world.refuses(
      'BACKUP METADATA PROJECT none',
      'backup',
      /there is no project 'default_catalog.none'/,
    );
  });

  it('of one database comes back as what is missing of it, without rows', async () => {
    const shown = async (): Promise<unknown> => [
      await world.rows('SHOW CREATE TABLE shop.item'),
      await world.rows('SHOW CREATE VIEW shop.named'),
      await world.rows('SHOW CREATE MATERIALIZED VIEW shop.outer_count'),
    ];
    const before = await shown();
    const restore = "RESTORE METADATA PROJECT shop FROM 'shop'";
    await world.run('DROP VIEW shop.named');
    assert.deepEqual(await world.rows(`${restore} DRY RUN`), [
      ['INSERT', '/default_catalog.shop/table/named.json'],
    ]);
    assert.match((await run(restore))['Changes'] ?? '', /^1 inserted, 0 updated, 0 deleted, 4 unchanged$/);
    assert.deepEqual(await world.rows('SELECT COUNT(*) FROM shop.item'), [['1']], 'rows that are there stay');
    await world.run('DROP DATABASE shop FORCE');
    await run("RESTORE METADATA CUBE outer_count IN PROJECT shop FROM 'shop'");
    assert.deepEqual(await world.rows('SELECT COUNT(*) FROM shop.inner_count'), [['0']]);
    await world.refuses('SHOW CREATE VIEW shop.named', 'unknown_table', /named/);
    await run(restore);
    assert.deepEqual(await shown(), before);
    await world.refuses(`${restore} AFTER TRUNCATE`, 'safety_rule', /only makes what is missing/);
    await world.refuses(restore.replace('shop FROM', 'none FROM'), 'backup', /holds no project/);
    await run("BACKUP METADATA FOLDER 'system'");
    await world.refuses(
      "RESTORE METADATA PROJECT shop FROM 'system'",
      'backup',
      /of 'default_catalog.shop' only the history of jobs/,
    );
    await world.run('DROP DATABASE shop FORCE');
    await world.run('CREATE DATABASE shop');
    await world.run('CREATE TABLE shop.item (id INT PRIMARY KEY)');
  });

  it('of a materialized view is its definition and those of all that it reads', async () => {
    for (const text of [
      'CREATE DATABASE mart',
      'CREATE TABLE mart.sale (id INT NOT NULL, day DATE, total DECIMAL(10,2), PRIMARY KEY (id))',
      'CREATE TABLE mart.`odd name/ü` (id INT)',
      'CREATE TABLE mart.apart (id INT)',
      'CREATE VIEW mart.big (id, day, total) AS SELECT * FROM mart.sale WHERE total > 10',
      'INSERT INTO mart.sale VALUES (1, "2026-01-02", 20)',
      `CREATE MATERIALIZED VIEW mart.daily REFRESH MANUAL AS
       SELECT day, SUM(total) AS total FROM mart.big GROUP BY day`,
    ])
      await world.run(text);
    const made = await run("BACKUP METADATA CUBE daily IN PROJECT mart FOLDER 'cube'");
    assert.equal(made['Level'], 'CUBE');
    assert.deepEqual(await world.rows("LIST METADATA '' FROM 'cube'"), [
      ['/UUID'],
      ['/_global/project/default_catalog.mart.json'],
      ['/default_catalog.mart/model_desc/daily.json'],
      ['/default_catalog.mart/table/big.json'],
      ['/default_catalog.mart/table/sale.json'],
    ]);
    const shown = async (): Promise<unknown> => [
      await world.rows('SHOW CREATE TABLE mart.sale'),
      await world.rows('SHOW CREATE VIEW mart.big'),
      await world.rows('SHOW CREATE MATERIALIZED VIEW mart.daily'),
    ];
    const before = await shown();
    const restore = "RESTORE METADATA CUBE daily IN PROJECT mart FROM 'cube'";
    assert.match((await run(restore))['Changes'] ?? '', /^0 inserted, 0 updated, 0 deleted, 3 unchanged$/);
    await world.run('DROP MATERIALIZED VIEW mart.daily');
    await world.run('DROP VIEW mart.big');
    assert.deepEqual(await world.rows(`${restore} DRY RUN`), [
      ['INSERT', '/default_catalog.mart/model_desc/daily.json'],
      ['INSERT', '/default_catalog.mart/table/big.json'],
    ]);
    assert.match((await run(restore))['Changes'] ?? '', /^2 inserted, 0 updated, 0 deleted, 1 unchanged$/);
    assert.deepEqual(await shown(), before);
    assert.deepEqual(await world.rows('SELECT COUNT(*) FROM mart.sale'), [['1']], 'rows that are there stay');
    await world.run('DROP DATABASE mart FORCE');
    assert.match((await run(restore))['Changes'] ?? '', /^3 inserted/);
    assert.deepEqual(await shown(), before);
    assert.deepEqual(await world.rows('SELECT COUNT(*) FROM mart.sale'), [['0']], 'there are no rows in it');
    await world.run('INSERT INTO mart.sale VALUES (1, "2026-01-02", 20)');
    await world.run('REFRESH MATERIALIZED VIEW mart.daily WITH SYNC MODE');
    assert.deepEqual(await world.rows('SELECT total FROM mart.daily'), [['20.00']]);
  });

  it('of a materialized view is refused where it would replace, or is none', async () => {
    await world.refuses('BACKUP METADATA CUBE none IN PROJECT mart', 'backup', /no materialized view 'none'/);
    await world.refuses('BACKUP METADATA CUBE sale IN PROJECT mart', 'backup', /no materialized view 'sale'/);
    await world.refuses(
      'BACKUP METADATA CUBE daily IN PROJECT nowhere',
      'unknown_database_backup',
      /nowhere/,
    );
    await world.refuses('BACKUP METADATA CUBE daily', 'no_database_selected', /No database/);
    await world.refuses('BACKUP METADATA CUBE daily IN PROJECT mart WITH SEGMENTS', 'backup', /segments/);
    const restore = "RESTORE METADATA CUBE daily IN PROJECT mart FROM 'cube'";
    await world.refuses(`${restore} AFTER TRUNCATE`, 'safety_rule', /only makes what is missing/);
    await world.refuses(`${restore} OVERWRITE TABLES`, 'safety_rule', /only makes what is missing/);
    await world.refuses(restore.replace('daily', 'other'), 'backup', /no model 'other'/);
    await world.run('DROP TABLE mart.sale FORCE');
    await world.run('CREATE TABLE mart.sale (other INT)');
    assert.deepEqual(await world.rows(`${restore} DRY RUN`), [
      ['KEEP', '/default_catalog.mart/table/sale.json'],
    ]);
  });

  it('keeps the history of its backups and restores, failed ones too', async () => {
    await assert.rejects(world.run("RESTORE METADATA FROM '/no/such/folder'"));
    const [newest] = await world.rows('SHOW METADATA BACKUPS LIMIT 1');
    assert.deepEqual(newest?.slice(1, 3), ['RESTORE', 'FAILED']);
    assert.match(newest?.at(-1) ?? '', /^there is no folder '\/no\/such\/folder'\. Name that of a backup/);
  });

  it('is backed up in the background with ASYNC', async () => {
    const started = await run("BACKUP METADATA FOLDER 'later' ASYNC");
    assert.equal(started['State'], 'RUNNING');
    await until('the job ends', async () => {
      const [row] = await world.rows(`SHOW METADATA BACKUPS WHERE JobId = ${started['JobId']}`);
      return row?.[2] === 'FINISHED' ? true : undefined;
    });
  });

  it('is backed up into a repository, listed, looked at and restored from there', async () => {
    const made = await run("BACKUP METADATA TO r FOLDER 'shelved'");
    assert.equal(made['Path'], 'r/shelved');
    await run('BACKUP METADATA PROJECT shop TO r');
    const listed = await world.rows('SHOW METADATA BACKUPS FROM r ORDER BY Level');
    assert.deepEqual(
      listed.map((row) => row.slice(1, 4)),
      [
        ['PROJECT', 'B', 'holdfast'],
        ['SYSTEM', 'B', 'holdfast'],
      ],
    );
    assert.equal((await world.rows("SHOW METADATA BACKUPS FROM r LIKE 'shel%'")).length, 1);
    const checks = await world.rows("VERIFY METADATA FROM r FOLDER 'shelved'");
    assert.deepEqual(checks.at(-1), ['qualified', 'true']);
    assert.deepEqual(await world.rows("LIST METADATA '/_global/repository/' FROM r FOLDER 'shelved'"), [
      ['/_global/repository/r.json'],
    ]);
    await world.run('DROP USER ann');
    const job = await run("RESTORE METADATA FROM r FOLDER 'shelved'");
    assert.match(job['Changes'] ?? '', /^1 inserted/);
    assert.equal(job['Path'], 'r/shelved');
    assert.ok((await users()).includes('ann'));
    const scratch = path.join(path.dirname(fileURLToPath(world.place())), 'data', 'metadata');
    assert.deepEqual(await readdir(scratch), [], 'what was fetched goes when it was read');
    await world.refuses("BACKUP METADATA TO r FOLDER 'shelved'", 'backup', /'shelved' exists already/);
    await world.refuses("BACKUP METADATA TO r FOLDER '../x'", 'backup', /no name of a folder/);
    await world.refuses("RESTORE METADATA FROM r FOLDER 'none'", 'backup', /no metadata backup 'none'/);
    await world.refuses('BACKUP METADATA TO none', 'backup', /\[none\] does not exist/);
    await world.refuses('SHOW METADATA BACKUPS FROM none', 'backup', /\[none\] does not exist/);
  });

  it('is not backed up into a repository that is read only', async () => {
    const location = `WITH BROKER ON LOCATION "${world.place()}2"`;
    await world.run(`CREATE REPOSITORY kept ${location}`);
    await world.run('DROP REPOSITORY kept');
    await world.run(`CREATE READ ONLY REPOSITORY kept ${location}`);
    await world.refuses('BACKUP METADATA TO kept', 'backup', /kept is read only/);
    await world.run('DROP REPOSITORY kept');
  });

  it('has jobs that can be cancelled', async () => {
    const { jobs } = world.services.metadata;
    const request = { kind: 'BACKUP', store: 'slow', level: 'SYSTEM', target: '', user: 'root' } as const;
    const begun = Promise.withResolvers<void>();
    const job = await jobs.run(
      request,
      (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
          begun.resolve();
        }),
      true,
      neverAborted,
    );
    await begun.promise;
    await world.run(`CANCEL METADATA JOB ${job.id}`);
    const [row] = await world.rows(`SHOW METADATA BACKUPS WHERE JobId = ${job.id}`);
    assert.equal(row?.[2], 'CANCELLED');
    assert.match(row?.at(-1) ?? '', /was cancelled by 'root'/);
    await world.refuses(`CANCEL METADATA JOB ${job.id}`, 'backup', /is CANCELLED already/);
    await world.refuses('CANCEL METADATA JOB 999999', 'backup', /is not known/);
  });

  it('is copied from backup to backup, and of Kylin 5.0-alpha into one of 5.0', async () => {
    const data = path.join(path.dirname(fileURLToPath(world.place())), 'copies');
    const old = path.join(data, 'alpha');
    await writeSample(old, 'B');
    const made = await run(`BACKUP METADATA FROM '${old}' TO '${data}' FOLDER 'five' FORMAT KYLIN5`);
    assert.deepEqual([made['Generation'], made['State']], ['C', 'FINISHED']);
    assert.match(made['Changes'] ?? '', /^left out: \d+ of other kinds, 0 broken$/);
    assert.ok(existsSync(path.join(data, 'five', 'core_meta', 'MODEL', `${modelId}.json`)));
    const checks = await world.rows(`VERIFY METADATA FROM '${data}/five'`);
    assert.deepEqual(checks.at(-1), ['qualified', 'true']);
    await run(`BACKUP METADATA PROJECT shop FROM '${old}' TO '${data}' FOLDER 'part' COMPRESS`);
    const keys = (await world.rows(`LIST METADATA '' FROM '${data}/part'`)).flat();
    assert.deepEqual(
      keys,
      Object.keys(sampleOfB)
        .filter((key) => /^\/(shop\/|UUID|_global\/project\/shop\.)/.test(key))
        .sort(),
    );
    await run(`BACKUP METADATA FROM '${data}/part' TO r FOLDER 'part'`);
    await run(`BACKUP METADATA FROM r FOLDER 'part' TO '${data}' FOLDER 'part_again'`);
    assert.deepEqual((await world.rows(`LIST METADATA '' FROM '${data}/part_again'`)).flat(), keys);
    for (const [text, why] of [
      [`BACKUP METADATA FROM '${data}/five' TO '${data}' FORMAT KYLIN5_ALPHA`, /only B .* becomes C/],
      ["BACKUP METADATA FROM 'whole' FORMAT KYLIN5", /own metadata has one format/],
    ] as const)
      await world.refuses(text, 'safety_rule', why);
    await writeFile(path.join(data, 'five', 'core_meta', 'SYSTEM', 'UUID.json'), '{}');
    await world.refuses(
      `BACKUP METADATA FROM '${data}/five' TO '${data}'`,
      'backup',
      /changed since the backup/,
    );
  });

  it('stays where the configuration and safety rules want it', async () => {
    const data = path.dirname(fileURLToPath(world.place()));
    await world.refuses(`BACKUP METADATA TO '${data}/data/x'`, 'backup', /data folder/);
    await world.refuses("BACKUP METADATA FOLDER '../x'", 'backup', /no name of a folder/);
    for (const up of [
      '../x',
      '../../etc',
      `${data}/a/../../x`,
      `file://${data}/a/../x`,
      'file:///a/.%2e/x',
    ]) {
      await world.refuses(`BACKUP METADATA TO '${up}'`, 'backup', /leads upwards/);
      await world.refuses(`RESTORE METADATA FROM '${up}'`, 'backup', /leads upwards/);
      await world.refuses(`VERIFY METADATA FROM '${up}'`, 'backup', /leads upwards/);
    }
    await world.refuses("BACKUP METADATA FOLDER 'whole'", 'backup', /exists already/);
    await world.refuses('BACKUP METADATA FORMAT KYLIN5', 'safety_rule', /convert/);
    const foreign = path.join(data, 'kylin');
    await writeSample(foreign, 'B');
    await world.refuses(`RESTORE METADATA FROM '${foreign}' AFTER TRUNCATE`, 'safety_rule', /AFTER TRUNCATE/);
  });

  it('is for administrators', async () => {
    const ann = world.session('ann');
    for (const text of [
      'BACKUP METADATA',
      "RESTORE METADATA FROM 'whole'",
      "LIST METADATA '/'",
      'SHOW METADATA BACKUPS',
    ]) {
      await assert.rejects(world.run(text, ann), /Access denied/, text);
    }
  });

  it('is looked at: keys, contents and who changed them', async () => {
    const [row] = await world.rows("CAT METADATA '/_global/repository/r.json'");
    assert.match(row?.[0] ?? '', /"name": "r"/);
    const log = await world.rows("SHOW METADATA AUDIT LOG FOR '/_global/account/ann' LIMIT 2");
    assert.deepEqual(
      log.map((cells) => cells[2]),
      ['PUT', 'DELETE'],
    );
    const folder = path.join(path.dirname(fileURLToPath(world.place())), 'kylin');
    assert.deepEqual(await world.rows(`LIST METADATA '/shop/rule' FROM '${folder}'`), [
      ['/shop/rule/r1.json'],
    ]);
    const cat = await world.rows(`CAT METADATA '/shop/rule/r1.json' FROM '${folder}'`);
    assert.deepEqual(cat, [[sampleOfB['/shop/rule/r1.json']]]);
    await world.refuses(`CAT METADATA '/none' FROM '${folder}'`, 'backup', /there is no '\/none'/);
  });

  it('holds no credential that can be read', async () => {
    const job = await run('BACKUP METADATA');
    const account = await readFile(path.join(job['Path'] ?? '', '_global', 'account', 'ann.json'), 'utf8');
    assert.doesNotMatch(account, /long enough 1/);
  });
});

for (const { name, skip, start } of kylinSystems)
  describe(`metadata of a Kylin in ${name}`, { skip }, () => {
    let world: World;
    let server: KylinServer;
    before(async () => {
      world = await World.open();
      server = await start();
      await kylinDatabase(server, 'kylin_b', 'B', sampleOfB);
      await kylinDatabase(server, 'kylin_c', 'C', sampleOf('C'));
      await server.create('empty');
    });
    after(async () => {
      await server[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    });

    it('is named once, tried, and listed without its password', async () => {
      await world.run(`CREATE METADATA STORE kylin URL '${server.url('kylin_b')}'`);
      await world.run(`CREATE METADATA STORE kylin5 URL '${server.url('kylin_c')}'`);
      await world.refuses(
        `CREATE METADATA STORE kylin URL '${server.url('kylin_b')}'`,
        'backup',
        /already exists/,
      );
      await world.refuses(
        `CREATE METADATA STORE none URL '${server.url('empty')}'`,
        'backup',
        /no Kylin metastore 'km'/i,
      );
      const rows = await world.rows('SHOW METADATA STORES');
      assert.deepEqual(
        rows.map((row) => row.slice(0, 4)),
        [
          ['kylin', server.place('kylin_b'), server.user, 'B'],
          ['kylin5', server.place('kylin_c'), server.user, 'C'],
        ],
      );
      const [kept] = await world.rows("CAT METADATA '/_global/metadata_store/kylin.json'");
      assert.ok(!(kept?.[0] ?? server.password).includes(server.password));
    });

    for (const [store, keyed] of [
      ['kylin', '/shop/model_desc/'],
      ['kylin5', 'MODEL/'],
    ] as const) {
      it(`is backed up and restored at all levels from ${store}`, async () => {
        const before = await world.rows(`LIST METADATA '' FROM STORE ${store}`);
        for (const [scope, folder] of [
          ['SYSTEM', 'whole'],
          ['PROJECT shop', 'project'],
          ['CUBE sales IN PROJECT shop', 'cube'],
        ] as const) {
          await world.run(`BACKUP METADATA ${scope} FROM STORE ${store} FOLDER '${store}-${folder}'`);
        }
        const table = store === 'kylin' ? 'km' : 'km_model';
        await using sql = await server.connect(store === 'kylin' ? 'kylin_b' : 'kylin_c');
        const column = store === 'kylin' ? 'META_TABLE_KEY' : 'meta_key';
        const model = keyed === 'MODEL/' ? modelId : `${keyed}${modelId}.json`;
        for (const [scope, folder] of [
          ['', 'whole'],
          ['PROJECT shop', 'project'],
          ['CUBE sales IN PROJECT shop', 'cube'],
        ] as const) {
          await sql.rows(`DELETE FROM ${table} WHERE ${column} = ?`, [model]);
          // The backup of a cube has no segments, the store's model has: only FORCE forgets them.
          const force = folder === 'cube' ? 'FORCE' : '';
          const text = `RESTORE METADATA ${scope} FROM '${store}-${folder}' INTO STORE ${store} ${force}`;
          const [job] = await world.rows(text);
          assert.match(job?.[11] ?? '', /^1 inserted, [01] updated, 0 deleted/);
        }
        assert.deepEqual(await world.rows(`LIST METADATA '' FROM STORE ${store}`), before);
      });
    }

    it('is left as it was by a restore that is cancelled', async () => {
      await using sql = await server.connect('kylin_b');
      await sql.rows("DELETE FROM km WHERE META_TABLE_KEY = '/shop/rule/r1.json'");
      await sql.rows('BEGIN');
      await sql.rows(
        "UPDATE km SET META_TABLE_MVCC = 9 WHERE META_TABLE_KEY = '/shop/table/SHOP.ORDERS.json'",
      );
      const [started] = await world.rows("RESTORE METADATA FROM 'kylin-whole' INTO STORE kylin ASYNC");
      await using looking = await server.connect('kylin_b');
      await until('the restore waits', async () =>
        (await looking.rows(server.waiters)).length > 0 ? true : undefined,
      );
      await world.refuses('BACKUP METADATA FROM STORE kylin', 'backup', /is running/);
      await world.run(`CANCEL METADATA JOB ${started?.[0]}`);
      await sql.rows('COMMIT');
      const [row] = await world.rows(`SHOW METADATA BACKUPS WHERE JobId = ${started?.[0]}`);
      assert.equal(row?.[2], 'CANCELLED');
      assert.deepEqual(await world.rows("LIST METADATA '/shop/rule/r1.json' FROM STORE kylin"), []);
    });

    it('is forgotten with its name', async () => {
      await world.run('DROP METADATA STORE kylin5');
      await world.refuses('DROP METADATA STORE kylin5', 'backup', /no metadata store 'kylin5'/);
      await world.refuses('BACKUP METADATA FROM STORE kylin5', 'backup', /no metadata store 'kylin5'/);
    });
  });
