import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BlobBody, BlobStore } from '../../../src/repository/blob-store.ts';
import { blobKey } from '../../../src/repository/key.ts';
import { withTimeout } from '../../../src/repository/layers/timeout.ts';
import { conformsToBlobStore } from '../../conformance/blob-store.ts';
import { assertFails, bytesBody, calm, plain, put, read } from '../../conformance/blob-store/support.ts';
import { type FaultPoint, faultyStore } from '../../doubles/faulty-store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { memoryStore, testNow } from '../../support/memory-store.ts';

const key = blobKey('a/b');
const callMs = 30_000;

conformsToBlobStore({
  name: 'the timeout layer',
  open: async () =>
    withTimeout(memoryStore(), { clock: new ManualClock(testNow), callMs, bytesPerSecondMin: 1024 }),
});

/** A store that hangs at `point`; `hung` resolves when it does. */
async function hanging(
  point: FaultPoint,
): Promise<Readonly<{ store: BlobStore; clock: ManualClock; hung: Promise<void> }>> {
  const clock = new ManualClock(testNow);
  const hung = Promise.withResolvers<void>();
  const inner = memoryStore();
  await put(inner, key, Buffer.alloc(200_000));
  const slow = faultyStore(inner, async (at) => {
    if (at !== point) return;
    hung.resolve();
    await new Promise(() => undefined);
  });
  return { store: withTimeout(slow, { clock, callMs, bytesPerSecondMin: 1000 }), clock, hung: hung.promise };
}

describe('the timeout layer', () => {
  const calls: readonly Readonly<{ point: FaultPoint; run: (store: BlobStore) => Promise<unknown> }>[] = [
    { point: 'stat', run: (store) => store.stat(key, calm) },
    { point: 'get', run: (store) => read(store, key) },
    { point: 'get_piece', run: (store) => read(store, key) },
    { point: 'list', run: (store) => Array.fromAsync(store.list('', calm)) },
    { point: 'delete', run: (store) => store.deleteMany([key], calm) },
    { point: 'put', run: (store) => store.put(key, bytesBody(''), plain, calm) },
  ];
  for (const { point, run } of calls) {
    it(`ends a store that hangs at ${point} after the time of one call, not before`, async () => {
      const { store, clock, hung } = await hanging(point);
      const outcome = run(store);
      await hung;
      clock.advance(callMs - 1);
      assert.equal(clock.pending, 1);
      clock.advance(1);
      await assertFails('timeout', outcome);
      assert.equal(clock.pending, 0);
    });
  }

  it('gives a put the time that its size needs', async () => {
    const { store, clock, hung } = await hanging('put');
    const outcome = store.put(key, bytesBody(Buffer.alloc(60_000)), plain, calm);
    await hung;
    clock.advance(callMs + 59_999);
    assert.equal(clock.pending, 1);
    clock.advance(1);
    await assertFails('timeout', outcome);
  });

  it('lets a stream without a length go on as long as it moves', async () => {
    const clock = new ManualClock(testNow);
    const store = withTimeout(memoryStore(), { clock, callMs, bytesPerSecondMin: 1000 });
    const body: BlobBody = {
      kind: 'stream',
      open: async function* open() {
        for (let round = 0; round < 5; round++) {
          clock.advance(callMs - 1);
          yield Buffer.from('x');
        }
      },
    };
    await store.put(key, body, plain, calm);
    assert.equal((await read(store, key)).toString(), 'xxxxx');
  });

  it('gives a stream without a length the time to send what the store holds of it', async () => {
    const clock = new ManualClock(testNow);
    const given = Promise.withResolvers<void>();
    const sending = memoryStore();
    sending.put = async (_key, body, _options, signal) => {
      assert.ok(body.kind === 'stream');
      for await (const _piece of body.open(signal)) {
        given.resolve();
        await new Promise(() => undefined);
      }
    };
    const open = async function* open(): AsyncGenerator<Uint8Array, void, undefined> {
      yield Buffer.alloc(60_000);
    };
    const store = withTimeout(sending, { clock, callMs, bytesPerSecondMin: 1000 });
    const outcome = store.put(key, { kind: 'stream', open }, plain, calm);
    await given.promise;
    clock.advance(callMs + 59_999);
    assert.equal(clock.pending, 1);
    clock.advance(1);
    await assertFails('timeout', outcome);
  });

  it('does not count the time of a slow reader', async () => {
    const clock = new ManualClock(testNow);
    const inner = memoryStore();
    await put(inner, key, Buffer.alloc(200_000));
    let bytes = 0;
    for await (const piece of withTimeout(inner, { clock, callMs, bytesPerSecondMin: 1000 }).get(
      key,
      undefined,
      calm,
    )) {
      clock.advance(10 * callMs);
      bytes += piece.length;
    }
    assert.equal(bytes, 200_000);
  });

  it('ends a hanging call at once when the user cancels', async () => {
    const { store, hung } = await hanging('stat');
    const controller = new AbortController();
    const outcome = store.stat(key, controller.signal);
    await hung;
    controller.abort();
    await assertFails('cancelled', outcome);
  });
});
