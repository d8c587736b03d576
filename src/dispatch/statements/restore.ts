import { SqlError } from '../../base/sql-error.ts';
import type { RestoreRequest } from '../../job/requests.ts';
import type { ObjectChoice, RestoreObject } from '../../job/restore-plan.ts';
import { noSuchSnapshot } from '../../job/submission.ts';
import { isEncodable } from '../../repository/key.ts';
import { type RestoreOption, restoreOptions } from '../../source/restoring.ts';
import type { ObjectItem, Restore } from '../../sql/statement.ts';
import { analysisError, noSuchRepository, snapshotsHint } from '../analysis.ts';
import { type Answer, okAnswer, rowsAnswer } from '../answer.ts';
import { explainTable } from '../columns/explain-restore.ts';
import { requireMakingCatalogs, requireRestore } from '../job-access.ts';
import { catalogsToRestore } from './external-catalogs.ts';
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
  await services.scheduler.submit(await requestOf(statement, services, state, signal), signal);
  return okAnswer;
}

/** EXPLAIN RESTORE: what the statement would do, a row for each object; nothing is changed. */
export async function explainRestore(
  statement: Restore,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  const request = await requestOf(statement, services, state, signal);
  return rowsAnswer(explainTable(await services.scheduler.explain(request, signal)));
}

async function requestOf(
  statement: Restore,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<RestoreRequest> {
  if (services.repositories.find(statement.repository) === undefined) {
    throw noSuchRepository(statement.repository);
  }
  const { label, database } = statement.label;
  if (label === '') throw new SqlError('label', "Incorrect label name ''");
  const catalog = statement.label.catalog ?? statement.database?.catalog ?? state.catalog;
  const { externalCatalogs } = statement;
  if (externalCatalogs === undefined) services.catalogs.source(catalog);
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
    ...(statement.objects !== undefined && { objects: objectChoice(statement.objects) }),
    ...(externalCatalogs !== undefined && {
      externalCatalogs: catalogsToRestore(externalCatalogs, services),
    }),
    ...readProperties(statement, services),
  };
  return await allowed(request, services, state, signal);
}

/** The request of one who may make it, with the database that it goes to. */
async function allowed(
  request: RestoreRequest,
  services: Services,
  { access }: SessionState,
  signal: AbortSignal,
): Promise<RestoreRequest> {
  if (access.isAdministrator) return request;
  if (request.externalCatalogs !== undefined) {
    requireMakingCatalogs(access);
    return request;
  }
  const database = request.database ?? (await databaseOfSnapshot(request, services, signal));
  const placed = { ...request, database };
  await requireRestore(access, placed, services, signal);
  return placed;
}

async function databaseOfSnapshot(
  { repository, label, timestamp }: RestoreRequest,
  services: Services,
  signal: AbortSignal,
): Promise<string> {
  const place = await services.openRepository(repository, signal);
  const entries = await services.catalogue.list(place, label, signal);
  const found = entries.find((entry) => entry.timestamp === timestamp);
  if (found?.kind === 'whole') return found.manifest.database;
  throw missingSnapshot(label, timestamp);
}

type PropertyPart = Pick<
  RestoreRequest,
  'timestamp' | 'allowLoad' | 'timeoutMs' | 'replicationNum' | 'options'
>;

function readProperties(statement: Restore, services: Services): PropertyPart {
  const reader = new PropertyReader(statement.properties, 'restore');
  const timestamp = reader.take('backup_timestamp');
  const allowLoad = reader.takeBoolean('allow_load', (text) => `Invalid allow load value: ${text}`);
  const given = reader.takeInteger('replication_num') ?? replicas(reader.take('replication_allocation'));
  const replicationNum = checkedReplication(given);
  const timeoutMs = reader.takeTimeoutMs(services.settings.get('backup_job_default_timeout_ms'));
  reader.takeInteger('meta_version');
  reader.takeInteger('starrocks_meta_version');
  const options = readOptions(reader);
  reader.end();
  if (timestamp === undefined) throw missingTimestamp(statement);
  checkSnapshotName(statement, timestamp);
  return {
    timestamp,
    allowLoad: allowLoad ?? false,
    timeoutMs,
    options,
    ...(replicationNum !== undefined && { replicationNum }),
  };
}

/** StarRocks' words, and where the timestamp is to be had. */
function missingTimestamp({ repository }: Restore): SqlError {
  return analysisError('Missing backup_timestamp property', 'analysis', snapshotsHint(repository));
}

/** Doris' other way to say it, by tags of its nodes: `tag.location.default: 2, tag.location.far: 1`. */
function replicas(allocation: string | undefined): number | undefined {
  if (allocation === undefined) return undefined;
  const counts = allocation
    .split(',')
    .map((part) => /^\s*tag\.location\.\w+\s*:\s*(\d{1,4})\s*$/.exec(part)?.[1]);
  if (counts.every((count) => count !== undefined)) {
    return counts.reduce((sum, count) => sum + Number(count), 0);
  }
  throw analysisError(`Invalid replication allocation property: ${allocation}`);
}

/** StarRocks finds this only when it makes the tables. */
function checkedReplication(replicationNum: number | undefined): number | undefined {
  if (replicationNum === undefined || replicationNum > 0) return replicationNum;
  throw analysisError('Replication num should larger than 0');
}

/** A name that no snapshot can have is answered as one that none has. */
function checkSnapshotName({ label: { label } }: Restore, timestamp: string): void {
  if (isEncodable(label) && isEncodable(timestamp)) return;
  throw missingSnapshot(label, timestamp);
}

function missingSnapshot(label: string, timestamp: string): SqlError {
  return noSuchSnapshot(label.slice(0, 80), timestamp.slice(0, 80));
}

/** Neither value changes anything here: every restore is atomic, and nothing is synchronised from elsewhere. */
const withoutEffect = ['atomic_restore', 'is_being_synced'];

function readOptions(reader: PropertyReader): readonly RestoreOption[] {
  for (const key of withoutEffect) reader.takeBoolean(key, booleanRefusal(key));
  return restoreOptions.filter((key) => reader.takeBoolean(key, booleanRefusal(key)) === true);
}

function booleanRefusal(key: string): (text: string) => string {
  return (text) => `Invalid boolean property ${key} value: ${text}`;
}

function objectChoice({ mode, items }: NonNullable<Restore['objects']>): ObjectChoice {
  const objects = items.map(restoreObject);
  const named = objects.flatMap((object) => (object.kind === 'named' ? [object] : []));
  if (mode === 'EXCLUDE' && named.some(({ alias }) => alias !== undefined)) {
    throw analysisError('Unsupported operation AS in the EXCLUDE clause');
  }
  const names = named.map(({ name, alias, objectKind }) => `${objectKind === 'FUNCTION'} ${alias ?? name}`);
  const twice = named.find((_, index) => names.indexOf(names[index] as string) !== index);
  if (twice !== undefined && mode === 'ON') {
    throw analysisError(`Duplicated alias name: ${twice.alias ?? twice.name}`);
  }
  return { mode, objects };
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
