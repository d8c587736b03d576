import { unreachable } from '../base/assert.ts';
import { pause } from '../base/waiting.ts';
import { StorageError } from '../repository/storage-error.ts';
import { decodeManifest, encodeManifest } from '../snapshot/manifest-codec.ts';
import { hasLabel, readManifest } from '../snapshot/reader.ts';
import { SnapshotError } from '../snapshot/snapshot-error.ts';
import { putManifest } from '../snapshot/writer.ts';
import type { Frozen } from '../source/frozen.ts';
import type { Source } from '../source/source.ts';
import type { BackupJob } from './backup-job.ts';
import type { BackupEffect, BackupEvent } from './backup-machine.ts';
import { buildManifest, catalogManifest } from './build-manifest.ts';
import { type JobSize, sizeOfManifest } from './job-size.ts';
import { JobError, ReadLostError, readLostWithProcess } from './failure.ts';
import { inOrderOfCreation } from './order.ts';
import { type BackupPlan, chunksOfPlan, isAddedUp, type PlannedUnit, rowHoldersOf } from './plan.ts';
import { previousSnapshot, rangesIn } from './previous-snapshot.ts';
import { withSourceBack } from './retries.ts';
import { taskId } from './job-id.ts';
import type { OpenRepository } from './open-repository.ts';
import type { RunContext, RunSignals } from './tools.ts';
import { uploadAll } from './upload.ts';

/** The effects that do a backup's work and report its end. */
export type BackupWork = Exclude<BackupEffect, { kind: 'abort' | 'clean_up' }>;

/** No put lasts a day: what is older was left by a process that died, here or on another server. */
const unfinishedPutMsMax = 86_400_000;

/** One backup at work. Holds the source's consistent read from `freeze` until all is read. */
export class BackupRun implements AsyncDisposable {
  readonly #context: RunContext;
  #frozen: Frozen | undefined;

  constructor(context: RunContext) {
    this.#context = context;
  }

  /** Does one effect and says how it ended. Throws what went wrong; the scheduler makes an event of it. */
  async run(job: BackupJob, effect: BackupWork, signals: RunSignals): Promise<BackupEvent> {
    const { run } = job;
    const signal = signals.cancelled;
    switch (effect.kind) {
      case 'check':
        await this.#check(job, signal);
        return { kind: 'checked', run };
      case 'freeze':
        await pause(this.#context.tools.clock, effect.delayMs, signal);
        await withSourceBack(this.#context, () => this.#freeze(job, signal), signal);
        return { kind: 'frozen', run };
      case 'make_upload_tasks':
        await this.#makeTasks(job, effect.resume);
        return { kind: 'upload_tasks_made', run };
      case 'upload':
        await this.#upload(job, signal);
        return { kind: 'uploaded', run };
      case 'save_meta':
        return { kind: 'meta_saved', run, ...(await this.#saveMeta(job)) };
      case 'upload_info':
        await pause(this.#context.tools.clock, effect.delayMs, signal);
        await this.#uploadInfo(job, signal);
        return { kind: 'info_uploaded', run };
      default:
        return unreachable(effect);
    }
  }

  /** Lets go of the consistent read. May be called at any time, and twice. */
  async [Symbol.asyncDispose](): Promise<void> {
    const frozen = this.#frozen;
    this.#frozen = undefined;
    await frozen?.[Symbol.asyncDispose]();
  }

  async #check(job: BackupJob, signal: AbortSignal): Promise<void> {
    const repository = await this.#repository(job, signal);
    if (repository.readOnly) {
      throw new JobError('COMMON_ERROR', `Repository ${repository.name} is read only`);
    }
    if (await hasLabel(repository, job.label, signal)) {
      throw new JobError('COMMON_ERROR', `Snapshot with name '${job.label}' already exist in repository`);
    }
    await this.#sweepUploads(repository, signal);
  }

  /** Puts that a crash cut off take room that no snapshot shows. A backup does not fail for them. */
  async #sweepUploads({ store, name }: OpenRepository, signal: AbortSignal): Promise<void> {
    try {
      await store.sweepUploads(unfinishedPutMsMax, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof StorageError)) throw error;
      this.#context.tools.log.warn('uploads_not_swept', { repository: name, error: error.message });
    }
  }

  async #freeze(job: BackupJob, signal: AbortSignal): Promise<void> {
    const { tools, spool } = this.#context;
    await this[Symbol.asyncDispose]();
    await spool.clear();
    const source = tools.sourceOf(job.catalog);
    const repository = await this.#repository(job, signal);
    const of = { database: job.database, catalogKind: source.kind };
    const previous = await previousSnapshot(repository, of, tools.log, signal);
    const ranges = rangesIn(previous);
    this.#frozen = await source.freeze({ database: job.database, objects: job.objects }, signal);
    const plan = await planOf(source, this.#frozen, (frozen, table, partition) =>
      frozen.plan(table, partition, ranges(table, partition), signal),
    );
    await spool.writePlan(plan);
  }

  async #makeTasks(job: BackupJob, isResumed: boolean): Promise<void> {
    const plan = await this.#plan();
    if (isResumed) await this.#checkSpool(plan);
    const chunks = Object.groupBy(chunksOfPlan(plan), (chunk) => chunk.task);
    this.#noteBasesOutside(plan, job);
    this.#noteUnreadable(plan, job);
    this.#context.board.begin(
      rowHoldersOf(plan).map((_, index) => {
        const task = taskId(index + 1);
        return { task, done: 0, total: chunks[task]?.length ?? 0 };
      }),
    );
  }

  /** A base outside of the database is not saved with the view, which is no reason to stop (StarRocks' manual). */
  #noteBasesOutside(plan: BackupPlan, job: BackupJob): void {
    const { board, tools } = this.#context;
    for (const [index, object] of rowHoldersOf(plan).entries()) {
      if (object.kind === 'TABLE' || object.basesOutside === undefined) continue;
      const bases = object.basesOutside.join(', ');
      const message = `${bases}: base of ${object.name}, outside of database ${job.database} and not in the snapshot`;
      tools.log.warn('base_table_outside', { job: job.id, view: object.name, bases });
      board.fail(taskId(index + 1), message);
    }
  }

  /** A view is a definition: it is saved whether it can be read or not. No task is its own, so that it stands behind the last. */
  #noteUnreadable(plan: BackupPlan, job: BackupJob): void {
    const { board, tools } = this.#context;
    const messages: string[] = [];
    for (const object of plan.objects) {
      if (object.kind === 'TABLE' || object.unreadable === undefined) continue;
      tools.log.warn('view_unreadable', { job: job.id, view: object.name, reason: object.unreadable });
      messages.push(`view ${object.name} is saved and cannot be read: ${object.unreadable}`);
    }
    if (messages.length > 0) board.fail(taskId(rowHoldersOf(plan).length + 1), messages.join('; '));
  }

  async #upload(job: BackupJob, signal: AbortSignal): Promise<void> {
    await uploadAll(
      {
        job,
        plan: await this.#plan(),
        repository: await this.#repository(job, signal),
        context: this.#context,
        frozen: this.#frozen,
        release: () => this[Symbol.asyncDispose](),
      },
      signal,
    );
    this.#context.board.end();
  }

  async #saveMeta(job: BackupJob): Promise<Readonly<{ manifestSha256: string; size: JobSize }>> {
    const { tools, spool } = this.#context;
    const made = { node: tools.nodeName, version: tools.version, finishedAt: tools.clock.now() };
    const manifest =
      job.externalCatalogs === undefined
        ? await buildManifest(job, spool, made)
        : catalogManifest(job, job.externalCatalogs.map(tools.externalCatalogs.save), made);
    const { bytes, sha256 } = encodeManifest(manifest);
    await spool.writeManifest(bytes);
    return { manifestSha256: sha256, size: sizeOfManifest(manifest) };
  }

  async #uploadInfo(job: BackupJob, signal: AbortSignal): Promise<void> {
    const repository = await this.#repository(job, signal);
    const bytes = await this.#spooledManifest(job);
    this.#context.tools.requireLease(job);
    if (bytes !== undefined) {
      await putManifest(repository, job, bytes, signal);
    } else if (!(await isStored(repository, job, signal))) {
      throw new ReadLostError('restart', 'the staging folder of the job is gone');
    }
  }

  /** The manifest that `save_meta` made; undefined when the staging folder does not hold that one any more. */
  async #spooledManifest(job: BackupJob): Promise<Uint8Array | undefined> {
    const bytes = await this.#context.spool.readManifest();
    if (bytes === undefined) return undefined;
    try {
      return isManifestOf(job, decodeManifest(bytes, 'manifest.json').sha256) ? bytes : undefined;
    } catch (error) {
      if (error instanceof SnapshotError) return undefined;
      throw error;
    }
  }

  /** After a restart the read is gone: only a spool that holds everything lets the job go on. */
  async #checkSpool(plan: BackupPlan): Promise<void> {
    const { spool } = this.#context;
    const [results, checksums] = [await spool.readResults(), await spool.readChecksums()];
    if (chunksOfPlan(plan).some(({ ordinal }) => !results.has(ordinal))) throw readLostWithProcess();
    const units = [...plan.units.keys()].filter((unit) => isAddedUp(plan, unit));
    if (units.some((unit) => !checksums.has(unit))) throw readLostWithProcess();
  }

  async #plan(): Promise<BackupPlan> {
    const plan = await this.#context.spool.readPlan();
    if (plan === undefined) throw readLostWithProcess();
    return plan;
  }

  #repository(job: BackupJob, signal: AbortSignal): Promise<OpenRepository> {
    return this.#context.tools.openRepository(job.repository, signal);
  }
}

async function planOf(
  source: Source,
  frozen: Frozen,
  cut: (frozen: Frozen, table: string, partition: string | undefined) => Promise<PlannedUnit['ranges']>,
): Promise<BackupPlan> {
  const units: PlannedUnit[] = [];
  for (const object of frozen.objects) {
    if (object.kind !== 'TABLE' && object.held === undefined) continue;
    const partitions = object.kind === 'TABLE' ? object.partitions : undefined;
    for (const partition of partitions ?? [undefined]) {
      const ranges = await cut(frozen, object.name, partition);
      units.push({ table: object.name, ...(partition !== undefined && { partition }), ranges });
    }
  }
  const { takenAt, position, warnings, databaseDdl } = frozen;
  const catalog = { kind: source.kind, version: source.version };
  const objects = inOrderOfCreation(frozen.objects);
  const database = databaseDdl === undefined ? {} : { databaseDdl };
  return { takenAt, catalog, ...database, position, warnings, objects, units };
}

async function isStored(repository: OpenRepository, job: BackupJob, signal: AbortSignal): Promise<boolean> {
  try {
    return isManifestOf(job, (await readManifest(repository, job, signal)).sha256);
  } catch (error) {
    if (error instanceof SnapshotError && error.kind === 'not_found') return false;
    throw error;
  }
}

function isManifestOf(job: BackupJob, sha256: string): boolean {
  return job.state === 'UPLOAD_INFO' && job.manifestSha256 === sha256;
}
