import { assert } from '../base/assert.ts';
import type { Restoring } from '../source/restoring.ts';
import { isLossOfRows } from './failure.ts';
import type { RestoreTarget } from './restore-job.ts';

export type GivenUpRowsParts = Readonly<{
  restoring: Pick<Restoring, 'giveUpRows'>;
  targets: readonly RestoreTarget[];
  /** Told once of each target whose rows are given up, and why. */
  tell: (target: string, why: string) => void;
}>;

/** Materialized views whose rows cannot be had: a restore goes on without them, since a refresh makes them again. */
export class GivenUpRows {
  readonly #parts: GivenUpRowsParts;
  readonly #targets = new Set<string>();

  constructor(parts: GivenUpRowsParts) {
    this.#parts = parts;
  }

  /**
   * Does some of the work on a target's rows. False where they are given up, before or now. Throws what the work
   * throws when the target is a table, or when the same work may succeed another time.
   */
  async without(target: string, work: () => Promise<void>, signal: AbortSignal): Promise<boolean> {
    if (this.#targets.has(target)) return false;
    try {
      await work();
      return true;
    } catch (error) {
      signal.throwIfAborted();
      if (!this.#isView(target) || !isLossOfRows(error)) throw error;
      assert(error instanceof Error, 'a loss of rows is an error');
      await this.#giveUp(target, error.message, signal);
      return false;
    }
  }

  #isView(target: string): boolean {
    const { targets, restoring } = this.#parts;
    const isView = targets.some((one) => one.target === target && one.kind === 'MATERIALIZED_VIEW');
    return isView && restoring.giveUpRows !== undefined;
  }

  /** Several chunks of a view may fail at once: the first one counts. */
  async #giveUp(target: string, reason: string, signal: AbortSignal): Promise<void> {
    if (this.#targets.has(target)) return;
    this.#targets.add(target);
    const why = await this.#parts.restoring.giveUpRows?.(target, reason, signal);
    if (why !== undefined) this.#parts.tell(target, why);
  }
}
