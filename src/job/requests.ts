import { SqlError } from '../base/sql-error.ts';
import { formatTimestamp } from '../snapshot/layout.ts';
import type { Manifest, SnapshotProperties } from '../snapshot/manifest.ts';
import type { RestoreOption } from '../source/restoring.ts';
import type { Selection } from '../source/source.ts';
import type { BackupJob } from './backup-job.ts';
import type { JobId } from './job-id.ts';
import type { RestoreJob } from './restore-job.ts';
import { type CatalogChoice, catalogTargets } from './restore-catalogs.ts';
import { type ObjectChoice, resolveTargets } from './restore-plan.ts';

/** What BACKUP asks for, analysed: every object is there and named once. */
export type BackupRequest = Readonly<{
  kind: 'backup';
  catalog: string;
  database: string;
  label: string;
  repository: string;
  objects: Selection['objects'];
  /** External catalogs to save; then there is no database and are no objects. */
  externalCatalogs?: readonly string[];
  properties: SnapshotProperties;
  timeoutMs: number;
  operator: string;
}>;

/** What RESTORE asks for. Names are looked up in the snapshot when it is submitted. */
export type RestoreRequest = Readonly<{
  kind: 'restore';
  catalog: string;
  /** Where to; undefined takes the database that the snapshot was made of. */
  database?: string;
  /** DATABASE x: must be the snapshot's own. */
  originalDatabase?: string;
  label: string;
  timestamp: string;
  repository: string;
  /** ON (…) or EXCLUDE (…); undefined takes everything. */
  objects?: ObjectChoice;
  /** External catalogs to bring back, of a snapshot that has nothing else. */
  externalCatalogs?: CatalogChoice;
  allowLoad: boolean;
  replicationNum?: number;
  options: readonly RestoreOption[];
  timeoutMs: number;
  operator: string;
}>;

export type Submitted = Readonly<{ id: JobId; createdAt: number }>;

export function newBackup(request: BackupRequest, { id, createdAt }: Submitted): BackupJob {
  const { kind, catalog, database, label, repository } = request;
  const { objects, properties, timeoutMs, operator, externalCatalogs } = request;
  const catalogs = externalCatalogs === undefined ? {} : { externalCatalogs };
  const timestamp = formatTimestamp(createdAt);
  const names = { kind, id, label, timestamp, repository, catalog, database } as const;
  const what = { objects, ...catalogs, properties };
  return { ...names, ...what, timeoutMs, operator, createdAt, run: 1, state: 'PENDING' };
}

/** `place`: where it goes to. Throws SqlError for what the snapshot does not have. */
export function newRestore(
  request: RestoreRequest,
  manifest: Manifest,
  { id, createdAt }: Submitted,
  { catalog, database }: Readonly<{ catalog: string; database: string }>,
): RestoreJob {
  const { kind, label, timestamp, repository, replicationNum } = request;
  const { allowLoad, timeoutMs, operator, options } = request;
  const externalCatalogs = catalogTargets(request, manifest);
  const targets = resolveTargets(manifest, request.objects);
  const names = { kind, id, label, timestamp, repository, catalog, database } as const;
  return {
    ...names,
    originalDatabase: manifest.database,
    targets,
    ...(externalCatalogs !== undefined && { externalCatalogs }),
    allowLoad,
    timeoutMs,
    operator,
    createdAt,
    ...(replicationNum !== undefined && { replicationNum }),
    ...(options.length > 0 && { options }),
    run: 1,
    state: 'PENDING',
  };
}

export function targetDatabase(request: RestoreRequest, manifest: Manifest): string {
  const { originalDatabase } = request;
  if (originalDatabase !== undefined && originalDatabase !== manifest.database) {
    throw new SqlError('backup', `target database: ${originalDatabase} is not existed in snapshot`);
  }
  return request.database ?? manifest.database;
}
