import { it } from 'node:test';
import { backupTable } from '../../../src/dispatch/columns/show-backup.ts';
import { jobId, taskId } from '../../../src/job/job-id.ts';
import { type BackupJob, noDatabase } from '../../../src/job/backup-job.ts';
import { type BackupView, viewOf } from '../../../src/job/job-view.ts';
import { TaskBoard } from '../../../src/job/task-board.ts';
import { assertGolden, goldenNow, printShown } from '../../golden/golden.ts';
import { cancelledBackup, sampleBackups, sampleFailures } from '../../support/sample-jobs.ts';

/** Two tasks under way, one of which has failed once. */
function busyBoard(): TaskBoard {
  const board = new TaskBoard();
  board.begin([
    { task: taskId(1), done: 1, total: 3 },
    { task: taskId(2), done: 0, total: 2 },
  ]);
  board.fail(taskId(2), 'the place answers 503');
  return board;
}

function view(job: BackupJob, index: number): BackupView {
  const board = ['SNAPSHOTING', 'UPLOADING'].includes(job.state) ? busyBoard() : new TaskBoard();
  const shown = viewOf({ ...job, id: jobId(BigInt(10_001 + index)), ...laterTimes(job) }, board, 'node-1');
  return shown as BackupView;
}

function laterTimes(job: BackupJob): object {
  const times = Object.entries(job).filter(([name]) => name.endsWith('At'));
  return Object.fromEntries(times.map(([name, value]) => [name, goldenNow + Number(value)]));
}

it('SHOW BACKUP prints a backup in each of its states', () => {
  const more: BackupJob = {
    ...sampleBackups.FINISHED,
    objects: [
      { kind: 'TABLE', name: 'item' },
      { kind: 'TABLE', name: 'sale', partitions: ['p1', 'p2'] },
      { kind: 'VIEW', name: 'names' },
    ],
  };
  const table = backupTable([...Object.values(sampleBackups), more].map(view));
  assertGolden('show/show-backup.txt', printShown(table));
});

it('SHOW BACKUP prints each reason for which a backup is cancelled, wherever it was', () => {
  const cancelled = sampleFailures.map((failure) => ({ ...cancelledBackup, failure }));
  const { snapshotFinishedAt: _taken, ...pending } = cancelledBackup;
  const early = { ...pending, reached: 'PENDING' as const };
  const late = { ...cancelledBackup, reached: 'UPLOAD_INFO' as const, uploadFinishedAt: 3_000 };
  assertGolden(
    'show/show-backup-cancelled.txt',
    printShown(backupTable([...cancelled, early, late].map(view))),
  );
});

it('SHOW BACKUP prints every kind of object', () => {
  const objects: BackupJob['objects'] = [
    { kind: 'TABLE', name: 'item' },
    { kind: 'TABLE', name: 'sale', partitions: ['p1', 'p2'] },
    { kind: 'VIEW', name: 'names' },
    { kind: 'MATERIALIZED_VIEW', name: 'totals' },
    { kind: 'FUNCTION', name: 'twice' },
  ];
  const jobs = [...objects.map((object) => [object]), objects].map((own) => ({
    ...sampleBackups.FINISHED,
    objects: own,
  }));
  const table = backupTable(jobs.map(view));
  const column = table.columns.findIndex(({ name }) => name === 'BackupObjs');
  const pick = <T>(cells: readonly T[]): readonly T[] => cells.slice(column, column + 1);
  const shown = { columns: pick(table.columns), rows: table.rows.map(pick) };
  assertGolden('show/show-backup-objects.txt', printShown(shown));
});

it('SHOW BACKUP has its columns also without a row', () => {
  assertGolden(
    'show/show-backup-none.txt',
    `${backupTable([])
      .columns.map(({ name }) => name)
      .join('\n')}\n`,
  );
});

it('SHOW BACKUP prints a backup of external catalogs without a database and a number', () => {
  const externalCatalogs = ['prod', 'other'];
  const states = [sampleBackups.PENDING, sampleBackups.SAVE_META, sampleBackups.FINISHED];
  const jobs = states.map((job) => ({ ...job, ...noDatabase, objects: [], externalCatalogs }));
  assertGolden('show/show-backup-catalogs.txt', printShown(backupTable(jobs.map(view))));
});
