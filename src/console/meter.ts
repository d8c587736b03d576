import type { Log, LogFields, LogLevel } from '../base/log.ts';
import { isCancelledByUser } from '../job/job-status.ts';
import type { JobView } from '../job/job-view.ts';
import type { StoreCall, StoreCounters } from '../repository/layers/observe.ts';
import type { StorageErrorKind } from '../repository/storage-error.ts';
import { counter, type Family } from './exposition.ts';
import { Histogram, Tally } from './tally.ts';

/** From a file on a fast disk to one of 128 MiB over a slow line. */
const storeSecondsBounds = [0.005, 0.02, 0.1, 0.5, 2, 10, 60];
/** From a small table to a night's work. */
const jobSecondsBounds = [1, 10, 60, 300, 1_800, 7_200, 28_800];

/** What happens while the server works, counted from its start. */
export class Meter implements StoreCounters {
  readonly #storeCalls = new Tally();
  readonly #storeBytes = new Tally();
  readonly #storeSeconds = new Histogram(storeSecondsBounds);
  readonly #storeRetries = new Tally();
  readonly #logLines = new Tally();
  readonly #jobsEnded = new Tally();
  readonly #jobBytes = new Tally();
  readonly #jobRows = new Tally();
  readonly #jobSeconds = new Histogram(jobSecondsBounds);

  constructor() {
    // A counter that is not there before its first event never rises for Prometheus.
    for (const kind of ['backup', 'restore']) {
      for (const result of ['finished', 'cancelled', 'failed']) this.#jobsEnded.add({ kind, result }, 0);
    }
  }

  called({ operation, outcome, durationMs, bytes }: StoreCall): void {
    this.#storeCalls.add({ operation, outcome });
    this.#storeSeconds.observe({ operation }, durationMs / 1_000);
    if (operation === 'put' || operation === 'get') this.#storeBytes.add({ operation }, bytes);
  }

  retried(kind: StorageErrorKind): void {
    this.#storeRetries.add({ kind });
  }

  /** A job has come to its end. */
  settled(view: JobView): void {
    const { kind, createdAt, finishedAt } = view;
    const result = resultOf(view);
    this.#jobsEnded.add({ kind, result });
    if (finishedAt !== undefined)
      this.#jobSeconds.observe({ kind, result }, (finishedAt - createdAt) / 1_000);
    if (result !== 'finished') return;
    this.#jobBytes.add({ kind }, view.size?.bytes ?? 0);
    this.#jobRows.add({ kind }, view.size?.rows ?? 0);
  }

  /** The same log, with its warnings and errors counted by their events: each of them is worth an alarm's rule. */
  watch(log: Log): Log {
    const count = (level: LogLevel, event: string, fields: LogFields | undefined): void => {
      this.#logLines.add({ level, event });
      log[level](event, fields);
    };
    return {
      ...log,
      warn: (event, fields) => count('warn', event, fields),
      error: (event, fields) => count('error', event, fields),
    };
  }

  families(): readonly Family[] {
    return [
      counter(
        'holdfast_jobs_ended_total',
        'Jobs that came to their end: finished, cancelled by a user, or failed',
        this.#jobsEnded.samples(),
      ),
      counter(
        'holdfast_job_bytes_total',
        'Compressed bytes that finished jobs saved or brought back',
        this.#jobBytes.samples(),
      ),
      counter(
        'holdfast_job_rows_total',
        'Rows that finished jobs saved or brought back',
        this.#jobRows.samples(),
      ),
      histogram('holdfast_job_duration_seconds', 'From the submission of a job to its end', this.#jobSeconds),
      counter(
        'holdfast_store_calls_total',
        'Calls to the stores of repositories',
        this.#storeCalls.samples(),
      ),
      counter(
        'holdfast_store_bytes_total',
        'Bytes of bodies that went to stores and came from them',
        this.#storeBytes.samples(),
      ),
      histogram(
        'holdfast_store_call_duration_seconds',
        'Duration of calls to stores, with their bodies',
        this.#storeSeconds,
      ),
      counter(
        'holdfast_store_retries_total',
        'Calls to stores that failed and were tried again',
        this.#storeRetries.samples(),
      ),
      counter(
        'holdfast_log_events_total',
        'Warnings and errors in the log, by their event',
        this.#logLines.samples(),
      ),
    ];
  }
}

function histogram(name: string, help: string, values: Histogram): Family {
  return { name, help, type: 'histogram', samples: values.samples() };
}

/** Whoever cancels knows why; a failure is news. */
function resultOf({ failure }: JobView): 'finished' | 'cancelled' | 'failed' {
  if (failure === undefined) return 'finished';
  return isCancelledByUser(failure) ? 'cancelled' : 'failed';
}
