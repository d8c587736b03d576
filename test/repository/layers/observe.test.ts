import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { silentLog } from '../../../src/base/log.ts';
import type { BlobStore } from '../../../src/repository/blob-store.ts';
import { blobKey } from '../../../src/repository/key.ts';
import { type StoreCall, withObserve } from '../../../src/repository/layers/observe.ts';
import { StorageError } from '../../../src/repository/storage-error.ts';
import { conformsToBlobStore } from '../../conformance/blob-store.ts';
import { calm, put, read } from '../../conformance/blob-store/support.ts';
import { faultyStore } from '../../doubles/faulty-store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { memoryStore, testNow } from '../../support/memory-store.ts';

conformsToBlobStore({ name: 'the observe layer', open: async () => observed(memoryStore()).store });

function observed(
  inner: BlobStore,
): Readonly<{ store: BlobStore; calls: StoreCall[]; warnings: string[]; clock: ManualClock }> {
  const calls: StoreCall[] = [];
  const warnings: string[] = [];
  const clock = new ManualClock(testNow);
  const store = withObserve(inner, {
    location: 'file:///backups',
    clock,
    log: {
      ...silentLog,
      warn: (event, fields) => warnings.push(`${event} ${fields?.['outcome']} ${fields?.['subject']}`),
    },
    counters: { called: (call) => calls.push(call), retried: () => undefined },
  });
  return { store, calls, warnings, clock };
}

describe('the observe layer', () => {
  it('counts calls with their outcome, time and bytes', async () => {
    const clockOf = { clock: undefined as ManualClock | undefined };
    const inner = faultyStore(memoryStore(), () => clockOf.clock?.advance(5));
    const { store, calls, clock } = observed(inner);
    clockOf.clock = clock;
    await put(store, 'a', 'four');
    await read(store, 'a');
    await assert.rejects(read(store, 'b'));
    await store.stat(blobKey('a'), calm);
    await Array.fromAsync(store.list('', calm));
    await store.deleteMany([blobKey('a')], calm);
    assert.deepEqual(calls, [
      { operation: 'put', outcome: 'ok', durationMs: 10, bytes: 4 },
      { operation: 'get', outcome: 'ok', durationMs: 5, bytes: 4 },
      { operation: 'get', outcome: 'not_found', durationMs: 5, bytes: 0 },
      { operation: 'stat', outcome: 'ok', durationMs: 5, bytes: 0 },
      { operation: 'list', outcome: 'ok', durationMs: 5, bytes: 0 },
      { operation: 'delete', outcome: 'ok', durationMs: 5, bytes: 0 },
    ]);
  });

  it('tells a reader that stopped from one that read to the end', async () => {
    const { store, calls } = observed(memoryStore());
    await put(store, 'a', Buffer.alloc(500_000));
    for await (const _piece of store.get(blobKey('a'), undefined, calm)) break;
    assert.equal(calls.at(-1)?.outcome, 'stopped');
  });

  it('warns of failures, not of answers that callers expect', async () => {
    const inner = faultyStore(memoryStore(), (point) => {
      if (point === 'stat') throw new StorageError('unavailable', 'down');
    });
    const { store, warnings } = observed(inner);
    await assert.rejects(read(store, 'missing'));
    await assert.rejects(store.stat(blobKey('a'), calm));
    assert.deepEqual(warnings, ['store_call_failed unavailable a']);
  });
});
