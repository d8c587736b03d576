/** Time as the program sees it. Tests and the simulation pass their own; nothing else reads the system's. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `wake` once, `delayMs` from now, unless the returned handle is disposed first. */
  schedule(delayMs: number, wake: () => void): Disposable;
}

/** The system's clock. A pending `schedule` does not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(delayMs, wake) {
    const timer = setTimeout(wake, delayMs);
    timer.unref();
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};
