import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BlobStore } from '../../src/repository/blob-store.ts';
import { withEmulatedIfAbsent } from '../../src/repository/layers/emulate-if-absent.ts';
import { probe, probeReading, type ProbeReport, probeSteps, requireFit } from '../../src/repository/probe.ts';
import { StorageError } from '../../src/repository/storage-error.ts';
import { brokenClauses } from '../conformance/blob-store.ts';
import { calm, listKeys, put } from '../conformance/blob-store/support.ts';
import * as broken from '../doubles/broken-stores.ts';
import { faultyStore } from '../doubles/faulty-store.ts';
import { memoryStore, testNow } from '../support/memory-store.ts';

const now = (): number => testNow;

/** The step that did not pass, with how. */
function complaint({ steps }: ProbeReport): string | undefined {
  const step = steps.find((one) => one.outcome !== 'passed');
  return step && `${step.outcome}: ${step.step}`;
}

describe('probe', () => {
  it('finds a good store fit and leaves nothing', async () => {
    await using store = memoryStore();
    const report = await probe(store, now, calm);
    assert.deepEqual(
      report.steps.map(({ step }) => step),
      probeSteps,
    );
    assert.equal(complaint(report), undefined);
    assert.equal(report.needsEmulation, false);
    assert.deepEqual(await listKeys(store), []);
  });

  const controls = [
    {
      open: broken.ignoresIfAbsent,
      complaint: 'warned: keep a blob from being overwritten in',
      clause: 'a put if absent of a taken key',
    },
    { open: broken.listsLate, complaint: 'failed: list', clause: 'a write and a removal are listed at once' },
    { open: broken.ignoresRanges, complaint: 'failed: read a part from', clause: 'ranges give exactly' },
    { open: broken.cutsReads, complaint: 'failed: read back from', clause: 'a blob of 5242880 bytes' },
    {
      open: broken.keepsDeleted,
      complaint: 'failed: delete from',
      clause: 'a name whose blobs are all gone',
    },
    // The probe cannot make its own source fail; the suite can.
    { open: broken.keepsTornWrites, complaint: undefined, clause: 'a source that fails midway' },
  ] as const;
  for (const { open, complaint: expected, clause } of controls) {
    it(`and the conformance suite find out a store that ${open.name}`, async () => {
      assert.equal(complaint(await probe(open(), now, calm)), expected);
      const sentences = await brokenClauses(async () => open());
      assert.ok(
        sentences.some((sentence) => sentence.startsWith(clause)),
        sentences.join('; '),
      );
    });
  }

  it('asks for emulation of a store that overwrites or says that it cannot refuse', async () => {
    const refusing = faultyStore(broken.ignoresIfAbsent(), (point, key) => {
      if (point === 'put' && key.endsWith('-once'))
        throw new StorageError('not_supported', 'not implemented');
    });
    for (const store of [broken.ignoresIfAbsent(), refusing]) {
      const report = await probe(store, now, calm);
      assert.equal(report.needsEmulation, true);
      requireFit(report, 'file:///b');
    }
    assert.equal(
      (await probe(withEmulatedIfAbsent(broken.ignoresIfAbsent()), now, calm)).needsEmulation,
      false,
    );
  });

  const clocks = [
    { skewMs: 30_000, expected: undefined },
    { skewMs: 120_000, expected: 'warned: agree about the time with' },
    { skewMs: -16 * 60_000, expected: 'failed: agree about the time with' },
  ];
  for (const { skewMs, expected } of clocks) {
    it(`judges clocks that differ by ${skewMs} ms`, async () => {
      assert.equal(complaint(await probe(memoryStore(), () => testNow + skewMs, calm)), expected);
    });
  }

  it('says in words what the user must know, with what to do', async () => {
    const store = faultyStore(memoryStore(), (point) => {
      if (point === 'put')
        throw new StorageError('permission_denied', 'permission denied', { hint: 'Allow it.' });
    });
    const report = await probe(store, now, calm);
    assert.throws(
      () => requireFit(report, 'file:///b'),
      (error) =>
        error instanceof StorageError &&
        error.kind === 'permission_denied' &&
        error.hint === 'Allow it.' &&
        error.message === "cannot write to 'file:///b': permission denied",
    );
  });

  it('removes its blobs when a later step fails', async () => {
    await using inner = memoryStore();
    const store: BlobStore = faultyStore(inner, (point) => {
      if (point === 'list') throw new StorageError('permission_denied', 'permission denied');
    });
    assert.equal(complaint(await probe(store, now, calm)), 'failed: list');
    assert.deepEqual(await listKeys(inner), []);
  });

  it('ends with cancelled, leaving nothing, when the user cancels', async () => {
    await using inner = memoryStore();
    const controller = new AbortController();
    const store = faultyStore(inner, (point) => {
      if (point === 'list') controller.abort();
    });
    await assert.rejects(
      probe(store, now, controller.signal),
      (error) => error instanceof StorageError && error.kind === 'cancelled',
    );
    assert.deepEqual(await listKeys(inner), []);
  });

  it('writes nothing when it may only read', async () => {
    await using inner = memoryStore();
    await put(inner, '__repo_info', 'x');
    const store = faultyStore(inner, (point) => {
      if (point === 'put' || point === 'delete') throw new Error('a read-only repository was written to');
    });
    assert.equal(complaint(await probeReading(store, now, calm)), undefined);
    assert.equal(complaint(await probeReading(memoryStore(), now, calm)), 'failed: read from');
  });
});
