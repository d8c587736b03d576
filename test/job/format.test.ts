import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  formatBackupObjects,
  formatProgress,
  formatRestoreObjects,
  formatStatus,
  formatTaskErrors,
  formatTimeout,
  formatUnfinishedTasks,
} from '../../src/job/format.ts';
import { taskId } from '../../src/job/job-id.ts';
import { type BackupView, type RestoreView, viewOf } from '../../src/job/job-view.ts';
import { TaskBoard } from '../../src/job/task-board.ts';
import { sampleBackups, sampleRestores } from '../support/sample-jobs.ts';

function board(): TaskBoard {
  const tasks = new TaskBoard();
  tasks.begin([
    { task: taskId(1), done: 0, total: 2 },
    { task: taskId(2), done: 4, total: 4 },
    { task: taskId(3), done: 0, total: 7 },
  ]);
  tasks.advance(taskId(1));
  tasks.fail(taskId(3), 'throttled');
  return tasks;
}

const backup = viewOf(sampleBackups.UPLOADING, board(), 'node-1') as BackupView;
const restore = viewOf(sampleRestores.DOWNLOADING, board(), 'node-1') as RestoreView;

describe('the texts of SHOW', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['Progress', formatProgress(backup), '[1: 1/2], [3: 0/7]'],
    ['UnfinishedTasks', formatUnfinishedTasks(backup), '1=node-1, 3=node-1'],
    ['TaskErrMsg', formatTaskErrors(backup), '[3: throttled]'],
    ['Status of a job that runs', formatStatus(backup), '[OK]'],
    ['Timeout', formatTimeout(backup), '86400'],
    ['BackupObjs', formatBackupObjects(backup), '[shop.ordersPARTITIONS (p1)]'],
    ['RestoreObjs', formatRestoreObjects(restore), 'orders AS orders_old'],
    [
      'RestoreObjs of partitions',
      formatRestoreObjects({
        ...restore,
        targets: [
          { kind: 'TABLE', name: 'a', target: 'a', partitions: ['p1', 'p2'] },
          { kind: 'TABLE', name: 'b', target: 'b', partitions: ['b'] },
        ],
      }),
      'a PARTITIONS [p1, p2], b',
    ],
    [
      'Status of a cancelled job',
      formatStatus(viewOf(sampleBackups.CANCELLED, new TaskBoard(), 'n')),
      '[COMMON_ERROR, msg: user cancelled]',
    ],
  ];
  for (const [name, text, expected] of cases)
    it(`${name} is '${expected}'`, () => assert.equal(text, expected));

  it('shows no more than a hundred tasks', () => {
    const tasks = new TaskBoard();
    tasks.begin(Array.from({ length: 500 }, (_, index) => ({ task: taskId(index + 1), done: 0, total: 1 })));
    const view = viewOf(sampleBackups.UPLOADING, tasks, 'n');
    assert.equal(formatProgress(view).split(', ').length, 100);
  });
});

function shown(job: Parameters<typeof viewOf>[0]): bigint {
  return viewOf(job, new TaskBoard(), 'n').shownId;
}

describe('the view of a job', () => {
  it('has the number -1 until the job has left PENDING', () => {
    assert.equal(shown(sampleBackups.PENDING), -1n);
    assert.equal(shown(sampleBackups.SNAPSHOTING), 10_001n);
    assert.equal(shown(sampleBackups.CANCELLED), 10_001n);
    assert.equal(
      shown({ ...sampleRestores.CANCELLED, reached: 'PENDING' } as typeof sampleRestores.CANCELLED),
      -1n,
    );
  });

  it('has the times that the job has reached and no others', () => {
    const { metaPreparedAt, snapshotFinishedAt, downloadFinishedAt, finishedAt } = restore;
    assert.deepEqual([metaPreparedAt, snapshotFinishedAt], [1_500, 2_000]);
    assert.deepEqual([downloadFinishedAt, finishedAt], [undefined, undefined]);
    assert.equal('finishedAt' in restore, false);
  });
});

describe('the board of tasks', () => {
  it('keeps errors after the tasks have ended, the last of each task and not too many', () => {
    const tasks = new TaskBoard();
    for (let task = 1; task <= 50; task++) tasks.fail(taskId(task), 'first');
    tasks.fail(taskId(1), 'x'.repeat(2_000));
    tasks.end();
    assert.equal(tasks.errors().length, 20);
    assert.equal(tasks.errors()[0]?.message.length, 500);
    assert.deepEqual(tasks.unfinished(), []);
  });
});
