import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BlobStore } from '../../../src/repository/blob-store.ts';
import { blobKey } from '../../../src/repository/key.ts';
import { Gate } from '../../../src/repository/layers/gate.ts';
import { withLimit } from '../../../src/repository/layers/limit.ts';
import { Pace } from '../../../src/repository/layers/pace.ts';
import { conformsToBlobStore } from '../../conformance/blob-store.ts';
import {
  bytesBody,
  calm,
  patternBytes,
  plain,
  put,
  read,
  sameBytes,
} from '../../conformance/blob-store/support.ts';
import { faultyStore } from '../../doubles/faulty-store.ts';
import { instantClock, ManualClock } from '../../support/manual-clock.ts';
import { memoryStore, testNow } from '../../support/memory-store.ts';

const key = blobKey('a');

conformsToBlobStore({ name: 'the limit layer', open: async () => limited(memoryStore(), 4, 0).store });
conformsToBlobStore({
  name: 'the limit layer with a speed',
  open: async () => limited(memoryStore(), 40, 50_000).store,
});

function limited(
  inner: BlobStore,
  places: number,
  kbps: number,
): Readonly<{ store: BlobStore; waitsMs: number[] }> {
  const clock = instantClock(testNow);
  const pace = (): Pace => new Pace(clock, () => kbps);
  const limits = { gate: new Gate(() => places), upload: pace(), download: pace() };
  return { store: withLimit(inner, limits), waitsMs: clock.waitsMs };
}

describe('the limit layer', () => {
  it('lets no more calls through at once than there are places', async () => {
    let inside = 0;
    let most = 0;
    const inner = faultyStore(memoryStore(), async (point) => {
      if (point === 'put') most = Math.max(most, ++inside);
      if (point === 'put') await new Promise(setImmediate);
      if (point === 'put_applied') inside -= 1;
    });
    const { store } = limited(inner, 3, 0);
    await Promise.all(Array.from({ length: 20 }, (_, at) => put(store, `k${at}`, 'x')));
    assert.equal(most, 3);
  });

  it('gives the place of a failed call and of a reader that stopped back', async () => {
    const { store } = limited(memoryStore(), 1, 0);
    await assert.rejects(read(store, 'missing'));
    await put(store, 'a', patternBytes(300_000));
    for await (const _piece of store.get(key, undefined, calm)) break;
    sameBytes(await read(store, 'a'), patternBytes(300_000));
  });

  it('moves bodies no faster than the speed', async () => {
    const { store, waitsMs } = limited(memoryStore(), 2, 100);
    const bytes = patternBytes(1_024_000);
    await store.put(key, bytesBody(bytes), plain, calm);
    const seconds = waitsMs.reduce((sum, ms) => sum + ms, 0) / 1000;
    assert.ok(seconds > 9.7 && seconds <= 10, `${seconds} s for 1000 KiB at 100 KiB/s`);
    sameBytes(await read(store, 'a'), bytes);
  });

  it('slows a body that has begun without a limit', async () => {
    let kbps = 0;
    const clock = instantClock(testNow);
    const pace = new Pace(clock, () => kbps);
    const limits = { gate: new Gate(() => 2), upload: pace, download: new Pace(clock, () => 0) };
    const store = withLimit(memoryStore(), limits);
    const open = async function* pieces(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < 20; at++) {
        if (at === 10) kbps = 100;
        yield patternBytes(51_200);
      }
    };
    await store.put(key, { kind: 'stream', open }, plain, calm);
    const seconds = clock.waitsMs.reduce((sum, ms) => sum + ms, 0) / 1000;
    assert.ok(seconds > 4.7 && seconds <= 5, `${seconds} s for 500 KiB at 100 KiB/s`);
  });

  it('lets bodies that wait go on within a second when the limit is raised', async () => {
    let kbps = 1;
    const clock = new ManualClock();
    const limits = {
      gate: new Gate(() => 8),
      upload: new Pace(clock, () => kbps),
      download: new Pace(clock, () => 0),
    };
    const store = withLimit(memoryStore(), limits);
    let done = 0;
    const putting = ['a', 'b', 'c'].map(async (name) => {
      await put(store, name, patternBytes(200_000));
      done += 1;
    });
    while (clock.pending < 3) await new Promise(setImmediate);
    clock.advance(60_000);
    await new Promise(setImmediate);
    assert.equal(done, 0);
    kbps = 100_000;
    // One second until they look again, and then some milliseconds for each.
    for (let step = 0; step < 20; step++) {
      clock.advance(100);
      await new Promise(setImmediate);
    }
    assert.equal(done, 3);
    await Promise.all(putting);
  });
});
