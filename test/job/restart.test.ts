import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BlobStore } from '../../src/repository/blob-store.ts';
import { fakeRows } from '../support/fake-source.ts';
import { shopWorld, blockedAt, failingPuts, stopAt, ended } from '../support/job-scenarios.ts';
import { backupRequest, restoreRequest, runJob, startJobs, submit } from '../support/job-world.ts';

describe('a restart', () => {
  it('in the middle of reading takes a new read', async () => {
    const world = shopWorld();
    const id = await stopAt(world, 'checksum', backupRequest());
    const started = await startJobs(world);
    const view = await ended(started);
    assert.deepEqual([view.id, view.state], [id, 'FINISHED']);
    await started.scheduler.stop();
  });

  it('in the middle of sending goes on with what was read', async () => {
    const world = shopWorld();
    const stuck = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const inner = failingPuts(world.store, () => false);
    const store: BlobStore = {
      ...inner,
      put: async (key, body, options, signal) => {
        reached.resolve();
        signal.addEventListener('abort', () => stuck.resolve(), { once: true });
        await stuck.promise;
        signal.throwIfAborted();
        await inner.put(key, body, options, signal);
      },
    };
    // One row per chunk and one sender per chunk: everything is read while nothing can be sent.
    const source = { rowsPerChunk: 10 };
    const first = await startJobs(world, { store, source, settings: { uploadWorkerCount: 3 } });
    await submit(first.scheduler, backupRequest());
    await reached.promise;
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    await first.scheduler.stop();
    let freezes = 0;
    const before = async (point: string): Promise<void> => void (freezes += point === 'freeze' ? 1 : 0);
    const second = await startJobs(world, { source: { before, rowsPerChunk: 10 } });
    assert.equal((await ended(second)).state, 'FINISHED');
    assert.equal(freezes, 0);
    await second.scheduler.stop();
  });

  it('in the middle of loading loads each blob once', async () => {
    const world = shopWorld();
    const quiet = await startJobs(world);
    const { timestamp } = await runJob(quiet.scheduler, backupRequest());
    await quiet.scheduler.stop();
    let loads = 0;
    const blocked = blockedAt('third load');
    const { before } = blocked.source ?? {};
    const count = async (point: string, signal: AbortSignal | undefined): Promise<void> => {
      if (point === 'load') loads += 1;
      await before?.(point === 'load' && loads === 3 ? 'third load' : point, signal);
    };
    const first = await startJobs(world, { source: { before: count }, settings: { downloadWorkerCount: 1 } });
    await submit(first.scheduler, restoreRequest(timestamp));
    await blocked.reached;
    await first.scheduler.stop();
    const second = await startJobs(world, { source: { before: count } });
    assert.equal((await ended(second)).state, 'FINISHED');
    assert.equal(loads, 4, 'two before the restart, the third twice');
    const orders = world.server.databases.get('shop')?.get('orders');
    assert.deepEqual(orders, { rows: fakeRows(25, 'order') });
    await second.scheduler.stop();
  });

  for (const point of ['commit', 'committed']) {
    it(`at '${point}' asks the source whether the swap has happened`, async () => {
      const world = shopWorld();
      const quiet = await startJobs(world);
      const { timestamp } = await runJob(quiet.scheduler, backupRequest());
      await quiet.scheduler.stop();
      world.server.databases.set('shop', new Map());
      await stopAt(world, point, restoreRequest(timestamp));
      const started = await startJobs(world);
      assert.equal((await ended(started)).state, 'FINISHED');
      const orders = world.server.databases.get('shop')?.get('orders');
      assert.deepEqual(orders, { rows: fakeRows(25, 'order') });
      await started.scheduler.stop();
    });
  }

  it('removes folders and shadow tables of jobs that nobody knows', async () => {
    const world = shopWorld();
    world.folder.set('/staging/777/plan.json', Buffer.from('{}'));
    world.folder.set('/staging/notes.txt', Buffer.from('not ours'));
    const dead = {
      database: 'shop',
      plan: undefined,
      shadows: new Map(),
      isCommitted: false,
      isForgotten: false,
    };
    world.server.restores.set('777', dead);
    const { scheduler } = await startJobs(world);
    await scheduler.stop();
    assert.deepEqual([...world.folder.keys()], ['/staging/notes.txt']);
    assert.equal(world.server.restores.size, 0);
  });
});
