import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { globalProject } from '../metastore/key.ts';
import type { Services } from './services.ts';
import { deleteSnapshots } from './statements/snapshots.ts';
import { expiryOf } from './ttl.ts';

export type TtlSweeperParts = Readonly<{
  services: Pick<Services, 'node' | 'repositories' | 'scheduler' | 'catalogue' | 'openRepository'>;
  clock: Clock;
  log: Log;
}>;

/** How often repositories are looked through: an hour late is early enough for times given in days. */
const sweepEveryMs = 3_600_000;

/** Who deletes, in the audit log. */
const sweepOperator = 'ttl';

/**
 * Deletes the snapshots whose time is over: those of BACKUP … PROPERTIES ("ttl" = …). Never on a read-only repository,
 * never one that a job works with. A repository out of reach is tried again with the next sweep.
 */
export class TtlSweeper implements AsyncDisposable {
  readonly #parts: TtlSweeperParts;
  readonly #stopped = new AbortController();
  #timer: Disposable | undefined;
  #sweep: Promise<void> = Promise.resolve();

  constructor(parts: TtlSweeperParts) {
    this.#parts = parts;
  }

  start(): void {
    if (this.#stopped.signal.aborted) return;
    this.#timer = this.#parts.clock.schedule(sweepEveryMs, () => {
      this.#sweep = this.sweep().then(() => this.start());
    });
  }

  /** One look through all repositories. Of several nodes, the owner of what belongs to no database looks. */
  async sweep(): Promise<void> {
    if (!this.#parts.services.node.ownership.holds(globalProject)) return;
    for (const { name, readOnly } of this.#parts.services.repositories.list()) {
      if (readOnly || this.#stopped.signal.aborted) continue;
      try {
        await this.#sweepRepository(name);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.#parts.log.warn('ttl_sweep_failed', { repository: name, reason });
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort(new Error('the server stops'));
    this.#timer?.[Symbol.dispose]();
    await this.#sweep;
  }

  async #sweepRepository(name: string): Promise<void> {
    const { services, clock, log } = this.#parts;
    const { signal } = this.#stopped;
    const place = await services.openRepository(name, signal);
    for (const entry of await services.catalogue.list(place, undefined, signal)) {
      if (entry.kind !== 'whole' || entry.manifest.properties.ttl === undefined) continue;
      const expiresAt = expiryOf(entry.manifest.properties.ttl, entry.manifest.finishedAt);
      if (expiresAt > clock.now() || services.scheduler.snapshotUser(name, entry.label) !== undefined)
        continue;
      await deleteSnapshots(place, [entry], services, sweepOperator, signal);
      log.info('snapshot_expired', { repository: name, label: entry.label, timestamp: entry.timestamp });
    }
  }
}
