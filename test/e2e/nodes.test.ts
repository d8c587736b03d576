import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { RowDataPacket } from 'mysql2/promise';
import { mariadbSkipReason } from '../support/mariadb-server.ts';
import { NodeWorld } from '../support/node-world.ts';
import { blobFile } from '../support/repository-folder.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';

describe('two nodes and a query node with one metastore', { skip: mariadbSkipReason() }, () => {
  let world: NodeWorld;
  let [a, b, q]: (ServerProcess | undefined)[] = [];
  const nodes = (): Readonly<{ a: ServerProcess; b: ServerProcess; q: ServerProcess }> => {
    assert.ok(a && b && q);
    return { a, b, q };
  };

  before(async () => {
    world = await NodeWorld.open();
    await world.direct(
      'CREATE DATABASE shop',
      'USE shop',
      'CREATE TABLE shop.item (id INT PRIMARY KEY, name VARCHAR(20))',
      "INSERT INTO shop.item SELECT seq, CONCAT('item ', seq) FROM seq_1_to_500",
    );
    a = await world.start('a', { group: 'eu' });
    b = await world.start('b', { group: 'us' });
    q = await world.start('q', { role: 'query' });
    await world.prepare(b);
  });
  after(async () => world[Symbol.asyncDispose]());

  it('show on every node what was made through any', async () => {
    for (const node of Object.values(nodes())) {
      await until('the catalog is there', async () =>
        (await world.ask(node, 'SHOW CATALOGS')).some(({ Catalog }) => Catalog === 'prod') ? true : undefined,
      );
      const repositories = await world.ask(node, 'SHOW REPOSITORIES');
      assert.equal(repositories.length, 1);
    }
  });

  it('take a BACKUP on any node, run it once, and show it everywhere', async () => {
    const { a, b, q } = nodes();
    for (const [node, label] of [
      [a, 'from_a'],
      [b, 'from_b'],
      [q, 'from_q'],
    ] as const) {
      await world.ask(node, 'SET CATALOG prod', `BACKUP SNAPSHOT shop.${label} TO repo`);
      for (const shown of [node, a, b, q]) await world.finished(shown, 'shop', label);
    }
    assert.deepEqual(
      world.repository().snapshots.map((name) => name.split('/')[0]),
      ['from_a', 'from_b', 'from_q'],
    );
  });

  it('say which node is which', async () => {
    const { b } = nodes();
    const rows = await world.ask(b, 'SHOW FRONTENDS');
    assert.deepEqual(
      rows.map(({ Name, Role, Alive }) => [Name, Role, Alive]),
      [
        ['a', 'LEADER', 'true'],
        ['b', 'FOLLOWER', 'true'],
        ['q', 'OBSERVER', 'true'],
      ],
    );
    const epochs = await world.ask(b, 'SHOW METADATA EPOCHS');
    assert.deepEqual(
      epochs.map(({ Project, Owner }) => [Project, Owner]),
      [
        ['_global', 'a'],
        ['prod.shop', 'a'],
      ],
    );
  });

  it('give a statement the error of the node that ran it', async () => {
    const { b } = nodes();
    await assert.rejects(
      () => world.ask(b, `CREATE REPOSITORY repo WITH BROKER ON LOCATION "file://${world.folder}/x"`),
      /repo/,
    );
    await assert.rejects(() => world.ask(b, 'DROP REPOSITORY nothing'), /not exist/i);
    await assert.rejects(
      () => world.ask(b, 'SET CATALOG prod', 'BACKUP SNAPSHOT shop.from_a TO repo'),
      /already exist/,
    );
  });

  it('know accounts that another node has made, under its password', async () => {
    const { b, q } = nodes();
    for (const node of [b, q]) await world.ask(node, 'SET CATALOG default_catalog');
    await world.ask(b, "CREATE USER guest IDENTIFIED BY 'first'");
    await until('the account is there', async () =>
      (await world.ask(q, 'SELECT User FROM mysql.user')).some(({ User }) => User === 'guest')
        ? true
        : undefined,
    );
    const connection = await q.connect({
      user: 'guest',
      password: 'first',
      ssl: { rejectUnauthorized: false },
    });
    await connection.end();
  });

  it('restore through any node', async () => {
    const { b } = nodes();
    await world.direct('DELETE FROM shop.item WHERE id > 10');
    const [shown] = await world.ask(b, "SHOW SNAPSHOT ON repo WHERE SNAPSHOT = 'from_a'");
    const timestamp = shown?.['Timestamp'];
    await world.ask(
      b,
      'SET CATALOG prod',
      `RESTORE SNAPSHOT shop.from_a FROM repo PROPERTIES ("backup_timestamp" = "${timestamp}")`,
    );
    await until('the restore ends', async () => {
      const rows = await world.ask(b, 'SHOW RESTORE FROM shop');
      return rows.at(-1)?.['State'] === 'FINISHED' ? true : undefined;
    });
    const connection = await world.database.connect();
    const [rows] = await connection.query('SELECT COUNT(*) AS n FROM shop.item');
    await connection.end();
    assert.deepEqual(rows, [{ n: '500' }]);
  });

  it('free the room of a snapshot that any of them drops, and of files that nobody needs', async () => {
    const { a, b, q } = nodes();
    await world.direct("UPDATE shop.item SET name = 'changed' WHERE id = 7");
    await world.ask(b, 'SET CATALOG prod', 'BACKUP SNAPSHOT shop.short_lived TO repo');
    await world.finished(b, 'shop', 'short_lived');
    const { blobs, named } = world.repository();
    await world.ask(q, 'DROP SNAPSHOT short_lived ON repo');
    const left = await until('its own files are gone', async () => {
      const now = world.repository();
      return now.blobs.difference(now.named).size === 0 ? now : undefined;
    });
    assert.deepEqual([...left.blobs].toSorted(), [...left.named].toSorted(), 'no more and no less');
    assert.ok(left.blobs.size < blobs.size);
    assert.ok(left.named.size < named.size);
    const file = blobFile(path.join(world.folder, 'repository'), 'repo', 'ab'.repeat(32));
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, 'x');
    await world.ask(b, 'CLEAN REPOSITORY repo FORCE');
    const notes = await world.ask(b, 'SHOW WARNINGS');
    assert.match(notes[0]?.['Message'] ?? '', /^1 file that no snapshot needs/);
    await until('the file is gone', async () => (existsSync(file) ? undefined : true));
    await world.ask(a, 'SET CATALOG prod', 'BACKUP SNAPSHOT shop.after_drop TO repo');
    await world.finished(a, 'shop', 'after_drop');
  });

  it('back up the embedded engine where its data lie, and say so elsewhere', async () => {
    const { a, b } = nodes();
    for (const node of [a, b]) {
      await world.ask(node, 'SET CATALOG default_catalog', 'CREATE DATABASE home', 'USE home');
      await world.ask(node, 'CREATE TABLE t (id INT)', 'INSERT INTO t VALUES (1)');
    }
    await world.ask(b, 'BACKUP SNAPSHOT home.embedded TO repo');
    await until('the backup ends', async () => {
      const [row] = await world.ask(b, 'SHOW BACKUP FROM home');
      return row?.['State'] === 'FINISHED' ? true : undefined;
    });
    await assert.rejects(
      () => world.ask(a, 'BACKUP SNAPSHOT home.other TO repo'),
      /'default_catalog\.home' lies in the data folder of node 'b'/,
    );
    const [saved] = await world.ask(b, 'BACKUP METADATA PROJECT home');
    await world.ask(b, 'DROP TABLE home.t FORCE');
    const restore = `RESTORE METADATA PROJECT home FROM '${saved?.['Path']}'`;
    for (const refused of ['BACKUP METADATA PROJECT home', restore]) {
      await assert.rejects(() => world.ask(a, refused), /lies in the data folder of node 'b'/);
    }
    await world.ask(b, restore);
    assert.deepEqual(await world.ask(b, 'SELECT COUNT(*) AS n FROM home.t'), [{ n: '0' }]);
  });

  it('restore metadata through any node, and show its answer', async () => {
    const { a, b, q } = nodes();
    const [saved] = await world.ask(b, 'BACKUP METADATA');
    const from = `SYSTEM FROM '${saved?.['Path']}'`;
    await world.ask(b, "CREATE USER passing IDENTIFIED BY 'long enough 1'");
    const accounts = async (node: ServerProcess): Promise<readonly unknown[]> =>
      (await world.ask(node, 'SELECT User FROM mysql.user')).map(({ User }) => User);
    assert.ok((await accounts(b)).includes('passing'));
    for (const node of [q, b]) {
      const plan = await world.ask(node, `RESTORE METADATA ${from} AFTER TRUNCATE DRY RUN`);
      assert.ok(plan.length > 0);
    }
    const [restored] = await world.ask(q, `RESTORE METADATA ${from} AFTER TRUNCATE`);
    assert.equal(restored?.['State'], 'FINISHED');
    for (const node of [a, b, q]) {
      await until('the account is gone', async () =>
        (await accounts(node)).includes('passing') ? undefined : true,
      );
    }
  });

  it('cancel a metadata job that another node runs', async () => {
    const { a, b, q } = nodes();
    await world.direct(
      'CREATE DATABASE kylin',
      `CREATE TABLE kylin.km (META_TABLE_KEY VARCHAR(255) COLLATE utf8_bin PRIMARY KEY, META_TABLE_CONTENT LONGBLOB,
        META_TABLE_TS BIGINT, META_TABLE_MVCC BIGINT) DEFAULT CHARSET=utf8`,
      `INSERT INTO kylin.km VALUES ('/_global/project/shop.json', '{"name": "shop"}', 1, 0)`,
    );
    const url = `km@jdbc,url=jdbc:mysql://127.0.0.1:${world.database.port}/kylin,username=root`;
    await world.ask(b, `CREATE METADATA STORE kylin URL '${url}'`);
    const [saved] = await world.ask(b, 'BACKUP METADATA FROM STORE kylin');
    const locking = await world.database.connect({ database: 'kylin' });
    try {
      for (const node of [q, a, b]) {
        await locking.query('BEGIN');
        await locking.query('UPDATE km SET META_TABLE_MVCC = META_TABLE_MVCC + 1');
        const [job] = await world.ask(b, `RESTORE METADATA FROM '${saved?.['Path']}' INTO STORE kylin ASYNC`);
        const id = job?.['JobId'];
        await world.ask(node, `CANCEL METADATA JOB ${id}`);
        const [row] = await world.ask(node, `SHOW METADATA BACKUPS WHERE JobId = ${id}`);
        assert.equal(row?.['State'], 'CANCELLED');
        await assert.rejects(() => world.ask(a, `CANCEL METADATA JOB ${id}`), /is CANCELLED already/);
        await locking.query('ROLLBACK');
      }
    } finally {
      await locking.end();
    }
  });

  it('write nothing while the metadata is in maintenance mode', async () => {
    const { a, b, q } = nodes();
    await world.ask(b, "SET METADATA MAINTENANCE ON REASON 'moving house'");
    for (const node of [a, b, q]) {
      await assert.rejects(
        () => world.ask(node, 'ADMIN SET FRONTEND CONFIG ("history_jobs_max" = "20")'),
        /moving house/,
      );
      await assert.rejects(
        () => world.ask(node, 'SET CATALOG prod', 'BACKUP SNAPSHOT shop.never TO repo'),
        /moving house/,
      );
    }
    await assert.rejects(() => world.ask(a, "SET METADATA MAINTENANCE ON REASON 'again'"), /already/);
    await world.ask(q, 'SET METADATA MAINTENANCE OFF');
    await world.ask(q, 'SET CATALOG prod', 'BACKUP SNAPSHOT shop.afterwards TO repo');
    await world.finished(q, 'shop', 'afterwards');
  });

  it('refuse a node of the same name, and one with another key', async () => {
    await assert.rejects(
      () => world.start('a', { data: `${world.folder}/other` }),
      /node 'a' runs already.*--node-id/s,
    );
    await assert.rejects(
      () => world.start('c', { key: '0'.repeat(64) }),
      /another key.*HOLDFAST_SECRET_KEY/s,
    );
  });

  it('goes on after the database was restarted', async () => {
    const { a, b } = nodes();
    await world.database.crash();
    await until('a backup is taken', async () => {
      try {
        await world.ask(b, 'SET CATALOG prod', 'BACKUP SNAPSHOT shop.restarted TO repo');
        return true;
      } catch {
        return undefined;
      }
    });
    await world.finished(a, 'shop', 'restarted');
  });

  it("run a catalog's jobs in its group of nodes, through whichever they are asked for", async () => {
    const { a, b, q } = nodes();
    const isOfA = (await world.owner(q, 'prod.shop')) === 'a';
    const [group, owner] = isOfA ? ['us', 'b'] : ['eu', 'a'];
    await world.ask(q, `ALTER CATALOG prod SET ("node_group" = "${group}")`);
    await until(`${owner} has it`, async () =>
      (await world.owner(q, 'prod.shop')) === owner ? true : undefined,
    );
    for (const node of [a, b]) {
      const label = node === a ? 'by_a' : 'by_b';
      await world.ask(node, 'SET CATALOG prod', `BACKUP SNAPSHOT shop.${label} TO repo`);
      await world.finished(node, 'shop', label);
      assert.equal(await world.owner(node, 'prod.shop'), owner);
    }
    const epochs = await world.ask(a, 'SHOW METADATA EPOCHS');
    const groups = epochs.map(({ Project, NodeGroup }) => [Project, NodeGroup]);
    assert.deepEqual(Object.fromEntries(groups), {
      _global: '',
      'default_catalog.home': '',
      'prod.shop': group,
    });
    const frontends = await world.ask(q, 'SHOW FRONTENDS');
    assert.deepEqual(
      frontends.map(({ Name, NodeGroup }) => [Name, NodeGroup]),
      [
        ['a', 'eu'],
        ['b', 'us'],
        ['q', ''],
      ],
    );
  });

  it('start a query node from the newest backup and the log, or from the store when the backup is damaged', async () => {
    const { a, b } = nodes();
    const accounts = async (node: ServerProcess): Promise<readonly unknown[]> =>
      (await world.ask(node, 'SET CATALOG default_catalog', 'SELECT User FROM mysql.user')).map(
        ({ User }) => User,
      );
    const [saved] = await world.ask(a, "BACKUP METADATA FOLDER 'to_start_from'");
    await world.ask(a, "BACKUP METADATA TO repo FOLDER 'shelved'");
    // The session's catalog was another server's, which has accounts of its own.
    await world.ask(b, 'SET CATALOG default_catalog', "CREATE USER afterwards IDENTIFIED BY 'long enough 1'");
    const damage = (): void => appendFileSync(path.join(saved?.['Path'] ?? '', 'UUID'), '!');
    for (const { spoil, flags, said } of [
      { flags: [], said: /"started_from_backup".*"backup":"to_start_from"/ },
      {
        flags: ['--metadata-backups', 'repo'],
        said: /"started_from_backup","place":"repo","backup":"shelved"/,
      },
      { spoil: damage, flags: [], said: /"started_without_backup".*'\/UUID' is not what was written/ },
    ]) {
      spoil?.();
      const node = await world.start('r', { role: 'query', flags });
      assert.ok((await accounts(node)).includes('afterwards'));
      assert.deepEqual(await accounts(node), await accounts(a));
      // Lines are written behind what they tell of.
      await until(`a log with ${said}`, async () =>
        said.test(readFileSync(world.logOf('r'), 'utf8')) ? true : undefined,
      );
      await node.stop();
    }
  });

  it('leave nothing of what one asked another', async () => {
    const connection = await world.database.connect({ database: 'metadata' });
    await until('no question', async () => {
      const [rows] = await connection.query<RowDataPacket[]>('SELECT COUNT(*) AS n FROM holdfast_request');
      return rows[0]?.['n'] === '0' ? true : undefined;
    });
    await connection.end();
  });
});
