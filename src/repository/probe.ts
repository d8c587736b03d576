import { createHash, randomBytes } from 'node:crypto';
import type { BlobKey, BlobStore } from './blob-store.ts';
import { blobKey } from './key.ts';
import { StorageError } from './storage-error.ts';

/** The steps in their order, each in the words that follow "cannot". */
export const probeSteps = [
  'write to',
  'read back from',
  'read a part from',
  'list',
  'keep a blob from being overwritten in',
  'agree about the time with',
  'delete from',
] as const;
export type ProbeStep = (typeof probeSteps)[number];

export type StepReport = Readonly<{ step: string; latencyMs: number; bytes: number }> &
  (
    | Readonly<{ outcome: 'passed' }>
    /** The store can be used, and the user is to know this of it. */
    | Readonly<{ outcome: 'warned'; reason: string }>
    /** `reason` is one line for the user: what the store did wrong, or why it refused. */
    | Readonly<{ outcome: 'failed'; reason: string; cause: unknown }>
  );

export type ProbeReport = Readonly<{
  /** Until the first that failed. */
  steps: readonly StepReport[];
  /** The store overwrites whatever it is told: `withEmulatedIfAbsent` must look before each write. */
  needsEmulation: boolean;
}>;

/** Above every store's limit of inline answers, below the size of one part. */
const probeBytes = 64 * 1024;
const rangeStart = 1000;
const rangeLength = 100;
/** A read that goes on after a break, and the sweep of old uploads, compare the store's times with ours. */
const skewMsMax = 15 * 60_000;
const skewMsWarned = 60_000;

/** The trial of one store: `now` is our clock. */
type Trial = Readonly<{ store: BlobStore; key: BlobKey; now: () => number; signal: AbortSignal }>;
/** What a step found out beside that it passed. */
type Finding = Readonly<{ bytes?: number; warning?: string; needsEmulation?: true }>;
type Check = (trial: Trial) => Promise<Finding>;

/**
 * Tries everything that snapshots stand on, with blobs of its own, and removes them whatever happens. A store may take a
 * conditional write and ignore its condition: so a second write must really fail. Throws only `cancelled`.
 */
export async function probe(store: BlobStore, now: () => number, signal: AbortSignal): Promise<ProbeReport> {
  const key = blobKey(`__probe/${randomBytes(16).toString('hex')}`);
  try {
    return await run(probeSteps, checks, { store, key, now, signal });
  } finally {
    await removeProbe(store, key);
  }
}

/** As `probe`, of a store that must not be written to: lists, and reads what is there. */
export async function probeReading(
  store: BlobStore,
  now: () => number,
  signal: AbortSignal,
): Promise<ProbeReport> {
  return run(['list', 'read from'] as const, readingChecks, {
    store,
    key: blobKey('__repo_info'),
    now,
    signal,
  });
}

/** Throws the StorageError of an unfit store: `cannot write to 'file:///b': permission denied`. */
export function requireFit({ steps }: ProbeReport, location: string): void {
  const failed = steps.find((step) => step.outcome === 'failed');
  if (failed?.outcome !== 'failed') return;
  const { step, reason, cause } = failed;
  const kind = cause instanceof StorageError ? cause.kind : 'invalid_argument';
  const hint = cause instanceof StorageError ? cause.hint : undefined;
  const text = `cannot ${step} '${location}': ${reason}`;
  throw new StorageError(kind, text, { cause, ...(hint !== undefined && { hint }) });
}

async function run<Step extends string>(
  names: readonly Step[],
  all: Readonly<Record<Step, Check>>,
  trial: Trial,
): Promise<ProbeReport> {
  const steps: StepReport[] = [];
  let needsEmulation = false;
  for (const step of names) {
    const check = async (): Promise<Finding> => {
      const finding = await all[step](trial);
      needsEmulation ||= finding.needsEmulation === true;
      return finding;
    };
    const report = await reportOf(step, check, trial.signal);
    steps.push(report);
    if (report.outcome === 'failed') break;
  }
  return { steps, needsEmulation };
}

/** Runs one step. `step` stands in the words that follow "cannot". Throws only when the signal has aborted. */
export async function reportOf(
  step: string,
  check: () => Promise<Finding>,
  signal: AbortSignal,
): Promise<StepReport> {
  const startedAt = performance.now();
  const latencyMs = (): number => performance.now() - startedAt;
  try {
    const { bytes = 0, warning } = await check();
    const measured = { step, latencyMs: latencyMs(), bytes };
    return warning === undefined
      ? { ...measured, outcome: 'passed' }
      : { ...measured, outcome: 'warned', reason: warning };
  } catch (cause) {
    if (signal.aborted) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { step, latencyMs: latencyMs(), bytes: 0, outcome: 'failed', reason, cause };
  }
}

const checks: Readonly<Record<ProbeStep, Check>> = {
  'write to': async ({ store, key, signal }) => {
    const bytes = contentOf(key);
    await store.put(key, { kind: 'bytes', bytes }, { ifAbsent: false, sha256: sha256(bytes) }, signal);
    return { bytes: bytes.length };
  },
  'read back from': async ({ store, key, signal }) => {
    const seen = Buffer.concat(await Array.fromAsync(store.get(key, undefined, signal)));
    if (!seen.equals(contentOf(key))) throw broken('it gave back other bytes than were written');
    const stat = await store.stat(key, signal);
    if (stat?.sizeBytes !== probeBytes) throw broken('it names another size than was written');
    return { bytes: seen.length };
  },
  'read a part from': async ({ store, key, signal }) => {
    const range = { start: rangeStart, length: rangeLength };
    const seen = Buffer.concat(await Array.fromAsync(store.get(key, range, signal)));
    const expected = contentOf(key).subarray(rangeStart, rangeStart + rangeLength);
    if (!seen.equals(expected)) throw broken('it gave back another part than was asked for');
    return { bytes: seen.length };
  },
  list: async (trial) => {
    if (!(await isListed(trial))) throw broken('it does not list what was just written');
    return {};
  },
  'keep a blob from being overwritten in': async (trial) => {
    const refusal = await secondWrite(trial);
    return refusal === undefined ? {} : { warning: `${refusal}: ${emulationWarning}`, needsEmulation: true };
  },
  'agree about the time with': async ({ store, key, now, signal }) => {
    const stat = await store.stat(key, signal);
    const skewMs = Math.abs((stat?.modifiedAt ?? 0) - now());
    const text = `its clock and the clock of this machine differ by ${Math.round(skewMs / 1000)} s`;
    if (skewMs > skewMsMax) throw broken(text);
    return skewMs > skewMsWarned ? { warning: text } : {};
  },
  'delete from': async (trial) => {
    const { store, key, signal } = trial;
    await store.deleteMany([key, conditionalKey(key)], signal);
    if ((await store.stat(key, signal)) !== undefined) throw broken('it still has what was deleted');
    if (await isListed(trial)) throw broken('it still lists what was deleted');
    return {};
  },
};

const emulationWarning =
  'Holdfast looks before it writes instead; let no second server write to this repository at the same time';

/** Writes a free key twice under the condition that it is free. Undefined when the second write was refused. */
async function secondWrite({ store, key, signal }: Trial): Promise<string | undefined> {
  const conditional = conditionalKey(key);
  try {
    for (const bytes of [contentOf(key), contentOf(conditional)]) {
      await store.put(conditional, { kind: 'bytes', bytes }, { ifAbsent: true }, signal);
    }
    return 'it took a second write of the same key';
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    if (error.kind === 'not_supported') return 'it knows no conditional writes';
    if (error.kind !== 'already_exists') throw error;
  }
  const seen = Buffer.concat(await Array.fromAsync(store.get(conditional, undefined, signal)));
  if (!seen.equals(contentOf(key)))
    throw broken('it refused a second write of a key and did it all the same');
  return undefined;
}

const readingChecks: Readonly<Record<'list' | 'read from', Check>> = {
  list: async ({ store, signal }) => {
    for await (const _segment of store.listSegments('', signal)) break;
    return {};
  },
  'read from': async ({ store, signal }) => {
    for await (const stat of store.list('', signal)) {
      const pieces = await Array.fromAsync(store.get(stat.key, { start: 0, length: 1 }, signal));
      return { bytes: Buffer.concat(pieces).length };
    }
    throw broken('there is nothing in it');
  },
};

function conditionalKey(key: BlobKey): BlobKey {
  return blobKey(`${key}-once`);
}

async function isListed({ store, key, signal }: Trial): Promise<boolean> {
  const stats = await Array.fromAsync(store.list(key, signal));
  return stats.some((stat) => stat.key === key);
}

/** A user who cancels still wants no probe to stay; a store that cannot delete was already reported. */
async function removeProbe(store: BlobStore, key: BlobKey): Promise<void> {
  const signal = AbortSignal.timeout(removeTimeoutMs);
  await store.deleteMany([key, conditionalKey(key)], signal).catch(() => undefined);
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
