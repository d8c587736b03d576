import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { MetadataShelf } from '../../src/dispatch/metadata-shelf.ts';
import { backUp, type BackupResult } from '../../src/metastore/kylin/backup.ts';
import { openBackup } from '../../src/metastore/kylin/open-backup.ts';
import { readManifest } from '../../src/metastore/kylin/manifest.ts';
import { isQualified, verifyBackup } from '../../src/metastore/kylin/verify.ts';
import type { BlobStore } from '../../src/repository/blob-store.ts';
import { blobKey } from '../../src/repository/key.ts';
import { StorageError } from '../../src/repository/storage-error.ts';
import { layoutOf } from '../../src/snapshot/layout.ts';
import { MemoryMetadata } from '../metastore/kylin/memory-metadata.ts';
import { filesOf, neverAborted, sampleOf } from '../metastore/kylin/sample.ts';
import { memoryStore, testNow } from '../support/memory-store.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const layout = layoutOf('r');
const day = 24 * 60 * 60 * 1_000;

describe('metadata backups in a repository', () => {
  let folder: TemporaryFolder;
  let count = 0;
  before(async () => {
    folder = await temporaryFolder();
  });
  after(() => folder[Symbol.asyncDispose]());

  async function made(generation: 'B' | 'C', name = 'nightly'): Promise<BackupResult> {
    const source = await new MemoryMetadata(generation, sampleOf(generation)).openForBackup();
    const directory = path.join(folder.path, String(++count));
    const fixed = { compress: true, excludeTableExd: false, now: Date.UTC(2026, 0, 2) };
    const request = { scope: { kind: 'system' } as const, directory, folder: name, ...fixed };
    return backUp(source, request, neverAborted);
  }

  const scratch = (): string => path.join(folder.path, `scratch-${++count}`);

  async function keysOf(store: BlobStore): Promise<readonly string[]> {
    const stats = await Array.fromAsync(store.list(layout.metadataPrefix, neverAborted));
    return stats.map(({ key }) => key.slice(layout.metadataPrefix.length));
  }

  for (const generation of ['B', 'C'] as const) {
    it(`of ${generation} come back byte for byte, in the layout that Kylin reads`, async () => {
      await using store = memoryStore();
      const shelf = new MetadataShelf({ store, layout });
      const backup = await made(generation);
      assert.equal(await shelf.put(backup, true, testNow, neverAborted), 'nightly');
      const archive = generation === 'C' ? 'core_meta/metadata.zip' : 'metadata.zip';
      assert.deepEqual(await keysOf(store), ['nightly.json', 'nightly.manifest.json', `nightly/${archive}`]);
      const fetched = await shelf.fetch('nightly', scratch(), neverAborted);
      assert.deepEqual(await filesOf(fetched), await filesOf(backup.path));
      await using source = await openBackup(fetched, neverAborted);
      const report = await verifyBackup(source, await readManifest(fetched), neverAborted);
      assert.ok(report.hasManifest && isQualified(report));
      const [listed] = await shelf.list(neverAborted);
      const { level, resources, offset } = listed?.backup ?? {};
      assert.deepEqual(
        { level, resources, offset },
        { level: 'system', resources: backup.resources, offset: 17 },
      );
    });
  }

  it('take no name twice: the user’s own is refused, ours gets a number', async () => {
    await using store = memoryStore();
    const shelf = new MetadataShelf({ store, layout });
    await shelf.put(await made('B'), true, testNow, neverAborted);
    for (const generation of ['B', 'C'] as const) {
      await assert.rejects(shelf.put(await made(generation), true, testNow, neverAborted), {
        name: 'MetadataError',
        kind: 'exists',
      });
    }
    assert.equal(await shelf.put(await made('C'), false, testNow, neverAborted), 'nightly-1');
    assert.deepEqual(
      (await shelf.list(neverAborted)).map(({ name }) => name),
      ['nightly', 'nightly-1'],
    );
  });

  it('may have names of any kind, but no paths', async () => {
    await using store = memoryStore();
    const shelf = new MetadataShelf({ store, layout });
    for (const name of ['größe', 'a.json', 'b.manifest.json', 'x y'])
      assert.equal(await shelf.put(await made('B', name), true, testNow, neverAborted), name);
    const listed = await shelf.list(neverAborted);
    assert.deepEqual(listed.map(({ name }) => name).sort(), ['a.json', 'b.manifest.json', 'größe', 'x y']);
    for (const name of ['../x', 'a/b', '', '.', 'b.manifest'])
      await assert.rejects(shelf.fetch(name, scratch(), neverAborted), { kind: 'illegal' });
    await assert.rejects(shelf.fetch('none', scratch(), neverAborted), { kind: 'not_found' });
  });

  it('are not there before their description is, and leave nothing when writing fails', async () => {
    await using store = memoryStore();
    const failing: BlobStore = {
      ...storeMethods(store),
      put: async (key, ...rest) => {
        if (key.endsWith('.manifest.json')) throw new StorageError('full', 'the disk is full');
        return store.put(key, ...rest);
      },
    };
    const shelf = new MetadataShelf({ store: failing, layout });
    await assert.rejects(shelf.put(await made('B'), true, testNow, neverAborted), { kind: 'full' });
    assert.deepEqual(await keysOf(store), []);
  });

  it('of a server that was killed are not listed, and go after a day', async () => {
    await using store = memoryStore();
    const shelf = new MetadataShelf({ store, layout });
    const bytes = Buffer.from('PK');
    for (const file of ['left/metadata.zip', 'left.manifest.json']) {
      const key = blobKey(`${layout.metadataPrefix}${file}`);
      await store.put(key, { kind: 'bytes', bytes }, { ifAbsent: true }, neverAborted);
    }
    assert.deepEqual(await shelf.list(neverAborted), []);
    await shelf.put(await made('B', 'first'), true, testNow, neverAborted);
    assert.ok((await keysOf(store)).includes('left/metadata.zip'));
    await shelf.put(await made('B', 'second'), true, testNow + 2 * day, neverAborted);
    assert.ok((await keysOf(store)).every((key) => !key.startsWith('left')));
    assert.equal((await shelf.list(neverAborted)).length, 2);
  });

  it('that were changed are refused before anything is made of them', async () => {
    await using store = memoryStore();
    const shelf = new MetadataShelf({ store, layout });
    const backup = await made('B');
    await shelf.put(backup, true, testNow, neverAborted);
    const bytes = await readFile(path.join(backup.path, 'metadata.zip'));
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    const key = blobKey(`${layout.metadataPrefix}nightly/metadata.zip`);
    await store.put(key, { kind: 'bytes', bytes }, { ifAbsent: false }, neverAborted);
    await assert.rejects(shelf.fetch('nightly', scratch(), neverAborted), { kind: 'broken' });
  });
});

/** The methods of a store, to replace some of them. */
function storeMethods(store: BlobStore): BlobStore {
  return {
    capabilities: store.capabilities,
    put: (...given) => store.put(...given),
    get: (...given) => store.get(...given),
    stat: (...given) => store.stat(...given),
    list: (...given) => store.list(...given),
    listSegments: (...given) => store.listSegments(...given),
    deleteMany: (...given) => store.deleteMany(...given),
    sweepUploads: (...given) => store.sweepUploads(...given),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
