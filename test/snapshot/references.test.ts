import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryStore } from '../../src/repository/adapters/memory/store.ts';
import { layoutOf } from '../../src/snapshot/layout.ts';
import { encodeManifest } from '../../src/snapshot/manifest-codec.ts';
import { oldBlobs, withoutReferenced } from '../../src/snapshot/references.ts';
import { putManifest } from '../../src/snapshot/writer.ts';
import { sampleManifest } from '../support/sample-manifest.ts';

const none = new AbortController().signal;
const [named, garbage] = ['a'.repeat(64), 'e'.repeat(64)];

describe('blobs that no snapshot needs', () => {
  it('are those that no manifest names', async () => {
    const place = { store: new MemoryStore(() => 0), layout: layoutOf('repo') };
    await putManifest(place, sampleManifest, encodeManifest(sampleManifest).bytes, none);
    assert.deepEqual([...(await withoutReferenced(place, [named, garbage], none))], [garbage]);
  });

  it('are looked for among those that are old enough', async () => {
    let now = 1_000;
    const place = { store: new MemoryStore(() => now), layout: layoutOf('repo') };
    const young = 'f'.repeat(64);
    for (const sha256 of [named, garbage, young]) {
      if (sha256 === young) now = 2_000;
      const body = { kind: 'bytes', bytes: Buffer.from('x') } as const;
      await place.store.put(place.layout.blob(sha256), body, { ifAbsent: true }, none);
    }
    assert.deepEqual(await Array.fromAsync(oldBlobs(place, 2_000, none)), [[named, garbage]]);
  });

  it('are not guessed when a manifest cannot be read', async () => {
    const place = { store: new MemoryStore(() => 0), layout: layoutOf('repo') };
    const key = place.layout.manifest('x', sampleManifest.timestamp);
    await place.store.put(key, { kind: 'bytes', bytes: Buffer.from('{') }, { ifAbsent: true }, none);
    await assert.rejects(withoutReferenced(place, [garbage], none), { kind: 'truncated' });
  });
});
