import { SqlError } from '../base/sql-error.ts';
import { isSettled, type Job } from './machine.ts';
import type { JobTools } from './tools.ts';

/**
 * Keeps others from the targets of a restore that has not settled; undefined where there is nothing to keep. The
 * submission takes it before it answers, and a restart before clients are served.
 */
export function holdTargets(job: Job, tools: JobTools): Disposable | undefined {
  if (job.kind !== 'restore' || isSettled(job) || job.externalCatalogs !== undefined) return undefined;
  const { database, label, allowLoad } = job;
  const targets = job.targets.map(({ kind, target }) => ({ kind, name: target }));
  const isWhole = job.options?.includes('clean_tables') === true;
  try {
    return tools
      .sourceOf(job.catalog)
      .holdTargets({ database, label, targets, isWhole, allowsLoad: allowLoad });
  } catch (error) {
    // A catalog that is gone: the job's next step fails with the same error, and says so.
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}
