import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatStatus, formatTaskErrors } from '../../src/job/format.ts';
import type { JobView } from '../../src/job/job-view.ts';
import type { BlobStore } from '../../src/repository/blob-store.ts';
import { StorageError } from '../../src/repository/storage-error.ts';
import { blobsOf } from '../../src/snapshot/manifest.ts';
import { readManifest } from '../../src/snapshot/reader.ts';
import { SourceError } from '../../src/source/source-error.ts';
import { fakeRows } from '../support/fake-source.ts';
import {
  none,
  layout,
  shopWorld,
  blockedAt,
  failingPuts,
  blobCount,
  whileAdvancing,
} from '../support/job-scenarios.ts';
import { backupRequest, restoreRequest, runJob, startJobs, submit } from '../support/job-world.ts';
import { ManualClock } from '../support/manual-clock.ts';

describe('a restore by an engine that adds up rows in another way', () => {
  const source = { algorithm: 'new' };

  it('compares with the files instead', async () => {
    const world = shopWorld();
    const old = await startJobs(world);
    const { timestamp } = await runJob(old.scheduler, backupRequest());
    await old.scheduler.stop();
    const { scheduler } = await startJobs(world, { source });
    assert.equal(formatStatus(await runJob(scheduler, restoreRequest(timestamp))), '[OK]');
    assert.equal(world.folder.size, 0);
    await scheduler.stop();
  });
});

describe('a restore whose rows do not add up', () => {
  it('changes nothing and says which table', async () => {
    const world = shopWorld();
    const { scheduler } = await startJobs(world);
    const { timestamp } = await runJob(scheduler, backupRequest());
    world.server.databases.set('shop', new Map());
    const blocked = blockedAt('restored_checksum');
    const second = await startJobs(world, blocked);
    const { id } = await submit(second.scheduler, restoreRequest(timestamp));
    await blocked.reached;
    world.server.restores.get(String(id))?.shadows.get('orders')?.rows.pop();
    blocked.release();
    await second.scheduler.cleaned(id);
    const view = second.scheduler.find(id) as JobView;
    assert.equal(formatStatus(view), "[BAD_FILE, msg: table 'orders' has 24 rows, the snapshot has 25]");
    assert.equal(world.server.databases.get('shop')?.size, 0);
    await scheduler.stop();
    await second.scheduler.stop();
  });
});

describe('a failure', () => {
  it('of a blob’s bytes stops the restore before the target is touched, and names the blob', async () => {
    const clock = new ManualClock();
    const world = shopWorld(clock);
    const { scheduler } = await startJobs(world);
    const backup = await runJob(scheduler, backupRequest());
    const { manifest } = await readManifest({ store: world.store, layout }, backup, none);
    const [damaged] = [...blobsOf(manifest)] as [string];
    const size = (await world.store.stat(layout.blob(damaged), none))?.sizeBytes ?? 0;
    const body = { kind: 'bytes', bytes: Buffer.alloc(size, 'x') } as const;
    await world.store.put(layout.blob(damaged), body, { ifAbsent: false }, none);
    world.server.databases.set('shop', new Map([['orders', { rows: fakeRows(2, 'live') }]]));
    const restore = await whileAdvancing(clock, runJob(scheduler, restoreRequest(backup.timestamp)));
    assert.equal(restore.state, 'CANCELLED');
    assert.match(formatStatus(restore), /^\[BAD_FILE, msg: blob '.*' has hash [0-9a-f]{64}\]$/);
    assert.ok(formatStatus(restore).includes(damaged));
    assert.match(formatTaskErrors(restore), /^\[1: blob /);
    assert.deepEqual(world.server.databases.get('shop')?.get('orders'), { rows: fakeRows(2, 'live') });
    await scheduler.stop();
  });

  it('of a put that passes is tried again, and stays visible', async () => {
    const clock = new ManualClock();
    const world = shopWorld(clock);
    let failures = 2;
    const store = failingPuts(world.store, (key) => key.endsWith('.parquet') && failures-- > 0);
    const { scheduler } = await startJobs(world, { store, settings: { uploadWorkerCount: 1 } });
    const view = await whileAdvancing(clock, runJob(scheduler, backupRequest()));
    assert.equal(view.state, 'FINISHED');
    assert.match(formatTaskErrors(view), /^\[1: put of '.*' was throttled\]$/);
    await scheduler.stop();
  });

  it('of a put that does not pass ends the job after some attempts', async () => {
    const clock = new ManualClock();
    const world = shopWorld(clock);
    const store = failingPuts(world.store, (key) => key.endsWith('.parquet'));
    const { scheduler } = await startJobs(world, { store });
    const view = await whileAdvancing(clock, runJob(scheduler, backupRequest()));
    assert.match(formatStatus(view), /^\[BAD_CONNECTION, msg: put of '.*' was throttled\]$/);
    await scheduler.stop();
  });

  it('of a repository that lost its place ends the job at once, and cleaning up, too', async () => {
    const world = shopWorld();
    let isPlaceEmpty = false;
    const store = failingPuts(world.store, (key) => {
      isPlaceEmpty ||= key.endsWith('.parquet');
      return false;
    });
    const { scheduler } = await startJobs(world, { store, isPlaceEmpty: () => isPlaceEmpty });
    const view = await runJob(scheduler, backupRequest());
    assert.equal(view.state, 'CANCELLED');
    assert.equal(formatStatus(view), "[NOT_FOUND, msg: repository 'repo' is gone]");
    assert.equal(world.folder.size, 0);
    await assert.rejects(submit(scheduler, backupRequest()), { kind: 'no_repository' });
    await scheduler.stop();
  });

  it('of the sweep for puts that a crash cut off is no failure of the backup', async () => {
    const world = shopWorld();
    const ages: number[] = [];
    const store: BlobStore = Object.assign(
      failingPuts(world.store, () => false),
      {
        sweepUploads: async (olderThanMs: number) => {
          ages.push(olderThanMs);
          throw new StorageError('permission_denied', 'uploads may not be listed');
        },
      },
    );
    const { scheduler } = await startJobs(world, { store });
    assert.equal((await runJob(scheduler, backupRequest())).state, 'FINISHED');
    assert.deepEqual(ages, [86_400_000]);
    await scheduler.stop();
  });

  it('of the manifest’s put is tried again until the timeout', async () => {
    const clock = new ManualClock();
    const world = shopWorld(clock);
    const store = failingPuts(world.store, (key) => key.endsWith('manifest.json'));
    const { scheduler } = await startJobs(world, { store });
    const started = clock.now();
    const view = await whileAdvancing(clock, runJob(scheduler, backupRequest({ timeoutMs: 600_000 })));
    assert.equal(formatStatus(view), '[TIMEOUT, msg: ]');
    const tookMs = (view.finishedAt ?? 0) - started;
    assert.ok(tookMs >= 600_000 && tookMs <= 602_000, `it took ${tookMs} ms`);
    assert.equal(await blobCount(world), 0);
    await scheduler.stop();
  });

  it('of the source in the middle of a read makes the job read again, three times at most', async () => {
    const clock = new ManualClock();
    const world = shopWorld(clock);
    let freezes = 0;
    const before = async (point: string): Promise<void> => {
      if (point === 'freeze') freezes += 1;
      if (point === 'extract' && freezes < 3) throw new SourceError('unavailable', 'connection lost');
    };
    const { scheduler } = await startJobs(world, { source: { before } });
    const view = await whileAdvancing(clock, runJob(scheduler, backupRequest()));
    assert.equal(view.state, 'FINISHED');
    freezes = -10;
    const lost = await whileAdvancing(clock, runJob(scheduler, backupRequest({ label: 'b' })));
    assert.equal(formatStatus(lost), '[COMMON_ERROR, msg: connection lost]');
    await scheduler.stop();
  });

  it('of a table that has gone is NOT_FOUND', async () => {
    const world = shopWorld();
    const { scheduler } = await startJobs(world);
    const view = await runJob(scheduler, backupRequest({ objects: [{ kind: 'TABLE', name: 'gone' }] }));
    assert.equal(formatStatus(view), '[NOT_FOUND, msg: table gone does not exist]');
    await scheduler.stop();
  });

  it('of an existing table that differs is StarRocks’ text', async () => {
    const world = shopWorld();
    const text = 'Table orders already exist but with different schema';
    const before = async (point: string): Promise<void> => {
      if (point === 'prepare') throw new SourceError('conflict', text);
    };
    const { scheduler } = await startJobs(world, { source: { before } });
    const { timestamp } = await runJob(scheduler, backupRequest());
    const view = await runJob(scheduler, restoreRequest(timestamp));
    assert.equal(formatStatus(view), `[COMMON_ERROR, msg: ${text}]`);
    await scheduler.stop();
  });
});

describe('a job’s timeout', () => {
  for (const jumpMs of [-86_400_000, 172_800_000]) {
    it(`counts what has elapsed, with the clock set by ${jumpMs} ms`, async () => {
      const clock = new ManualClock();
      const blocked = blockedAt('freeze');
      const { scheduler } = await startJobs(shopWorld(clock), blocked);
      const timeoutMs = 2 * 86_400_000;
      const { id } = await submit(scheduler, backupRequest({ timeoutMs }));
      await blocked.reached;
      clock.jump(jumpMs);
      clock.advance(timeoutMs - 1);
      assert.equal(scheduler.find(id)?.state, 'SNAPSHOTING');
      clock.advance(1);
      await scheduler.settled(id);
      assert.equal(formatStatus(scheduler.find(id) as JobView), '[TIMEOUT, msg: ]');
      await scheduler.stop();
    });
  }

  it('is not longer after a restart at which the clock is a day behind', async () => {
    const clock = new ManualClock();
    const world = shopWorld(clock);
    const blocked = blockedAt('freeze');
    const first = await startJobs(world, blocked);
    const { id } = await submit(first.scheduler, backupRequest({ timeoutMs: 600_000 }));
    await blocked.reached;
    await first.scheduler.stop();
    clock.jump(-86_400_000);
    const again = blockedAt('freeze');
    const { scheduler } = await startJobs(world, again);
    await again.reached;
    clock.advance(600_000);
    await scheduler.settled(id);
    assert.equal(formatStatus(scheduler.find(id) as JobView), '[TIMEOUT, msg: ]');
    await scheduler.stop();
  });
});

describe('a restore that times out', () => {
  it('says so in the words of StarRocks', async () => {
    const clock = new ManualClock();
    const world = shopWorld(clock);
    const blocked = blockedAt('load');
    const { scheduler } = await startJobs(world, blocked);
    const { timestamp } = await runJob(scheduler, backupRequest());
    const { id } = await submit(scheduler, restoreRequest(timestamp, { timeoutMs: 600_000 }));
    await blocked.reached;
    clock.advance(600_000);
    await scheduler.settled(id);
    const view = scheduler.find(id) as JobView;
    assert.equal(formatStatus(view), '[TIMEOUT, msg: restore job with label: nightly  timeout.]');
    await scheduler.cleaned(id);
    await scheduler.stop();
  });
});
