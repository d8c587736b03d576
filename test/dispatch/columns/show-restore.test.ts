import { it } from 'node:test';
import { restoreTable } from '../../../src/dispatch/columns/show-restore.ts';
import { noDatabase } from '../../../src/job/backup-job.ts';
import { jobId, taskId } from '../../../src/job/job-id.ts';
import { type RestoreView, viewOf } from '../../../src/job/job-view.ts';
import type { RestoreJob } from '../../../src/job/restore-job.ts';
import { TaskBoard } from '../../../src/job/task-board.ts';
import { assertGolden, goldenNow, printShown } from '../../golden/golden.ts';
import { cancelledRestore, sampleFailures, sampleRestores } from '../../support/sample-jobs.ts';

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

it('SHOW RESTORE prints each reason for which a restore is cancelled, wherever it was', () => {
  const cancelled = sampleFailures.map((failure) => ({ ...cancelledRestore, failure }));
  const { metaPreparedAt: _prepared, snapshotFinishedAt: _made, ...pending } = cancelledRestore;
  const early = { ...pending, reached: 'PENDING' as const };
  const late = { ...cancelledRestore, reached: 'COMMITTING' as const, downloadFinishedAt: 3_000 };
  const table = restoreTable([...cancelled, early, late].map(view), false);
  assertGolden('show/show-restore-cancelled.txt', printShown(table));
});

it('SHOW RESTORE prints every kind of object', () => {
  const targets: RestoreJob['targets'] = [
    { kind: 'TABLE', name: 'item', target: 'item' },
    { kind: 'TABLE', name: 'item', target: 'item_old' },
    { kind: 'TABLE', name: 'sale', target: 'sale', partitions: ['p1', 'p2'] },
    { kind: 'TABLE', name: 'sale', target: 'sale_old', partitions: ['p1'] },
    { kind: 'TABLE', name: 'single', target: 'single', partitions: ['single'] },
    { kind: 'VIEW', name: 'names', target: 'names' },
    { kind: 'MATERIALIZED_VIEW', name: 'totals', target: 'totals_old' },
    { kind: 'FUNCTION', name: 'twice', target: 'twice' },
  ];
  const jobs = [
    ...targets.map((target) => ({ ...sampleRestores.FINISHED, targets: [target] })),
    { ...sampleRestores.FINISHED, targets, database: 'copy' },
  ];
  const table = restoreTable(jobs.map(view), false);
  const column = table.columns.findIndex(({ name }) => name === 'RestoreObjs');
  const pick = <T>(cells: readonly T[]): readonly T[] => [cells[3], cells[column]] as readonly T[];
  const shown = { columns: pick(table.columns), rows: table.rows.map(pick) };
  assertGolden('show/show-restore-objects.txt', printShown(shown));
});

it('SHOW RESTORE has its columns also without a row, brief or not', () => {
  const names = [false, true].map((brief) =>
    restoreTable([], brief)
      .columns.map(({ name }) => name)
      .join(', '),
  );
  assertGolden('show/show-restore-none.txt', `${names.join('\n')}\n`);
});

it('SHOW BRIEF RESTORE leaves out what is long', () => {
  assertGolden('show/show-restore-brief.txt', printShown(restoreTable(jobs.map(view), true)));
});

it('SHOW RESTORE prints a restore of external catalogs without a database and a number', () => {
  const externalCatalogs = [
    { name: 'prod', target: 'prod' },
    { name: 'other', target: 'spare' },
  ];
  const states = [sampleRestores.PENDING, sampleRestores.COMMITTING, sampleRestores.FINISHED];
  const jobs = states.map((job) => ({ ...job, ...noDatabase, targets: [], externalCatalogs }));
  assertGolden('show/show-restore-catalogs.txt', printShown(restoreTable(jobs.map(view), false)));
});
