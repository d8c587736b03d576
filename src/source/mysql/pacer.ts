import type { Pace } from './reader-protocol.ts';

/** Shorter pauses cost more than they keep. */
const pauseMsMin = 5;
const secondMs = 1000;

/** Says how long to wait so that rows and bytes do not come faster than a limit. */
export class Pacer {
  readonly #pace: Pace;
  #startedAt: number | undefined;
  #bytes = 0;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  /** `rows` since the beginning, `bytes` since the last call, `now` in ms of any steady clock. */
  pauseMs(rows: number, bytes: number, now: number): number {
    const { rowsPerSecondMax, bytesPerSecondMax } = this.#pace;
    if (rowsPerSecondMax === undefined && bytesPerSecondMax === undefined) return 0;
    this.#startedAt ??= now;
    this.#bytes += bytes;
    const dueMs = Math.max(
      (rows * secondMs) / (rowsPerSecondMax ?? Infinity),
      (this.#bytes * secondMs) / (bytesPerSecondMax ?? Infinity),
    );
    const pauseMs = this.#startedAt + dueMs - now;
    return pauseMs < pauseMsMin ? 0 : pauseMs;
  }
}
