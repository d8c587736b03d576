import { type Cell, textColumn } from '../../base/rows.ts';
import { timeText } from '../../base/time-text.ts';
import {
  formatBackupObjects,
  formatProgress,
  formatStatus,
  formatTaskErrors,
  formatTimeout,
  formatUnfinishedTasks,
} from '../../job/format.ts';
import type { BackupView } from '../../job/job-view.ts';
import type { Table } from '../answer.ts';

const names = [
  'JobId',
  'SnapshotName',
  'DbName',
  'State',
  'BackupObjs',
  'CreateTime',
  'SnapshotFinishedTime',
  'UploadFinishedTime',
  'FinishedTime',
  'UnfinishedTasks',
  'Progress',
  'TaskErrMsg',
  'Status',
  'Timeout',
];

/** SHOW BACKUP: StarRocks' fourteen columns, all text. */
export function backupTable(views: readonly BackupView[]): Table {
  return { columns: names.map((name) => textColumn(name)), rows: views.map(backupRow) };
}

function backupRow(view: BackupView): Cell[] {
  return [
    String(view.shownId),
    view.label,
    view.database,
    view.state,
    formatBackupObjects(view),
    timeText(view.createdAt),
    timeText(view.snapshotFinishedAt),
    timeText(view.uploadFinishedAt),
    timeText(view.finishedAt),
    formatUnfinishedTasks(view),
    formatProgress(view),
    formatTaskErrors(view),
    formatStatus(view),
    formatTimeout(view),
  ];
}
