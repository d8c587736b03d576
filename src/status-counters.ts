import type { Clock } from './base/clock.ts';
import { isExpected, type StoreCounters } from './repository/layers/observe.ts';

/** What the server counts, for SHOW STATUS. */
export class StatusCounters implements StoreCounters {
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #others: StoreCounters | undefined;
  #storeCalls = 0;
  #storeFailures = 0;
  #storeRetries = 0;
  #questions = 0;

  /** `others` are told of calls of stores, too. */
  constructor(clock: Clock, others?: StoreCounters) {
    this.#clock = clock;
    this.#others = others;
    this.#startedAt = clock.now();
  }

  called(call: Parameters<StoreCounters['called']>[0]): void {
    this.#others?.called(call);
    this.#storeCalls += 1;
    if (!isExpected(call.outcome)) this.#storeFailures += 1;
  }

  retried(kind: Parameters<StoreCounters['retried']>[0]): void {
    this.#others?.retried(kind);
    this.#storeRetries += 1;
  }

  asked(): void {
    this.#questions += 1;
  }

  /** By MySQL's names where it has the counter. */
  read(connections: number): ReadonlyMap<string, string> {
    const uptime = Math.floor((this.#clock.now() - this.#startedAt) / 1_000);
    return new Map([
      ['Uptime', String(uptime)],
      ['Threads_connected', String(connections)],
      ['Threads_running', '1'],
      ['Questions', String(this.#questions)],
      ['Holdfast_store_calls', String(this.#storeCalls)],
      ['Holdfast_store_failures', String(this.#storeFailures)],
      ['Holdfast_store_retries', String(this.#storeRetries)],
    ]);
  }
}
