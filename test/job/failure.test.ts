import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../src/base/sql-error.ts';
import { failureOf, isFinal, isLossOfRows, isTransient, JobError } from '../../src/job/failure.ts';
import { StorageError } from '../../src/repository/storage-error.ts';
import { SnapshotError } from '../../src/snapshot/snapshot-error.ts';
import { SourceError } from '../../src/source/source-error.ts';

const cases: readonly Readonly<{ error: Error; code: string; transient: boolean }>[] = [
  { error: new JobError('BAD_FILE', 'x'), code: 'BAD_FILE', transient: false },
  { error: new SnapshotError('corrupt', 'x'), code: 'BAD_FILE', transient: true },
  { error: new SnapshotError('not_found', 'x'), code: 'NOT_FOUND', transient: false },
  { error: new SnapshotError('newer_version', 'x'), code: 'BAD_FILE', transient: false },
  { error: new SourceError('missing', 'x'), code: 'NOT_FOUND', transient: false },
  { error: new SourceError('bad_replace', 'x'), code: 'BAD_REPLACE', transient: false },
  { error: new SourceError('conflict', 'x'), code: 'COMMON_ERROR', transient: false },
  { error: new SourceError('unavailable', 'x'), code: 'BAD_CONNECTION', transient: true },
  { error: new StorageError('throttled', 'x'), code: 'BAD_CONNECTION', transient: true },
  { error: new StorageError('permission_denied', 'x'), code: 'COMMON_ERROR', transient: false },
  { error: new StorageError('not_found', 'x'), code: 'NOT_FOUND', transient: false },
  { error: new SqlError('not_supported', 'x'), code: 'UNSUPPORTED', transient: false },
  { error: new SqlError('backup', 'x'), code: 'COMMON_ERROR', transient: false },
  { error: new TypeError('x'), code: 'COMMON_ERROR', transient: false },
];

describe('a failure', () => {
  for (const { error, code, transient } of cases) {
    const kind = 'kind' in error ? ` '${String(error.kind)}'` : '';
    it(`${error.name}${kind} is ${code}${transient ? ', and tried again' : ''}`, () => {
      assert.deepEqual(failureOf(error), { code, message: 'x' });
      assert.equal(isTransient(error, 1), transient);
    });
  }

  it('of bytes is looked at once more, not for ever', () => {
    assert.equal(isTransient(new SnapshotError('corrupt', 'x'), 2), false);
    assert.equal(isTransient(new StorageError('throttled', 'x'), 2), true);
  });

  it('is a loss of rows where the rows themselves are wrong or gone', () => {
    const losses = [
      new SnapshotError('corrupt', 'x'),
      new SnapshotError('not_found', 'x'),
      new StorageError('corrupt', 'x'),
      new SourceError('failed', 'x'),
      new JobError('BAD_FILE', 'x'),
    ];
    const others = [
      new SnapshotError('no_repository', 'x'),
      new StorageError('throttled', 'x'),
      new StorageError('permission_denied', 'x'),
      new SourceError('unavailable', 'x'),
      new JobError('COMMON_ERROR', 'x'),
      new TypeError('x'),
    ];
    for (const error of losses) assert.equal(isLossOfRows(error), true, error.name);
    for (const error of others) assert.equal(isLossOfRows(error), false, error.name);
  });

  it('is final where another snapshot has the key', () => {
    assert.ok(isFinal(new SnapshotError('conflict', 'x')));
    assert.equal(isFinal(new StorageError('throttled', 'x')), false);
  });
});
