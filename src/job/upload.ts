import { Gate } from '../repository/layers/gate.ts';
import { workersMax } from '../repository/transfer-limits.ts';
import { hasBlob, putBlob } from '../snapshot/writer.ts';
import type { Frozen } from '../source/frozen.ts';
import { readLostWithProcess } from './failure.ts';
import type { JobId } from './job-id.ts';
import type { BackupPlan, ChunkResult, PlannedChunk } from './plan.ts';
import { JointWork } from './joint-work.ts';
import { Queue } from './queue.ts';
import { readAll, type Staged } from './read-chunks.ts';
import { withRetries } from './retries.ts';
import { StagedBytes } from './staged-bytes.ts';
import type { OpenRepository } from './open-repository.ts';
import type { RunContext } from './tools.ts';

export type Upload = Readonly<{
  job: Readonly<{ id: JobId }>;
  plan: BackupPlan;
  repository: OpenRepository;
  context: RunContext;
  /** The consistent read; undefined after a restart, when the spool holds all that was read. */
  frozen: Frozen | undefined;
  /** Called when nothing more has to be read. */
  release: () => Promise<void>;
}>;

/**
 * Brings every chunk of the plan into the repository. Chunks are read in order, as many at once as the consistent read
 * allows, while those that are read are hashed and sent beside it; the staging folder stays under its bound, but for
 * the chunks being read.
 */
export async function uploadAll(upload: Upload, signal: AbortSignal): Promise<void> {
  const { settings } = upload.context.tools;
  const queue = new Queue<Staged>();
  const work = new JointWork(signal, () => queue.close());
  using staged = new StagedBytes(settings().stagingBytesMax, work.within);
  const gate = new Gate(() => upload.repository.limits().uploadWorkerCount || settings().uploadWorkerCount);
  const senders = Array.from({ length: workersMax }, () =>
    work.run(sendAll(upload, { queue, staged, gate }, work.within)),
  );
  await Promise.all([work.run(readAll(upload, { queue, staged }, work.within)), ...senders]);
  work.settle();
}

/** `gate` lets in as many senders as are allowed at the moment. */
type Sending = Readonly<{ queue: Queue<Staged>; staged: StagedBytes; gate: Gate }>;

async function sendAll(upload: Upload, { queue, staged, gate }: Sending, signal: AbortSignal): Promise<void> {
  const { spool, board, tools } = upload.context;
  for (let next = await queue.next(); next !== undefined; next = await queue.next()) {
    using _place = await gate.enter(signal);
    const { chunk } = next;
    const path = spool.chunkPath(chunk.ordinal);
    if (next.kind === 'read') {
      const { rows, bounds, bytes } = next;
      const sha256 = next.sha256 ?? (await tools.files.sha256(path, signal));
      await spool.addResult(chunk.ordinal, { rows, bounds, bytes, sha256 });
      await send(upload, chunk, { path, sha256, bytes }, signal);
    } else {
      await sendSpooled(upload, chunk, next.result, signal);
    }
    await tools.files.remove(path);
    staged.release(next.bytes);
    board.advance(chunk.task);
  }
}

/** After a restart: a chunk is either in the staging folder as it was read, or in the repository. */
async function sendSpooled(
  upload: Upload,
  chunk: PlannedChunk,
  result: ChunkResult,
  signal: AbortSignal,
): Promise<void> {
  const { spool, tools } = upload.context;
  const { sha256, bytes } = result;
  const path = spool.chunkPath(chunk.ordinal);
  const isStaged =
    (await tools.files.sizeBytes(path)) === bytes && (await tools.files.sha256(path, signal)) === sha256;
  if (isStaged) {
    await send(upload, chunk, { path, sha256, bytes }, signal);
    return;
  }
  await claim(upload, sha256, signal);
  if (!(await hasBlob(upload.repository, result, signal))) throw readLostWithProcess();
}

async function send(
  upload: Upload,
  chunk: PlannedChunk,
  blob: Readonly<{ path: string; sha256: string; bytes: number }>,
  signal: AbortSignal,
): Promise<void> {
  const { board, tools, spool } = upload.context;
  await claim(upload, blob.sha256, signal);
  const retries = {
    clock: tools.clock,
    attemptsMax: tools.settings().taskAttemptsMax,
    onFailure: (error: unknown) => board.fail(chunk.task, messageOf(error)),
  };
  const put = (): Promise<unknown> =>
    putBlob(upload.repository, tools.files, blob, () => spool.addIntent(blob.sha256), signal);
  await withRetries(retries, put, signal);
}

/** Before it is looked for: what is found from now on stays. */
async function claim(
  { job, repository, context }: Upload,
  sha256: string,
  signal: AbortSignal,
): Promise<void> {
  const blob = { repository: repository.name, sha256, job };
  await context.tools.disposal.claim(blob, () => context.spool.addIntent(sha256), signal);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
