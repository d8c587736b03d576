import type { Manifest } from '../snapshot/manifest.ts';
import { fetchBlob } from '../snapshot/reader.ts';
import type { RowChecksum } from '../source/frozen.ts';
import type { Restoring } from '../source/restoring.ts';
import { JobError } from './failure.ts';
import type { RestoreTarget } from './restore-job.ts';
import { expectedSum, type RestoreChunk } from './restore-plan.ts';
import type { OpenRepository } from './open-repository.ts';
import type { RunContext } from './tools.ts';

export type Verification = Readonly<{
  manifest: Manifest;
  repository: OpenRepository;
  restoring: Restoring;
  chunks: readonly RestoreChunk[];
  context: RunContext;
}>;

/** Compares what was loaded into one table with the snapshot. Throws JobError `BAD_FILE` when they differ. */
export async function verifyTable(
  target: RestoreTarget,
  parts: Verification,
  signal: AbortSignal,
): Promise<void> {
  const expected = expectedSum(target, parts.manifest);
  const actual = await parts.restoring.checksum(target.target, expected.algorithm, signal);
  if (actual.rows !== expected.rows) {
    const message = `table '${target.target}' has ${actual.rows} rows, the snapshot has ${expected.rows}`;
    throw new JobError('BAD_FILE', message);
  }
  if (expected.rows === 0) return;
  const comparable =
    actual.algorithm === expected.algorithm ? expected : await sumOfFiles(target, parts, signal);
  if (actual.algorithm !== comparable.algorithm || actual.value !== comparable.value) {
    const message = `table '${target.target}' has checksum ${actual.value}, the snapshot has ${comparable.value}`;
    throw new JobError('BAD_FILE', message);
  }
}

/**
 * For a checksum that this engine cannot compute any more: that of the blobs, each checked by its hash again. All
 * blobs of the table lie in the staging folder at once, the one place where its bound is not kept.
 */
async function sumOfFiles(
  target: RestoreTarget,
  parts: Verification,
  signal: AbortSignal,
): Promise<RowChecksum> {
  const { context, repository, restoring } = parts;
  const own = parts.chunks.filter((chunk) => chunk.target === target.target);
  const paths = own.map((chunk) => context.spool.chunkPath(chunk.ordinal));
  try {
    for (const { ordinal, chunk } of own) {
      const { sha256, bytes } = chunk;
      const blob = { sha256, bytes, path: context.spool.chunkPath(ordinal) };
      await fetchBlob(repository, context.tools.files, blob, signal);
    }
    return await restoring.checksumOfFiles(target.target, paths, signal);
  } finally {
    for (const path of paths) await context.tools.files.remove(path);
  }
}
