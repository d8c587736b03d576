import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { SnapshotCatalogue } from '../../src/dispatch/snapshot-catalogue.ts';
import { WholeSnapshots } from '../../src/dispatch/whole-snapshots.ts';
import { layoutOf, type SnapshotPlace } from '../../src/snapshot/layout.ts';
import { encodeManifest } from '../../src/snapshot/manifest-codec.ts';
import { putManifest } from '../../src/snapshot/writer.ts';
import { countingStore } from '../support/counting-store.ts';
import { memoryStore } from '../support/memory-store.ts';
import { sampleManifest } from '../support/sample-manifest.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const { signal } = new AbortController();

describe('snapshots that were found whole', () => {
  let folder: TemporaryFolder;
  let file: string;
  const { store, reads } = countingStore(memoryStore());
  const place: SnapshotPlace = { store, layout: layoutOf('r'), identity: 's3://bucket' };
  const key = place.layout.manifest(sampleManifest.label, sampleManifest.timestamp);

  beforeEach(async () => {
    folder = await temporaryFolder();
    file = path.join(folder.path, 'cache', 'whole');
    await store.deleteMany([key], signal);
    await putManifest(place, sampleManifest, encodeManifest(sampleManifest).bytes, signal);
    // The first process has read it.
    assert.equal(await readsOf(place), 1);
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  /** How many manifests a new process reads to list a place. */
  async function readsOf(listed: SnapshotPlace): Promise<number> {
    const before = reads();
    const catalogue = new SnapshotCatalogue(new WholeSnapshots(file, silentLog));
    const states = await catalogue.states(listed, undefined, signal);
    assert.deepEqual(
      states.map(({ kind }) => kind),
      ['whole'],
    );
    return reads() - before;
  }

  it('are not read again by the next process', async () => {
    assert.equal(await readsOf(place), 0);
  });

  it('are read again where the place is another one, or has no identity', async () => {
    assert.equal(await readsOf({ ...place, identity: 's3://other' }), 1);
    assert.equal(await readsOf({ store, layout: place.layout }), 1);
  });

  it('are no longer listed when they are gone from the store', async () => {
    await store.deleteMany([key], signal);
    const catalogue = new SnapshotCatalogue(new WholeSnapshots(file, silentLog));
    assert.deepEqual(await catalogue.states(place, undefined, signal), []);
  });

  it('are read again when the manifest is another one, and told as broken', async () => {
    await store.deleteMany([key], signal);
    await store.put(key, { kind: 'bytes', bytes: Buffer.from('{') }, { ifAbsent: true }, signal);
    const catalogue = new SnapshotCatalogue(new WholeSnapshots(file, silentLog));
    const [state] = await catalogue.states(place, undefined, signal);
    assert.equal(state?.kind, 'broken');
  });

  for (const [name, damage] of [
    ['gone', () => rmSync(file)],
    ['empty', () => writeFileSync(file, '')],
    ['changed in one bit', () => writeFileSync(file, withBitFlipped(readFileSync(file)))],
    ['cut', () => writeFileSync(file, readFileSync(file).subarray(0, -1))],
  ] as const) {
    it(`are read again when the file is ${name}, and kept again`, async () => {
      damage();
      assert.equal(await readsOf(place), 1);
      assert.equal(await readsOf(place), 0);
    });
  }

  it('are at most 50,000, in a file of 800 KB', async () => {
    const kept = new WholeSnapshots(file, silentLog);
    await kept.load();
    for (let at = 0; at < 50_001; at++) kept.add(`snapshot ${at}`);
    await kept.save();
    assert.equal(readFileSync(file).length, 32 + 50_000 * 16);
    assert.equal(kept.has('snapshot 0'), false);
    assert.equal(kept.has('snapshot 50000'), true);
  });
});

function withBitFlipped(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1);
  return changed;
}
