import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { CrashWorld } from '../support/crash-world.ts';
import { rowsOf } from '../support/jobs.ts';
import { ServerProcess } from '../support/server-process.ts';
import { makeBank } from '../support/bank.ts';

describe('a statement that is larger than max_allowed_packet', () => {
  it('is refused with 1153, and the next connection is served', async () => {
    const bytes = 1024 * 1024;
    await using server = await ServerProcess.start({ flags: ['--max-allowed-packet-bytes', String(bytes)] });
    const first = await server.connect();
    const [row] = await rowsOf(first, `SELECT LENGTH('${'x'.repeat(bytes / 2)}') AS n`);
    assert.equal(Number(row?.['n']), bytes / 2);
    first.on('error', () => undefined); // The server closes it.
    await assert.rejects(first.query(`SELECT LENGTH('${'x'.repeat(2 * bytes)}')`), { errno: 1153 });
    first.destroy();
    const second = await server.connect();
    assert.deepEqual(await rowsOf(second, 'SELECT 1 AS one'), [{ one: 1 }]);
    await second.end();
  });
});

describe('a second server on one data folder', () => {
  it('ends with code 1 and says who has the folder', async () => {
    await using server = await ServerProcess.start();
    await assert.rejects(ServerProcess.start({ data: server.data }), {
      message: new RegExp(
        String.raw`the server ended with 1:\s+holdfast: data folder '.+' is in use by another Holdfast server ` +
          String.raw`\(process ${server.pid}\): stop it, or give this one another folder with --data`,
      ),
    });
    const connection = await server.connect();
    assert.deepEqual(await rowsOf(connection, 'SELECT 1 AS one'), [{ one: 1 }]);
    await connection.end();
  });
});

describe('a large backup', { skip: process.platform !== 'linux' && 'reads memory from /proc' }, () => {
  /** Some 200 MB of rows. */
  const thousands = 1_500;
  /** Node, its workers, the engine's 512 MB and what that does not count: a bound, not a goal. */
  const memoryMbMax = 900;
  /**
   * Alone it is some milliseconds. On a machine on which everything runs at once the backup, too, takes many times as long: then
   * it is this part of it. A server whose thread the backup takes answers when it has ended.
   */
  const answerMsMax = 2_000;
  const answerShareMax = 0.25;

  /** Half a minute of a processor's work, on a machine that has other work. */
  const testMsMax = 900_000;

  it('needs bounded memory, and SHOW BACKUP answers meanwhile', { timeout: testMsMax }, async (test) => {
    await using world = await CrashWorld.create();
    await makeBank(world.connection, thousands);
    // What it took to insert the rows is another matter.
    await world.stop();
    await world.start();
    await world.connection.query('BACKUP SNAPSHOT bank.large TO r');
    const answersMs: number[] = [];
    let state = '';
    while (!['FINISHED', 'CANCELLED'].includes(state)) {
      const start = performance.now();
      state = String((await world.newest('BACKUP'))?.['State']);
      answersMs.push(performance.now() - start);
    }
    assert.equal((await world.newest('BACKUP'))?.['Status'], '[OK]');
    const peakMb = peakMemoryMb(world.server.pid);
    const sorted = answersMs.toSorted((left, right) => left - right);
    const slowest = Number(sorted.at(-1));
    const p99 = Number(sorted[Math.floor(sorted.length * 0.99)]);
    test.diagnostic(`peak memory ${peakMb} MB`);
    test.diagnostic(
      `${sorted.length} answers of SHOW BACKUP, p99 ${p99.toFixed(1)} ms, slowest ${slowest.toFixed(1)} ms`,
    );
    assert.ok(peakMb < memoryMbMax, `${peakMb} MB`);
    const totalMs = answersMs.reduce((sum, each) => sum + each, 0);
    assert.ok(slowest < Math.max(answerMsMax, answerShareMax * totalMs), `${slowest} of ${totalMs} ms`);
  });
});

/** The most memory that a process has had, of Linux' `VmHWM`. */
function peakMemoryMb(pid: number): number {
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  assert(peak);
  return Math.round(Number(peak[1]) / 1024);
}
