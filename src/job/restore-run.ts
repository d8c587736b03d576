import { unreachable } from '../base/assert.ts';
import { mapBounded } from '../base/bounded.ts';
import { failpoint } from '../base/failpoint.ts';
import type { Manifest } from '../snapshot/manifest.ts';
import { decodeManifest, encodeManifest } from '../snapshot/manifest-codec.ts';
import { readManifest } from '../snapshot/reader.ts';
import type { LeftOut, Restoring } from '../source/restoring.ts';
import { settleCommit } from './commit.ts';
import { withSourceBack } from './retries.ts';
import { downloadAll } from './download.ts';
import { GivenUpRows } from './given-up-rows.ts';
import { taskId } from './job-id.ts';
import { catalogCommit, definitionsOf, mayReplace } from './restore-catalogs.ts';
import type { RestoreJob, RestoreTarget } from './restore-job.ts';
import type { RestoreEffect, RestoreEvent } from './restore-machine.ts';
import { type JobSize, sizeOfChunks } from './job-size.ts';
import { chunksOfRestore, type RestoreChunk, restorePlanOf, targetsWithRows } from './restore-plan.ts';
import type { OpenRepository } from './open-repository.ts';
import type { RunContext, RunSignals } from './tools.ts';
import { verifyTable } from './verify.ts';

/** The effects that do a restore's work and report its end. */
export type RestoreWork = Exclude<RestoreEffect, { kind: 'abort' | 'clean_up' }>;

type Wanted = Readonly<{
  leftOut: readonly LeftOut[];
  targets: readonly RestoreTarget[];
  chunks: readonly RestoreChunk[];
}>;

/** One restore at work. Holds the source's shadow tables open from the first use on. */
export class RestoreRun implements AsyncDisposable {
  readonly #context: RunContext;
  #restoring: Restoring | undefined;
  #manifest: Manifest | undefined;

  constructor(context: RunContext) {
    this.#context = context;
  }

  /** Does one effect and says how it ended. Throws what went wrong; the scheduler makes an event of it. */
  async run(job: RestoreJob, effect: RestoreWork, signals: RunSignals): Promise<RestoreEvent> {
    const { run } = job;
    const signal = signals.cancelled;
    switch (effect.kind) {
      case 'check':
        return { kind: 'checked', run, size: await this.#check(job, signal) };
      case 'prepare':
        await withSourceBack(this.#context, () => this.#prepare(job, signal), signal);
        return { kind: 'prepared', run };
      case 'make_download_tasks':
        await withSourceBack(this.#context, () => this.#makeTasks(job, effect.resume, signal), signal);
        return { kind: 'download_tasks_made', run };
      case 'download':
        await this.#download(job, signal);
        return { kind: 'downloaded', run };
      case 'verify':
        await this.#verify(job, signal);
        return { kind: 'verified', run };
      case 'commit':
      case 'ask_commit':
        return await this.#commit(job, effect.kind === 'commit', signals);
      default:
        return unreachable(effect);
    }
  }

  /** Drops the shadow tables, unless they have been swapped in. */
  async rollback(job: RestoreJob, signal: AbortSignal): Promise<void> {
    if (job.externalCatalogs !== undefined) return;
    await (await this.#open(job, signal)).rollback(signal);
    await this[Symbol.asyncDispose]();
  }

  /** Drops what the source keeps to know that the job's restore was committed. */
  async forget(job: RestoreJob, signal: AbortSignal): Promise<void> {
    if (job.externalCatalogs !== undefined) return;
    await (await this.#open(job, signal)).forget(signal);
    await this[Symbol.asyncDispose]();
  }

  /** Closes the handle; shadow tables stay for a later `run`. May be called at any time, and twice. */
  async [Symbol.asyncDispose](): Promise<void> {
    const restoring = this.#restoring;
    this.#restoring = undefined;
    await restoring?.[Symbol.asyncDispose]();
  }

  async #check(job: RestoreJob, signal: AbortSignal): Promise<JobSize> {
    const { spool } = this.#context;
    const sealed = await readManifest(await this.#repository(job, signal), job, signal);
    await spool.clear();
    await spool.writeManifest(encodeManifest(sealed.manifest).bytes);
    this.#manifest = sealed.manifest;
    const chunks = chunksOfRestore(job, sealed.manifest); // Every target is there.
    for (const catalog of definitionsOf(job, sealed.manifest)) {
      this.#context.tools.externalCatalogs.check(catalog, mayReplace(job));
    }
    return sizeOfChunks(chunks.map(({ chunk }) => chunk));
  }

  async #prepare(job: RestoreJob, signal: AbortSignal): Promise<void> {
    const manifest = await this.#readManifest(job, signal);
    const source = this.#context.tools.sourceOf(job.catalog);
    // What an attempt before a crash left behind is of no use: it may be a part.
    await this.rollback(job, signal);
    const isThere = (await source.listObjects(job.database, signal)) !== undefined;
    const restoring = await this.#open(job, signal);
    await restoring.prepare(restorePlanOf(job, manifest, !isThere), signal);
    failpoint('shadow.prepared');
  }

  async #makeTasks(job: RestoreJob, isResumed: boolean, signal: AbortSignal): Promise<void> {
    const manifest = await this.#readManifest(job, signal);
    const loaded = isResumed ? await this.#context.spool.readLoaded() : new Set<number>();
    const wanted = await this.#wanted(job, manifest, signal);
    const chunks = Object.groupBy(wanted.chunks, (chunk) => chunk.task);
    const holders = targetsWithRows(job, manifest);
    this.#context.board.begin(
      holders.map((_, index) => {
        const task = taskId(index + 1);
        const own = chunks[task] ?? [];
        const done = own.filter((chunk) => loaded.has(chunk.ordinal)).length;
        return { task, done, total: own.length };
      }),
    );
    for (const { target, why } of wanted.leftOut) {
      if (why !== undefined) this.#warn(job, holders, target, why);
    }
    const restoring = await this.#open(job, signal);
    for (const { target, text } of (await restoring.remarks?.(signal)) ?? []) {
      this.#warn(job, holders, target, text);
    }
  }

  async #download(job: RestoreJob, signal: AbortSignal): Promise<void> {
    const manifest = await this.#readManifest(job, signal);
    const wanted = (): Promise<Wanted> => this.#wanted(job, manifest, signal);
    const { chunks, targets: loaded } = await withSourceBack(this.#context, wanted, signal);
    const repository = await this.#repository(job, signal);
    const restoring = await this.#open(job, signal);
    const targets = loaded.map((target) => target.target);
    const givenUp = this.#givenUp(job, manifest, restoring);
    await downloadAll({ targets, chunks, repository, restoring, givenUp, context: this.#context }, signal);
    this.#context.board.end();
  }

  async #verify(job: RestoreJob, signal: AbortSignal): Promise<void> {
    const manifest = await this.#readManifest(job, signal);
    const repository = await this.#repository(job, signal);
    const restoring = await this.#open(job, signal);
    const wanted = (): Promise<Wanted> => this.#wanted(job, manifest, signal);
    const { chunks, targets } = await withSourceBack(this.#context, wanted, signal);
    const parts = { manifest, repository, restoring, chunks, context: this.#context };
    const givenUp = this.#givenUp(job, manifest, restoring);
    const verify = async (target: RestoreTarget, _index: number, inner: AbortSignal): Promise<void> => {
      const look = (): Promise<void> =>
        withSourceBack(this.#context, () => verifyTable(target, parts, inner), inner);
      await givenUp.without(target.target, look, inner);
    };
    await mapBounded(targets, restoring.checkers ?? restoring.loaders ?? 1, verify, signal);
  }

  async #commit(job: RestoreJob, mayCommit: boolean, signals: RunSignals): Promise<RestoreEvent> {
    const { tools } = this.#context;
    const open = (): Promise<Pick<Restoring, 'isCommitted' | 'commit'>> =>
      job.externalCatalogs === undefined
        ? this.#open(job, signals.stopped)
        : this.#openCatalogs(job, signals.stopped);
    const { clock, log } = tools;
    const requireLease = (): void => tools.requireLease(job);
    const outcome = await settleCommit({ open, mayCommit, requireLease, clock, log }, signals);
    return { ...outcome, run: job.run };
  }

  async #openCatalogs(
    job: RestoreJob,
    signal: AbortSignal,
  ): Promise<Pick<Restoring, 'isCommitted' | 'commit'>> {
    const definitions = definitionsOf(job, await this.#readManifest(job, signal));
    return catalogCommit(this.#context.tools.externalCatalogs, definitions, job);
  }

  /** What is loaded: everything with rows, but for what the source leaves alone. */
  async #wanted(job: RestoreJob, manifest: Manifest, signal: AbortSignal): Promise<Wanted> {
    const restoring = await this.#open(job, signal);
    const leftOut = (await restoring.leftOut?.(signal)) ?? [];
    const left = new Set(leftOut.map(({ target }) => target));
    const isWanted = ({ target }: Readonly<{ target: string }>): boolean => !left.has(target);
    return {
      leftOut,
      targets: targetsWithRows(job, manifest).filter(isWanted),
      chunks: chunksOfRestore(job, manifest).filter(isWanted),
    };
  }

  #givenUp(job: RestoreJob, manifest: Manifest, restoring: Restoring): GivenUpRows {
    const targets = targetsWithRows(job, manifest);
    const tell = (target: string, why: string): void => this.#warn(job, targets, target, why);
    return new GivenUpRows({ restoring, targets, tell });
  }

  /** Under the task of its object; one without rows has none, and stands under the first. */
  #warn(job: RestoreJob, holders: readonly RestoreTarget[], target: string, why: string): void {
    const { tools, board } = this.#context;
    tools.log.warn('restore_warning', { job: job.id, warning: why });
    const index = holders.findIndex((holder) => holder.target === target);
    board.fail(taskId(Math.max(index, 0) + 1), why);
  }

  async #open(job: RestoreJob, signal: AbortSignal): Promise<Restoring> {
    const source = this.#context.tools.sourceOf(job.catalog);
    this.#restoring ??= await source.openRestore(String(job.id), job.database, signal);
    return this.#restoring;
  }

  /** The manifest that was checked; read again from the repository when the staging folder has gone. */
  async #readManifest(job: RestoreJob, signal: AbortSignal): Promise<Manifest> {
    if (this.#manifest !== undefined) return this.#manifest;
    const bytes = await this.#context.spool.readManifest();
    const sealed =
      bytes === undefined
        ? await readManifest(await this.#repository(job, signal), job, signal)
        : decodeManifest(bytes, 'manifest.json');
    this.#manifest = sealed.manifest;
    return sealed.manifest;
  }

  #repository(job: RestoreJob, signal: AbortSignal): Promise<OpenRepository> {
    return this.#context.tools.openRepository(job.repository, signal);
  }
}
