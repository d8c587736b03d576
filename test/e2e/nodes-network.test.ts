import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { it } from 'node:test';
import type { RowDataPacket } from 'mysql2/promise';
import { AcknowledgedWrites } from '../support/acknowledged-writes.ts';
import { CutNetwork, networkSkipReason } from '../support/cut-network.ts';
import { checkOneAtATime, workOf } from '../support/job-work.ts';
import { mariadbSkipReason } from '../support/mariadb-server.ts';
import { NodeWorld } from '../support/node-world.ts';
import { until } from '../support/until.ts';

/**
 * Short, since the test waits for a lease to expire; long enough that a busy machine does not take one from a node that lives,
 * and that its last fifth, in which the node that has lost it ends its work, is time enough there.
 */
const heartbeatMs = 600;
const timeoutMs = 12_000;

const stopTimeoutMs = 60_000;

const skip = mariadbSkipReason() || networkSkipReason();

it(
  'a node whose network is cut by the kernel loses its job to another, and writes nothing more',
  { skip },
  async () => {
    await using world = await NodeWorld.open({ heartbeatMs, timeoutMs });
    await using network = await CutNetwork.open(world.database.port);
    const { host, port } = network.place;
    await world.direct(
      'CREATE DATABASE shop',
      'USE shop',
      'CREATE TABLE shop.item (id INT PRIMARY KEY, name VARCHAR(200))',
      "INSERT INTO shop.item SELECT seq, RPAD('', 200, MD5(seq)) FROM seq_1_to_9000",
    );
    const key = randomBytes(32).toString('hex');
    const a = await world.start('a', { key });
    const [program, ...words] = network.link.prefix;
    const c = spawn(program, [...words, process.execPath, ...flagsOf(world, `${host}:${port}`)], {
      env: { ...process.env, HOLDFAST_SECRET_KEY: key },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let writes: AcknowledgedWrites | undefined;
    try {
      await isReady(c);
      // Slow enough to be cut in the middle: nine seconds. Its group is the cut one's: so it is that node's to begin with, and may be another's afterwards.
      const limits = { max_source_rows_per_second: '1000', host, port: String(port), tls: 'disabled' };
      const properties = { ...limits, node_group: 'far' };
      await world.prepare(a, properties);
      await world.ask(a, 'SET CATALOG prod', 'BACKUP SNAPSHOT shop.cut TO repo');
      assert.equal(await world.owner(a, 'prod.shop'), 'c');
      await world.ask(a, 'ALTER CATALOG prod SET ("node_group" = "")');
      await until('rows are read', async () =>
        /UPLOAD/.test((await world.lastBackup(a, 'shop'))?.['State'] ?? '') ? true : undefined,
      );
      writes = new AcknowledgedWrites(['a'], () => a);
      network.link.part();
      await until('the other node has it', async () =>
        (await world.owner(a, 'prod.shop')) === 'a' ? true : undefined,
      );
      await world.finished(a, 'shop', 'cut');
      const before = await newestRow(world);
      network.link.heal();
      await until('the node has read all that it missed', async () => {
        const row = (await world.ask(a, 'SHOW FRONTENDS')).find(({ Name }) => Name === 'c');
        return row?.['Alive'] === 'true' && Number(row['ReplayedJournalId']) >= before ? true : undefined;
      });
      assert.deepEqual(await rowsOfNodeAfter(world, before), []);
      await writes.stop();
      await writes.check(a);
      const work = workOf(new Map(['a', 'c'].map((name) => [name, world.logOf(name)])), []);
      assert.deepEqual(
        [...checkOneAtATime(work).values()],
        [2],
        'two nodes worked on the job, one after the other',
      );
      assert.equal(world.repository().snapshots.length, 1);
    } finally {
      // Else it goes on for ever.
      await writes?.stop();
      await ended(c);
    }
  },
);

function flagsOf(world: NodeWorld, place: string): readonly string[] {
  const main = new URL('../../src/main.ts', import.meta.url).pathname;
  const listen = ['--listen', '127.0.0.1:0', '--http', '127.0.0.1:0', '--data', path.join(world.folder, 'c')];
  const times = ['--node-heartbeat-ms', String(heartbeatMs), '--node-timeout-ms', String(timeoutMs)];
  const node = ['--metastore', `mysql://root@${place}/metadata`, '--node-id', 'c', '--node-group', 'far'];
  const log = ['--log-level', 'debug', '--log-file', world.logOf('c')];
  return [main, 'serve', ...listen, ...node, ...times, ...log];
}

async function isReady(node: ChildProcess): Promise<void> {
  let output = '';
  node.stdout?.on('data', (text: Buffer) => (output += text.toString()));
  await until('the node in its own network is up', async () => {
    assert.equal(node.exitCode, null, 'the node has ended');
    return output.includes('holdfast ready') ? true : undefined;
  });
}

async function ended(node: ChildProcess): Promise<void> {
  if (node.exitCode !== null || node.signalCode !== null) return;
  const exit = once(node, 'exit');
  node.kill('SIGTERM');
  const hardly = setTimeout(() => node.kill('SIGKILL'), stopTimeoutMs);
  await exit;
  clearTimeout(hardly);
}

async function newestRow(world: NodeWorld): Promise<number> {
  const [row] = await rowsOf(world, 'SELECT MAX(id) AS id FROM holdfast_audit_log');
  return Number(row?.['id']);
}

async function rowsOfNodeAfter(world: NodeWorld, id: number): Promise<readonly RowDataPacket[]> {
  return await rowsOf(world, `SELECT id FROM holdfast_audit_log WHERE id > ${id} AND instance LIKE 'c:%'`);
}

async function rowsOf(world: NodeWorld, sql: string): Promise<readonly RowDataPacket[]> {
  const connection = await world.database.connect({ database: 'metadata' });
  try {
    const [rows] = await connection.query<RowDataPacket[]>(sql);
    return rows;
  } finally {
    await connection.end();
  }
}
