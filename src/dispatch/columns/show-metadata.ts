import { type Cell, integerColumn, textColumn } from '../../base/rows.ts';
import { timeText } from '../../base/time-text.ts';
import type { MetadataJob } from '../../metastore/kylin/metadata-jobs.ts';
import type { MetadataStoreRecord } from '../../metastore/kylin/metadata-stores.ts';
import type { RestorePlan } from '../../metastore/kylin/plan.ts';
import type { VerifyReport } from '../../metastore/kylin/verify.ts';
import { isQualified } from '../../metastore/kylin/verify.ts';
import type { AuditRow } from '../../metastore/metastore.ts';
import type { Table } from '../answer.ts';
import type { ListedBackup } from '../metadata-shelf.ts';

const jobColumns = [
  integerColumn('JobId'),
  ...['Kind', 'State', 'Store', 'Level', 'Target', 'Generation'].map((name) => textColumn(name)),
  textColumn('Path', 1_000),
  ...['Resources', 'Bytes', 'Offset'].map((name) => integerColumn(name)),
  textColumn('Changes', 200),
  textColumn('BackupBefore', 1_000),
  ...['User', 'StartTime', 'EndTime'].map((name) => textColumn(name)),
  textColumn('Error', 1_000),
];

/** SHOW METADATA BACKUPS, and the reply of each BACKUP, RESTORE and ROLLBACK METADATA. */
export function metadataJobTable(jobs: readonly MetadataJob[]): Table {
  return { columns: jobColumns, rows: jobs.map(jobRow) };
}

function jobRow(job: MetadataJob): readonly Cell[] {
  return [
    job.id,
    job.kind,
    job.state,
    job.store ?? null,
    job.level,
    job.target,
    job.generation ?? null,
    job.path ?? null,
    job.resources ?? null,
    job.bytes ?? null,
    job.offset ?? null,
    job.changes ?? null,
    job.before ?? null,
    job.user,
    timeText(job.startedAt),
    timeText(job.finishedAt),
    job.error ?? null,
  ];
}

/** SHOW METADATA BACKUPS FROM a repository: what lies there, whoever made it. */
export function shelfTable(listed: readonly ListedBackup[]): Table {
  const texts = ['Folder', 'Level', 'Generation', 'Source'].map((name) => textColumn(name, 255));
  const numbers = ['Resources', 'Bytes', 'ArchiveBytes', 'Offset'].map((name) => integerColumn(name));
  const columns = [...texts, ...numbers, textColumn('EndTime'), textColumn('Error', 255)];
  return { columns, rows: listed.map(shelfRow) };
}

function shelfRow({ name, backup }: ListedBackup): readonly Cell[] {
  if (backup === undefined) return [name, ...Array<null>(8).fill(null), 'its description cannot be read'];
  const { level, generation, source, resources, bytes, archive, offset, finishedAt } = backup;
  const numbers = [resources, bytes, archive.bytes, offset];
  return [name, level.toUpperCase(), generation, source, ...numbers, timeText(Date.parse(finishedAt)), null];
}

/** RESTORE METADATA … DRY RUN: what each key would get. */
export function planTable(plan: RestorePlan): Table {
  const rows = [
    ...plan.deletes.map(({ key }) => ['DELETE', key]),
    ...plan.updates.map(({ key }) => ['UPDATE', key]),
    ...plan.inserts.map((key) => ['INSERT', key]),
    ...plan.kept.map((key) => ['KEEP', key]),
  ];
  return { columns: [textColumn('Action'), textColumn('MetadataKey', 255)], rows };
}

/** VERIFY METADATA: Kylin's five facts in its words, then ours; the last row is the judgement. */
export function verifyTable(report: VerifyReport): Table {
  const { exists } = report;
  const rows: (readonly [string, string])[] = [
    ['generation', report.generation],
    ['resources', String(report.resources)],
    ['bytes', String(report.bytes)],
    ['projects', String(report.projects)],
    ['models', String(report.models)],
    ['the uuid file exists', String(exists.uuid)],
    ['the image file exists', String(exists.image)],
    ['the user_group file exists', String(exists.userGroup)],
    ['the user dir exists', String(exists.user)],
    ['the acl dir exists', String(exists.acl)],
    ['the manifest exists', String(report.hasManifest)],
    ...report.illegalProjects.map((name) => ['illegal project', name] as const),
    ...report.illegalFiles.map((name) => ['illegal file', name] as const),
    ...report.broken.map((name) => ['broken JSON', name] as const),
    ...report.empty.map((name) => ['empty', name] as const),
    ...report.changed.map((name) => ['changed since the backup', name] as const),
    ...report.missing.map((name) => ['missing', name] as const),
    ['qualified', String(isQualified(report))],
  ];
  return { columns: [textColumn('Check'), textColumn('Result', 255)], rows };
}

/** SHOW METADATA STORES: no password, since it is in the URL alone. */
export function metadataStoreTable(stores: readonly MetadataStoreRecord[]): Table {
  const columns = ['Name', 'Place', 'User', 'Generation', 'CreateTime'].map((name) => textColumn(name, 255));
  const rows = stores.map(({ name, place, user, generation, createdAt }) => [
    name,
    place,
    user,
    generation,
    timeText(createdAt),
  ]);
  return { columns, rows };
}

/** SHOW METADATA AUDIT LOG: who changed what; contents stay in the metastore. */
export function auditTable(rows: readonly AuditRow[]): Table {
  const columns = [
    integerColumn('Id'),
    textColumn('MetadataKey', 255),
    textColumn('Operation'),
    integerColumn('Mvcc'),
    ...['Time', 'UnitId', 'Operator', 'Instance'].map((name) => textColumn(name)),
  ];
  const cells = rows.map((row): readonly Cell[] => [
    row.id,
    row.key,
    row.mvcc === undefined ? 'DELETE' : 'PUT',
    row.mvcc ?? null,
    timeText(row.at),
    row.unitId,
    row.operator,
    row.instance,
  ]);
  return { columns, rows: cells };
}
