import { Gate } from '../repository/layers/gate.ts';
import { workersMax } from '../repository/transfer-limits.ts';
import { mapBounded } from '../base/bounded.ts';
import { failpoint } from '../base/failpoint.ts';
import { fetchBlob } from '../snapshot/reader.ts';
import type { LoadedFile, Restoring } from '../source/restoring.ts';
import type { GivenUpRows } from './given-up-rows.ts';
import { JobError } from './failure.ts';
import { JointWork } from './joint-work.ts';
import { Queue } from './queue.ts';
import type { RestoreChunk } from './restore-plan.ts';
import { withRetries } from './retries.ts';
import { StagedBytes } from './staged-bytes.ts';
import type { OpenRepository } from './open-repository.ts';
import type { RunContext } from './tools.ts';

export type Download = Readonly<{
  /** Names of the tables that are restored, those without chunks too. */
  targets: readonly string[];
  chunks: readonly RestoreChunk[];
  repository: OpenRepository;
  restoring: Restoring;
  givenUp: GivenUpRows;
  context: RunContext;
}>;

/** Fetched chunks in the staging folder, whatever its bound: more would only lie there, since loading is the slower part. */
const aheadBytesMax = 256 * 1024 ** 2;
/** Chunks that are loaded in one step: what that costs by itself is then little for each of them. */
const togetherMax = 64;
/** A chunk of so many bytes takes far longer to load than a step costs. */
const smallBytesMax = 1024 ** 2;

/**
 * Fetches, checks and loads every chunk that has not been loaded yet, and seals each table when its last chunk is in.
 * Several are fetched at once; the source says how many it loads and seals at once. Small chunks of a table that have
 * been fetched meanwhile are loaded together. The staging folder stays under its bound. What is left of a table whose rows
 * are given up is left out.
 */
export async function downloadAll(download: Download, signal: AbortSignal): Promise<void> {
  const { chunks, context, restoring, givenUp } = download;
  const settings = context.tools.settings();
  const loaded = await context.spool.readLoaded();
  const missing = chunks.filter((chunk) => !loaded.has(chunk.ordinal));
  const queue = new Queue<RestoreChunk>();
  const work = new JointWork(signal, () => queue.close());
  using staged = new StagedBytes(Math.min(settings.stagingBytesMax, aheadBytesMax), work.within);
  const workers = (): number =>
    download.repository.limits().downloadWorkerCount || context.tools.settings().downloadWorkerCount;
  const gate = new Gate(workers);
  const fetchNext = async (chunk: RestoreChunk, _index: number, fetching: AbortSignal): Promise<void> => {
    using _place = await gate.enter(fetching);
    await staged.reserve(chunk.chunk.bytes);
    const fetch = (): Promise<void> => fetchOne(download, chunk, fetching);
    if (await givenUp.without(chunk.target, fetch, fetching)) queue.push(chunk);
    else staged.release(chunk.chunk.bytes);
  };
  const fetching = async (): Promise<void> => {
    await mapBounded(missing, workersMax, fetchNext, work.within);
    queue.close();
  };
  const left = new Map<string, number>();
  for (const { target } of missing) left.set(target, (left.get(target) ?? 0) + 1);
  // What a restart need not load again. Not waited for: a chunk whose line a crash took counts once all the same.
  const noted = (ordinals: readonly number[]): void =>
    void notes.push(work.run(context.spool.addLoaded(ordinals)));
  const notes: Promise<void>[] = [];
  const loaders = Array.from({ length: restoring.loaders ?? 1 }, () =>
    work.run(loadAll(download, { queue, staged, left, noted }, work.within)),
  );
  await Promise.all([work.run(fetching()), ...loaders]);
  await Promise.all(notes);
  work.settle();
  // Those without chunks, and those whose last chunk was in before a crash.
  const unsealed = download.targets.filter((target) => !left.has(target));
  const seal = (target: string): Promise<void> => restoring.seal(target, work.within);
  await mapBounded(unsealed, restoring.loaders ?? 1, seal, signal);
}

/** What the loaders share; `left` counts the chunks of each target that are not in yet. */
type Loading = Readonly<{
  queue: Queue<RestoreChunk>;
  staged: StagedBytes;
  left: Map<string, number>;
  noted: (ordinals: readonly number[]) => void;
}>;

async function loadAll(
  download: Download,
  { queue, staged, left, noted }: Loading,
  signal: AbortSignal,
): Promise<void> {
  const { context } = download;
  const groupMax = download.restoring.loadTogether === undefined ? 1 : togetherMax;
  for (;;) {
    const group = await queue.nextWith(goesWith, groupMax);
    const [first] = group;
    if (first === undefined) return;
    signal.throwIfAborted();
    if (await loadGroup(download, first, group, signal)) noted(group.map(({ ordinal }) => ordinal));
    for (const { ordinal } of group) await context.tools.files.remove(context.spool.chunkPath(ordinal));
    for (const { chunk } of group) staged.release(chunk.bytes);
    const count = (left.get(first.target) ?? group.length) - group.length;
    left.set(first.target, count);
    if (count === 0) await sealOne(download, first, signal);
  }
}

function goesWith(first: RestoreChunk, next: RestoreChunk): boolean {
  return next.target === first.target && isSmall(first) && isSmall(next);
}

function isSmall({ chunk }: RestoreChunk): boolean {
  return chunk.bytes <= smallBytesMax;
}

async function fetchOne(download: Download, restored: RestoreChunk, signal: AbortSignal): Promise<void> {
  const { context, repository } = download;
  const { sha256, bytes } = restored.chunk;
  const path = context.spool.chunkPath(restored.ordinal);
  await retried(
    download,
    restored,
    () => fetchBlob(repository, context.tools.files, { sha256, bytes, path }, signal),
    signal,
  );
}

/** False where the rows of the table were given up. */
async function loadGroup(
  download: Download,
  first: RestoreChunk,
  group: readonly RestoreChunk[],
  signal: AbortSignal,
): Promise<boolean> {
  const { context, restoring } = download;
  const files = group
    .toSorted((left, right) => left.ordinal - right.ordinal)
    .map(({ ordinal, partition, chunk }) => ({
      partition,
      // Two chunks may hold the same bytes, so that the hash alone would make the second one count as a repetition.
      blob: `${ordinal}-${chunk.sha256}`,
      path: context.spool.chunkPath(ordinal),
    }));
  const loadAll = async (): Promise<void> => {
    await checkCount(restoring, group, files, signal);
    await loadFiles(restoring, first.target, files, signal);
  };
  const load = (): Promise<void> => retried(download, first, loadAll, signal);
  if (!(await download.givenUp.without(first.target, load, signal))) return false;
  failpoint('shadow.loaded');
  for (const { task } of group) context.board.advance(task);
  return true;
}

/** Before the first row is loaded: what a manifest promises is what the disk has room for. */
async function checkCount(
  restoring: Restoring,
  group: readonly RestoreChunk[],
  files: readonly LoadedFile[],
  signal: AbortSignal,
): Promise<void> {
  const paths = files.map(({ path }) => path);
  const counted = await restoring.countRows?.(paths, signal);
  const promised = group.reduce((sum, { chunk }) => sum + chunk.rows, 0);
  if (counted === undefined || counted === promised) return;
  const names = group.map(({ chunk }) => chunk.sha256).join(', ');
  throw new JobError('BAD_FILE', `${names} hold ${counted} rows, and the manifest says ${promised}`);
}

async function loadFiles(
  restoring: Restoring,
  target: string,
  files: readonly LoadedFile[],
  signal: AbortSignal,
): Promise<void> {
  if (restoring.loadTogether !== undefined && files.length > 1) {
    await restoring.loadTogether(target, files, signal);
    return;
  }
  for (const { partition, blob, path } of files) await restoring.load(target, partition, blob, path, signal);
}

async function sealOne(download: Download, restored: RestoreChunk, signal: AbortSignal): Promise<void> {
  const { target } = restored;
  const seal = (): Promise<void> =>
    retried(download, restored, () => download.restoring.seal(target, signal), signal);
  await download.givenUp.without(target, seal, signal);
}

async function retried(
  download: Download,
  restored: RestoreChunk,
  work: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { tools, board } = download.context;
  const retries = {
    clock: tools.clock,
    attemptsMax: tools.settings().taskAttemptsMax,
    onFailure: (error: unknown) =>
      board.fail(restored.task, error instanceof Error ? error.message : String(error)),
  };
  await withRetries(retries, work, signal);
}
