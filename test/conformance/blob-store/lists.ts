import assert from 'node:assert/strict';
import type { BlobStore } from '../../../src/repository/blob-store.ts';
import { blobKey } from '../../../src/repository/key.ts';
import type { Clause } from '../blob-store.ts';
import { assertFails, calm, listKeys, put, putAll, read } from './support.ts';

/** Around the page and batch size of 1000 that clouds have. */
const counts = [0, 1, 1000, 1001, 2500];
/** A real server may need twenty milliseconds for each of them, and more on a machine with other work. */
const countedTimeoutMs = 230_000;
/** The characters on both sides of the slash: a list that sorts whole folders gets these wrong. */
const neighbours = ['a', 'a-b', 'a.b', 'a.b/c', 'a0', 'ab', 'b/a', 'b/a-c', 'b/a.d', 'b0/a', 'Z', '_'];
const oddKeys = [
  'a=20b',
  '..a/...',
  '.hidden/.x',
  '-',
  '=',
  'x'.repeat(200),
  `${'y'.repeat(200)}/${'z'.repeat(200)}`,
  'a/b/c/d/e/f/g/h/i/j/k',
];

export const listClauses: readonly Clause[] = [
  ...counts.map((count) => ({
    sentence: `a list of ${count} blobs is complete and sorted, and removing them all empties it`,
    check: (store: BlobStore) => listOf(store, count),
    timeoutMs: countedTimeoutMs,
  })),
  { sentence: 'a list is in byte order of whole keys', check: byteOrder },
  { sentence: 'a list has what begins with the prefix, and nothing else', check: prefixes },
  { sentence: 'a list shows sizes', check: sizes },
  { sentence: 'a write and a removal are listed at once', check: listAfterWrite },
  { sentence: 'a list goes on while blobs come and go', check: changesWhileListing },
  { sentence: 'segments are the distinct next names, in byte order', check: segments },
  { sentence: 'a name whose blobs are all gone is no segment', check: segmentsAfterDelete },
  { sentence: 'a prefix without its slash has no segments', check: segmentsNeedSlash },
  { sentence: 'odd keys survive put, list, get and delete', check: oddKeysSurvive },
  { sentence: 'removing takes no keys, missing ones and doubles', check: deleteOddities },
];

async function listOf(store: BlobStore, count: number): Promise<void> {
  const keys = Array.from({ length: count }, (_, at) => `p${at % 3}/k${String(at).padStart(5, '0')}`);
  await putAll(store, keys);
  assert.deepEqual(await listKeys(store), keys.toSorted());
  await store.deleteMany(keys.map(blobKey), calm);
  assert.deepEqual(await listKeys(store), []);
}

async function byteOrder(store: BlobStore): Promise<void> {
  const keys = neighbours.filter((key) => !neighbours.some((other) => other.startsWith(`${key}/`)));
  await putAll(store, keys);
  assert.deepEqual(await listKeys(store), keys.toSorted());
}

async function prefixes(store: BlobStore): Promise<void> {
  await putAll(store, ['a/b', 'a/bc', 'a/c/d', 'ab', 'abc/d', 'b']);
  const cases: Record<string, readonly string[]> = {
    '': ['a/b', 'a/bc', 'a/c/d', 'ab', 'abc/d', 'b'],
    a: ['a/b', 'a/bc', 'a/c/d', 'ab', 'abc/d'],
    'a/': ['a/b', 'a/bc', 'a/c/d'],
    'a/b': ['a/b', 'a/bc'],
    'a/c': ['a/c/d'],
    'a/c/d': ['a/c/d'],
    'a/c/d/': [],
    ab: ['ab', 'abc/d'],
    missing: [],
    'missing/x': [],
    '../': [],
    'a//': [],
    '/': [],
  };
  for (const [prefix, expected] of Object.entries(cases)) {
    assert.deepEqual(await listKeys(store, prefix), expected, `prefix '${prefix}'`);
  }
}

async function sizes(store: BlobStore): Promise<void> {
  await put(store, 'a', '');
  await put(store, 'b', '12345');
  const stats = await Array.fromAsync(store.list('', calm));
  assert.deepEqual(
    stats.map((stat) => stat.sizeBytes),
    [0, 5],
  );
}

async function listAfterWrite(store: BlobStore): Promise<void> {
  for (let round = 0; round < 5; round++) {
    await put(store, 'dir/a', 'x');
    assert.deepEqual(await listKeys(store, 'dir/'), ['dir/a']);
    await store.deleteMany([blobKey('dir/a')], calm);
    assert.deepEqual(await listKeys(store, 'dir/'), []);
  }
}

async function changesWhileListing(store: BlobStore): Promise<void> {
  const keys = Array.from({ length: 20 }, (_, at) => `k${String(at).padStart(2, '0')}`);
  await putAll(store, keys);
  const seen: string[] = [];
  for await (const stat of store.list('', calm)) {
    if (seen.length === 5) await store.deleteMany([blobKey('k01'), blobKey('k15')], calm);
    if (seen.length === 6) await put(store, 'k10-new', 'x');
    seen.push(stat.key);
  }
  const steady = keys.filter((key) => key !== 'k01' && key !== 'k15');
  assert.deepEqual(
    steady.filter((key) => !seen.includes(key)),
    [],
  );
  assert.deepEqual(seen, [...new Set(seen)].sort());
}

async function segments(store: BlobStore): Promise<void> {
  await putAll(store, ['s/a-b/1', 's/a/1', 's/a/2', 's/b', 's/c/d/e', 't/x', 'top']);
  const of = async (prefix: string): Promise<readonly string[]> =>
    Array.fromAsync(store.listSegments(prefix, calm));
  assert.deepEqual(await of(''), ['s', 't', 'top']);
  assert.deepEqual(await of('s/'), ['a', 'a-b', 'b', 'c']);
  assert.deepEqual(await of('s/c/'), ['d']);
  assert.deepEqual(await of('missing/'), []);
}

async function segmentsAfterDelete(store: BlobStore): Promise<void> {
  await putAll(store, ['s/a/b/1', 's/c/1']);
  await store.deleteMany([blobKey('s/a/b/1')], calm);
  assert.deepEqual(await Array.fromAsync(store.listSegments('s/', calm)), ['c']);
  await put(store, 's/a/b/1', 'again');
  assert.deepEqual(await Array.fromAsync(store.listSegments('s/', calm)), ['a', 'c']);
}

async function segmentsNeedSlash(store: BlobStore): Promise<void> {
  await assertFails('invalid_argument', Array.fromAsync(store.listSegments('s', calm)));
}

async function oddKeysSurvive(store: BlobStore): Promise<void> {
  await putAll(store, oddKeys);
  assert.deepEqual(await listKeys(store), oddKeys.toSorted());
  for (const key of oddKeys) assert.equal((await read(store, key)).toString(), key);
  await store.deleteMany(oddKeys.map(blobKey), calm);
  assert.deepEqual(await listKeys(store), []);
}

async function deleteOddities(store: BlobStore): Promise<void> {
  await putAll(store, ['a', 'b', 'c']);
  await store.deleteMany([], calm);
  await store.deleteMany(['a', 'a', 'missing', 'x/y', 'b'].map(blobKey), calm);
  assert.deepEqual(await listKeys(store), ['c']);
}
