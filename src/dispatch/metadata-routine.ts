import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { globalProject } from '../metastore/key.ts';
import type { BackupResult } from '../metastore/kylin/backup.ts';
import { type KeptBackup, keptBackups, namesEnding, removeBackup } from '../metastore/kylin/kept-backups.ts';
import type { MetadataJobOutcome } from '../metastore/kylin/metadata-jobs.ts';
import type { Services } from './services.ts';
import { backUpTo, shelfOf } from './statements/metadata-places.ts';

export type MetadataRoutineParts = Readonly<{
  services: Pick<Services, 'node' | 'metadata' | 'settings' | 'openRepository'>;
  clock: Clock;
  log: Log;
}>;

/** How often it is looked whether a backup is due. */
const lookEveryMs = 3_600_000;
const hourMs = 3_600_000;
/** Ends the names of its backups: none but these are ever removed. */
const ending = 'routine_backup';
/** Who backs up, in SHOW METADATA BACKUPS. */
const operator = 'metadata routine';

/**
 * Backs up our own metadata every so many hours, as Kylin does every night, and keeps the newest few of these backups. Of
 * several nodes the owner of `_global` does it. A failure is in the history of jobs, and tried again an hour later.
 */
export class MetadataRoutine implements AsyncDisposable {
  readonly #parts: MetadataRoutineParts;
  readonly #stopped = new AbortController();
  #timer: Disposable | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: MetadataRoutineParts) {
    this.#parts = parts;
  }

  start(): void {
    if (this.#stopped.signal.aborted) return;
    this.#timer = this.#parts.clock.schedule(lookEveryMs, () => {
      this.#looking = this.look().then(() => this.start());
    });
  }

  /** Backs up when it is time, and removes what is more than is to be kept. */
  async look(): Promise<void> {
    const { services, log } = this.#parts;
    const { node, settings } = services;
    const everyMs = settings.get('metadata_backup_interval_hours') * hourMs;
    if (everyMs === 0 || !node.ownership.holds(globalProject)) return;
    try {
      await this.#backUpIfDue(everyMs);
      await this.#prune(settings.get('metadata_backups_kept'));
    } catch (error) {
      log.warn('metadata_routine_failed', { error: error instanceof Error ? error.message : String(error) });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort(new Error('the server stops'));
    this.#timer?.[Symbol.dispose]();
    await this.#looking;
  }

  async #backUpIfDue(everyMs: number): Promise<void> {
    const { services, clock } = this.#parts;
    const { metadata } = services;
    const [newest] = await this.#kept();
    if (newest !== undefined && newest.finishedAtMs + everyMs > clock.now()) return;
    const request = { kind: 'BACKUP', level: 'SYSTEM', target: '', user: operator } as const;
    const work = async (signal: AbortSignal): Promise<MetadataJobOutcome> => {
      const { offset, ...made } = await this.#backUp(signal);
      return { ...made, ...(offset !== undefined && { offset }) };
    };
    await metadata.jobs.run(request, work, false, this.#stopped.signal);
  }

  async #backUp(signal: AbortSignal): Promise<BackupResult> {
    const { services, clock } = this.#parts;
    const { ownStore, place } = services.metadata;
    await using source = await ownStore.openForBackup(signal);
    const what = { scope: { kind: 'system' }, compress: false, excludeTableExd: false } as const;
    return await backUpTo(place, source, { ...what, ending, now: clock.now() }, services, signal);
  }

  /** Newest first; in a repository `folder` is the name. */
  async #kept(): Promise<readonly KeptBackup[]> {
    const { services } = this.#parts;
    const { place } = services.metadata;
    if (place.kind === 'path') return keptBackups(place.path, ending);
    const shelf = await shelfOf(place.repository, services, this.#stopped.signal);
    const wanted = namesEnding(ending);
    const found = (await shelf.list(this.#stopped.signal)).flatMap(({ name, backup }) =>
      backup !== undefined && wanted.test(name)
        ? [{ folder: name, finishedAtMs: Date.parse(backup.finishedAt) }]
        : [],
    );
    return found.toSorted((one, other) => other.finishedAtMs - one.finishedAtMs);
  }

  async #prune(kept: number): Promise<void> {
    const { services } = this.#parts;
    const { place } = services.metadata;
    const old = (await this.#kept()).slice(kept);
    if (place.kind === 'path') for (const each of old) await removeBackup(each);
    else if (old.length > 0) {
      const shelf = await shelfOf(place.repository, services, this.#stopped.signal);
      for (const { folder } of old) await shelf.remove(folder, this.#stopped.signal);
    }
  }
}
