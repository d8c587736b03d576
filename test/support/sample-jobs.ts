import type { BackupCore, BackupIn, BackupJob, BackupState } from '../../src/job/backup-job.ts';
import { jobId } from '../../src/job/job-id.ts';
import type { Failure } from '../../src/job/job-status.ts';
import type { RestoreCore, RestoreIn, RestoreJob, RestoreState } from '../../src/job/restore-job.ts';

const common = {
  id: jobId(10_001n),
  label: 'nightly',
  timestamp: '2026-01-02-03-04-05-678',
  repository: 'repo',
  catalog: 'default_catalog',
  database: 'shop',
  operator: 'root',
  createdAt: 1_000,
  timeoutMs: 86_400_000,
  run: 7,
} as const;

const backup: BackupCore = {
  ...common,
  kind: 'backup',
  objects: [{ kind: 'TABLE', name: 'orders', partitions: ['p1'] }],
  properties: { type: 'FULL' },
};

const restore: RestoreCore = {
  ...common,
  kind: 'restore',
  originalDatabase: 'shop',
  targets: [{ kind: 'TABLE', name: 'orders', target: 'orders_old' }],
  allowLoad: false,
};

/** Why jobs are cancelled: one text for each code of Status, as the parts that give them word it. */
export const sampleFailures: readonly Failure[] = [
  { code: 'NOT_FOUND', message: 'Table orders does not exist in snapshot nightly' },
  { code: 'BAD_FILE', message: 'md5sum does not equal. local: 00, remote: 11' },
  { code: 'TIMEOUT', message: 'restore job with label: nightly  timeout.' },
  { code: 'TIMEOUT', message: '' },
  { code: 'BAD_CONNECTION', message: "cannot read 'blobs/00/00.parquet': the place answers 503" },
  { code: 'COMMON_ERROR', message: 'user cancelled, current state: DOWNLOADING' },
  { code: 'UNSUPPORTED', message: 'the embedded engine has no sequence such as numbers' },
  { code: 'BAD_REPLACE', message: 'Table: dear has existed and it is not a View' },
];

const failure = { code: 'COMMON_ERROR', message: 'user cancelled' } as const;
const uploaded = { snapshotFinishedAt: 2_000, uploadFinishedAt: 3_000 };
const prepared = { metaPreparedAt: 1_500, snapshotFinishedAt: 2_000 };
const downloaded = { ...prepared, downloadFinishedAt: 3_000 };

export const cancelledBackup: BackupIn<'CANCELLED'> = {
  ...backup,
  state: 'CANCELLED',
  failure,
  reached: 'UPLOADING',
  snapshotFinishedAt: 2_000,
  finishedAt: 4_000,
  cleanup: 'pending',
};

export const cancelledRestore: RestoreIn<'CANCELLED'> = {
  ...restore,
  state: 'CANCELLED',
  failure,
  reached: 'DOWNLOADING',
  ...prepared,
  finishedAt: 4_000,
  cleanup: 'pending',
};

/** A backup in each of its states. */
export const sampleBackups: Readonly<Record<BackupState, BackupJob>> = {
  PENDING: { ...backup, state: 'PENDING' },
  SNAPSHOTING: { ...backup, state: 'SNAPSHOTING', reads: 1 },
  UPLOAD_SNAPSHOT: { ...backup, state: 'UPLOAD_SNAPSHOT', reads: 1, snapshotFinishedAt: 2_000 },
  UPLOADING: { ...backup, state: 'UPLOADING', reads: 1, snapshotFinishedAt: 2_000 },
  SAVE_META: { ...backup, state: 'SAVE_META', ...uploaded },
  UPLOAD_INFO: { ...backup, state: 'UPLOAD_INFO', ...uploaded, manifestSha256: 'ab', failures: 0 },
  FINISHED: { ...backup, state: 'FINISHED', ...uploaded, finishedAt: 4_000, cleanup: 'pending' },
  CANCELLED: cancelledBackup,
};

/** A restore in each of its states. */
export const sampleRestores: Readonly<Record<RestoreState, RestoreJob>> = {
  PENDING: { ...restore, state: 'PENDING' },
  SNAPSHOTING: { ...restore, state: 'SNAPSHOTING', metaPreparedAt: 1_500 },
  DOWNLOAD: { ...restore, state: 'DOWNLOAD', ...prepared },
  DOWNLOADING: { ...restore, state: 'DOWNLOADING', ...prepared },
  COMMIT: { ...restore, state: 'COMMIT', ...downloaded },
  COMMITTING: { ...restore, state: 'COMMITTING', ...downloaded },
  FINISHED: { ...restore, state: 'FINISHED', ...downloaded, finishedAt: 4_000, cleanup: 'pending' },
  CANCELLED: cancelledRestore,
};
