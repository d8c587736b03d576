import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SnapshotCatalogue } from '../../src/dispatch/snapshot-catalogue.ts';
import { layoutOf, type SnapshotPlace } from '../../src/snapshot/layout.ts';
import { encodeManifest } from '../../src/snapshot/manifest-codec.ts';
import { putManifest } from '../../src/snapshot/writer.ts';
import { countingStore } from '../support/counting-store.ts';
import { sampleManifest } from '../support/sample-manifest.ts';
import { memoryStore } from '../support/memory-store.ts';

const { signal } = new AbortController();

describe('the catalogue of a repository', () => {
  it('reads each manifest once', async () => {
    const { store, reads } = countingStore(memoryStore());
    const place: SnapshotPlace = { store, layout: layoutOf('r') };
    await putManifest(place, sampleManifest, encodeManifest(sampleManifest).bytes, signal);
    const before = reads();
    const catalogue = new SnapshotCatalogue();
    const [first] = await catalogue.list(place, undefined, signal);
    assert.equal(first?.kind, 'whole');
    assert.equal(first.kind === 'whole' && first.manifest.label, sampleManifest.label);
    assert.deepEqual(await catalogue.list(place, sampleManifest.label, signal), [first]);
    assert.equal(reads() - before, 1);
    assert.deepEqual(await catalogue.list(place, 'other', signal), []);
  });

  it('tells why a manifest cannot be read, and looks again the next time', async () => {
    const store = memoryStore();
    const place: SnapshotPlace = { store, layout: layoutOf('r') };
    const key = place.layout.manifest('bad', '2026-01-02-03-04-05-678');
    await store.put(key, { kind: 'bytes', bytes: Buffer.from('{') }, { ifAbsent: true }, signal);
    const catalogue = new SnapshotCatalogue();
    const [entry] = await catalogue.list(place, undefined, signal);
    assert.equal(entry?.kind, 'broken');
    await store.deleteMany([key], signal);
    assert.deepEqual(await catalogue.list(place, undefined, signal), []);
  });

  it('says of each whether it is whole, having read it once, whatever its size', async () => {
    const { store, reads } = countingStore(memoryStore());
    const place: SnapshotPlace = { store, layout: layoutOf('r') };
    await putManifest(place, sampleManifest, encodeManifest(sampleManifest).bytes, signal);
    const key = place.layout.manifest('bad', '2026-01-02-03-04-05-678');
    await store.put(key, { kind: 'bytes', bytes: Buffer.from('{') }, { ifAbsent: true }, signal);
    const { label, timestamp } = sampleManifest;
    const catalogue = new SnapshotCatalogue();
    const states = await catalogue.states(place, undefined, signal);
    assert.deepEqual(
      states.map((state) => [state.label, state.kind]),
      [
        ['bad', 'broken'],
        [label, 'whole'],
      ],
    );
    const before = reads();
    assert.deepEqual(await catalogue.states(place, label, signal), [{ label, timestamp, kind: 'whole' }]);
    assert.equal(reads(), before);
  });

  it('ends when it is told to', async () => {
    const place: SnapshotPlace = { store: memoryStore(), layout: layoutOf('r') };
    await putManifest(place, sampleManifest, encodeManifest(sampleManifest).bytes, signal);
    await assert.rejects(
      new SnapshotCatalogue().list(place, undefined, AbortSignal.abort(new Error('stop'))),
    );
  });
});
