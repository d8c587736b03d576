import path from 'node:path';
import { pause } from '../base/waiting.ts';
import { MetastoreError } from '../metastore/metastore.ts';
import { nameOf } from './job-id.ts';
import { backOffMs, type Job } from './machine.ts';
import { type JobTools, spoolOf } from './tools.ts';

/**
 * Removes the folders of jobs that this node does not go on with: those that have ended, and those that have gone on, or
 * ended, elsewhere.
 */
export async function sweepStaging(
  tools: JobTools,
  { unfinished, known }: Readonly<{ unfinished: readonly Job[]; known: readonly Job[] }>,
  stopped: AbortSignal,
): Promise<void> {
  const { files, stagingPath } = tools;
  const alive = new Set(unfinished.map((job) => String(job.id)));
  for (const name of await files.list(stagingPath)) {
    if (!/^\d+$/.test(name) || alive.has(name)) continue;
    const job = known.find(({ id }) => String(id) === name);
    if (job !== undefined) await abandonSpool(tools, job, stopped);
    await files.remove(path.join(stagingPath, name));
  }
}

/** The job goes on elsewhere, where nobody knows what it has put from here: what no snapshot needs of it is to go. */
export async function abandonSpool(tools: JobTools, job: Job, stopped: AbortSignal): Promise<void> {
  const spool = spoolOf(tools, job.id);
  const intents = job.kind === 'backup' ? await spool.readIntents() : new Set<string>();
  while (intents.size > 0) {
    try {
      await tools.disposal.discard(job.repository, intents, nameOf(job));
      break;
    } catch (error) {
      if (!(error instanceof MetastoreError)) throw error;
      tools.log.warn('blobs_not_abandoned', { job: job.id, error: error.message });
    }
    await pause(tools.clock, backOffMs(1), stopped);
  }
  await spool.remove();
}
