import assert from 'node:assert/strict';
import {
  chmod,
  link,
  mkdir,
  readdir,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { systemClock } from '../../../../src/base/clock.ts';
import { openLocalStore } from '../../../../src/repository/adapters/local/store.ts';
import type { BlobBody, BlobStore } from '../../../../src/repository/blob-store.ts';
import { blobKey } from '../../../../src/repository/key.ts';
import { conformsToBlobStore } from '../../../conformance/blob-store.ts';
import {
  assertFails,
  bytesBody,
  calm,
  fresh,
  listKeys,
  mebibyte,
  patternBytes,
  plain,
  put,
  putAll,
  read,
} from '../../../conformance/blob-store/support.ts';
import { StorageError } from '../../../../src/repository/storage-error.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../support/temporary-folder.ts';

conformsToBlobStore({
  name: 'local',
  open: async () => {
    const { store, folder } = await open();
    return Object.assign(store, { [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() });
  },
});

type Opened = Readonly<{ store: BlobStore; folder: TemporaryFolder; root: string }>;

async function open(): Promise<Opened> {
  const folder = await temporaryFolder();
  const root = path.join(folder.path, 'store');
  return { store: await openLocalStore({ root, clock: systemClock }), folder, root };
}

describe('the local store', () => {
  it('links a finished file instead of copying it', async () => {
    const { store, folder, root } = await open();
    await using _folder = folder;
    const file = path.join(folder.path, 'staged');
    await writeFile(file, 'content');
    await store.put(blobKey('a/b'), { kind: 'file', path: file, sizeBytes: 7 }, fresh, calm);
    assert.equal((await stat(file)).ino, (await stat(path.join(root, 'a/b'))).ino);
    await store.put(blobKey('a/b'), { kind: 'file', path: file, sizeBytes: 7 }, plain, calm);
    assert.deepEqual(await readdir(path.join(root, '.tmp-holdfast')), []);
  });

  it('refuses a file of another size than announced', async () => {
    const { store, folder } = await open();
    await using _folder = folder;
    const file = path.join(folder.path, 'staged');
    await writeFile(file, 'content');
    const body: BlobBody = { kind: 'file', path: file, sizeBytes: 8 };
    await assertFails('corrupt', store.put(blobKey('a'), body, fresh, calm));
    await assertFails('not_found', store.put(blobKey('a'), { ...body, path: `${file}-gone` }, fresh, calm));
    assert.deepEqual(await listKeys(store), []);
  });

  it('leaves no temporary file, whether a put succeeds, fails or is cancelled', async () => {
    const { store, folder, root } = await open();
    await using _folder = folder;
    const controller = new AbortController();
    const broken: BlobBody = {
      kind: 'stream',
      open: async function* body() {
        yield patternBytes(mebibyte);
        controller.abort();
        yield patternBytes(10);
      },
    };
    await put(store, 'a', 'x');
    await assertFails('already_exists', store.put(blobKey('a'), bytesBody('y'), fresh, calm));
    await assertFails('cancelled', store.put(blobKey('b'), broken, fresh, controller.signal));
    assert.deepEqual(await readdir(path.join(root, '.tmp-holdfast')), []);
  });

  it('sweeps what a killed process left, when it is old enough', async () => {
    const { store, folder, root } = await open();
    await using _folder = folder;
    await put(store, 'a', 'x');
    const left = path.join(root, '.tmp-holdfast', 'left');
    await writeFile(left, 'half');
    await utimes(left, 0, 0);
    assert.equal(await store.sweepUploads(60_000, calm), 0);
    assert.equal(await store.sweepUploads(-1000, calm), 1);
    assert.equal(await store.sweepUploads(-1000, calm), 0);
    assert.deepEqual(await listKeys(store), ['a']);
  });

  it('says that a file system takes no folders', async () => {
    await using store = await openLocalStore({ root: '/proc/holdfast', clock: systemClock });
    await assert.rejects(
      put(store, 'a', 'x'),
      (error) =>
        error instanceof StorageError && /none can be made there/.test(error.message) && !!error.hint,
    );
  });

  it('hides and protects its own folder', async () => {
    const { store, folder } = await open();
    await using _folder = folder;
    await put(store, 'a', 'x');
    const inside = blobKey('.tmp-holdfast/x');
    await assertFails('invalid_argument', store.put(inside, bytesBody('x'), plain, calm));
    await assertFails('invalid_argument', read(store, inside));
    assert.equal(await store.stat(inside, calm), undefined);
    assert.deepEqual(await Array.fromAsync(store.listSegments('', calm)), ['a']);
  });

  it('lists and reads alike, whether threads of its own do it or not', async () => {
    const { store: plain, folder, root } = await open();
    await using _folder = folder;
    await using threaded = await openLocalStore({ root, clock: systemClock, listedHereMax: 1 });
    const small = patternBytes(3_000);
    const large = patternBytes(mebibyte);
    await putAll(plain, ['a/1', 'a/2', 'b', 'c']);
    await plain.put(blobKey('d/small'), { kind: 'bytes', bytes: small }, fresh, calm);
    await plain.put(blobKey('d/large'), { kind: 'bytes', bytes: large }, fresh, calm);
    assert.deepEqual(
      await Array.fromAsync(threaded.list('', calm)),
      await Array.fromAsync(plain.list('', calm)),
    );
    assert.deepEqual(Buffer.from(await read(threaded, 'd/small')), Buffer.from(small));
    assert.deepEqual(Buffer.from(await read(threaded, 'd/large')), Buffer.from(large));
    for (const missing of ['d/gone', 'b/under-a-file', 'd']) {
      await assertFails('not_found', read(threaded, missing));
      await assertFails('not_found', read(plain, missing));
    }
    await assertFails(
      'cancelled',
      Array.fromAsync(threaded.get(blobKey('b'), undefined, AbortSignal.abort())),
    );
  });

  it('passes over links, foreign names and empty folders', async () => {
    const { store, folder, root } = await open();
    await using _folder = folder;
    await put(store, 'a/b', 'x');
    await writeFile(path.join(folder.path, 'secret'), 'secret');
    await symlink(path.join(folder.path, 'secret'), path.join(root, 'link'));
    await symlink(folder.path, path.join(root, 'folder-link'));
    await writeFile(path.join(root, 'foreign name'), 'x');
    await mkdir(path.join(root, 'empty/inner'), { recursive: true });
    assert.deepEqual(await listKeys(store), ['a/b']);
    assert.deepEqual(await Array.fromAsync(store.listSegments('', calm)), ['a']);
    assert.equal(await store.stat(blobKey('link'), calm), undefined);
    await assertFails('invalid_argument', read(store, 'link'));
  });

  it('removes folders that became empty, and nothing above its root', async () => {
    const { store, folder, root } = await open();
    await using _folder = folder;
    await putAll(store, ['a/b/c/1', 'a/d/1']);
    await store.deleteMany([blobKey('a/b/c/1')], calm);
    assert.deepEqual(await readdir(path.join(root, 'a')), ['d']);
    await store.deleteMany([blobKey('a/d/1')], calm);
    assert.deepEqual(await readdir(root), ['.tmp-holdfast']);
  });

  it('does not make its root again when that was removed or unmounted', async () => {
    const { store, folder, root } = await open();
    await using _folder = folder;
    await put(store, 'a/b', 'content');
    await rm(root, { recursive: true });
    await assertFails('not_found', store.put(blobKey('a/c'), bytesBody('content'), fresh, calm));
    await assert.rejects(stat(root), { code: 'ENOENT' });
    await mkdir(root);
    await put(store, 'a/d', 'content');
    assert.deepEqual(await listKeys(store), ['a/d']);
  });

  it('puts and removes in one folder at once without losing a blob', async () => {
    const { store, folder } = await open();
    await using _folder = folder;
    const writes = Array.from({ length: 60 }, async (_, at) => {
      await put(store, `a/b/k${at}`, 'x');
      if (at % 3 > 0) await store.deleteMany([blobKey(`a/b/k${at}`)], calm);
    });
    await Promise.all(writes);
    assert.equal((await listKeys(store)).length, 20);
  });

  it('refuses a blob where a folder is, and a folder where a blob is', async () => {
    const { store, folder } = await open();
    await using _folder = folder;
    await put(store, 'a/b', 'x');
    await assertFails('invalid_argument', store.put(blobKey('a'), bytesBody('x'), fresh, calm));
    await assertFails('invalid_argument', store.put(blobKey('a'), bytesBody('x'), plain, calm));
    await assertFails('invalid_argument', store.put(blobKey('a/b/c'), bytesBody('x'), fresh, calm));
    assert.deepEqual(await listKeys(store), ['a/b']);
  });

  it('notices a blob that is cut off while it is read', async () => {
    const { store, folder, root } = await open();
    await using _folder = folder;
    await put(store, 'a', patternBytes(2 * mebibyte));
    const reading = (async () => {
      for await (const _piece of store.get(blobKey('a'), undefined, calm)) {
        await truncate(path.join(root, 'a'), mebibyte);
      }
    })();
    await assertFails('corrupt', reading);
  });

  it(
    'says when it may not write',
    { skip: process.getuid?.() === 0 && 'root may write everywhere' },
    async () => {
      const { folder, root } = await open();
      await using _folder = folder;
      await mkdir(root, { mode: 0o500 });
      const store = await openLocalStore({ root, clock: systemClock });
      await assertFails('permission_denied', put(store, 'a', 'x'));
      await chmod(root, 0o700);
    },
  );

  it('reports how many of many removals failed', async () => {
    const { store, folder, root } = await open();
    await using _folder = folder;
    await putAll(store, ['a', 'b']);
    const reserved = blobKey('.tmp-holdfast/x');
    await assert.rejects(
      store.deleteMany([blobKey('a'), reserved, blobKey('b')], calm),
      /lies in the folder/,
    );
    assert.deepEqual(await readdir(root), ['.tmp-holdfast']);
  });

  it('keeps memory flat while a large stream passes', async () => {
    const { store, folder } = await open();
    await using _folder = folder;
    const piece = patternBytes(mebibyte);
    const pieces = 160;
    let most = 0;
    const body: BlobBody = {
      kind: 'stream',
      sizeBytes: pieces * mebibyte,
      open: async function* stream() {
        for (let at = 0; at < pieces; at++) {
          yield piece;
          most = Math.max(most, process.memoryUsage().arrayBuffers);
        }
      },
    };
    const before = process.memoryUsage().arrayBuffers;
    await store.put(blobKey('large'), body, fresh, calm);
    assert.ok(most - before < 96 * mebibyte, `${(most - before) / mebibyte} MiB of buffers`);
  });

  it('shares a file with whoever else links it', async () => {
    const { store, folder, root } = await open();
    await using _folder = folder;
    await put(store, 'a', 'x');
    await link(path.join(root, 'a'), path.join(folder.path, 'elsewhere'));
    await put(store, 'a', 'new');
    assert.equal((await read(store, 'a')).toString(), 'new');
    assert.equal((await stat(path.join(folder.path, 'elsewhere'))).size, 1);
  });
});
