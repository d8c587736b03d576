import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../base/clock.ts';

/** More threads than this do not wait for work: those of the jobs that may run at once on a small machine. */
const idleThreadsMax = 4;
/** A thread that waited so long gives its memory back. */
const idleMs = 60_000;

type IdleThread = Readonly<{ worker: Worker; leave: () => void }>;

/**
 * Threads for readers. One that has done its work is kept for a while: to start a thread, to load its program and to
 * have it compiled takes longer than to read a small database. Threads that wait do not keep the process alive.
 */
export class ReaderThreads {
  readonly #clock: Clock;
  readonly #idle: IdleThread[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many wait. */
  get idle(): number {
    return this.#idle.length;
  }

  /** A thread that knows no connection: the one that worked last, else a new one. */
  take(): Worker {
    const waiting = this.#idle.pop();
    if (waiting === undefined) return startThread();
    waiting.leave();
    return waiting.worker;
  }

  /** Takes back a thread that answers and whose connection is closed. Whoever gives it may not use it any more. */
  async give(worker: Worker): Promise<void> {
    if (this.#idle.length >= idleThreadsMax) {
      await worker.terminate();
      return;
    }
    // An error of a thread that nobody waits for only takes it from the idle ones.
    const onEnd = (): void => this.#remove(worker);
    const timer = this.#clock.schedule(idleMs, () => {
      this.#remove(worker);
      void worker.terminate();
    });
    const leave = (): void => {
      timer[Symbol.dispose]();
      worker.off('exit', onEnd);
      worker.off('error', onEnd);
    };
    worker.on('exit', onEnd);
    worker.on('error', onEnd);
    this.#idle.push({ worker, leave });
  }

  #remove(worker: Worker): void {
    const at = this.#idle.findIndex((each) => each.worker === worker);
    if (at < 0) return;
    const [removed] = this.#idle.splice(at, 1);
    removed?.leave();
  }
}

function startThread(): Worker {
  // The worker has this file's own ending: .ts in a checkout, .js in the package.
  const script = new URL(`./reader-worker${path.extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(script, { name: 'mysql reader' });
  worker.unref();
  return worker;
}
