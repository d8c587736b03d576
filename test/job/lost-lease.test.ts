import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MetastoreError } from '../../src/metastore/metastore.ts';
import type { Ownership, OwnershipChange } from '../../src/metastore/ownership.ts';
import { shopWorld } from '../support/job-scenarios.ts';
import { backupRequest, startJobs, submit } from '../support/job-world.ts';

/** The leases of one node, which a test takes away and gives back. */
class GivenOwnership implements Ownership {
  #isHeld = true;
  readonly #listeners = new Set<(change: OwnershipChange) => void>();

  holds(): boolean {
    return this.#isHeld;
  }

  epochOf(): number {
    // The metastore in memory knows one lease.
    if (this.#isHeld) return 1;
    throw new MetastoreError('stale_epoch', 'the lease is lost');
  }

  async require(): Promise<void> {
    this.epochOf();
  }

  onChange(listener: (change: OwnershipChange) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  give(project: string, isHeld: boolean): void {
    this.#isHeld = isHeld;
    for (const listener of this.#listeners) listener({ project, isHeld });
  }
}

describe('a lease that is lost', () => {
  it('and comes back twice while a job is still being left has the job taken up once', async () => {
    const ownership = new GivenOwnership();
    const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let [freezes, atOnce, atOnceMax] = [0, 0, 0];
    const before = async (point: string): Promise<void> => {
      if (point !== 'freeze') return;
      freezes += 1;
      atOnce += 1;
      atOnceMax = Math.max(atOnceMax, atOnce);
      reached.resolve();
      // Until it is released the node cannot leave the job.
      await released.promise;
      await new Promise(setImmediate);
      atOnce -= 1;
    };
    const { scheduler } = await startJobs(shopWorld(), { ownership, source: { before } });
    const { id } = await submit(scheduler, backupRequest());
    await reached.promise;
    for (const isHeld of [false, true, false, true]) ownership.give('default_catalog.shop', isHeld);
    const settled = Promise.withResolvers<void>();
    using _listening = scheduler.onSettled(() => settled.resolve());
    released.resolve();
    await settled.promise;
    assert.equal(scheduler.find(id)?.state, 'FINISHED');
    assert.deepEqual({ freezes, atOnceMax }, { freezes: 2, atOnceMax: 1 });
    await scheduler.stop();
  });
});
