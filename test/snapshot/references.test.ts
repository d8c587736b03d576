import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryStore } from '../../src/repository/adapters/memory/store.ts';
import { layoutOf } from '../../src/snapshot/layout.ts';
import { encodeManifest } from '../../src/snapshot/manifest-codec.ts';
import { BlobClaims, deleteOrphans, deleteUnreferenced } from '../../src/snapshot/references.ts';
import { putManifest } from '../../src/snapshot/writer.ts';
import { sampleManifest } from '../support/sample-manifest.ts';

const none = new AbortController().signal;
const [named, claimed, garbage] = ['a', 'd', 'e'].map((digit) => digit.repeat(64)) as [
  string,
  string,
  string,
];

describe('claims on blobs', () => {
  it('make a claim wait for a deletion under way', async () => {
    const claims = new BlobClaims();
    const gate = Promise.withResolvers<void>();
    const deletion = claims.deleteUnclaimed([garbage], () => gate.promise);
    let isClaimed = false;
    const claim = claims.claim(garbage, 'job 1').then(() => (isClaimed = true));
    await Promise.resolve();
    assert.equal(isClaimed, false);
    gate.resolve();
    await Promise.all([deletion, claim]);
    assert.ok(claims.isClaimed(garbage));
  });

  it('delete nothing while other nodes may count on it', async () => {
    const claims = new BlobClaims(false);
    const deleted = claims.deleteUnclaimed([garbage], () => Promise.reject(new Error('deleted')));
    assert.deepEqual(await deleted, []);
  });

  it('keep a blob until the last job has let go', async () => {
    const claims = new BlobClaims();
    await claims.claim(claimed, 'job 1');
    await claims.claim(claimed, 'job 2');
    claims.release('job 1');
    assert.deepEqual(await claims.deleteUnclaimed([claimed], () => Promise.reject(new Error('deleted'))), [
      claimed,
    ]);
    const released = claims.nextRelease();
    claims.release('job 2');
    await released;
    assert.deepEqual(await claims.deleteUnclaimed([claimed], async () => undefined), []);
  });
});

describe('blobs that nobody needs', () => {
  it('are those that neither a manifest nor a running job names', async () => {
    const place = { store: new MemoryStore(() => 0), layout: layoutOf('repo') };
    for (const sha256 of [named, claimed, garbage]) {
      const body = { kind: 'bytes', bytes: Buffer.from('x') } as const;
      await place.store.put(place.layout.blob(sha256), body, { ifAbsent: true }, none);
    }
    await putManifest(place, sampleManifest, encodeManifest(sampleManifest).bytes, none);
    const claims = new BlobClaims();
    await claims.claim(claimed, 'job 1');
    assert.deepEqual(await deleteUnreferenced(place, claims, [named, claimed, garbage], none), [claimed]);
    const left = await Array.fromAsync(place.store.list(place.layout.blobsPrefix, none));
    assert.deepEqual(
      left.map(({ key }) => key),
      [named, claimed].map((sha256) => place.layout.blob(sha256)),
    );
  });

  it('are found by looking at all that is old enough', async () => {
    let now = 1_000;
    const place = { store: new MemoryStore(() => now), layout: layoutOf('repo') };
    const young = 'f'.repeat(64);
    for (const sha256 of [named, claimed, garbage, young]) {
      if (sha256 === young) now = 2_000;
      const body = { kind: 'bytes', bytes: Buffer.from('x') } as const;
      await place.store.put(place.layout.blob(sha256), body, { ifAbsent: true }, none);
    }
    await putManifest(place, sampleManifest, encodeManifest(sampleManifest).bytes, none);
    const claims = new BlobClaims();
    await claims.claim(claimed, 'job 1');
    assert.equal(await deleteOrphans(place, claims, 2_000, none), 3);
    const left = await Array.fromAsync(place.store.list(place.layout.blobsPrefix, none));
    assert.deepEqual(
      left.map(({ key }) => key),
      [named, claimed, young].map((sha256) => place.layout.blob(sha256)),
    );
  });

  it('are not guessed when a manifest cannot be read', async () => {
    const place = { store: new MemoryStore(() => 0), layout: layoutOf('repo') };
    const key = place.layout.manifest('x', sampleManifest.timestamp);
    await place.store.put(key, { kind: 'bytes', bytes: Buffer.from('{') }, { ifAbsent: true }, none);
    await assert.rejects(deleteUnreferenced(place, new BlobClaims(), [garbage], none), { kind: 'truncated' });
  });
});
