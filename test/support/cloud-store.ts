import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { blobKey } from '../../src/repository/key.ts';
import { probe } from '../../src/repository/probe.ts';
import { conformsToBlobStore } from '../conformance/blob-store.ts';
import { calm, put } from '../conformance/blob-store/support.ts';
import type { ObjectServer } from '../doubles/object-server.ts';
import { type CloudDouble, type KeyedCloud, openApart, openCloud, startCloud } from './cloud-double.ts';
import { refusesWrongKeys, survivesFaults } from './cloud-faults.ts';

/** Declares the tests of what an adapter of a cloud must do, whatever the cloud, against its double. */
export function worksAsCloud(cloud: KeyedCloud): void {
  describe(cloud.name, () => {
    let shared: ObjectServer | undefined;
    after(() => shared?.[Symbol.asyncDispose]());
    conformsToBlobStore({
      name: cloud.name,
      open: async () => {
        shared ??= await startCloud(cloud, { pageMax: 7 });
        return openApart(cloud, shared);
      },
    });
  });
  describe(`${cloud.name}, beside the contract`, () => {
    escapes(cloud);
    fitness(cloud);
  });
  survivesFaults(cloud);
  refusesWrongKeys(cloud);
}

function escapes(cloud: CloudDouble): void {
  it('takes names that XML and URLs must escape', async () => {
    await using server = await startCloud(cloud);
    await using store = await openCloud(cloud, server, { path: 'a%20&%3C%25%C3%A9+(1)' });
    for (const key of ['a', 'b']) await put(store, key, key);
    assert.deepEqual([...server.objects.objects.keys()], ['a &<%é+(1)/a', 'a &<%é+(1)/b']);
    assert.equal((await Array.fromAsync(store.list('', calm))).length, 2);
    await store.deleteMany(['a', 'b'].map(blobKey), calm);
    assert.equal(server.objects.objects.size, 0);
  });
}

function fitness(cloud: CloudDouble): void {
  it('is found fit; in a bucket with versions, which ignores conditions, with a warning', async () => {
    for (const hasVersions of [false, true]) {
      await using server = await startCloud(cloud, { hasVersions });
      await using store = await openCloud(cloud, server);
      const { steps, needsEmulation } = await probe(store, Date.now, calm);
      assert.deepEqual(
        steps.filter(({ outcome }) => outcome === 'failed'),
        [],
      );
      assert.equal(needsEmulation, hasVersions);
    }
  });
}
