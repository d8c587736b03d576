import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BlobStore } from '../../src/repository/blob-store.ts';
import { type FaultPoint, faultyStore } from '../doubles/faulty-store.ts';
import { shopWorld } from '../support/job-scenarios.ts';
import { backupRequest, restoreRequest, runJob, startJobs } from '../support/job-world.ts';

/** Longer than any turn that a second worker would need to come beside the first. */
const turns = 200;

/** PROPERTIES with one worker, until the first blob is on its way; from then on with three. */
class Narrow {
  readonly #name: string;
  readonly #twoMore = Promise.withResolvers<void>();
  #workers = 1;
  arrived = 0;

  constructor(name: string) {
    this.#name = name;
  }

  properties(): ReadonlyMap<string, string> {
    return new Map([[this.#name, String(this.#workers)]]);
  }

  /** Holds the first blob while nobody may come beside it; then each of two until both are there. */
  store(inner: BlobStore, point: FaultPoint): BlobStore {
    return faultyStore(inner, async (at, subject) => {
      if (at !== point || !subject.endsWith('.parquet')) return;
      this.arrived += 1;
      if (this.arrived === 1) {
        for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
        assert.equal(this.arrived, 1);
        this.#workers = 3;
        return;
      }
      if (this.arrived >= 3) this.#twoMore.resolve();
      await this.#twoMore.promise;
    });
  }
}

describe('the workers of a repository', () => {
  it('are as many as PROPERTIES say, also when these change while a backup runs', async () => {
    const world = shopWorld();
    const narrow = new Narrow('upload_worker_count');
    const store = narrow.store(world.store, 'put');
    const { scheduler } = await startJobs(world, { store, properties: () => narrow.properties() });
    const view = await runJob(scheduler, backupRequest());
    assert.equal(view.state, 'FINISHED');
    assert.ok(narrow.arrived >= 3);
    await scheduler.stop();
  });

  it('are as many as PROPERTIES say, also when these change while a restore runs', async () => {
    const world = shopWorld();
    const first = await startJobs(world);
    const { timestamp } = await runJob(first.scheduler, backupRequest());
    await first.scheduler.stop();
    const narrow = new Narrow('download_worker_count');
    const store = narrow.store(world.store, 'get');
    const { scheduler } = await startJobs(world, { store, properties: () => narrow.properties() });
    const view = await runJob(scheduler, restoreRequest(timestamp));
    assert.equal(view.state, 'FINISHED');
    assert.ok(narrow.arrived >= 3);
    await scheduler.stop();
  });
});
