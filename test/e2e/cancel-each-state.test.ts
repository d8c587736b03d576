import assert from 'node:assert/strict';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { silentLog } from '../../src/base/log.ts';
import { parseArguments } from '../../src/config/load.ts';
import { Scheduler } from '../../src/job/scheduler.ts';
import { type HoldfastServer, startServer } from '../../src/server.ts';
import { connectMysql2 } from '../support/clients.ts';
import { readRestoreTraces, stagedJobs } from '../support/data-folder.ts';
import { rowsOf, settledJob, timestampOf } from '../support/jobs.ts';
import { readRepository } from '../support/repository-folder.ts';
import { StateGate, type StateGateOptions } from '../support/state-gate.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

/** Where a job is held: for transfers, when the first blob is through. */
type Held = Readonly<{ state: string; options?: StateGateOptions }>;

const backups: readonly Held[] = [
  { state: 'PENDING' },
  { state: 'SNAPSHOTING' },
  { state: 'UPLOAD_SNAPSHOT' },
  { state: 'UPLOADING', options: { at: 'put', skip: 1 } },
  { state: 'SAVE_META' },
  { state: 'UPLOAD_INFO', options: { at: 'put' } },
];

const restores: readonly Held[] = [
  { state: 'PENDING' },
  { state: 'SNAPSHOTING', options: { at: 'prepare' } },
  { state: 'DOWNLOAD', options: { at: 'leftOut' } },
  { state: 'DOWNLOADING', options: { at: 'get', skip: 1 } },
  { state: 'COMMIT', options: { at: 'checksum' } },
  { state: 'COMMITTING', options: { at: 'commit' } },
];

describe('CANCEL on a real server, whose job is held in', () => {
  let folder: TemporaryFolder;
  let gate: StateGate;
  let scheduler: Scheduler | undefined;
  let server: HoldfastServer | undefined;
  let connection: Connection;

  beforeEach(async () => {
    folder = await temporaryFolder();
  });

  afterEach(async () => {
    connection.destroy();
    await server?.stop();
    await folder[Symbol.asyncDispose]();
  });

  const data = (): string => path.join(folder.path, 'data');
  const place = (): string => path.join(folder.path, 'repository');

  /** A shop of old rows in snapshot `old`, and new ones in its tables. */
  async function start({ state, options }: Held): Promise<void> {
    gate = new StateGate(state, options);
    const command = parseArguments(['serve', '--listen', '127.0.0.1:0', '--data', data()], {});
    assert(command.kind === 'serve');
    server = await startServer(command.config, silentLog, (parts) => {
      scheduler = new Scheduler(gate.tools(parts));
      return scheduler;
    });
    connection = await connectMysql2({ port: server.port, user: 'root' });
    for (const sql of [
      `CREATE REPOSITORY r WITH BROKER ON LOCATION "file://${place()}"`,
      'CREATE DATABASE shop',
      'USE shop',
      'CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(20))',
      'CREATE TABLE sale (id INT, item INT)',
      "INSERT INTO item VALUES (1, 'old pen'), (2, 'old ink')",
      'INSERT INTO sale VALUES (1, 1), (2, 2), (3, 1)',
      'BACKUP SNAPSHOT shop.old TO r',
    ]) {
      await connection.query(sql);
    }
    assert.equal((await settledJob(connection, 'BACKUP', 'shop'))['State'], 'FINISHED');
    await connection.query("UPDATE item SET name = CONCAT('new ', id)");
    await connection.query('INSERT INTO sale VALUES (4, 2)');
    assert(scheduler, 'the server has a scheduler');
    gate.watch(scheduler);
  }

  async function submit(kind: 'BACKUP' | 'RESTORE'): Promise<void> {
    const timestamp = await timestampOf(connection, 'r', 'old');
    const statement =
      kind === 'BACKUP'
        ? 'BACKUP SNAPSHOT shop.next TO r'
        : `RESTORE SNAPSHOT shop.old FROM r PROPERTIES ("backup_timestamp" = "${timestamp}")`;
    await connection.query(statement);
    await gate.reached;
  }

  async function shown(kind: 'BACKUP' | 'RESTORE'): Promise<RowDataPacket> {
    const [row] = await rowsOf(connection, `SHOW ${kind} FROM shop`);
    assert(row, 'the job is shown');
    return row;
  }

  const rows = async (): Promise<string> => {
    const [row] = await rowsOf(
      connection,
      'SELECT (SELECT GROUP_CONCAT(name ORDER BY id) FROM item) AS items, (SELECT COUNT(*) FROM sale) AS sales',
    );
    return `${row?.['items']}/${row?.['sales']}`;
  };

  async function cancelled(kind: 'BACKUP' | 'RESTORE', state: string): Promise<RowDataPacket> {
    assert.equal((await shown(kind))['State'], state);
    // It does not wait for the job, which goes on when it is let go, below.
    await connection.query(`CANCEL ${kind} FROM shop`);
    const job = await shown(kind);
    assert.equal(job['State'], 'CANCELLED');
    gate.release();
    await until('an empty staging folder', async () => stagedJobs(data()).length === 0 || undefined);
    return job;
  }

  /** A next job in the same database, under the label that was in use; then nothing else is left anywhere. */
  async function leavesNothing(): Promise<void> {
    const old = await until('no orphan blob', async () => {
      const found = readRepository(place(), 'r');
      return found.blobs.difference(found.named).size === 0 ? found : undefined;
    });
    assert.deepEqual(
      old.snapshots.map((name) => name.split('/')[0]),
      ['old'],
    );
    assert.deepEqual(old.others, []);
    await connection.query('BACKUP SNAPSHOT shop.next TO r');
    assert.equal((await settledJob(connection, 'BACKUP', 'shop'))['Status'], '[OK]');
    await connection.query("INSERT INTO item VALUES (9, 'not held')");
    connection.destroy();
    await server?.stop();
    server = undefined;
    assert.deepEqual(await readRestoreTraces(data()), []);
  }

  for (const held of backups) {
    it(`${held.state} ends the backup at once and leaves nothing of it`, async () => {
      await start(held);
      await submit('BACKUP');
      const job = await cancelled('BACKUP', held.state);
      assert.equal(job['Status'], '[COMMON_ERROR, msg: user cancelled]');
      assert.equal(await rows(), 'new 1,new 2/4');
      await leavesNothing();
    });
  }

  for (const held of restores) {
    it(`${held.state} ends the restore at once and leaves the rows as they were`, async () => {
      await start(held);
      await submit('RESTORE');
      assert.equal(await rows(), 'new 1,new 2/4', 'the old table answers');
      const job = await cancelled('RESTORE', held.state);
      assert.equal(job['Status'], `[COMMON_ERROR, msg: user cancelled, current state: ${held.state}]`);
      assert.equal(await rows(), 'new 1,new 2/4');
      await leavesNothing();
    });
  }

  it('COMMITTING behind the swap is refused, and the new rows are complete', async () => {
    await start({ state: 'COMMITTING', options: { at: 'committed' } });
    await submit('RESTORE');
    assert.equal(await rows(), 'old pen,old ink/3');
    const refused = assert.rejects(connection.query('CANCEL RESTORE FROM shop'), {
      errno: 5064,
      message: 'Failed to cancel job: Job with label old can not be cancelled. state: FINISHED',
    });
    gate.release();
    await refused;
    assert.equal((await settledJob(connection, 'RESTORE', 'shop'))['Status'], '[OK]');
    assert.equal(await rows(), 'old pen,old ink/3');
    await until('an empty staging folder', async () => stagedJobs(data()).length === 0 || undefined);
    await leavesNothing();
  });
});
