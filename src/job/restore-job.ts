import type { ObjectKind } from '../source/objects.ts';
import type { RestoreOption } from '../source/restoring.ts';
import type { JobCore, Settled } from './backup-job.ts';
import type { Failure } from './job-status.ts';

export const restoreStates = [
  'PENDING',
  'SNAPSHOTING',
  'DOWNLOAD',
  'DOWNLOADING',
  'COMMIT',
  'COMMITTING',
  'FINISHED',
  'CANCELLED',
] as const;
export type RestoreState = (typeof restoreStates)[number];

/** One object of the snapshot and the name it is to have. */
export type RestoreTarget = Readonly<{
  kind: ObjectKind;
  name: string;
  target: string;
  /** Only these partitions; undefined restores all that the snapshot has. */
  partitions?: readonly string[];
}>;

/** An external catalog of the snapshot and the name it is to have. */
export type CatalogTarget = Readonly<{ name: string; target: string }>;

export type RestoreCore = JobCore &
  Readonly<{
    kind: 'restore';
    /** The database that the snapshot was made of. `database` is the one it goes to. */
    originalDatabase: string;
    targets: readonly RestoreTarget[];
    /** Of a snapshot of external catalogs. Then nothing is loaded: PENDING goes straight to COMMITTING. */
    externalCatalogs?: readonly CatalogTarget[];
    allowLoad: boolean;
    replicationNum?: number;
    /** Absent: none. */
    options?: readonly RestoreOption[];
  }>;

type Prepared = Readonly<{ metaPreparedAt: number; snapshotFinishedAt: number }>;
type Downloaded = Prepared & Readonly<{ downloadFinishedAt: number }>;

export type RestoreJob = RestoreCore &
  Readonly<
    | { state: 'PENDING' }
    | { state: 'SNAPSHOTING'; metaPreparedAt: number }
    | ({ state: 'DOWNLOAD' } & Prepared)
    | ({ state: 'DOWNLOADING' } & Prepared)
    | ({ state: 'COMMIT' } & Downloaded)
    /** `stopping`: a cancel or a timeout came while the swap was under way; the source decides which was first. */
    | ({ state: 'COMMITTING'; stopping?: Failure } & Downloaded)
    | ({ state: 'FINISHED' } & Downloaded & Settled)
    | ({
        state: 'CANCELLED';
        failure: Failure;
        reached: RestoreState;
        metaPreparedAt?: number;
        snapshotFinishedAt?: number;
        downloadFinishedAt?: number;
      } & Settled)
  >;

export type RestoreIn<S extends RestoreState> = Extract<RestoreJob, { state: S }>;
