import { createHash, randomBytes } from 'node:crypto';
import type { BlobKey, BlobStore } from './blob-store.ts';
import { blobKey } from './key.ts';
import { StorageError } from './storage-error.ts';

/** The steps in their order, each in the words that follow "cannot". */
export const probeSteps = [
  'write to',
  'keep a blob from being overwritten in',
  'read back from',
  'read a part from',
  'list',
  'delete from',
] as const;
export type ProbeStep = (typeof probeSteps)[number];

export type ProbeReport =
  | Readonly<{ outcome: 'fit' }>
  /** `reason` is one line for the user: what the store did wrong, or why it refused. */
  | Readonly<{ outcome: 'unfit'; step: ProbeStep; reason: string; cause: unknown }>;

/** Above every store's limit of inline answers, below the size of one part. */
const probeBytes = 64 * 1024;
const rangeStart = 1000;
const rangeLength = 100;

/**
 * Tries everything that snapshots stand on, with a blob of its own, and removes it whatever happens. A store may take
 * a conditional write and ignore its condition: so the second write must really fail. Throws only `cancelled`.
 */
export async function probe(store: BlobStore, signal: AbortSignal): Promise<ProbeReport> {
  const key = blobKey(`__probe/${randomBytes(16).toString('hex')}`);
  let step: ProbeStep = 'write to';
  try {
    for (const next of probeSteps) {
      step = next;
      await checks[next](store, key, signal);
    }
    return { outcome: 'fit' };
  } catch (error) {
    if (signal.aborted) throw error;
    return {
      outcome: 'unfit',
      step,
      reason: error instanceof Error ? error.message : String(error),
      cause: error,
    };
  } finally {
    await removeProbe(store, key);
  }
}

/** Throws the StorageError of an unfit store: `cannot write to 'file:///b': permission denied`. */
export function requireFit(report: ProbeReport, location: string): void {
  if (report.outcome === 'fit') return;
  const { step, reason, cause } = report;
  const kind = cause instanceof StorageError ? cause.kind : 'invalid_argument';
  throw new StorageError(kind, `cannot ${step} '${location}': ${reason}`, { cause });
}

type Check = (store: BlobStore, key: BlobKey, signal: AbortSignal) => Promise<void>;

const checks: Readonly<Record<ProbeStep, Check>> = {
  'write to': async (store, key, signal) => {
    const bytes = contentOf(key);
    await store.put(key, { kind: 'bytes', bytes }, { ifAbsent: true, sha256: sha256(bytes) }, signal);
  },
  'keep a blob from being overwritten in': async (store, key, signal) => {
    const other = contentOf(blobKey(`${key}-other`));
    let isRefused = false;
    try {
      await store.put(key, { kind: 'bytes', bytes: other }, { ifAbsent: true }, signal);
    } catch (error) {
      if (!(error instanceof StorageError) || error.kind !== 'already_exists') throw error;
      isRefused = true;
    }
    if (!isRefused) throw broken('it took a second write of the same key');
  },
  'read back from': async (store, key, signal) => {
    const seen = Buffer.concat(await Array.fromAsync(store.get(key, undefined, signal)));
    if (!seen.equals(contentOf(key))) throw broken('it gave back other bytes than were written');
    const stat = await store.stat(key, signal);
    if (stat?.sizeBytes !== probeBytes) throw broken('it names another size than was written');
  },
  'read a part from': async (store, key, signal) => {
    const range = { start: rangeStart, length: rangeLength };
    const seen = Buffer.concat(await Array.fromAsync(store.get(key, range, signal)));
    const expected = contentOf(key).subarray(rangeStart, rangeStart + rangeLength);
    if (!seen.equals(expected)) throw broken('it gave back another part than was asked for');
  },
  list: async (store, key, signal) => {
    if (!(await isListed(store, key, signal))) throw broken('it does not list what was just written');
  },
  'delete from': async (store, key, signal) => {
    await store.deleteMany([key], signal);
    if ((await store.stat(key, signal)) !== undefined) throw broken('it still has what was deleted');
    if (await isListed(store, key, signal)) throw broken('it still lists what was deleted');
  },
};

async function isListed(store: BlobStore, key: BlobKey, signal: AbortSignal): Promise<boolean> {
  const stats = await Array.fromAsync(store.list(key, signal));
  return stats.some((stat) => stat.key === key);
}

/** A user who cancels still wants no probe to stay; a store that cannot delete was already reported. */
async function removeProbe(store: BlobStore, key: BlobKey): Promise<void> {
  const signal = AbortSignal.timeout(removeTimeoutMs);
  await store.deleteMany([key], signal).catch(() => undefined);
}

const removeTimeoutMs = 10_000;

/** Bytes that follow from the key, so that nothing must be remembered between the steps. */
function contentOf(key: BlobKey): Buffer {
  return Buffer.alloc(probeBytes, createHash('sha512').update(key).digest());
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function broken(what: string): StorageError {
  return new StorageError('invalid_argument', what);
}
