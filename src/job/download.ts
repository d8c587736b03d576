import { mapBounded } from '../base/bounded.ts';
import { fetchBlob } from '../snapshot/reader.ts';
import type { Restoring } from '../source/source.ts';
import type { RestoreChunk } from './restore-plan.ts';
import { withRetries } from './retries.ts';
import { StagedBytes } from './staged-bytes.ts';
import type { OpenRepository, RunContext } from './tools.ts';

export type Download = Readonly<{
  chunks: readonly RestoreChunk[];
  repository: OpenRepository;
  restoring: Restoring;
  context: RunContext;
}>;

/**
 * Fetches, checks and loads every chunk that has not been loaded yet. Several are fetched at once; they are loaded one
 * by one, each load having the engine to itself. The staging folder stays under its bound.
 */
export async function downloadAll(download: Download, signal: AbortSignal): Promise<void> {
  const { chunks, context } = download;
  const settings = context.tools.settings();
  const loaded = await context.spool.readLoaded();
  const missing = chunks.filter((chunk) => !loaded.has(chunk.ordinal));
  const failed = new AbortController();
  const inner = AbortSignal.any([signal, failed.signal]);
  const staged = new StagedBytes(settings.stagingBytesMax, inner);
  let loads: Promise<void> = Promise.resolve();
  const inTurn = (load: () => Promise<void>): Promise<void> => {
    loads = loads.then(load);
    return loads;
  };
  const restoreOne = async (chunk: RestoreChunk): Promise<void> => {
    try {
      await staged.reserve(chunk.chunk.bytes);
      await fetchOne(download, chunk, inner);
      await inTurn(() => loadOne(download, chunk, inner));
      staged.release(chunk.chunk.bytes);
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  };
  await mapBounded(missing, settings.downloadWorkerCount, restoreOne, signal);
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
