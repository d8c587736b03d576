import { globalProject, parseKey, projectOf, resourceKey } from '../metastore/key.ts';
import { snapshotProperties } from '../snapshot/manifest.ts';
import {
  choice,
  constant,
  count,
  type Fields,
  flag,
  instant,
  list,
  matching,
  oneOf,
  optional,
  record,
  type RecordSchema,
  type Schema,
  text,
} from '../snapshot/schema.ts';
import { objectKinds } from '../source/objects.ts';
import { restoreOptions } from '../source/restoring.ts';
import {
  type BackupCore,
  type BackupIn,
  type BackupState,
  backupStates,
  type JobCore,
  noDatabase,
} from './backup-job.ts';
import { type JobId, jobId, type TaskId, taskId } from './job-id.ts';
import type { JobSize } from './job-size.ts';
import { type Failure, failureCodes } from './job-status.ts';
import type { Job } from './machine.ts';
import {
  type CatalogTarget,
  type RestoreCore,
  type RestoreIn,
  type RestoreState,
  restoreStates,
  type RestoreTarget,
} from './restore-job.ts';

/**
 * A job as the metastore keeps it under `/<catalog>.<database>/job/<id>`: where it is, and the event that brought it
 * there, so that the audit log tells its whole way. What it has read and sent is in its spool, not here.
 */
export type JobRecord = Readonly<{
  formatVersion: typeof recordVersion;
  event: string;
  job: Job;
  /** The last failure of each task, which stays visible after the job has gone on. */
  taskErrors: readonly TaskError[];
}>;

export type TaskError = Readonly<{ task: TaskId; message: string }>;

const recordVersion = 1;
const resourceType = 'job';

/** Whoever has the lease of this project runs the job. */
export function jobProject({ catalog, database }: Pick<Job, 'catalog' | 'database'>): string {
  if (catalog === noDatabase.catalog) return globalProject;
  return projectOf(catalog, database);
}

export function jobKey(job: Pick<Job, 'catalog' | 'database' | 'id'>): string {
  return resourceKey(jobProject(job), resourceType, String(job.id));
}

export function isJobKey(key: string): boolean {
  // The start asks it of every key: reading one whole costs a hundred times as much.
  return key.includes(`/${resourceType}/`) && parseKey(key)?.type === resourceType;
}

/** Where the last number given to a job is kept. */
export const jobCounterKey: string = resourceKey(globalProject, 'counter', resourceType);

export function encodeRecord(
  event: string,
  job: Job,
  taskErrors: readonly TaskError[],
): Readonly<Record<string, unknown>> {
  return { formatVersion: recordVersion, event, job: { ...job, id: String(job.id) }, taskErrors };
}

/** Throws SchemaError that names the field which is wrong. */
export function decodeRecord(content: unknown): JobRecord {
  return recordSchema.decode(content, '');
}

const id: Schema<JobId> = {
  name: 'digits',
  decode: (value, path) => jobId(BigInt(matching('a job id', /^[1-9]\d{0,18}$/).decode(value, path))),
};

const task: Schema<TaskId> = { name: 'number', decode: (value, path) => taskId(count.decode(value, path)) };

const size: RecordSchema<JobSize> = record<JobSize>('JobSize', { rows: count, bytes: count, files: count });

const core: Fields<JobCore> = {
  id,
  label: text,
  timestamp: text,
  repository: text,
  catalog: text,
  database: text,
  operator: text,
  createdAt: instant,
  timeoutMs: count,
  size: optional(size),
  run: count,
};

const selected: RecordSchema<BackupCore['objects'][number]> = record<BackupCore['objects'][number]>(
  'Selected',
  { kind: oneOf(objectKinds), name: text, partitions: optional(list(text)) },
);

const target: RecordSchema<RestoreTarget> = record<RestoreTarget>('RestoreTarget', {
  kind: oneOf(objectKinds),
  name: text,
  target: text,
  partitions: optional(list(text)),
});

const catalogTarget: RecordSchema<CatalogTarget> = record<CatalogTarget>('CatalogTarget', {
  name: text,
  target: text,
});

const backupCore: Fields<BackupCore> = {
  ...core,
  kind: constant('backup'),
  objects: list(selected),
  externalCatalogs: optional(list(text)),
  properties: snapshotProperties,
};

const restoreCore: Fields<RestoreCore> = {
  ...core,
  kind: constant('restore'),
  originalDatabase: text,
  targets: list(target),
  externalCatalogs: optional(list(catalogTarget)),
  allowLoad: flag,
  replicationNum: optional(count),
  options: optional(list(oneOf(restoreOptions))),
};

const failure: RecordSchema<Failure> = record<Failure>('Failure', {
  code: oneOf(failureCodes),
  message: text,
});

const cleanup: Schema<'pending' | 'done'> = oneOf(['pending', 'done']);

const reading = { reads: count, snapshotFinishedAt: instant };
const uploaded = { snapshotFinishedAt: instant, uploadFinishedAt: instant };
const prepared = { metaPreparedAt: instant, snapshotFinishedAt: instant };
const downloaded = { ...prepared, downloadFinishedAt: instant };

type BackupSchemas = Readonly<{ [S in BackupState]: RecordSchema<BackupIn<S>> }>;
type RestoreSchemas = Readonly<{ [S in RestoreState]: RecordSchema<RestoreIn<S>> }>;

const backups: BackupSchemas = {
  PENDING: record('Backup', { ...backupCore, state: constant('PENDING') }),
  SNAPSHOTING: record('Backup', { ...backupCore, state: constant('SNAPSHOTING'), reads: count }),
  UPLOAD_SNAPSHOT: record('Backup', { ...backupCore, state: constant('UPLOAD_SNAPSHOT'), ...reading }),
  UPLOADING: record('Backup', { ...backupCore, state: constant('UPLOADING'), ...reading }),
  SAVE_META: record('Backup', { ...backupCore, state: constant('SAVE_META'), ...uploaded }),
  UPLOAD_INFO: record('Backup', {
    ...backupCore,
    state: constant('UPLOAD_INFO'),
    ...uploaded,
    manifestSha256: text,
    failures: count,
  }),
  FINISHED: record('Backup', {
    ...backupCore,
    state: constant('FINISHED'),
    ...uploaded,
    finishedAt: instant,
    cleanup,
  }),
  CANCELLED: record('Backup', {
    ...backupCore,
    state: constant('CANCELLED'),
    failure,
    reached: oneOf(backupStates),
    snapshotFinishedAt: optional(instant),
    uploadFinishedAt: optional(instant),
    finishedAt: instant,
    cleanup,
  }),
};

const restores: RestoreSchemas = {
  PENDING: record('Restore', { ...restoreCore, state: constant('PENDING') }),
  SNAPSHOTING: record('Restore', {
    ...restoreCore,
    state: constant('SNAPSHOTING'),
    metaPreparedAt: instant,
  }),
  DOWNLOAD: record('Restore', { ...restoreCore, state: constant('DOWNLOAD'), ...prepared }),
  DOWNLOADING: record('Restore', { ...restoreCore, state: constant('DOWNLOADING'), ...prepared }),
  COMMIT: record('Restore', { ...restoreCore, state: constant('COMMIT'), ...downloaded }),
  COMMITTING: record('Restore', {
    ...restoreCore,
    state: constant('COMMITTING'),
    ...downloaded,
    stopping: optional(failure),
  }),
  FINISHED: record('Restore', {
    ...restoreCore,
    state: constant('FINISHED'),
    ...downloaded,
    finishedAt: instant,
    cleanup,
  }),
  CANCELLED: record('Restore', {
    ...restoreCore,
    state: constant('CANCELLED'),
    failure,
    reached: oneOf(restoreStates),
    metaPreparedAt: optional(instant),
    snapshotFinishedAt: optional(instant),
    downloadFinishedAt: optional(instant),
    finishedAt: instant,
    cleanup,
  }),
};

const recordSchema: RecordSchema<JobRecord> = record<JobRecord>('JobRecord', {
  formatVersion: constant(recordVersion),
  event: text,
  job: choice<Job>('kind', {
    backup: choice<Job>('state', backups),
    restore: choice<Job>('state', restores),
  }),
  taskErrors: list(record<TaskError>('TaskError', { task, message: text })),
});
