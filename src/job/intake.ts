import type { Manifest } from '../snapshot/manifest.ts';
import { knownDatabase } from '../source/known-name.ts';
import { type BackupJob, noDatabase } from './backup-job.ts';
import { type ExplainedObject, explainCatalogs, explainRestore } from './explain-restore.ts';
import type { KnownJobs } from './known-jobs.ts';
import { isEnding, type Job } from './machine.ts';
import {
  type BackupRequest,
  newBackup,
  newRestore,
  type RestoreRequest,
  type Submitted,
  targetDatabase,
} from './requests.ts';
import type { Claim, Reservations } from './reservations.ts';
import { catalogTargets } from './restore-catalogs.ts';
import { waitShortly } from './short-wait.ts';
import { checkLabel, manifestToRestore, noSnapshotOf } from './submission.ts';
import type { JobTools } from './tools.ts';

/** Where a job works; `noDatabase` for one of external catalogs. */
type Place = Pick<Job, 'catalog' | 'database'>;

export type IntakeParts = Readonly<{
  tools: Pick<JobTools, 'clock' | 'openRepository' | 'sourceOf' | 'externalCatalogs'>;
  known: KnownJobs;
  reservations: Reservations;
  /** Resolves when everything is known here that other nodes had written when it was called. */
  catchUp: () => Promise<void>;
  /** Makes sure that jobs of this place are this node's. Throws NotOwnerError, or MetastoreError `stale_epoch`. */
  require: (place: Place) => Promise<void>;
  /** Journals the job and starts it. */
  begin: (make: (submitted: Submitted) => Job, operator: string) => Promise<Submitted>;
}>;

/** Makes jobs of requests: finds out whether each can be done, and refuses in StarRocks' words those that cannot. */
export class Intake {
  readonly #parts: IntakeParts;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** Throws SqlError for a request that is refused, and what `require` throws. */
  async submit(request: BackupRequest | RestoreRequest, signal: AbortSignal): Promise<Submitted> {
    return request.kind === 'backup'
      ? await this.#submitBackup(request, signal)
      : await this.#submitRestore(request, signal);
  }

  /** What a restore would do if it were submitted now. Throws SqlError as `submit` does, SourceError for a source out of reach. */
  async explain(request: RestoreRequest, signal: AbortSignal): Promise<readonly ExplainedObject[]> {
    const { tools } = this.#parts;
    const manifest = await this.#manifestOf(request, signal);
    const catalogs = explainCatalogs(request, manifest, tools.externalCatalogs);
    if (catalogs !== undefined) return catalogs;
    const source = tools.sourceOf(request.catalog);
    const { database } = await this.#placeOf(request, manifest, signal);
    return await explainRestore(request, manifest, { source, database }, signal);
  }

  async #submitBackup(request: BackupRequest, signal: AbortSignal): Promise<Submitted> {
    const { tools, known, require, begin } = this.#parts;
    await require(request);
    using _place = await this.#take(request, signal);
    const repository = await tools.openRepository(request.repository, signal);
    // A cancelled backup of the same label may still be taking its manifest back.
    await waitShortly(tools.clock, () => known.ownLeaving(request).length === 0, signal);
    await checkLabel(repository, request.label, signal);
    return await begin((submitted) => newBackup(request, submitted), request.operator);
  }

  async #submitRestore(request: RestoreRequest, signal: AbortSignal): Promise<Submitted> {
    const { require, begin } = this.#parts;
    const manifest = await this.#manifestOf(request, signal);
    const place = await this.#placeOf(request, manifest, signal);
    await require(place);
    using _place = await this.#take({ ...request, ...place }, signal);
    return await begin((submitted) => newRestore(request, manifest, submitted, place), request.operator);
  }

  async #manifestOf(request: RestoreRequest, signal: AbortSignal): Promise<Manifest> {
    const { tools, known, catchUp } = this.#parts;
    const repository = await tools.openRepository(request.repository, signal);
    const manifest = await manifestToRestore(repository, request, signal);
    // The backup that writes it, on whatever node, was known to the metastore before the manifest was there.
    await catchUp();
    // SHOW SNAPSHOT lists it from the moment its manifest is there, a little before its backup has finished.
    await waitShortly(tools.clock, () => !isAboutToFinish(known.writerOf(request)), signal);
    const writer = known.writerOf(request);
    if (writer !== undefined) throw noSnapshotOf(writer);
    return manifest;
  }

  /** Waits for a job that is about to end: what it makes may have been seen. Throws as `Reservations.take` does. */
  async #take(claim: Claim, signal: AbortSignal): Promise<Disposable> {
    const { tools, reservations } = this.#parts;
    await waitShortly(tools.clock, () => !reservations.isAboutToBeFree(claim), signal);
    return reservations.take(claim);
  }

  /** Where a restore goes to. Throws SqlError for what the snapshot does not have. */
  async #placeOf(request: RestoreRequest, manifest: Manifest, signal: AbortSignal): Promise<Place> {
    if (catalogTargets(request, manifest) !== undefined) return noDatabase;
    const { catalog } = request;
    const source = this.#parts.tools.sourceOf(catalog);
    return { catalog, database: await knownDatabase(source, targetDatabase(request, manifest), signal) };
  }
}

function isAboutToFinish(writer: BackupJob | undefined): boolean {
  return writer !== undefined && isEnding(writer);
}
