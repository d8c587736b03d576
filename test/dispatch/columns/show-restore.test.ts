import { it } from 'node:test';
import { restoreTable } from '../../../src/dispatch/columns/show-restore.ts';
import { jobId, taskId } from '../../../src/job/job-id.ts';
import { type RestoreView, viewOf } from '../../../src/job/job-view.ts';
import type { RestoreJob } from '../../../src/job/restore-job.ts';
import { TaskBoard } from '../../../src/job/task-board.ts';
import { assertGolden, goldenNow, printShown } from '../../golden/golden.ts';
import { sampleRestores } from '../../support/sample-jobs.ts';

function view(job: RestoreJob, index: number): RestoreView {
  const board = new TaskBoard();
  if (job.state === 'DOWNLOADING') board.begin([{ task: taskId(1), done: 2, total: 5 }]);
  const shown = viewOf({ ...job, id: jobId(BigInt(10_001 + index)), ...laterTimes(job) }, board, 'node-1');
  return shown as RestoreView;
}

function laterTimes(job: RestoreJob): object {
  const times = Object.entries(job).filter(([name]) => name.endsWith('At'));
  return Object.fromEntries(times.map(([name, value]) => [name, goldenNow + Number(value)]));
}

const jobs: readonly RestoreJob[] = [
  ...Object.values(sampleRestores),
  { ...sampleRestores.FINISHED, replicationNum: 1, allowLoad: true },
];

it('SHOW RESTORE prints a restore in each of its states', () => {
  assertGolden('show/show-restore.txt', printShown(restoreTable(jobs.map(view), false)));
});

it('SHOW BRIEF RESTORE leaves out what is long', () => {
  assertGolden('show/show-restore-brief.txt', printShown(restoreTable(jobs.map(view), true)));
});
