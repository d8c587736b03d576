import { type Cell, textColumn } from '../../base/rows.ts';
import type { StepReport } from '../../repository/probe.ts';
import { StorageError } from '../../repository/storage-error.ts';
import type { Table } from '../answer.ts';

const names = ['Step', 'Result', 'LatencyMs', 'MBPerSecond', 'Message'];
const results = { passed: 'PASS', warned: 'WARN', failed: 'FAIL' } as const;
/** Below this a speed is that of the request and not of its bytes. */
const speedBytesMin = 1024 * 1024;

/** CHECK REPOSITORY. */
export function checkTable(steps: readonly StepReport[]): Table {
  const rows = steps.map((step): Cell[] => [
    step.step,
    results[step.outcome],
    step.latencyMs.toFixed(1),
    step.bytes < speedBytesMin ? null : (step.bytes / 1000 / step.latencyMs).toFixed(1),
    step.outcome === 'passed' ? null : messageOf(step),
  ]);
  return { columns: names.map((name) => textColumn(name)), rows };
}

function messageOf({ reason, ...step }: Exclude<StepReport, { outcome: 'passed' }>): string {
  const cause = step.outcome === 'failed' ? step.cause : undefined;
  const hint = cause instanceof StorageError ? cause.hint : undefined;
  return hint === undefined ? reason : `${reason}. ${hint}`;
}
