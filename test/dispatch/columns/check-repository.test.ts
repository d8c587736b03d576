import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkTable } from '../../../src/dispatch/columns/check-repository.ts';
import type { StepReport } from '../../../src/repository/probe.ts';
import { StorageError } from '../../../src/repository/storage-error.ts';
import { assertGolden, printShown } from '../../golden/golden.ts';

describe('CHECK REPOSITORY', () => {
  it('shows each step with its result', () => {
    const denied = new StorageError('permission_denied', 'no', { hint: 'Allow s3:DeleteObject.' });
    const steps: readonly StepReport[] = [
      { step: 'write to', outcome: 'passed', latencyMs: 12.34, bytes: 65_536 },
      { step: 'agree about the time with', outcome: 'warned', latencyMs: 1, bytes: 0, reason: 'it is late' },
      { step: 'write 8 blobs of 8 MiB', outcome: 'passed', latencyMs: 1000, bytes: 67_108_864 },
      { step: 'delete from', outcome: 'failed', latencyMs: 2, bytes: 0, reason: 'no', cause: denied },
    ];
    const table = checkTable(steps);
    assert.equal(table.rows.length, 4);
    assertGolden('show/check-repository.txt', printShown(table));
  });
});
