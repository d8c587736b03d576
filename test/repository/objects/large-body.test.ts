import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from '../../../src/base/clock.ts';
import type { BlobBody } from '../../../src/repository/blob-store.ts';
import { blobKey } from '../../../src/repository/key.ts';
import { exhaustively, retryDefaults } from '../../../src/repository/layers/attempts.ts';
import { Cleanups } from '../../../src/repository/objects/cleanups.ts';
import { ObjectStore } from '../../../src/repository/objects/object-store.ts';
import { PartMemory } from '../../../src/repository/objects/part-memory.ts';
import { calm, mebibyte, plain } from '../../conformance/blob-store/support.ts';
import { MemoryObjects } from '../../doubles/memory-objects.ts';

const bodyBytes = 1024 * mebibyte;
const partMemory = 64 * mebibyte;
/** Beside the parts: pieces on their way, and what a collection leaves to the next. */
const allowedBytes = partMemory + 64 * mebibyte;
const piece = Buffer.alloc(mebibyte, 'piece');

async function* pieces(): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bodyBytes; at += piece.length) yield piece;
}

/** So that only what is held is counted, not what waits for a collection. */
setFlagsFromString('--expose-gc');
const collector: unknown = runInNewContext('gc');

function collectGarbage(): void {
  assert.ok(typeof collector === 'function');
  Reflect.apply(collector, undefined, []);
}

/** The most that the buffers held have grown by since it was made, as often as `look` was called. */
class Growth {
  readonly #before = process.memoryUsage().arrayBuffers;
  bytesMax = 0;

  look(): void {
    collectGarbage();
    this.bytesMax = Math.max(this.bytesMax, process.memoryUsage().arrayBuffers - this.#before);
  }
}

type Sink = Readonly<{ store: ObjectStore; sentBytes: () => number }>;

/** A cloud that counts parts and forgets them, and makes up what it gives. */
function sink(growth: Growth): Sink {
  const objects = new MemoryObjects({ fault: () => undefined, pageMax: 1000 });
  let sentBytes = 0;
  objects.putPart = async (_upload, number, bytes) => {
    sentBytes += bytes.length;
    growth.look();
    return { number, tag: String(number) };
  };
  objects.completeUpload = async () => undefined;
  const facts = { sizeBytes: bodyBytes, modifiedAt: 0 };
  objects.get = async () => ({ facts, answerBytes: bodyBytes, pieces: pieces() });
  const retry = { ...retryDefaults, clock: systemClock, random: () => 0, onRetry: () => undefined };
  const tools = {
    now: () => 0,
    memory: new PartMemory(partMemory),
    retried: <T>(signal: AbortSignal, request: () => Promise<T>) => exhaustively(retry, signal, request),
    cleanups: new Cleanups(),
  };
  return { store: new ObjectStore(objects, 'x', tools), sentBytes: () => sentBytes };
}

describe('a body of 1 GiB', () => {
  it('is sent as a stream within the memory of its parts', async () => {
    const growth = new Growth();
    const { store, sentBytes } = sink(growth);
    const body: BlobBody = { kind: 'stream', open: pieces };
    await store.put(blobKey('large'), body, plain, calm);
    assert.equal(sentBytes(), bodyBytes);
    assert.ok(growth.bytesMax < allowedBytes, `${growth.bytesMax / mebibyte} MiB`);
  });

  it('is read as a stream without being held', async () => {
    const growth = new Growth();
    let seenBytes = 0;
    for await (const seen of sink(growth).store.get(blobKey('large'), undefined, calm)) {
      seenBytes += seen.length;
      if (seenBytes % (16 * mebibyte) === 0) growth.look();
    }
    assert.equal(seenBytes, bodyBytes);
    assert.ok(growth.bytesMax < allowedBytes, `${growth.bytesMax / mebibyte} MiB`);
  });

  it('would be noticed if it were held', async () => {
    const growth = new Growth();
    const held: Buffer[] = [];
    for await (const seen of pieces()) {
      held.push(Buffer.from(seen));
      growth.look();
      if (growth.bytesMax > allowedBytes) return;
    }
    assert.fail(`${held.length} pieces were held unnoticed`);
  });
});
