import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blobKey } from '../../../src/repository/key.ts';
import { exhaustively, retryDefaults } from '../../../src/repository/layers/attempts.ts';
import { Cleanups } from '../../../src/repository/objects/cleanups.ts';
import { ObjectStore } from '../../../src/repository/objects/object-store.ts';
import { PartMemory } from '../../../src/repository/objects/part-memory.ts';
import type { ObjectTools } from '../../../src/repository/objects/tools.ts';
import { StorageError } from '../../../src/repository/storage-error.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { conformsToBlobStore } from '../../conformance/blob-store.ts';
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
  read,
  sameBytes,
} from '../../conformance/blob-store/support.ts';
import { streamed } from '../../support/cloud-faults.ts';
import { MemoryObjects, type RequestFault } from '../../doubles/memory-objects.ts';

const memoryMax = 64 * mebibyte;

type Opened = Readonly<{ store: ObjectStore; objects: MemoryObjects; tools: ObjectTools }>;

function open(fault: RequestFault = () => undefined, path = 'x'): Opened {
  const objects = new MemoryObjects({ fault, pageMax: 7 });
  const tools = toolsOf();
  return { store: new ObjectStore(objects, path, tools), objects, tools };
}

function toolsOf(): ObjectTools {
  const retry = { ...retryDefaults, clock: systemClock, random: () => 0, onRetry: () => undefined };
  return {
    now: () => Date.UTC(2026, 0, 2),
    memory: new PartMemory(memoryMax),
    retried: (signal, request) => exhaustively(retry, signal, request),
    cleanups: new Cleanups(),
  };
}

conformsToBlobStore({ name: 'an object store with pages of seven', open: async () => open().store });

const large = patternBytes(20 * mebibyte + 5);

describe('an object store', () => {
  it('keeps to its path: a neighbour whose name begins alike is not seen', async () => {
    const { objects } = open();
    const one = new ObjectStore(objects, 'b/x', toolsOf());
    const other = new ObjectStore(objects, 'b/xy', toolsOf());
    await put(other, 'a', '1');
    assert.deepEqual(await listKeys(one), []);
    assert.deepEqual(await Array.fromAsync(one.listSegments('', calm)), []);
    assert.deepEqual([...objects.objects.keys()], ['b/xy/a']);
  });

  it('writes a small body in one request and a large one in parts', async () => {
    const { store, objects } = open();
    await store.put(blobKey('small'), streamed(patternBytes(100)), plain, calm);
    assert.equal(objects.counts.get('create_upload'), undefined);
    await store.put(blobKey('large'), streamed(large), plain, calm);
    assert.equal(objects.counts.get('put_part'), 3);
    sameBytes(await read(store, 'large'), large);
  });

  it('writes a large body that must be absent in one request, since parts do not keep the condition', async () => {
    const { store, objects } = open();
    await store.put(blobKey('large'), bytesBody(large), fresh, calm);
    assert.equal(objects.counts.get('create_upload'), undefined);
    sameBytes(await read(store, 'large'), large);
  });

  it('tries a single part again instead of the whole body', async () => {
    const { store, objects } = open((operation, count, applied) => {
      if (operation === 'put_part' && count <= 2 && !applied)
        throw new StorageError('throttled', 'slow down');
    });
    await store.put(blobKey('large'), streamed(large), plain, calm);
    assert.equal(objects.counts.get('put_part'), 5);
    assert.equal(objects.counts.get('create_upload'), 1);
  });

  for (const operation of ['put_part', 'complete_upload']) {
    it(`removes the upload when ${operation} keeps failing, and lets nobody try again`, async () => {
      const { store, objects, tools } = open((seen) => {
        if (seen === operation) throw new StorageError('unavailable', 'broken');
      });
      await assert.rejects(
        store.put(blobKey('large'), streamed(large), plain, calm),
        (error) => error instanceof StorageError && error.kind === 'unavailable' && !error.retryable,
      );
      await tools.cleanups.settled();
      assert.equal(objects.uploads.size, 0);
      assert.equal(tools.memory.takenBytes, 0);
      assert.deepEqual(await listKeys(store), []);
    });
  }

  it('removes the upload whose answer was lost, and none of another name', async () => {
    const { store, objects, tools } = open((operation, count, applied) => {
      if (operation === 'create_upload' && count === 2 && applied)
        throw new StorageError('unavailable', 'cut');
    });
    await objects.createUpload('x/large2', undefined, calm);
    await store.put(blobKey('large'), streamed(large), plain, calm);
    assert.equal(objects.counts.get('create_upload'), 3);
    await tools.cleanups.settled();
    assert.deepEqual(
      [...objects.uploads.values()].map((upload) => upload.name),
      ['x/large2'],
    );
    sameBytes(await read(store, 'large'), large);
  });

  it('removes the uploads of a put that never heard of one', async () => {
    const { store, objects, tools } = open((operation, _count, applied) => {
      if (operation === 'create_upload' && applied) throw new StorageError('timeout', 'no answer');
    });
    await assertFails('timeout', store.put(blobKey('large'), streamed(large), plain, calm));
    await tools.cleanups.settled();
    assert.equal(objects.uploads.size, 0);
  });

  it('succeeds when the answer to the completion was lost', async () => {
    const { store, objects } = open((operation, count, applied) => {
      if (operation === 'complete_upload' && count === 1 && applied)
        throw new StorageError('unavailable', 'cut');
    });
    await store.put(blobKey('large'), streamed(large), plain, calm);
    assert.equal(objects.counts.get('complete_upload'), 2);
    sameBytes(await read(store, 'large'), large);
  });

  it('fails when the lost completion turns out to be somebody else’s blob', async () => {
    const { store, objects } = open((operation, count, applied) => {
      if (operation !== 'complete_upload' || count !== 1 || !applied) return;
      const theirs = Buffer.from('theirs');
      objects.objects.set('x/large', { bytes: theirs, sha256: undefined, modifiedAt: 0 });
      throw new StorageError('unavailable', 'cut');
    });
    await assertFails('not_found', store.put(blobKey('large'), streamed(large), plain, calm));
  });

  it('gives back its memory and removes the upload when a put in parts is cancelled', async () => {
    const controller = new AbortController();
    const { store, objects, tools } = open((operation, count) => {
      if (operation === 'put_part' && count === 2) controller.abort();
    });
    await assertFails('cancelled', store.put(blobKey('large'), streamed(large), plain, controller.signal));
    await tools.cleanups.settled();
    assert.equal(objects.uploads.size, 0);
    assert.equal(tools.memory.takenBytes, 0);
  });

  it('sweeps the uploads of its own path only', async () => {
    const { store, objects } = open();
    await objects.createUpload('x/mine', undefined, calm);
    await objects.createUpload('xy/theirs', undefined, calm);
    assert.equal(await store.sweepUploads(2 * 86_400_000, calm), 0);
    assert.equal(await store.sweepUploads(0, calm), 1);
    assert.deepEqual(
      [...objects.uploads.values()].map((upload) => upload.name),
      ['xy/theirs'],
    );
  });

  for (const sha256 of ['0'.repeat(64), undefined]) {
    it(`finds a blob that has changed in the store (${sha256 ? 'by SHA-256' : 'by MD5'})`, async () => {
      const { store, objects } = open();
      await put(store, 'a', 'content');
      const stored = objects.objects.get('x/a');
      assert.ok(stored);
      objects.objects.set('x/a', { ...stored, sha256 });
      if (sha256 === undefined) return sameBytes(await read(store, 'a'), Buffer.from('content'));
      await assertFails('corrupt', read(store, 'a'));
    });
  }

  it('takes an answer that ends early for a cut connection', async () => {
    const { store, objects } = open();
    await put(store, 'a', '0123456789');
    const get = objects.get.bind(objects);
    objects.get = async (...request) => {
      const reading = await get(...request);
      return {
        ...reading,
        pieces: (async function* short() {
          for await (const piece of reading.pieces) yield piece.subarray(0, 5);
        })(),
      };
    };
    await assertFails('unavailable', read(store, 'a'));
  });

  it('refuses an answer of the whole blob to a question for a part', async () => {
    const { store, objects } = open();
    await put(store, 'a', '0123456789');
    const get = objects.get.bind(objects);
    objects.get = (name, _span, signal) => get(name, undefined, signal);
    await assertFails('corrupt', read(store, 'a', { start: 2, length: 3 }));
  });

  it('says how many of many removals failed', async () => {
    const { store, objects } = open();
    const error = new StorageError('permission_denied', 'no');
    objects.delete = async (names) => names.slice(1).map((name) => ({ name, error }));
    await assert.rejects(
      store.deleteMany(['a', 'b', 'c'].map(blobKey), calm),
      (error) =>
        error instanceof StorageError &&
        error.kind === 'permission_denied' &&
        error.message.startsWith('2 of 3 blobs could not be removed'),
    );
  });

  it('tries again only what may yet be removed, and names what remains', async () => {
    const { store, objects } = open();
    const asked: string[] = [];
    const busy = new StorageError('throttled', 'busy');
    const refused = new StorageError('permission_denied', 'no');
    objects.delete = async (names) => {
      asked.push(names.join(' '));
      return names.flatMap((name) => {
        if (name === 'x/b' && asked.length < 3) return [{ name, error: busy }];
        return name === 'x/c' ? [{ name, error: refused }] : [];
      });
    };
    await assert.rejects(store.deleteMany(['a', 'b', 'c'].map(blobKey), calm), /^StorageError: 1 of 3 blobs/);
    assert.deepEqual(asked, ['x/a x/b x/c', 'x/b', 'x/b']);
  });

  it('holds no more memory for many puts at once than it may', async () => {
    const { store, tools } = open(() => {
      assert.ok(tools.memory.takenBytes <= memoryMax);
    });
    await Promise.all(
      Array.from({ length: 8 }, (_, at) => store.put(blobKey(`k${at}`), streamed(large), plain, calm)),
    );
    assert.equal(tools.memory.takenBytes, 0);
  });
});
