import { MetastoreError } from '../metastore/metastore.ts';

/**
 * The leases of this node as its jobs see them: what runs under a lease is told when it is lost, and what a change of a
 * lease asks for is done one change of a project after another.
 */
export class ProjectTurns {
  readonly #leases = new Map<string, AbortController>();
  readonly #turns = new Map<string, Promise<void>>();

  /** Aborts, with MetastoreError `stale_epoch`, when the lease that the project has now, or gets next, is lost. */
  lease(project: string): AbortSignal {
    const lease = this.#leases.get(project) ?? new AbortController();
    this.#leases.set(project, lease);
    return lease.signal;
  }

  /** Tells at once what runs under the lease. */
  lose(project: string): void {
    const text = `the lease of '${project}' was lost: another node goes on with its jobs`;
    this.#leases.get(project)?.abort(new MetastoreError('stale_epoch', text));
    this.#leases.delete(project);
  }

  /** Runs `turn` when all earlier turns of the project have ended. */
  take(project: string, turn: () => Promise<void>): void {
    const before = this.#turns.get(project) ?? Promise.resolve();
    this.#turns.set(project, before.then(turn));
  }

  /** Resolves when no turn of the project is under way. */
  async idle(project: string): Promise<void> {
    let last: Promise<void> | undefined;
    while (last !== this.#turns.get(project)) {
      last = this.#turns.get(project);
      await last;
    }
  }

  /** Resolves when the turns that are known now have ended. */
  async end(): Promise<void> {
    await Promise.all(this.#turns.values());
  }
}
