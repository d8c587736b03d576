import { type Cell, textColumn } from '../../base/rows.ts';
import { timeText } from '../../base/time-text.ts';
import {
  formatProgress,
  formatRestoreObjects,
  formatStatus,
  formatTaskErrors,
  formatTimeout,
  formatUnfinishedTasks,
} from '../../job/format.ts';
import type { RestoreView } from '../../job/job-view.ts';
import type { Table } from '../answer.ts';

const names = [
  'JobId',
  'Label',
  'Timestamp',
  'DbName',
  'State',
  'AllowLoad',
  'ReplicationNum',
  'RestoreObjs',
  'CreateTime',
  'MetaPreparedTime',
  'SnapshotFinishedTime',
  'DownloadFinishedTime',
  'FinishedTime',
  'UnfinishedTasks',
  'Progress',
  'TaskErrMsg',
  'Status',
  'Timeout',
];
/** StarRocks' default when the statement does not say: the cluster keeps three replicas; it is only recorded here. */
const replicationDefault = 3;
/** Doris' BRIEF leaves these out. */
const longNames: ReadonlySet<string> = new Set(['RestoreObjs', 'Progress', 'TaskErrMsg']);

/** SHOW [BRIEF] RESTORE: StarRocks' eighteen columns, all text. */
export function restoreTable(views: readonly RestoreView[], brief: boolean): Table {
  const kept = names.map((name) => !brief || !longNames.has(name));
  const pick = <T>(values: readonly T[]): readonly T[] => values.filter((_, index) => kept[index]);
  return {
    columns: pick(names).map((name) => textColumn(name)),
    rows: views.map((view) => pick(restoreRow(view))),
  };
}

function restoreRow(view: RestoreView): Cell[] {
  return [
    String(view.shownId),
    view.label,
    view.timestamp,
    view.database,
    view.state,
    String(view.allowLoad),
    String(view.replicationNum ?? replicationDefault),
    formatRestoreObjects(view),
    timeText(view.createdAt),
    timeText(view.metaPreparedAt),
    timeText(view.snapshotFinishedAt),
    timeText(view.downloadFinishedAt),
    timeText(view.finishedAt),
    formatUnfinishedTasks(view),
    formatProgress(view),
    formatTaskErrors(view),
    formatStatus(view),
    formatTimeout(view),
  ];
}
