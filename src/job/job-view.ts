import type { BackupJob } from './backup-job.ts';
import type { JobId } from './job-id.ts';
import type { TaskError } from './job-record.ts';
import type { JobSize } from './job-size.ts';
import type { Failure } from './job-status.ts';
import { isSettled, type Job } from './machine.ts';
import type { CatalogTarget, RestoreJob, RestoreTarget } from './restore-job.ts';
import type { TaskBoard, TaskProgress } from './task-board.ts';

/** A job as SHOW and the console see it. Times are ms since the epoch; what has not happened yet is absent. */
export type JobView = BackupView | RestoreView;

/** Fields that a job's states fill in as it goes on. */
type Times = Readonly<{
  metaPreparedAt?: number;
  snapshotFinishedAt?: number;
  uploadFinishedAt?: number;
  downloadFinishedAt?: number;
  finishedAt?: number;
}>;

type CommonView = Times &
  Readonly<{
    id: JobId;
    /** What StarRocks shows as JobId: -1 until the job has left PENDING, and always for external catalogs. */
    shownId: bigint;
    isSettled: boolean;
    label: string;
    timestamp: string;
    repository: string;
    catalog: string;
    database: string;
    operator: string;
    nodeName: string;
    createdAt: number;
    /** Known when the manifest is. */
    size?: JobSize;
    timeoutMs: number;
    /** Why it was cancelled. */
    failure?: Failure;
    /** Tasks that are not done yet. */
    unfinished: readonly TaskProgress[];
    taskErrors: readonly TaskError[];
  }>;

export type BackupView = CommonView &
  Readonly<{ kind: 'backup'; state: BackupJob['state'] } & Pick<BackupJob, 'objects' | 'externalCatalogs'>>;

export type RestoreView = CommonView &
  Readonly<{
    kind: 'restore';
    state: RestoreJob['state'];
    targets: readonly RestoreTarget[];
    externalCatalogs?: readonly CatalogTarget[];
    originalDatabase: string;
    allowLoad: boolean;
    /** As asked for; undefined leaves it to the cluster. */
    replicationNum?: number;
  }>;

export function viewOf(job: Job, board: TaskBoard, nodeName: string): JobView {
  const common = commonOf(job, board, nodeName);
  if (job.kind === 'backup') {
    const { kind, state, objects, externalCatalogs } = job;
    const catalogs = externalCatalogs === undefined ? {} : { externalCatalogs };
    return { ...common, kind, state, objects, ...catalogs };
  }
  const { kind, state, targets, externalCatalogs, originalDatabase, allowLoad, replicationNum } = job;
  const catalogs = externalCatalogs === undefined ? {} : { externalCatalogs };
  const replication = replicationNum === undefined ? {} : { replicationNum };
  return { ...common, kind, state, targets, ...catalogs, originalDatabase, allowLoad, ...replication };
}

function commonOf(job: Job, board: TaskBoard, nodeName: string): CommonView {
  const { id, label, timestamp, repository, catalog, database, operator, createdAt, timeoutMs, size } = job;
  const names = { id, label, timestamp, repository, catalog, database, operator, nodeName };
  const isPending = job.state === 'PENDING' || (job.state === 'CANCELLED' && job.reached === 'PENDING');
  return {
    ...names,
    createdAt,
    ...(size !== undefined && { size }),
    timeoutMs,
    shownId: isPending || job.externalCatalogs !== undefined ? -1n : id,
    isSettled: isSettled(job),
    ...timesOf(job),
    ...(job.state === 'CANCELLED' && { failure: job.failure }),
    unfinished: board.unfinished(),
    taskErrors: board.errors(),
  };
}

const timeFields = [
  'metaPreparedAt',
  'snapshotFinishedAt',
  'uploadFinishedAt',
  'downloadFinishedAt',
  'finishedAt',
] as const;

function timesOf(job: Job): Times {
  const fields: Readonly<Record<string, unknown>> = { ...job };
  return Object.fromEntries(
    timeFields.flatMap((name) => (typeof fields[name] === 'number' ? [[name, fields[name]]] : [])),
  );
}
