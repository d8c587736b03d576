import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BlobStore } from '../../src/repository/blob-store.ts';
import { probe, requireFit } from '../../src/repository/probe.ts';
import { StorageError } from '../../src/repository/storage-error.ts';
import { brokenClauses } from '../conformance/blob-store.ts';
import { calm, listKeys } from '../conformance/blob-store/support.ts';
import * as broken from '../doubles/broken-stores.ts';
import { faultyStore } from '../doubles/faulty-store.ts';
import { memoryStore } from '../support/memory-store.ts';

describe('probe', () => {
  it('finds a good store fit and leaves nothing', async () => {
    await using store = memoryStore();
    assert.deepEqual(await probe(store, calm), { outcome: 'fit' });
    assert.deepEqual(await listKeys(store), []);
  });

  const controls = [
    {
      open: broken.ignoresIfAbsent,
      step: 'keep a blob from being overwritten in',
      clause: 'a put if absent of a taken key',
    },
    { open: broken.listsLate, step: 'delete from', clause: 'a write and a removal are listed at once' },
    { open: broken.ignoresRanges, step: 'read a part from', clause: 'ranges give exactly' },
    { open: broken.cutsReads, step: 'read back from', clause: 'a blob of 5242880 bytes' },
    { open: broken.keepsDeleted, step: 'delete from', clause: 'a name whose blobs are all gone' },
    // The probe cannot make its own source fail; the suite can.
    { open: broken.keepsTornWrites, step: undefined, clause: 'a source that fails midway' },
  ] as const;
  for (const { open, step, clause } of controls) {
    it(`and the conformance suite find out a store that ${open.name}`, async () => {
      const report = await probe(open(), calm);
      assert.equal(report.outcome === 'unfit' ? report.step : undefined, step);
      const sentences = await brokenClauses(async () => open());
      assert.ok(
        sentences.some((sentence) => sentence.startsWith(clause)),
        sentences.join('; '),
      );
    });
  }

  it('says in words what the user must know', async () => {
    const store = faultyStore(memoryStore(), (point) => {
      if (point === 'put') throw new StorageError('permission_denied', 'permission denied');
    });
    const report = await probe(store, calm);
    assert.throws(
      () => requireFit(report, 'file:///b'),
      (error) =>
        error instanceof StorageError &&
        error.kind === 'permission_denied' &&
        error.message === "cannot write to 'file:///b': permission denied",
    );
  });

  it('removes its blob when a later step fails', async () => {
    await using inner = memoryStore();
    const store: BlobStore = faultyStore(inner, (point) => {
      if (point === 'list') throw new StorageError('permission_denied', 'permission denied');
    });
    assert.equal((await probe(store, calm)).outcome, 'unfit');
    assert.deepEqual(await listKeys(inner), []);
  });

  it('ends with cancelled, leaving nothing, when the user cancels', async () => {
    await using inner = memoryStore();
    const controller = new AbortController();
    const store = faultyStore(inner, (point) => {
      if (point === 'list') controller.abort();
    });
    await assert.rejects(
      probe(store, controller.signal),
      (error) => error instanceof StorageError && error.kind === 'cancelled',
    );
    assert.deepEqual(await listKeys(inner), []);
  });
});
