import { mapBounded } from '../base/bounded.ts';
import type { Clock } from '../base/clock.ts';
import { SqlError } from '../base/sql-error.ts';
import { timeText } from '../base/time-text.ts';
import type { JobTable, SystemRow } from '../catalog/system-tables/system-table.ts';
import { formatTaskErrors } from '../job/format.ts';
import { type JobSize, sizeOfManifest } from '../job/job-size.ts';
import { type JobView } from '../job/job-view.ts';
import type { Repository } from '../repository/repositories.ts';
import type { Manifest } from '../snapshot/manifest.ts';
import type { QueryContext } from '../source/query.ts';
import { Access } from './access.ts';
import { mayFollow } from './job-access.ts';
import { type JobEventFacts, JobEvents } from './job-events.ts';
import type { Services } from './services.ts';
import type { CatalogueEntry } from './snapshot-catalogue.ts';
import { expiryOf } from './ttl.ts';

export type JobTablesParts = Pick<
  Services,
  | 'metastore'
  | 'scheduler'
  | 'repositories'
  | 'catalogue'
  | 'openRepository'
  | 'lookAtRepository'
  | 'repositoryErrors'
> &
  Readonly<{ clock: Clock }>;

/** Repositories that are listed at once. */
const listingsMax = 4;
/** A repository that has not been listed in this time is told of by a row of its own, and the others are shown. */
export const listingMsMax = 10_000;

/** The rows of information_schema's tables on jobs and snapshots, as one login may see them. */
export class JobTables {
  readonly #parts: JobTablesParts;
  readonly #events: JobEvents;

  constructor(parts: JobTablesParts) {
    this.#parts = parts;
    this.#events = new JobEvents(parts.metastore);
  }

  /** Jobs, snapshots and repositories are for holders of REPOSITORY; of jobs those that they may follow. */
  async rows(table: JobTable, context: QueryContext, signal: AbortSignal): Promise<readonly SystemRow[]> {
    const reader = readerOf(context);
    if (reader === undefined) return [];
    switch (table) {
      case 'backup_jobs':
      case 'restore_jobs': {
        const jobs = this.#parts.scheduler.list().filter((view) => reader.mayFollow(view));
        return jobs.flatMap((view) => jobRow(view, table, this.#parts.clock.now()));
      }
      case 'job_events': {
        const events = await this.#events.read(signal);
        return events.filter(({ job }) => reader.mayFollow(job)).map((event) => eventRow(event));
      }
      case 'repositories':
        return this.#parts.repositories.list().map((one) => this.#repositoryRow(one));
      case 'snapshots':
        return this.#snapshots(signal);
    }
  }

  #repositoryRow(repository: Repository): SystemRow {
    return {
      repository_id: repository.id,
      repository_name: repository.name,
      location: repository.location,
      broker_name: repository.broker ?? null,
      is_read_only: Number(repository.readOnly),
      created_at: timeText(repository.createdAt),
      error_text: this.#parts.repositoryErrors().get(repository.name) ?? null,
    };
  }

  async #snapshots(signal: AbortSignal): Promise<readonly SystemRow[]> {
    const names = this.#parts.repositories.list().map(({ name }) => name);
    const rows = await mapBounded(names, listingsMax, (name) => this.#snapshotsIn(name, signal), signal);
    return rows.flat();
  }

  /** A repository that cannot be listed is one row with the reason. */
  async #snapshotsIn(name: string, signal: AbortSignal): Promise<readonly SystemRow[]> {
    try {
      const entries = await this.#bounded((inner) => this.#entriesOf(name, inner), signal);
      return entries.map((entry) => snapshotRow(name, entry));
    } catch (error) {
      signal.throwIfAborted();
      const text = error instanceof Error ? error.message : String(error);
      return [{ repository_name: name, status: 'ERROR', error_text: text }];
    }
  }

  /** Looks first with patience of seconds: opening a dead place may be tried for minutes. */
  async #entriesOf(name: string, signal: AbortSignal): Promise<readonly CatalogueEntry[]> {
    const { lookAtRepository, openRepository, catalogue } = this.#parts;
    await lookAtRepository(name, signal);
    return catalogue.list(await openRepository(name, signal), undefined, signal);
  }

  /** Ends with the time, whether the work heeds its signal or not. */
  async #bounded<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const late = new AbortController();
    const inner = AbortSignal.any([signal, late.signal]);
    const ended = Promise.withResolvers<never>();
    inner.addEventListener('abort', () => ended.reject(inner.reason), { once: true });
    using _timer = this.#parts.clock.schedule(listingMsMax, () => late.abort(noAnswer()));
    return await Promise.race([work(inner), ended.promise]);
  }
}

function noAnswer(): Error {
  return new Error(`the repository did not answer within ${listingMsMax / 1_000} seconds`);
}

type Reader = Readonly<{ mayFollow: (job: Parameters<typeof mayFollow>[2]) => boolean }>;

/** Undefined for a login that is to see nothing. */
function readerOf({ access, user }: QueryContext): Reader | undefined {
  if (access === undefined) return { mayFollow: () => true };
  if (!(access instanceof Access) || !access.mayUseSystem('REPOSITORY')) return undefined;
  return { mayFollow: (job) => mayFollow(access, user, job) };
}

function jobRow(view: JobView, table: JobTable, now: number): readonly SystemRow[] {
  if ((view.kind === 'backup') !== (table === 'backup_jobs')) return [];
  const common = {
    job_id: view.id,
    label: view.label,
    catalog_name: orNull(view.catalog),
    database_name: orNull(view.database),
    repository_name: view.repository,
    snapshot_timestamp: view.timestamp,
    state: view.state,
    is_finished: Number(view.isSettled),
    created_by: view.operator,
    node: view.nodeName,
    created_at: timeText(view.createdAt),
    snapshot_finished_at: timeText(view.snapshotFinishedAt),
    finished_at: timeText(view.finishedAt),
    duration_seconds: seconds(view.createdAt, view.finishedAt ?? now),
    object_count: objectsOf(view),
    ...sizeRow(view.size),
    tasks_left: view.unfinished.length,
    chunks_done: view.unfinished.reduce((sum, { done }) => sum + done, 0),
    chunks_left: view.unfinished.reduce((sum, { done, total }) => sum + total - done, 0),
    timeout_seconds: Math.round(view.timeoutMs / 1_000),
    error_code: view.failure?.code ?? null,
    error_text: orNull(view.failure?.message ?? ''),
    task_errors: orNull(formatTaskErrors(view)),
  };
  return [{ ...common, ...(view.kind === 'backup' ? backupTimes(view) : restoreTimes(view)) }];
}

function backupTimes(view: JobView): SystemRow {
  return {
    upload_finished_at: timeText(view.uploadFinishedAt),
    snapshot_seconds: seconds(view.createdAt, view.snapshotFinishedAt),
    upload_seconds: seconds(view.snapshotFinishedAt, view.uploadFinishedAt),
  };
}

function restoreTimes(view: Extract<JobView, { kind: 'restore' }>): SystemRow {
  return {
    source_database_name: orNull(view.originalDatabase),
    meta_prepared_at: timeText(view.metaPreparedAt),
    download_finished_at: timeText(view.downloadFinishedAt),
    prepare_seconds: seconds(view.createdAt, view.snapshotFinishedAt),
    download_seconds: seconds(view.snapshotFinishedAt, view.downloadFinishedAt),
  };
}

function objectsOf(view: JobView): number {
  const objects = view.kind === 'backup' ? view.objects : view.targets;
  return view.externalCatalogs?.length ?? objects.length;
}

function eventRow({ id, at, event, operator, job, sinceMs, error }: JobEventFacts): SystemRow {
  return {
    event_id: id,
    job_id: job.id,
    job_kind: job.kind,
    label: job.label,
    catalog_name: orNull(job.catalog),
    database_name: orNull(job.database),
    event,
    state: job.state,
    occurred_at: timeText(at),
    seconds_since_previous: sinceMs === undefined ? null : sinceMs / 1_000,
    caused_by: operator,
    error_text: error ?? null,
  };
}

function snapshotRow(repository: string, entry: CatalogueEntry): SystemRow {
  const { label, timestamp } = entry;
  const names = { repository_name: repository, label, snapshot_timestamp: timestamp };
  if (entry.kind === 'broken') return { ...names, status: 'ERROR', error_text: entry.reason };
  return { ...names, status: 'OK', ...manifestRow(entry.manifest) };
}

function manifestRow(manifest: Manifest): SystemRow {
  const { catalog, database, createdAt, finishedAt, takenAt, objects, properties, externalCatalogs } =
    manifest;
  return {
    catalog_name: orNull(catalog.name),
    database_name: orNull(database),
    catalog_kind: catalog.kind,
    engine_version: catalog.version,
    created_at: timeText(createdAt),
    taken_at: timeText(takenAt),
    finished_at: timeText(finishedAt),
    duration_seconds: seconds(createdAt, finishedAt),
    object_count: externalCatalogs?.length ?? objects.length,
    ...sizeRow(sizeOfManifest(manifest)),
    ttl: properties.ttl ?? null,
    expires_at: expiryText(properties.ttl, finishedAt),
    format_version: manifest.formatVersion,
    holdfast_version: manifest.server.version,
    job_id: /^\d+$/.test(manifest.server.job) ? BigInt(manifest.server.job) : null,
  };
}

/** Null for a ttl that another server wrote and this one does not understand: such a snapshot is kept. */
function expiryText(ttl: string | undefined, finishedAt: number): string | null {
  if (ttl === undefined) return null;
  try {
    return timeText(expiryOf(ttl, finishedAt));
  } catch (error) {
    if (error instanceof SqlError) return null;
    throw error;
  }
}

function sizeRow(size: JobSize | undefined): SystemRow {
  return {
    row_count: size?.rows ?? null,
    stored_bytes: size?.bytes ?? null,
    file_count: size?.files ?? null,
  };
}

function seconds(from: number | undefined, to: number | undefined): number | null {
  return from === undefined || to === undefined ? null : (to - from) / 1_000;
}

function orNull(text: string): string | null {
  return text === '' ? null : text;
}
