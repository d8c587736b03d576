import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatStatus } from '../../src/job/format.ts';
import type { JobView } from '../../src/job/job-view.ts';
import { hasLabel } from '../../src/snapshot/reader.ts';
import { fakeRows } from '../support/fake-source.ts';
import { none, layout, shopWorld, blockedAt, blobCount, shop } from '../support/job-scenarios.ts';
import { memoryFiles } from '../support/memory-files.ts';
import { StateGate } from '../support/state-gate.ts';
import { backupRequest, restoreRequest, runJob, startJobs, submit } from '../support/job-world.ts';

describe('a cancel', () => {
  const cases = [
    ...(['PENDING', 'SNAPSHOTING', 'UPLOAD_SNAPSHOT', 'UPLOADING', 'SAVE_META', 'UPLOAD_INFO'] as const).map(
      (state) => ({ kind: 'backup', state, status: '[COMMON_ERROR, msg: user cancelled]' }) as const,
    ),
    ...(['PENDING', 'SNAPSHOTING', 'DOWNLOAD', 'DOWNLOADING', 'COMMIT', 'COMMITTING'] as const).map(
      (state) => {
        const status = `[COMMON_ERROR, msg: user cancelled, current state: ${state}]`;
        return { kind: 'restore', state, status } as const;
      },
    ),
  ];
  for (const { kind, state, status } of cases) {
    it(`of a ${kind} in ${state} is true at once and leaves nothing behind`, async () => {
      const world = shopWorld();
      const quiet = await startJobs(world);
      const { timestamp } = await runJob(quiet.scheduler, backupRequest({ label: 'old' }));
      await quiet.scheduler.stop();
      const blobs = await blobCount(world);
      world.server.databases.get('shop')?.set('orders', { rows: fakeRows(12, 'changed') });
      const gate = new StateGate(state);
      const { scheduler, source } = await startJobs(world, {
        // Whether the swap has happened is asked again after a cancel.
        source: {
          before: async (point, signal) => (point === 'is_committed' ? undefined : gate.pass(signal)),
        },
        store: gate.store(world.store),
        files: gate.files(memoryFiles(world.folder)),
      });
      gate.watch(scheduler);
      const request = kind === 'backup' ? backupRequest() : restoreRequest(timestamp, { label: 'old' });
      const { id } = await submit(scheduler, request);
      await gate.reached;
      assert.equal(scheduler.find(id)?.state, state);
      assert.equal(source.holds.size, kind === 'restore' ? 1 : 0);
      const view = await scheduler.cancel({ ...shop, kind }, 'root');
      gate.release();
      assert.equal(view.state, 'CANCELLED');
      assert.equal(formatStatus(view), status);
      await scheduler.cleaned(id);
      assert.equal(await blobCount(world), blobs, 'no orphan blob');
      assert.deepEqual(
        [...world.server.restores.values()].filter((each) => !each.isCommitted),
        [],
        'no shadow table',
      );
      assert.equal(source.openReads, 0);
      assert.equal(source.holds.size, 0, 'nothing is held');
      assert.equal(world.folder.size, 0);
      assert.equal(await hasLabel({ store: world.store, layout }, 'nightly', none), false);
      const orders = world.server.databases.get('shop')?.get('orders');
      assert.deepEqual(orders, { rows: fakeRows(12, 'changed') }, 'the target is as it was');
      assert.equal((await runJob(scheduler, backupRequest())).state, 'FINISHED', 'the label is free');
      await scheduler.stop();
    });
  }

  for (const point of ['extract', 'checksum'] as const) {
    it(`of a backup that reads (${point}) lets go of its read`, async () => {
      const world = shopWorld();
      const blocked = blockedAt(point);
      const { scheduler, source } = await startJobs(world, blocked);
      const { id } = await submit(scheduler, backupRequest());
      await blocked.reached;
      assert.equal((await scheduler.cancel({ ...shop, kind: 'backup' }, 'root')).state, 'CANCELLED');
      await scheduler.cleaned(id);
      assert.deepEqual([source.openReads, await blobCount(world), world.folder.size], [0, 0, 0]);
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
