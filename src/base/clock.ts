/** Time as the program sees it. Tests and the simulation pass their own; nothing else reads the system's. */
export interface Clock {
  /** Milliseconds since the epoch. Somebody may set it back or forward at any time: for what is shown and kept, not for waits. */
  now(): number;
  /** Milliseconds since some moment of this process: goes on evenly, whatever becomes of `now`. For limits and durations. */
  elapsed(): number;
  /** Calls `wake` once, `delayMs` from now, unless the returned handle is disposed first. */
  schedule(delayMs: number, wake: () => void): Disposable;
}

/** The system's clock. A pending `schedule` does not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  schedule(delayMs, wake) {
    const timer = setTimeout(wake, delayMs);
    timer.unref();
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};
