import { SqlError } from '../../base/sql-error.ts';
import type { RestoreRequest } from '../../job/requests.ts';
import type { RestoreObject } from '../../job/restore-plan.ts';
import { isEncodable } from '../../repository/key.ts';
import type { ObjectItem, Restore } from '../../sql/statement.ts';
import { analysisError, notSupported } from '../analysis.ts';
import { type Answer, okAnswer } from '../answer.ts';
import { PropertyReader } from '../properties.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';

/** StarRocks' database names: a letter first, or an underscore and a letter or digit. */
const databasePattern = /^(?:[a-zA-Z][\w\-~!@#$%^&<>=+]{0,255}|_[a-zA-Z0-9][\w\-~!@#$%^&<>=+]{0,254})$/;

/** RESTORE SNAPSHOT: names are looked up in the snapshot by the scheduler, before it answers OK. */
export async function restore(
  statement: Restore,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  if (statement.externalCatalogs !== undefined) throw notSupported('RESTORE of external catalogs');
  if (services.repositories.find(statement.repository) === undefined) {
    throw analysisError(`Repository [${statement.repository}] does not exist`, 'backup');
  }
  const { label, database } = statement.label;
  if (label === '') throw new SqlError('label', "Incorrect label name ''");
  const catalog = statement.label.catalog ?? statement.database?.catalog ?? state.catalog;
  services.catalogs.source(catalog);
  const target = database ?? statement.database?.alias ?? statement.database?.database;
  if (target !== undefined && !databasePattern.test(target)) {
    throw new SqlError('bad_database_name', `Incorrect database name '${target}'`);
  }
  const request: RestoreRequest = {
    kind: 'restore',
    catalog,
    label,
    repository: statement.repository,
    operator: state.user,
    ...(target !== undefined && { database: target }),
    ...(statement.database !== undefined && { originalDatabase: statement.database.database }),
    ...(statement.objects !== undefined && { objects: restoreObjects(statement.objects) }),
    ...readProperties(statement, services),
  };
  await services.scheduler.submit(request, signal);
  return okAnswer;
}

type PropertyPart = Pick<RestoreRequest, 'timestamp' | 'allowLoad' | 'timeoutMs' | 'replicationNum'>;

function readProperties(statement: Restore, services: Services): PropertyPart {
  const reader = new PropertyReader(statement.properties, 'restore');
  const timestamp = reader.take('backup_timestamp');
  const allowLoad = reader.takeBoolean('allow_load', (text) => `Invalid allow load value: ${text}`);
  const replicationNum = reader.takeInteger('replication_num');
  const timeoutMs = reader.takeTimeoutMs(services.settings.get('backup_job_default_timeout_ms'));
  reader.takeInteger('meta_version');
  reader.takeInteger('starrocks_meta_version');
  readDorisProperties(reader);
  reader.end();
  if (timestamp === undefined) throw analysisError('Missing backup_timestamp property');
  checkSnapshotName(statement.label.label, timestamp);
  return {
    timestamp,
    allowLoad: allowLoad ?? false,
    timeoutMs,
    ...(replicationNum !== undefined && { replicationNum }),
  };
}

/** A name that no snapshot can have is answered as one that none has. */
function checkSnapshotName(label: string, timestamp: string): void {
  if (isEncodable(label) && isEncodable(timestamp)) return;
  throw new SqlError(
    'backup',
    `Failed to get info of snapshot '${label.slice(0, 80)}' because: Expected one file with path: ` +
      `${timestamp.slice(0, 80)}. get: 0. Maybe specified wrong backup timestamp`,
  );
}

/** True changes nothing here: every restore is atomic, and there are no replicas, colocation or schedules to reserve. */
const withoutEffect = [
  'atomic_restore',
  'reserve_replica',
  'reserve_colocate',
  'reserve_dynamic_partition_enable',
  'is_being_synced',
];
/** True would change what a restore leaves behind. */
const notYet = ['clean_tables', 'clean_partitions', 'force_replace'];

function readDorisProperties(reader: PropertyReader): void {
  for (const key of withoutEffect) reader.takeBoolean(key, booleanRefusal(key));
  for (const key of notYet) {
    if (reader.takeBoolean(key, booleanRefusal(key)) === true) throw notSupported(`"${key}" = "true"`);
  }
}

function booleanRefusal(key: string): (text: string) => string {
  return (text) => `Invalid boolean property ${key} value: ${text}`;
}

function restoreObjects(list: NonNullable<Restore['objects']>): readonly RestoreObject[] {
  if (list.mode === 'EXCLUDE') throw notSupported('EXCLUDE in RESTORE');
  const objects = list.items.map(restoreObject);
  const aliases = objects.flatMap((object) => (object.kind === 'named' ? [object.alias ?? object.name] : []));
  const twice = aliases.find((alias, index) => aliases.indexOf(alias) !== index);
  if (twice !== undefined) throw analysisError(`Duplicated alias name: ${twice}`);
  return objects;
}

function restoreObject(item: ObjectItem): RestoreObject {
  if (item.kind === 'all') return { kind: 'all', objectKind: item.object };
  if (item.partitions?.temporary === true)
    throw analysisError('Do not support restoring temporary partitions');
  return {
    kind: 'named',
    name: item.name.at(-1) ?? '',
    ...(item.object !== 'TABLE' && { objectKind: item.object }),
    ...(item.partitions !== undefined && { partitions: item.partitions.names }),
    ...(item.alias !== undefined && { alias: item.alias }),
  };
}
