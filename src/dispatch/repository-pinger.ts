import { mapBounded } from '../base/bounded.ts';
import type { Clock } from '../base/clock.ts';
import { timeText } from '../base/time-text.ts';
import type { Services } from './services.ts';

export type RepositoryPingerParts = Readonly<{
  services: Pick<Services, 'repositories' | 'lookAtRepository'>;
  clock: Clock;
}>;

/** Soon after the start, so that a place that has gone is seen; not at once, so that the start costs nothing. */
const firstPingMs = 10_000;
/** StarRocks' interval. */
const pingEveryMs = 600_000;
/** After a look that found something wrong: whoever mends it wants to see that it is mended. */
const pingAgainMs = 60_000;
const pingsAtOnce = 4;

/**
 * Looks every ten minutes whether each repository can still be read, every minute while one cannot: SHOW REPOSITORIES
 * shows what the last look found.
 */
export class RepositoryPinger implements AsyncDisposable {
  readonly #parts: RepositoryPingerParts;
  readonly #stopped = new AbortController();
  #errors: ReadonlyMap<string, string> = new Map();
  #looked: readonly string[] = [];
  #timer: Disposable | undefined;
  #ping: Promise<void> = Promise.resolve();

  constructor(parts: RepositoryPingerParts) {
    this.#parts = parts;
  }

  /** By repository: `yyyy-MM-dd HH:mm:ss: text` of the last look, where it found something wrong. */
  get errors(): ReadonlyMap<string, string> {
    return this.#errors;
  }

  /** Of the repositories that the last look was at: whether they could be read. */
  get states(): ReadonlyMap<string, boolean> {
    return new Map(this.#looked.map((name) => [name, !this.#errors.has(name)]));
  }

  start(delayMs: number = firstPingMs): void {
    if (this.#stopped.signal.aborted) return;
    this.#timer = this.#parts.clock.schedule(delayMs, () => {
      this.#ping = this.ping().then(() => this.start(this.#errors.size > 0 ? pingAgainMs : pingEveryMs));
    });
  }

  /** One look at all repositories. */
  async ping(): Promise<void> {
    const { services, clock } = this.#parts;
    const { signal } = this.#stopped;
    const errors = new Map<string, string>();
    const look = async (name: string): Promise<void> => {
      try {
        await services.lookAtRepository(name, signal);
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        errors.set(name, `${timeText(clock.now())}: ${text}`);
      }
    };
    const names = services.repositories.list().map(({ name }) => name);
    await mapBounded(names, pingsAtOnce, look, new AbortController().signal);
    if (signal.aborted) return;
    this.#errors = errors;
    this.#looked = names;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort(new Error('the server stops'));
    this.#timer?.[Symbol.dispose]();
    await this.#ping;
  }
}
