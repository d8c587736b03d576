import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatStatus } from '../../src/job/format.ts';
import type { JobView } from '../../src/job/job-view.ts';
import { hasLabel } from '../../src/snapshot/reader.ts';
import { fakeRows } from '../support/fake-source.ts';
import { none, layout, shopWorld, blockedAt, blobCount, shop } from '../support/job-scenarios.ts';
import { backupRequest, restoreRequest, runJob, startJobs, submit } from '../support/job-world.ts';

describe('a cancel', () => {
  const states: readonly (readonly [string, 'backup' | 'restore', string])[] = [
    ['freeze', 'backup', '[COMMON_ERROR, msg: user cancelled]'],
    ['extract', 'backup', '[COMMON_ERROR, msg: user cancelled]'],
    ['checksum', 'backup', '[COMMON_ERROR, msg: user cancelled]'],
    ['prepare', 'restore', '[COMMON_ERROR, msg: user cancelled, current state: SNAPSHOTING]'],
    ['load', 'restore', '[COMMON_ERROR, msg: user cancelled, current state: DOWNLOADING]'],
    ['restored_checksum', 'restore', '[COMMON_ERROR, msg: user cancelled, current state: COMMIT]'],
    ['commit', 'restore', '[COMMON_ERROR, msg: user cancelled, current state: COMMITTING]'],
  ];
  for (const [point, kind, status] of states) {
    it(`of a ${kind} at ${point} is true at once and leaves nothing behind`, async () => {
      const world = shopWorld();
      const quiet = await startJobs(world);
      const { timestamp } = await runJob(quiet.scheduler, backupRequest({ label: 'old' }));
      await quiet.scheduler.stop();
      const blobs = await blobCount(world);
      world.server.databases.get('shop')?.set('orders', { rows: fakeRows(12, 'changed') });
      const blocked = blockedAt(point);
      const { scheduler, source } = await startJobs(world, blocked);
      const request = kind === 'backup' ? backupRequest() : restoreRequest(timestamp, { label: 'old' });
      const { id } = await submit(scheduler, request);
      await blocked.reached;
      const view = await scheduler.cancel({ ...shop, kind }, 'root');
      assert.equal(view.state, 'CANCELLED');
      assert.equal(formatStatus(view), status);
      await scheduler.cleaned(id);
      assert.equal(await blobCount(world), blobs, 'no orphan blob');
      assert.deepEqual(
        [...world.server.restores.values()].filter((each) => !each.isCommitted),
        [],
      );
      assert.equal(source.openReads, 0);
      assert.equal(world.folder.size, 0);
      assert.equal(await hasLabel({ store: world.store, layout }, 'nightly', none), false);
      const orders = world.server.databases.get('shop')?.get('orders');
      assert.deepEqual(orders, { rows: fakeRows(12, 'changed') }, 'the target is as it was');
      blocked.release();
      assert.equal((await runJob(scheduler, backupRequest())).state, 'FINISHED', 'the label is free');
      await scheduler.stop();
    });
  }

  it('that comes after the swap is refused, and the restore finishes', async () => {
    const world = shopWorld();
    const blocked = blockedAt('committed');
    const { scheduler } = await startJobs(world, blocked);
    const { timestamp } = await runJob(scheduler, backupRequest());
    const { id } = await submit(scheduler, restoreRequest(timestamp));
    await blocked.reached;
    await assert.rejects(scheduler.cancel({ ...shop, kind: 'restore' }, 'root'), {
      message: 'Failed to cancel job: Job with label nightly can not be cancelled. state: FINISHED',
    });
    assert.equal(scheduler.find(id)?.state, 'FINISHED');
    await scheduler.stop();
  });

  it('without a job is refused in the words of StarRocks', async () => {
    const world = shopWorld();
    const { scheduler } = await startJobs(world);
    const cancel = (kind: 'backup' | 'restore'): Promise<JobView> =>
      scheduler.cancel({ ...shop, kind }, 'root');
    await assert.rejects(cancel('backup'), { message: 'No backup job is currently running' });
    await assert.rejects(cancel('restore'), { message: 'No restore is currently running' });
    await runJob(scheduler, backupRequest());
    await assert.rejects(cancel('restore'), { message: 'No restore is currently running' });
    await assert.rejects(cancel('backup'), {
      message: 'Failed to cancel job: Job with label nightly can not be cancelled. state: FINISHED',
    });
    await scheduler.stop();
  });
});
