import type { BackupView, JobView, RestoreView } from './job-view.ts';
import type { RestoreTarget } from './restore-job.ts';

/** The texts of StarRocks' SHOW BACKUP and SHOW RESTORE, character by character. */

/** Doris lists no more unfinished tasks than this; a cell of ten thousand helps nobody. */
const tasksShownMax = 100;

/** `[taskId: done/total], …` of the tasks under way. */
export function formatProgress(view: JobView): string {
  return view.unfinished
    .slice(0, tasksShownMax)
    .map(({ task, done, total }) => `[${task}: ${done}/${total}]`)
    .join(', ');
}

/** `taskId=node, …` of the tasks under way. */
export function formatUnfinishedTasks(view: JobView): string {
  return view.unfinished
    .slice(0, tasksShownMax)
    .map(({ task }) => `${task}=${view.nodeName}`)
    .join(', ');
}

/** `[taskId: text], …`; stays when the job has gone on. */
export function formatTaskErrors(view: JobView): string {
  return view.taskErrors.map(({ task, message }) => `[${task}: ${message}]`).join(', ');
}

/** `[OK]`, or `[CODE, msg: text]` of a cancelled job. */
export function formatStatus(view: JobView): string {
  return view.failure === undefined ? '[OK]' : `[${view.failure.code}, msg: ${view.failure.message}]`;
}

/** `[db.table], [db.tablePARTITIONS (p1, p2)]`, without a blank, as StarRocks prints it. */
export function formatBackupObjects(view: BackupView): string {
  if (view.externalCatalogs !== undefined) return view.externalCatalogs.map((name) => `[${name}]`).join(', ');
  return view.objects
    .map(({ name, partitions }) => {
      const restricted = partitions === undefined ? '' : `PARTITIONS (${partitions.join(', ')})`;
      return `[${view.database}.${name}${restricted}]`;
    })
    .join(', ');
}

/** `table PARTITIONS [p1, p2], other AS alias`. */
export function formatRestoreObjects(view: RestoreView): string {
  const targets: readonly Omit<RestoreTarget, 'kind'>[] = view.externalCatalogs ?? view.targets;
  return targets
    .map(({ name, target, partitions }) => {
      const isOwnName = partitions?.length === 1 && partitions[0] === name;
      const restricted =
        partitions === undefined || isOwnName ? '' : ` PARTITIONS [${partitions.join(', ')}]`;
      return `${name}${restricted}${target === name ? '' : ` AS ${target}`}`;
    })
    .join(', ');
}

/** Timeout in seconds, as the statement gave it. */
export function formatTimeout(view: JobView): string {
  return String(Math.floor(view.timeoutMs / 1000));
}
