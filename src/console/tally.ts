import type { Labels, Sample } from './exposition.ts';

/** Sums by labels, growing from nought. */
export class Tally {
  readonly #sums = new Map<string, { labels: Labels; value: number }>();

  add(labels: Labels, by = 1): void {
    const key = JSON.stringify(labels);
    const sum = this.#sums.get(key);
    if (sum === undefined) this.#sums.set(key, { labels, value: by });
    else sum.value += by;
  }

  samples(): readonly Sample[] {
    return [...this.#sums.values()].map(({ labels, value }) => ({ labels, value }));
  }
}

/** How many values lie at or below each bound, by labels. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #buckets = new Tally();
  readonly #sums = new Tally();
  readonly #counts = new Tally();

  /** `bounds` rise; the one above all of them is there of itself. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
  }

  observe(labels: Labels, value: number): void {
    for (const bound of this.#bounds) {
      this.#buckets.add({ ...labels, le: String(bound) }, value <= bound ? 1 : 0);
    }
    this.#buckets.add({ ...labels, le: '+Inf' });
    this.#sums.add(labels, value);
    this.#counts.add(labels);
  }

  samples(): readonly Sample[] {
    return [
      ...this.#buckets.samples().map((sample) => ({ ...sample, suffix: '_bucket' as const })),
      ...this.#sums.samples().map((sample) => ({ ...sample, suffix: '_sum' as const })),
      ...this.#counts.samples().map((sample) => ({ ...sample, suffix: '_count' as const })),
    ];
  }
}
