import { failureOf } from './failure.ts';
import { noDatabase } from './backup-job.ts';
import type { Job } from './machine.ts';
import type { JobTools } from './tools.ts';

/** The embedded engine: swept also when no job is known any more. */
const embeddedCatalog = 'default_catalog';

/**
 * Drops the shadow tables of dead restores once after each start, beside the work of the server. A restore waits for the
 * sweep of its source: the sweep knows only the restores there were when it began.
 */
export class SourceSweeper {
  readonly #tools: JobTools;
  readonly #stopped: AbortSignal;
  readonly #sweeps = new Map<string, Promise<void>>();

  constructor(tools: JobTools, stopped: AbortSignal) {
    this.#tools = tools;
    this.#stopped = stopped;
  }

  begin(catalogs: readonly string[], unfinished: readonly Job[]): void {
    const live = new Set(unfinished.filter((job) => job.kind === 'restore').map((job) => String(job.id)));
    for (const catalog of new Set([embeddedCatalog, ...catalogs])) {
      if (catalog === noDatabase.catalog) continue;
      this.#sweeps.set(catalog, this.#sweep(catalog, live));
    }
  }

  async swept(job: Job): Promise<void> {
    if (job.kind === 'restore') await this.#sweeps.get(job.catalog);
  }

  async end(): Promise<void> {
    await Promise.all(this.#sweeps.values());
  }

  /** A source that is out of reach keeps its shadows until the next start: they take room, and do no harm. */
  async #sweep(catalog: string, live: ReadonlySet<string>): Promise<void> {
    try {
      await this.#tools.sourceOf(catalog).sweepRestores(live, this.#stopped);
    } catch (error) {
      if (this.#stopped.aborted) return;
      this.#tools.log.warn('source_not_swept', { catalog, error: failureOf(error).message });
    }
  }
}
