import assert from 'node:assert/strict';
import type { BlobStore } from '../../../src/repository/blob-store.ts';
import { blobKey } from '../../../src/repository/key.ts';
import type { Clause } from '../blob-store.ts';
import { assertFails, calm, mebibyte, patternBytes, put, read, sameBytes } from './support.ts';

const rangedBytes = 9 * mebibyte + 7;

const ranges = [
  { what: 'the first byte', start: 0, length: 1 },
  { what: 'the last byte', start: rangedBytes - 1, length: 1 },
  { what: 'the middle', start: 12_345, length: 54_321 },
  { what: 'a part across 8 MiB', start: 8 * mebibyte - 10, length: 20 },
  { what: 'everything', start: 0, length: rangedBytes },
  { what: 'what is left when it reaches past the end', start: rangedBytes - 5, length: 100 },
];

export const readClauses: readonly Clause[] = [
  { sentence: 'ranges give exactly what they name', check: rangesGive },
  { sentence: 'a range at or past the end fails with invalid_range', check: pastTheEnd },
  { sentence: 'a range of nothing or before the start fails with invalid_argument', check: noRange },
  {
    sentence: 'a missing blob: get fails with not_found, stat is undefined, delete succeeds',
    check: missing,
  },
  { sentence: 'a reader that stops early leaves the store usable', check: stopEarly },
  { sentence: 'every call fails with cancelled once its signal has aborted', check: cancelled },
  { sentence: 'two readers of one blob do not disturb each other', check: twoReaders },
];

async function rangesGive(store: BlobStore): Promise<void> {
  const bytes = patternBytes(rangedBytes);
  await put(store, 'ranged', bytes);
  for (const { start, length } of ranges) {
    sameBytes(await read(store, 'ranged', { start, length }), bytes.subarray(start, start + length));
  }
}

async function pastTheEnd(store: BlobStore): Promise<void> {
  await put(store, 'ten', '0123456789');
  await put(store, 'empty', '');
  await assertFails('invalid_range', read(store, 'ten', { start: 10, length: 1 }));
  await assertFails('invalid_range', read(store, 'ten', { start: 1000, length: 5 }));
  await assertFails('invalid_range', read(store, 'empty', { start: 0, length: 1 }));
}

async function noRange(store: BlobStore): Promise<void> {
  await put(store, 'ten', '0123456789');
  await assertFails('invalid_argument', read(store, 'ten', { start: 3, length: 0 }));
  await assertFails('invalid_argument', read(store, 'ten', { start: -1, length: 2 }));
  await assertFails('invalid_argument', read(store, 'ten', { start: 0.5, length: 2 }));
}

async function missing(store: BlobStore): Promise<void> {
  await put(store, 'a/b', 'x');
  for (const key of ['missing', 'a', 'a/b/c', 'a/bc', 'x/y/z']) {
    await assertFails('not_found', read(store, key));
    await assertFails('not_found', read(store, key, { start: 0, length: 1 }));
    assert.equal(await store.stat(blobKey(key), calm), undefined);
    await store.deleteMany([blobKey(key)], calm);
  }
  assert.equal((await read(store, 'a/b')).toString(), 'x');
}

async function stopEarly(store: BlobStore): Promise<void> {
  const bytes = patternBytes(3 * mebibyte);
  await put(store, 'long', bytes);
  for (let round = 0; round < 5; round++) {
    for await (const piece of store.get(blobKey('long'), undefined, calm)) {
      assert.ok(piece.length > 0);
      break;
    }
  }
  sameBytes(await read(store, 'long'), bytes);
}

async function cancelled(store: BlobStore): Promise<void> {
  await put(store, 'a', 'x');
  const aborted = AbortSignal.abort(new Error('the user cancelled'));
  const key = blobKey('a');
  await assertFails('cancelled', Array.fromAsync(store.get(key, undefined, aborted)));
  await assertFails('cancelled', store.stat(key, aborted));
  await assertFails('cancelled', Array.fromAsync(store.list('', aborted)));
  await assertFails('cancelled', Array.fromAsync(store.listSegments('', aborted)));
  await assertFails('cancelled', store.deleteMany([key], aborted));
  assert.equal((await read(store, 'a')).toString(), 'x');
}

async function twoReaders(store: BlobStore): Promise<void> {
  const bytes = patternBytes(2 * mebibyte);
  await put(store, 'shared', bytes);
  for (const seen of await Promise.all([read(store, 'shared'), read(store, 'shared')]))
    sameBytes(seen, bytes);
}
