import type { Manifest } from '../snapshot/manifest.ts';
import { knownDatabase } from '../source/known-name.ts';
import { noDatabase } from './backup-job.ts';
import { type ExplainedObject, explainCatalogs, explainRestore } from './explain-restore.ts';
import type { KnownJobs } from './known-jobs.ts';
import type { Job } from './machine.ts';
import {
  type BackupRequest,
  newBackup,
  newRestore,
  type RestoreRequest,
  type Submitted,
  targetDatabase,
} from './requests.ts';
import type { Reservations } from './reservations.ts';
import { catalogTargets } from './restore-catalogs.ts';
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

/** How long a submission waits for a cancelled job to leave: StarRocks waits as long for its own lock. */
const leavingMsMax = 10_000;

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
    const { tools, reservations, require, begin } = this.#parts;
    await require(request);
    using _place = reservations.take(request);
    const repository = await tools.openRepository(request.repository, signal);
    await this.#leftBy(request);
    await checkLabel(repository, request.label, signal);
    return await begin((submitted) => newBackup(request, submitted), request.operator);
  }

  async #submitRestore(request: RestoreRequest, signal: AbortSignal): Promise<Submitted> {
    const { reservations, require, begin } = this.#parts;
    const manifest = await this.#manifestOf(request, signal);
    const place = await this.#placeOf(request, manifest, signal);
    await require(place);
    using _place = reservations.take({ ...request, ...place });
    return await begin((submitted) => newRestore(request, manifest, submitted, place), request.operator);
  }

  async #manifestOf(request: RestoreRequest, signal: AbortSignal): Promise<Manifest> {
    const { tools, known, catchUp } = this.#parts;
    const repository = await tools.openRepository(request.repository, signal);
    const manifest = await manifestToRestore(repository, request, signal);
    // The backup that writes it, on whatever node, was known to the metastore before the manifest was there.
    await catchUp();
    const writer = known.writerOf(request);
    if (writer !== undefined) throw noSnapshotOf(writer);
    return manifest;
  }

  /** Where a restore goes to. Throws SqlError for what the snapshot does not have. */
  async #placeOf(request: RestoreRequest, manifest: Manifest, signal: AbortSignal): Promise<Place> {
    if (catalogTargets(request, manifest) !== undefined) return noDatabase;
    const { catalog } = request;
    const source = this.#parts.tools.sourceOf(catalog);
    return { catalog, database: await knownDatabase(source, targetDatabase(request, manifest), signal) };
  }

  /** A cancelled backup of the same label may still be taking its manifest back: the label is free in a moment. */
  async #leftBy(request: BackupRequest): Promise<void> {
    const { tools, known } = this.#parts;
    const leaving = known.ownLeaving(request);
    const { promise: late, resolve } = Promise.withResolvers<void>();
    using _timer = tools.clock.schedule(leavingMsMax, resolve);
    await Promise.race([Promise.all(leaving.map((live) => live.cleaned)), late]);
  }
}
