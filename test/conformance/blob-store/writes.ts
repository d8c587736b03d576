import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BlobBody, BlobStore } from '../../../src/repository/blob-store.ts';
import { blobKey } from '../../../src/repository/key.ts';
import { StorageError } from '../../../src/repository/storage-error.ts';
import type { Clause } from '../blob-store.ts';
import {
  assertAbsent,
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
} from './support.ts';

const roundTripSizes = [0, 1, 5 * mebibyte - 1, 5 * mebibyte, 5 * mebibyte + 1, 17 * mebibyte];
const racers = 16;

export const writeClauses: readonly Clause[] = [
  ...roundTripSizes.map((sizeBytes) => ({
    sentence: `a blob of ${sizeBytes} bytes comes back as it was put`,
    check: (store: BlobStore) => roundTrip(store, sizeBytes),
  })),
  { sentence: 'a stream of unknown length comes back as it was put', check: unknownLength },
  { sentence: 'a file comes back as it was put, also when the file is gone', check: fileBody },
  { sentence: 'a body of another size than announced is refused and leaves nothing', check: wrongSize },
  { sentence: 'a body of another SHA-256 than announced is refused and leaves nothing', check: wrongHash },
  { sentence: 'a source that fails midway fails the put and leaves nothing', check: sourceFails },
  { sentence: 'a put cancelled midway fails with cancelled and leaves nothing', check: cancelledMidway },
  { sentence: 'a cancelled put of a source that hangs ends', check: cancelledWhileHanging },
  { sentence: 'a blob is not seen before its put ends', check: invisibleUntilDone },
  { sentence: 'a failed put over a blob leaves the old one', check: failedOverwrite },
  { sentence: 'readers of a blob that is replaced see the old or the new one', check: atomicOverwrite },
  { sentence: 'a put if absent takes a free key', check: ifAbsentFree },
  {
    sentence: 'a put if absent of a taken key fails with already_exists and changes nothing',
    check: ifAbsentTaken,
  },
  { sentence: 'of many puts if absent at once exactly one wins', check: (store) => race(store, 1000) },
  {
    sentence: 'of many large puts if absent at once exactly one wins',
    check: (store) => race(store, 6 * mebibyte),
  },
  { sentence: 'a put over a removed key if absent succeeds', check: ifAbsentAfterDelete },
];

async function roundTrip(store: BlobStore, sizeBytes: number): Promise<void> {
  const bytes = patternBytes(sizeBytes);
  await put(store, 'some/blob', bytes);
  sameBytes(await read(store, 'some/blob'), bytes);
  const stat = await store.stat(blobKey('some/blob'), calm);
  assert.equal(stat?.sizeBytes, sizeBytes);
  assert.ok(Number.isFinite(stat.modifiedAt));
}

async function unknownLength(store: BlobStore): Promise<void> {
  const bytes = patternBytes(7 * mebibyte + 3);
  await store.put(blobKey('streamed'), streamOf(bytes), fresh, calm);
  sameBytes(await read(store, 'streamed'), bytes);
}

async function fileBody(store: BlobStore): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-body-'));
  try {
    const bytes = patternBytes(3 * mebibyte + 1);
    const file = path.join(folder, 'body');
    await writeFile(file, bytes);
    const body: BlobBody = { kind: 'file', path: file, sizeBytes: bytes.length };
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await store.put(blobKey('from-file'), body, { ifAbsent: true, sha256 }, calm);
    await assertFails('already_exists', store.put(blobKey('from-file'), body, fresh, calm));
    await store.put(blobKey('from-file'), body, plain, calm);
    await rm(folder, { recursive: true });
    sameBytes(await read(store, 'from-file'), bytes);
    assert.deepEqual(await listKeys(store), ['from-file']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function wrongSize(store: BlobStore): Promise<void> {
  const bytes = patternBytes(mebibyte);
  for (const sizeBytes of [bytes.length - 1, bytes.length + 1]) {
    await assertFails('corrupt', store.put(blobKey('a/b'), streamOf(bytes, sizeBytes), plain, calm));
    await assertAbsent(store, 'a/b');
  }
}

async function wrongHash(store: BlobStore): Promise<void> {
  const options = { ifAbsent: false, sha256: createHash('sha256').update('other').digest('hex') };
  await assertFails('corrupt', store.put(blobKey('a/b'), bytesBody('this'), options, calm));
  await assertAbsent(store, 'a/b');
}

async function sourceFails(store: BlobStore): Promise<void> {
  const broken = new Error('the source broke');
  const body: BlobBody = {
    kind: 'stream',
    sizeBytes: 4 * mebibyte,
    open: async function* open() {
      yield patternBytes(mebibyte);
      throw broken;
    },
  };
  await assert.rejects(store.put(blobKey('a/b'), body, plain, calm), (error) => error === broken);
  await assertAbsent(store, 'a/b');
  await store.sweepUploads(0, calm);
  assert.deepEqual(await listKeys(store), []);
}

async function cancelledMidway(store: BlobStore): Promise<void> {
  const controller = new AbortController();
  const body: BlobBody = {
    kind: 'stream',
    open: async function* open() {
      yield patternBytes(mebibyte);
      controller.abort();
      yield patternBytes(mebibyte);
    },
  };
  await assertFails('cancelled', store.put(blobKey('a/b'), body, plain, controller.signal));
  await assertAbsent(store, 'a/b');
  await assertFails('cancelled', store.put(blobKey('a/b'), bytesBody('x'), plain, controller.signal));
  await assertAbsent(store, 'a/b');
}

async function cancelledWhileHanging(store: BlobStore): Promise<void> {
  const controller = new AbortController();
  const body: BlobBody = {
    kind: 'stream',
    open: async function* open() {
      yield patternBytes(1000);
      setImmediate(() => controller.abort());
      await new Promise(() => undefined);
    },
  };
  await assertFails('cancelled', store.put(blobKey('a/b'), body, plain, controller.signal));
  await assertAbsent(store, 'a/b');
}

async function invisibleUntilDone(store: BlobStore): Promise<void> {
  const body: BlobBody = {
    kind: 'stream',
    open: async function* open() {
      yield patternBytes(2 * mebibyte);
      await assertAbsent(store, 'a/b');
      yield patternBytes(4 * mebibyte);
      await assertAbsent(store, 'a/b');
      assert.deepEqual(await Array.fromAsync(store.listSegments('', calm)), []);
    },
  };
  await store.put(blobKey('a/b'), body, plain, calm);
  assert.deepEqual(await listKeys(store), ['a/b']);
}

async function failedOverwrite(store: BlobStore): Promise<void> {
  await put(store, 'a', 'old');
  const body = streamOf(patternBytes(mebibyte), 10);
  await assertFails('corrupt', store.put(blobKey('a'), body, plain, calm));
  assert.equal((await read(store, 'a')).toString(), 'old');
}

async function atomicOverwrite(store: BlobStore): Promise<void> {
  const versions = [patternBytes(mebibyte, 1), patternBytes(2 * mebibyte, 2)] as const;
  await put(store, 'a', versions[0]);
  const writes = async (): Promise<void> => {
    for (let round = 1; round <= 6; round++) await put(store, 'a', versions[(round % 2) as 0 | 1]);
  };
  const reads = async (): Promise<void> => {
    for (let round = 0; round < 10; round++) {
      const seen = await read(store, 'a');
      const version = versions.find((bytes) => bytes.length === seen.length);
      assert.ok(version !== undefined, `neither version has ${seen.length} bytes`);
      sameBytes(seen, version);
    }
  };
  await Promise.all([writes(), reads(), reads()]);
}

async function ifAbsentFree(store: BlobStore): Promise<void> {
  await store.put(blobKey('a/b'), bytesBody('first'), fresh, calm);
  assert.equal((await read(store, 'a/b')).toString(), 'first');
}

async function ifAbsentTaken(store: BlobStore): Promise<void> {
  await put(store, 'a/b', 'first');
  await assertFails('already_exists', store.put(blobKey('a/b'), bytesBody('second'), fresh, calm));
  assert.equal((await read(store, 'a/b')).toString(), 'first');
}

async function race(store: BlobStore, sizeBytes: number): Promise<void> {
  const bodies = Array.from({ length: racers }, (_, racer) => patternBytes(sizeBytes, racer));
  const ends = await Promise.allSettled(
    bodies.map((bytes) => store.put(blobKey('raced'), bytesBody(bytes), fresh, calm)),
  );
  const winners = bodies.filter((_, racer) => ends[racer]?.status === 'fulfilled');
  assert.equal(winners.length, 1);
  for (const end of ends.filter((one) => one.status === 'rejected')) {
    assert.ok(end.reason instanceof StorageError && end.reason.kind === 'already_exists', String(end.reason));
  }
  sameBytes(await read(store, 'raced'), winners[0] as Uint8Array);
}

async function ifAbsentAfterDelete(store: BlobStore): Promise<void> {
  await put(store, 'a/b', 'first');
  await store.deleteMany([blobKey('a/b')], calm);
  await store.put(blobKey('a/b'), bytesBody('second'), fresh, calm);
  assert.equal((await read(store, 'a/b')).toString(), 'second');
}

function streamOf(bytes: Uint8Array, sizeBytes?: number): BlobBody {
  async function* open(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000);
  }
  return sizeBytes === undefined ? { kind: 'stream', open } : { kind: 'stream', open, sizeBytes };
}
