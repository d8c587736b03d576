import { randomBytes } from 'node:crypto';
import { mapBounded } from '../base/bounded.ts';
import type { BlobKey, BlobStore } from './blob-store.ts';
import { blobKey } from './key.ts';
import type { StepReport } from './probe.ts';

const mebibyte = 1024 * 1024;
/** As many at once as a job sends with its usual number of workers. */
const atOnce = 4;
/** 64 MiB in large blobs, as a backup writes them, and a few small ones, which show the time of a request. */
const large = { count: 8, bytes: 8 * mebibyte };
const small = { count: 20, bytes: 1024 };
const removeTimeoutMs = 30_000;

/** Measures a store with blobs of its own, which it removes. A failure ends it: its row says why. */
export async function benchmark(store: BlobStore, signal: AbortSignal): Promise<readonly StepReport[]> {
  const folder = `__probe/${randomBytes(16).toString('hex')}`;
  const keysOf = (kind: string, count: number): readonly BlobKey[] =>
    Array.from({ length: count }, (_, at) => blobKey(`${folder}/${kind}-${at}`));
  const keys = { large: keysOf('large', large.count), small: keysOf('small', small.count) };
  const steps: StepReport[] = [];
  const measure = async (step: string, bytes: number, work: () => Promise<unknown>): Promise<void> => {
    if (steps.at(-1)?.outcome === 'failed') return;
    steps.push(await measured(step, bytes, work, signal));
  };
  const writeAll = (all: readonly BlobKey[], bytes: number): Promise<unknown> =>
    mapBounded(all, atOnce, (key) => write(store, key, bytes, signal), signal);
  try {
    await measure(`write ${small.count} small blobs`, small.count * small.bytes, () =>
      writeAll(keys.small, small.bytes),
    );
    await measure(`write ${large.count} blobs of 8 MiB`, large.count * large.bytes, () =>
      writeAll(keys.large, large.bytes),
    );
    await measure(`read ${large.count} blobs of 8 MiB`, large.count * large.bytes, () =>
      mapBounded(keys.large, atOnce, (key) => read(store, key, signal), signal),
    );
    await measure('list them', 0, () => Array.fromAsync(store.list(`${folder}/`, signal)));
    await measure('delete them', 0, () => store.deleteMany([...keys.large, ...keys.small], signal));
    return steps;
  } finally {
    // After a failure or a cancel what was written is removed all the same; what cannot be has been reported.
    const removing = AbortSignal.timeout(removeTimeoutMs);
    await store.deleteMany([...keys.large, ...keys.small], removing).catch(() => undefined);
  }
}

async function measured(
  step: string,
  bytes: number,
  work: () => Promise<unknown>,
  signal: AbortSignal,
): Promise<StepReport> {
  const startedAt = performance.now();
  try {
    await work();
    return { step, latencyMs: performance.now() - startedAt, bytes, outcome: 'passed' };
  } catch (cause) {
    if (signal.aborted) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { step, latencyMs: performance.now() - startedAt, bytes: 0, outcome: 'failed', reason, cause };
  }
}

/** Random bytes: a store that compresses would show a speed that backups never see. */
async function write(store: BlobStore, key: BlobKey, bytes: number, signal: AbortSignal): Promise<void> {
  await store.put(key, { kind: 'bytes', bytes: randomBytes(bytes) }, { ifAbsent: false }, signal);
}

async function read(store: BlobStore, key: BlobKey, signal: AbortSignal): Promise<void> {
  for await (const _piece of store.get(key, undefined, signal)) {
    // Only the time counts.
  }
}
