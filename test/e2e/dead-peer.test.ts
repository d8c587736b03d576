import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { FlakyPort } from '../doubles/flaky-port.ts';
import { rowsOf } from '../support/jobs.ts';
import { MariadbServer, mariadbSkipReason } from '../support/mariadb-server.ts';
import { createCatalog } from '../support/pass-through-world.ts';
import { ServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';

/** Between Holdfast and MariaDB stands a port that lets nothing pass from some moment on, and closes nothing. */
describe(
  'a server of a catalog that is silent from one moment to the next',
  { skip: mariadbSkipReason() },
  () => {
    const held = new AsyncDisposableStack();
    let port: FlakyPort;
    let holdfast: ServerProcess;
    let root: Connection;

    before(async () => {
      const mariadb = held.use(await MariadbServer.start());
      const direct = await mariadb.connect({ multipleStatements: true });
      await direct.query(`CREATE DATABASE shop; USE shop;
      CREATE TABLE a AS SELECT seq AS id, repeat('x', 1000) AS pad FROM seq_1_to_4000;
      ALTER TABLE a ADD PRIMARY KEY (id)`);
      await direct.end();
      port = held.use(await FlakyPort.open(mariadb.port));
      const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-dead-peer-'));
      held.defer(() => rmSync(folder, { recursive: true, force: true }));
      holdfast = held.use(await ServerProcess.start());
      root = await holdfast.connect();
      held.defer(() => root.destroy());
      const place = mariadb.properties({ port: String(port.port) });
      await root.query(createCatalog('prod', place));
      // Slow enough to be met: its rows take eight seconds.
      await root.query(createCatalog('slow', { ...place, max_source_rows_per_second: '500' }));
      await root.query(`CREATE REPOSITORY r WITH BROKER ON LOCATION "file://${path.join(folder, 'r')}"`);
    });
    after(() => held.disposeAsync());

    const shown = async (): Promise<RowDataPacket | undefined> =>
      (await rowsOf(root, 'SHOW BACKUP FROM slow.shop'))[0];
    const inState = (state: string): Promise<RowDataPacket> =>
      until(`a backup in ${state}`, async () => {
        const job = await shown();
        return job?.['State'] === state ? job : undefined;
      });

    async function session(): Promise<Connection> {
      const connection = await holdfast.connect();
      connection.on('error', () => undefined);
      await connection.query('SET CATALOG prod');
      await connection.query('SELECT 1 FROM shop.a LIMIT 1');
      return connection;
    }
    const isListed = async (id: number, statement = ''): Promise<boolean> =>
      (await rowsOf(root, 'SHOW PROCESSLIST')).some(
        (row) => Number(row['Id']) === id && String(row['Info'] ?? '').startsWith(statement),
      );
    const underWay = async (id: number): Promise<unknown> =>
      until('a statement under way', async () => (await isListed(id, 'SELECT COUNT')) || undefined);

    it('does not keep KILL QUERY from ending a statement that waits for it', async () => {
      const connection = await session();
      port.part();
      const waiting = assert.rejects(connection.query('SELECT COUNT(*) FROM shop.a'), { errno: 1430 });
      await underWay(connection.threadId);
      await root.query(`KILL QUERY ${connection.threadId}`);
      await waiting;
      port.heal();
      const [rows] = await connection.query<RowDataPacket[]>('SELECT COUNT(*) AS count FROM shop.a');
      assert.equal(Number(rows[0]?.['count']), 4000);
      connection.destroy();
    });

    it('does not keep a session whose client has gone', async () => {
      const connection = await session();
      const id = connection.threadId;
      port.part();
      connection.query('SELECT COUNT(*) FROM shop.a').catch(() => undefined);
      await underWay(id);
      connection.destroy();
      await until('no such session', async () => ((await isListed(id)) ? undefined : true));
      port.heal();
    });

    it('does not keep CANCEL BACKUP from ending a backup, and its label from being free', async () => {
      await root.query('BACKUP SNAPSHOT slow.shop.nightly TO r');
      await inState('UPLOADING');
      port.part();
      await root.query('CANCEL BACKUP FROM slow.shop');
      const job = await inState('CANCELLED');
      assert.match(String(job['Status']), /user cancelled/);
      port.heal();
      await root.query('BACKUP SNAPSHOT slow.shop.nightly TO r');
      await inState('FINISHED');
    });

    it('does not keep Holdfast from stopping in the middle of a backup', async () => {
      await root.query('BACKUP SNAPSHOT slow.shop.last TO r');
      await inState('UPLOADING');
      port.part();
      assert.equal(await holdfast.stop(), 0);
    });
  },
);
