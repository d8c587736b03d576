import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { BlobStore } from '../../src/repository/blob-store.ts';
import { openStore, withLayers } from '../../src/repository/open-store.ts';
import { probe, requireFit } from '../../src/repository/probe.ts';
import { StorageError } from '../../src/repository/storage-error.ts';
import { conformsToBlobStore } from '../conformance/blob-store.ts';
import { calm, put, read } from '../conformance/blob-store/support.ts';
import { faultyStore } from '../doubles/faulty-store.ts';
import { memoryStore } from '../support/memory-store.ts';
import { storeParts } from '../support/store-parts.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const noProperties: ReadonlyMap<string, string> = new Map();

conformsToBlobStore({
  name: 'an opened file:// location',
  open: async () => {
    const folder = await temporaryFolder();
    const store = await openStore(`file://${path.join(folder.path, 'a', 'b')}`, noProperties, storeParts());
    return { ...store, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
  },
});

describe('openStore', () => {
  it('gives a store that the probe finds fit', async () => {
    await using folder = await temporaryFolder();
    const store = await openStore(`file://${folder.path}`, noProperties, storeParts());
    requireFit(await probe(store, Date.now, calm), 'file');
  });

  it('sees no blob of a folder whose name only begins alike', async () => {
    await using folder = await temporaryFolder();
    const [one, other] = await Promise.all(
      ['x', 'xy'].map((name) => openStore(`file://${folder.path}/${name}`, noProperties, storeParts())),
    );
    await put(other as BlobStore, 'a', '1');
    assert.deepEqual(await Array.fromAsync((one as BlobStore).list('', calm)), []);
  });

  it('retries below the limit: throttling narrows it, and is counted', async () => {
    const retried: string[] = [];
    const inner = faultyStore(memoryStore(), (point, _key, count) => {
      if (point === 'put' && count <= 3) throw new StorageError('throttled', 'slow down');
    });
    const store = withLayers(inner, 'memory', storeParts({ retried }));
    await put(store, 'a', 'x');
    assert.equal((await read(store, 'a')).toString(), 'x');
    assert.deepEqual(retried, ['throttled', 'throttled', 'throttled']);
  });
});
