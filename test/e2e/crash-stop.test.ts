import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type BankDigest, changeBank, digestBank, makeBank } from '../support/bank.ts';
import { CrashWorld, type JobKind } from '../support/crash-world.ts';

/** SIGTERM promises ten seconds; the rest is for a machine that has other work. Far less than the job would take. */
const stopMsMax = 30_000;
/** Slow enough that a job still runs when the server is told to stop: some 5 MB take more than a minute. */
const slowKbps = 60;

describe('a server that is told to stop while a job runs', () => {
  let world: CrashWorld;
  let backedUp: BankDigest;

  before(async () => {
    world = await CrashWorld.create();
    await makeBank(world.connection, 60);
    backedUp = await digestBank(world.connection);
  });
  after(() => world[Symbol.asyncDispose]());

  it('ends in time with exit code 0, and goes on with a backup at its next start', async () => {
    await setSpeeds(world, slowKbps);
    await world.connection.query('BACKUP SNAPSHOT bank.nightly TO r');
    await stopAndGoOn(world, 'BACKUP', 'UPLOADING');
    await world.assertTidyRepository(['nightly']);
  });

  it('and with a restore', async () => {
    await changeBank(world.connection, 1);
    await setSpeeds(world, slowKbps);
    await world.beginRestore('nightly');
    await stopAndGoOn(world, 'RESTORE', 'DOWNLOADING');
    assert.deepEqual(await digestBank(world.connection), backedUp);
    await world.assertNoRestoreTraces();
  });

  it('ends at once when a second signal comes', async () => {
    world.server.signal('SIGTERM');
    world.server.signal('SIGTERM');
    const code = await world.server.exited;
    assert.ok(code === 0 || code === 1, `exit code ${code}`);
    await world.start();
  });
});

async function stopAndGoOn(world: CrashWorld, kind: JobKind, state: string): Promise<void> {
  assert.equal((await world.reached(kind, [state]))['State'], state);
  const start = performance.now();
  assert.equal(await world.stop(), 0);
  const tookMs = performance.now() - start;
  assert.ok(tookMs < stopMsMax, `it took ${tookMs} ms`);
  await world.start();
  await setSpeeds(world, 0);
  assert.equal((await world.settled(kind))['Status'], '[OK]');
}

/** Settings outlive a restart, so that the job goes on as slowly until they are changed. */
async function setSpeeds(world: CrashWorld, kbps: number): Promise<void> {
  for (const direction of ['upload', 'download']) {
    await world.connection.query(`ADMIN SET FRONTEND CONFIG ("max_${direction}_speed_kbps" = "${kbps}")`);
  }
}
