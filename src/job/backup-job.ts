import type { SnapshotProperties } from '../snapshot/manifest.ts';
import type { Selection } from '../source/source.ts';
import type { JobId } from './job-id.ts';
import type { JobSize } from './job-size.ts';
import type { Failure } from './job-status.ts';

/** What every job is, in all of its states. */
export type JobCore = Readonly<{
  id: JobId;
  label: string;
  /** Of the snapshot. A backup's is its own create time. */
  timestamp: string;
  repository: string;
  catalog: string;
  database: string;
  /** Who submitted it. */
  operator: string;
  createdAt: number;
  timeoutMs: number;
  /** Known when the manifest is: a backup's near its end, a restore's at its beginning. */
  size?: JobSize;
  /** Number of the effect whose result counts; results of an earlier one are late and dropped. */
  run: number;
}>;

/** A job that has come to its end. `cleanup` says whether what it left behind has been taken away. */
export type Settled = Readonly<{ finishedAt: number; cleanup: 'pending' | 'done' }>;

/** The place of jobs that save or bring back external catalogs: they belong to no database. */
export const noDatabase = { catalog: '', database: '' } as const;

export const backupStates = [
  'PENDING',
  'SNAPSHOTING',
  'UPLOAD_SNAPSHOT',
  'UPLOADING',
  'SAVE_META',
  'UPLOAD_INFO',
  'FINISHED',
  'CANCELLED',
] as const;
export type BackupState = (typeof backupStates)[number];

export type BackupCore = JobCore &
  Readonly<{
    kind: 'backup';
    objects: Selection['objects'];
    /** Names of the external catalogs that are saved. Then nothing is read: PENDING goes straight to SAVE_META. */
    externalCatalogs?: readonly string[];
    properties: SnapshotProperties;
  }>;

/** `reads`: how many consistent reads were begun; one that the source lost is begun again, up to a limit. */
type Extracting = Readonly<{ reads: number; snapshotFinishedAt: number }>;
type Uploaded = Readonly<{ snapshotFinishedAt: number; uploadFinishedAt: number }>;

export type BackupJob = BackupCore &
  Readonly<
    | { state: 'PENDING' }
    | { state: 'SNAPSHOTING'; reads: number }
    | ({ state: 'UPLOAD_SNAPSHOT' } & Extracting)
    | ({ state: 'UPLOADING' } & Extracting)
    | ({ state: 'SAVE_META' } & Uploaded)
    | ({ state: 'UPLOAD_INFO'; manifestSha256: string; failures: number } & Uploaded)
    | ({ state: 'FINISHED' } & Uploaded & Settled)
    | ({
        state: 'CANCELLED';
        failure: Failure;
        /** Where it was when it was cancelled: what cleanup has to look for. */
        reached: BackupState;
        snapshotFinishedAt?: number;
        uploadFinishedAt?: number;
      } & Settled)
  >;

/** A backup in one of its states. */
export type BackupIn<S extends BackupState> = Extract<BackupJob, { state: S }>;
