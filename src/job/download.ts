import { mapBounded } from '../base/bounded.ts';
import { Turns } from '../base/turns.ts';
import { fetchBlob } from '../snapshot/reader.ts';
import type { Restoring } from '../source/source.ts';
import type { RestoreChunk } from './restore-plan.ts';
import { withRetries } from './retries.ts';
import { StagedBytes } from './staged-bytes.ts';
import type { OpenRepository, RunContext } from './tools.ts';

export type Download = Readonly<{
  /** Names of the tables that are restored, those without chunks too. */
  targets: readonly string[];
  chunks: readonly RestoreChunk[];
  repository: OpenRepository;
  restoring: Restoring;
  context: RunContext;
}>;

/**
 * Fetches, checks and loads every chunk that has not been loaded yet, and seals each table when its last chunk is in.
 * Several are fetched at once; the source says how many it loads and seals at once. The staging folder stays under its
 * bound.
 */
export async function downloadAll(download: Download, signal: AbortSignal): Promise<void> {
  const { chunks, context, restoring } = download;
  const settings = context.tools.settings();
  const loaded = await context.spool.readLoaded();
  const missing = chunks.filter((chunk) => !loaded.has(chunk.ordinal));
  const failed = new AbortController();
  const inner = AbortSignal.any([signal, failed.signal]);
  const staged = new StagedBytes(settings.stagingBytesMax, inner);
  const turns = new Turns(restoring.loaders ?? 1);
  const left = new Map<string, number>();
  for (const { target } of missing) left.set(target, (left.get(target) ?? 0) + 1);
  const inTurn = (work: () => Promise<void>): Promise<void> =>
    turns.run(async () => {
      inner.throwIfAborted();
      await work();
    });
  const restoreOne = async (chunk: RestoreChunk): Promise<void> => {
    try {
      await staged.reserve(chunk.chunk.bytes);
      await fetchOne(download, chunk, inner);
      await inTurn(() => loadOne(download, chunk, inner));
      staged.release(chunk.chunk.bytes);
      const count = (left.get(chunk.target) ?? 1) - 1;
      left.set(chunk.target, count);
      if (count === 0) await inTurn(() => sealOne(download, chunk, inner));
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  };
  await mapBounded(missing, settings.downloadWorkerCount, restoreOne, signal);
  // Those without chunks, and those whose last chunk was in before a crash.
  const unsealed = download.targets.filter((target) => !left.has(target));
  const seal = (target: string): Promise<void> => restoring.seal(target, inner);
  await mapBounded(unsealed, restoring.loaders ?? 1, seal, signal);
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

async function loadOne(download: Download, restored: RestoreChunk, signal: AbortSignal): Promise<void> {
  const { context, restoring } = download;
  const { ordinal, target, partition, task, chunk } = restored;
  const path = context.spool.chunkPath(ordinal);
  // Two chunks may hold the same bytes, so that the hash alone would make the second one count as a repetition.
  const id = `${ordinal}-${chunk.sha256}`;
  await retried(download, restored, () => restoring.load(target, partition, id, path, signal), signal);
  await context.spool.addLoaded(ordinal);
  await context.tools.files.remove(path);
  context.board.advance(task);
}

async function sealOne(download: Download, restored: RestoreChunk, signal: AbortSignal): Promise<void> {
  await retried(download, restored, () => download.restoring.seal(restored.target, signal), signal);
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
