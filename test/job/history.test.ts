import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BackupIn } from '../../src/job/backup-job.ts';
import { expiredJobs } from '../../src/job/history.ts';
import { jobId } from '../../src/job/job-id.ts';
import { defaultJobSettings } from '../../src/job/tools.ts';
import { sampleBackups } from '../support/sample-jobs.ts';

const finished = sampleBackups.FINISHED as BackupIn<'FINISHED'>;
const settings = { ...defaultJobSettings, jobsPerDatabaseMax: 2, historyJobKeepMaxSecond: 60 };

function job(id: number, changes: Partial<BackupIn<'FINISHED'>> = {}): BackupIn<'FINISHED'> {
  return { ...finished, id: jobId(BigInt(id)), cleanup: 'done', finishedAt: 100_000, ...changes };
}

describe('old jobs', () => {
  const cases = [
    {
      name: 'are all but the newest of each database',
      jobs: [job(1), job(2), job(3), job(4, { database: 'b' })],
      expired: [1n],
    },
    {
      name: 'are those that ended long ago',
      jobs: [job(1, { finishedAt: 39_999 }), job(2, { finishedAt: 40_000 })],
      expired: [1n],
    },
    {
      name: 'are never those still being cleaned up',
      jobs: [job(1, { cleanup: 'pending' }), job(2), job(3)],
      expired: [],
    },
    {
      name: 'are told apart by catalog, too',
      jobs: [job(1), job(2), job(3, { catalog: 'prod' })],
      expired: [],
    },
  ];
  for (const { name, jobs, expired } of cases) {
    it(name, () =>
      assert.deepEqual(
        expiredJobs(jobs, settings, 100_000).map((each) => each.id),
        expired,
      ),
    );
  }

  it('are never those that run', () => {
    const none = { ...settings, jobsPerDatabaseMax: 0 };
    assert.deepEqual(expiredJobs([sampleBackups.UPLOADING], none, 1e15), []);
    assert.equal(expiredJobs([job(1)], none, 100_000).length, 1);
  });
});
