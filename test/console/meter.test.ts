import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Log, silentLog } from '../../src/base/log.ts';
import { printFamilies } from '../../src/console/exposition.ts';
import { Meter } from '../../src/console/meter.ts';
import type { Failure } from '../../src/job/job-status.ts';
import type { JobView } from '../../src/job/job-view.ts';

const printed = (meter: Meter): readonly string[] => printFamilies(meter.families()).split('\n');

function has(meter: Meter, ...lines: readonly string[]): void {
  for (const line of lines)
    assert.ok(printed(meter).includes(line), `${line} in\n${printed(meter).join('\n')}`);
}

/** Only what the meter reads. */
function ended(kind: 'backup' | 'restore', failure?: Failure): JobView {
  const size = { rows: 3, bytes: 40, files: 1 };
  return { kind, createdAt: 1_000, finishedAt: 3_500, size, ...(failure && { failure }) } as JobView;
}

describe('the meter', () => {
  it('counts jobs by how they ended, and what the finished ones moved', () => {
    const meter = new Meter();
    meter.settled(ended('backup'));
    meter.settled(ended('backup'));
    meter.settled(
      ended('restore', { code: 'COMMON_ERROR', message: 'user cancelled, current state: COMMIT' }),
    );
    meter.settled(ended('backup', { code: 'TIMEOUT', message: 'timed out' }));
    has(
      meter,
      'holdfast_jobs_ended_total{kind="backup",result="finished"} 2',
      'holdfast_jobs_ended_total{kind="backup",result="failed"} 1',
      'holdfast_jobs_ended_total{kind="restore",result="cancelled"} 1',
      'holdfast_jobs_ended_total{kind="restore",result="failed"} 0',
      'holdfast_job_bytes_total{kind="backup"} 80',
      'holdfast_job_rows_total{kind="backup"} 6',
      'holdfast_job_duration_seconds_sum{kind="backup",result="finished"} 5',
    );
    assert.ok(!printed(meter).some((line) => line.startsWith('holdfast_job_bytes_total{kind="restore"')));
  });

  it('counts calls of stores, their bytes, their time and their retries', () => {
    const meter = new Meter();
    meter.called({ operation: 'put', outcome: 'ok', durationMs: 60, bytes: 1_000 });
    meter.called({ operation: 'put', outcome: 'throttled', durationMs: 20, bytes: 0 });
    meter.called({ operation: 'stat', outcome: 'not_found', durationMs: 1, bytes: 0 });
    meter.retried('throttled');
    has(
      meter,
      'holdfast_store_calls_total{operation="put",outcome="ok"} 1',
      'holdfast_store_calls_total{operation="put",outcome="throttled"} 1',
      'holdfast_store_bytes_total{operation="put"} 1000',
      'holdfast_store_call_duration_seconds_bucket{operation="put",le="0.02"} 1',
      'holdfast_store_call_duration_seconds_bucket{operation="put",le="0.1"} 2',
      'holdfast_store_retries_total{kind="throttled"} 1',
    );
  });

  it('counts warnings and errors of the log by their event, and passes all on', () => {
    const seen: unknown[] = [];
    const inner: Log = {
      ...silentLog,
      info: (...line) => seen.push(line),
      warn: (...line) => seen.push(line),
    };
    const meter = new Meter();
    const log = meter.watch(inner);
    log.info('job_state', { job: 1n });
    log.warn('lease_lost', { project: 'p' });
    log.warn('lease_lost');
    log.error('job_not_written');
    assert.deepEqual(seen, [
      ['job_state', { job: 1n }],
      ['lease_lost', { project: 'p' }],
      ['lease_lost', undefined],
    ]);
    has(
      meter,
      'holdfast_log_events_total{level="warn",event="lease_lost"} 2',
      'holdfast_log_events_total{level="error",event="job_not_written"} 1',
    );
    assert.ok(!printed(meter).some((line) => line.includes('job_state')));
  });
});
