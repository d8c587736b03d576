import { Chance } from '../simulation/chance.ts';

/**
 * Which calls of a run fail: a share of all, the same for one seed, each kind in its turn, so that a run with enough
 * failures has met every kind.
 */
export class Failures<Kind extends string> {
  readonly #kinds: readonly Kind[];
  readonly #share: number;
  readonly #chance: Chance;
  failed = 0;
  passed = 0;

  constructor(kinds: readonly Kind[], { share, seed }: Readonly<{ share: number; seed: number }>) {
    this.#kinds = kinds;
    this.#share = share;
    this.#chance = new Chance(seed);
  }

  /** How the next call fails; undefined when it does not. */
  next(): Kind | undefined {
    if (this.#chance.next() >= this.#share) {
      this.passed += 1;
      return undefined;
    }
    const kind = this.#kinds[this.failed % this.#kinds.length];
    this.failed += 1;
    return kind;
  }

  /** Every kind of failure was met. */
  get metAll(): boolean {
    return this.failed >= this.#kinds.length;
  }
}
