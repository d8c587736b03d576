import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BlobStore } from '../../src/repository/blob-store.ts';
import { fakeRows } from '../support/fake-source.ts';
import { layout, shopWorld } from '../support/job-scenarios.ts';
import { backupRequest, type JobWorld, restoreRequest, runJob, startJobs } from '../support/job-world.ts';

type Traffic = { puts: number; putBytes: number; gets: number; gotBytes: number };

/** A store that counts what goes to and from its blobs. */
function counting(inner: BlobStore): { store: BlobStore; traffic: Traffic } {
  const traffic: Traffic = { puts: 0, putBytes: 0, gets: 0, gotBytes: 0 };
  const isBlob = (key: string): boolean => key.startsWith(layout.blobsPrefix);
  const store: BlobStore = {
    capabilities: inner.capabilities,
    put: async (key, body, options, signal) => {
      await inner.put(key, body, options, signal);
      if (!isBlob(key)) return;
      traffic.puts += 1;
      traffic.putBytes += (await inner.stat(key, signal))?.sizeBytes ?? 0;
    },
    get: async function* (key, range, signal) {
      if (isBlob(key)) traffic.gets += 1;
      for await (const piece of inner.get(key, range, signal)) {
        if (isBlob(key)) traffic.gotBytes += piece.length;
        yield piece;
      }
    },
    stat: (key, signal) => inner.stat(key, signal),
    list: (prefix, signal) => inner.list(prefix, signal),
    listSegments: (prefix, signal) => inner.listSegments(prefix, signal),
    deleteMany: (keys, signal) => inner.deleteMany(keys, signal),
    sweepUploads: (olderThanMs, signal) => inner.sweepUploads(olderThanMs, signal),
    [Symbol.asyncDispose]: async () => undefined,
  };
  return { store, traffic };
}

const names = Array.from({ length: 20 }, (_, index) => `p${index}`);

/** Twenty partitions of ten rows, of which each makes one file. */
function partitionedWorld(): JobWorld {
  const world = shopWorld();
  const rows = names.flatMap((name) => fakeRows(10, `of ${name}`, name));
  world.server.databases.set('shop', new Map([['sales', { partitions: names, rows }]]));
  return world;
}

const sales = (partitions?: readonly string[]) =>
  ({ kind: 'TABLE', name: 'sales', ...(partitions && { partitions }) }) as const;

describe('a single partition of a table', () => {
  it('is backed up by reading and sending its own rows', async () => {
    const world = partitionedWorld();
    const { store, traffic } = counting(world.store);
    const calls: string[] = [];
    const before = async (point: string): Promise<void> => void calls.push(point);
    const { scheduler } = await startJobs(world, { store, source: { before } });
    await runJob(scheduler, backupRequest({ objects: [sales(['p7'])] }));
    const one = { ...traffic };
    assert.deepEqual(
      ['plan', 'extract', 'checksum'].map((point) => calls.filter((call) => call === point).length),
      [1, 1, 0],
    );
    assert.equal(one.puts, 1);
    await runJob(scheduler, backupRequest({ label: 'whole', objects: [sales()] }));
    assert.equal(traffic.puts, 20, 'the partition that is there is not sent again');
    assert.ok(one.putBytes * 15 < traffic.putBytes);
    await scheduler.stop();
  });

  it('is restored out of the snapshot of the table by fetching and loading its own files', async () => {
    const world = partitionedWorld();
    const { store, traffic } = counting(world.store);
    let loads = 0;
    const before = async (point: string): Promise<void> => void (loads += point === 'load' ? 1 : 0);
    const { scheduler } = await startJobs(world, { store, source: { before } });
    const { timestamp } = await runJob(scheduler, backupRequest({ objects: [sales()] }));
    const objects = { mode: 'ON', objects: [{ kind: 'named', name: 'sales', partitions: ['p7'] }] } as const;
    await runJob(scheduler, restoreRequest(timestamp, { objects }));
    assert.deepEqual([traffic.gets, loads], [1, 1]);
    assert.ok(traffic.gotBytes * 15 < traffic.putBytes);
    await scheduler.stop();
  });
});
