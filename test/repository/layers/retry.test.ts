import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BlobStore } from '../../../src/repository/blob-store.ts';
import { blobKey } from '../../../src/repository/key.ts';
import { retryDefaults } from '../../../src/repository/layers/attempts.ts';
import { withRetry } from '../../../src/repository/layers/retry.ts';
import { MemoryStore } from '../../../src/repository/adapters/memory/store.ts';
import { type StorageErrorKind, StorageError } from '../../../src/repository/storage-error.ts';
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
  putAll,
  read,
  sameBytes,
} from '../../conformance/blob-store/support.ts';
import { type Fault, faultyStore } from '../../doubles/faulty-store.ts';
import { instantClock } from '../../support/manual-clock.ts';
import { memoryStore, testNow } from '../../support/memory-store.ts';

const key = blobKey('a/b');
const minuteMs = 60_000;

conformsToBlobStore({ name: 'the retry layer', open: async () => retrying(memoryStore()).store });

function retrying(inner: BlobStore, fault: Fault = () => undefined, now = testNow): Retrying {
  const clock = instantClock(now);
  const kinds: string[] = [];
  const onRetry = (error: StorageError): void => void kinds.push(error.kind);
  const options = { ...retryDefaults, clock, random: () => 1, onRetry };
  return { store: withRetry(faultyStore(inner, fault), options), waitsMs: clock.waitsMs, kinds };
}

type Retrying = Readonly<{ store: BlobStore; waitsMs: readonly number[]; kinds: readonly string[] }>;

/** Fails the first `times` calls at `point`. */
function failing(point: Parameters<Fault>[0], times: number, kind: StorageErrorKind): Fault {
  return (at, _subject, count) => {
    if (at === point && count <= times) throw new StorageError(kind, `${kind} at ${point} ${count}`);
  };
}

/** Breaks the connection at those calls at `point` whose number `isBroken` picks. */
function resetting(point: Parameters<Fault>[0], isBroken: (count: number) => boolean): Fault {
  return (at, _subject, count) => {
    if (at === point && isBroken(count)) throw new StorageError('unavailable', 'connection reset');
  };
}

function asksToWait(point: string, _subject: string, count: number): void {
  if (point !== 'stat' || count > 1) return;
  throw new StorageError('throttled', 'slow down', { retryAfterMs: 12_345 });
}

describe('the retry layer', () => {
  it('tries again with growing waits until the store answers', async () => {
    const { store, waitsMs, kinds } = retrying(memoryStore(), failing('put', 3, 'unavailable'));
    await put(store, 'a/b', 'x');
    assert.deepEqual(waitsMs, [200, 400, 800]);
    assert.deepEqual(kinds, ['unavailable', 'unavailable', 'unavailable']);
    assert.equal((await read(store, 'a/b')).toString(), 'x');
  });

  it('waits longer for a store that throttles', async () => {
    const { store, waitsMs } = retrying(memoryStore(), failing('stat', 2, 'throttled'));
    await store.stat(key, calm);
    assert.deepEqual(waitsMs, [1000, 2000]);
  });

  it('waits as long as the store asks', async () => {
    const { store, waitsMs } = retrying(memoryStore(), asksToWait);
    await store.stat(key, calm);
    assert.deepEqual(waitsMs, [12_345]);
  });

  it('gives up after eight tries', async () => {
    let tries = 0;
    const { store } = retrying(memoryStore(), () => {
      tries += 1;
      throw new StorageError('unavailable', 'down');
    });
    await assertFails('unavailable', store.stat(key, calm));
    assert.equal(tries, retryDefaults.attemptsMax);
  });

  it('begins no try after the deadline', async () => {
    let tries = 0;
    const { store, waitsMs } = retrying(memoryStore(), () => {
      tries += 1;
      throw new StorageError('throttled', 'slow down', { retryAfterMs: 4 * minuteMs });
    });
    await assertFails('throttled', store.stat(key, calm));
    assert.equal(tries, 3);
    assert.deepEqual(waitsMs, [4 * minuteMs, 4 * minuteMs]);
  });

  for (const kind of [
    'permission_denied',
    'invalid_credentials',
    'corrupt',
    'full',
    'invalid_argument',
  ] as const) {
    it(`does not try again what failed with ${kind}`, async () => {
      const { store, waitsMs } = retrying(memoryStore(), failing('put', 1, kind));
      await assertFails(kind, put(store, 'a/b', 'x'));
      assert.deepEqual(waitsMs, []);
    });
  }

  it('ends a wait when the user cancels', async () => {
    const controller = new AbortController();
    const fault: Fault = () => {
      controller.abort();
      throw new StorageError('unavailable', 'down');
    };
    await assertFails('unavailable', retrying(memoryStore(), fault).store.stat(key, controller.signal));
  });
});

describe('a put whose answer was lost', () => {
  it('succeeds when the blob that is there has our content', async () => {
    const { store } = retrying(memoryStore(), failing('put_applied', 1, 'timeout'));
    await store.put(key, bytesBody('ours'), fresh, calm);
    assert.equal((await read(store, key)).toString(), 'ours');
  });

  it('fails with already_exists when another writer won', async () => {
    const inner = memoryStore();
    const fault: Fault = async (point, _subject, count) => {
      if (point !== 'put' || count > 1) return;
      await put(inner, key, 'them');
      throw new StorageError('timeout', 'no answer');
    };
    await assertFails(
      'already_exists',
      retrying(inner, fault).store.put(key, bytesBody('ours'), fresh, calm),
    );
    assert.equal((await read(inner, key)).toString(), 'them');
  });

  it('is not taken for ours when the first try was answered', async () => {
    const inner = memoryStore();
    await put(inner, key, 'same');
    await assertFails('already_exists', retrying(inner).store.put(key, bytesBody('same'), fresh, calm));
  });

  it('reads a stream again from its beginning', async () => {
    const bytes = patternBytes(mebibyte);
    let opened = 0;
    const open = async function* open(): AsyncGenerator<Uint8Array> {
      opened += 1;
      yield bytes;
    };
    const { store } = retrying(memoryStore(), failing('put_applied', 1, 'unavailable'));
    await store.put(key, { kind: 'stream', open }, plain, calm);
    assert.equal(opened, 2);
    sameBytes(await read(store, key), bytes);
  });
});

describe('a read that breaks', () => {
  const bytes = patternBytes(3 * mebibyte);
  const breaks = resetting('get_piece', (count) => count % 7 === 0);
  const ranges = [undefined, { start: 100_000, length: 2_000_000 }, { start: 1_000_000, length: 99_999_999 }];

  for (const range of ranges) {
    const expected = range === undefined ? bytes : bytes.subarray(range.start, range.start + range.length);
    const what = range === undefined ? 'a whole blob' : `${range.length} bytes at ${range.start}`;

    it(`goes on by range in ${what} that is older than the read`, async () => {
      const { store, kinds } = retrying(memoryStore(), breaks, testNow + 60 * minuteMs);
      await put(store, key, bytes);
      sameBytes(await read(store, key, range), expected);
      assert.ok(kinds.length > 1);
    });

    it(`starts again in ${what} that is new, giving each byte once`, async () => {
      const { store } = retrying(memoryStore(), failing('get_piece', 3, 'unavailable'));
      await put(store, key, bytes);
      sameBytes(await read(store, key, range), expected);
    });
  }

  it('fails with corrupt when the blob was replaced meanwhile', async () => {
    const inner = new MemoryStore(() => testNow);
    const fault: Fault = async (point, _subject, count) => {
      if (point !== 'get_piece' || count !== 3) return;
      await put(inner, key, patternBytes(3 * mebibyte, 2));
      throw new StorageError('unavailable', 'connection reset');
    };
    await put(inner, key, bytes);
    await assertFails('corrupt', read(retrying(inner, fault).store, key));
  });

  it('fails with not_found when the blob was removed meanwhile', async () => {
    const inner = memoryStore();
    const fault: Fault = async (point, _subject, count) => {
      if (point !== 'get_piece' || count !== 3) return;
      await inner.deleteMany([key], calm);
      throw new StorageError('unavailable', 'connection reset');
    };
    await put(inner, key, bytes);
    await assertFails('not_found', read(retrying(inner, fault).store, key));
  });
});

describe('a list that breaks', () => {
  it('gives each blob once, in order', async () => {
    const keys = Array.from({ length: 50 }, (_, at) => `k${String(at).padStart(2, '0')}`);
    const { store, kinds } = retrying(
      memoryStore(),
      resetting('list_step', (count) => count % 61 === 20),
    );
    await putAll(store, keys);
    assert.deepEqual(await listKeys(store), keys);
    assert.equal(kinds.length, 1);
  });

  it('ends when it breaks again and again without moving on', async () => {
    const keys = Array.from({ length: 50 }, (_, at) => `k${String(at).padStart(2, '0')}`);
    const { store } = retrying(
      memoryStore(),
      resetting('list_step', (count) => count % 9 === 0),
    );
    await putAll(store, keys);
    await assertFails('unavailable', listKeys(store));
  });
});
