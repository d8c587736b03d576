import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { benchmark } from '../../src/repository/benchmark.ts';
import { StorageError } from '../../src/repository/storage-error.ts';
import { calm, listKeys } from '../conformance/blob-store/support.ts';
import { faultyStore } from '../doubles/faulty-store.ts';
import { memoryStore } from '../support/memory-store.ts';

describe('the benchmark of a store', () => {
  it('measures each kind of work and leaves nothing', async () => {
    await using store = memoryStore();
    const steps = await benchmark(store, calm);
    assert.equal(steps.length, 5);
    assert.ok(steps.every(({ outcome, latencyMs }) => outcome === 'passed' && latencyMs >= 0));
    assert.ok(steps.some(({ bytes }) => bytes === 64 * 1024 * 1024));
    assert.deepEqual(await listKeys(store), []);
  });

  it('ends at the first failure, and removes what it wrote', async () => {
    await using inner = memoryStore();
    const store = faultyStore(inner, (point, key) => {
      if (point === 'get' && key.includes('large')) throw new StorageError('throttled', 'slow down');
    });
    const steps = await benchmark(store, calm);
    assert.deepEqual(
      steps.map(({ outcome }) => outcome),
      ['passed', 'passed', 'failed'],
    );
    assert.deepEqual(await listKeys(inner), []);
  });
});
