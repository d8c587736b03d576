import { assert } from '../base/assert.ts';
import type { Brand } from '../base/brand.ts';

/** Number of a job, unique in a metastore and rising. */
export type JobId = Brand<bigint, 'JobId'>;
/** Number of a task within its job: the position of its table in the job's plan, from 1. */
export type TaskId = Brand<number, 'TaskId'>;

export function jobId(value: bigint): JobId {
  assert(value > 0n, `not a job id: ${value}`);
  return value as JobId;
}

export function taskId(value: number): TaskId {
  assert(Number.isSafeInteger(value) && value > 0, `not a task id: ${value}`);
  return value as TaskId;
}

/** The operator of a job's writes. */
export function nameOf(job: Readonly<{ id: JobId }>): string {
  return `job ${job.id}`;
}
