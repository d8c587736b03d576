import { nearestName } from '../../base/nearest.ts';
import { SqlError } from '../../base/sql-error.ts';
import { noDatabase } from '../../job/backup-job.ts';
import type { BackupRequest } from '../../job/requests.ts';
import { isEncodable } from '../../repository/key.ts';
import type { SnapshotProperties } from '../../snapshot/manifest.ts';
import { namespaceOf, objectKinds, type ObjectName } from '../../source/objects.ts';
import type { Selection, Source } from '../../source/source.ts';
import { hasTemporary } from '../../sql/ddl/partitions-of.ts';
import type { Backup, ExternalCatalogs, ObjectItem, ObjectList } from '../../sql/statement.ts';
import { analysisError, noSuchRepository, notSupported } from '../analysis.ts';
import { type Answer, okAnswer } from '../answer.ts';
import { type CatalogDatabase, databaseOf, objectsOf } from '../database-name.ts';
import { requireExport, requireUsages } from '../job-access.ts';
import { catalogsToSave } from './external-catalogs.ts';
import { PropertyReader } from '../properties.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';
import { checkedTtl } from '../ttl.ts';

type Selected = Selection['objects'][number];

/** BACKUP SNAPSHOT: checks everything that can be checked now, then hands the job to the scheduler. */
export async function backup(
  statement: Backup,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  const { externalCatalogs } = statement;
  const name = { ...statement.label, ...statement.database };
  const place = externalCatalogs === undefined ? await databaseOf(name, services, state, signal) : noDatabase;
  checkLabelText(statement.label.label);
  checkRepository(services, statement.repository);
  const what =
    externalCatalogs === undefined
      ? { objects: await objectsToRead(statement.objects, services, { ...place, state }, signal) }
      : { objects: [], externalCatalogs: usableCatalogs(externalCatalogs, services, state) };
  const { properties, timeoutMs } = readProperties(statement, services);
  const request: BackupRequest = {
    kind: 'backup',
    ...place,
    label: statement.label.label,
    repository: statement.repository,
    ...what,
    properties,
    timeoutMs,
    operator: state.user,
  };
  await services.scheduler.submit(request, signal);
  return okAnswer;
}

function usableCatalogs(list: ExternalCatalogs, services: Services, state: SessionState): readonly string[] {
  const names = catalogsToSave(list, services);
  requireUsages(state.access, names);
  return names;
}

async function objectsToRead(
  list: ObjectList | undefined,
  services: Services,
  { state, ...place }: CatalogDatabase & Readonly<{ state: SessionState }>,
  signal: AbortSignal,
): Promise<readonly Selected[]> {
  const objects = await selectedObjects(list, services, place, signal);
  requireExport(state.access, place, objects);
  refuseTemporary(objects, services, place.database);
  return objects;
}

/** As StarRocks: what is on its way to replace partitions is no part of a state worth keeping. */
function refuseTemporary(objects: readonly Selected[], services: Services, database: string): void {
  for (const { kind, name } of objects) {
    const found = kind === 'TABLE' ? services.view.findObject(database, name) : undefined;
    if (found?.kind !== 'TABLE' || !hasTemporary(found.definition)) continue;
    throw new SqlError('backup', 'Do not support backing up table with temp partitions');
  }
}

function checkLabelText(label: string): void {
  if (label === '') throw new SqlError('label', "Incorrect label name ''");
  if (isEncodable(label)) return;
  throw new SqlError('label', `Incorrect label name '${label.slice(0, 80)}'`, {
    hint: 'A label has at most 148 bytes.',
  });
}

function checkRepository(services: Services, name: string): void {
  const repository = services.repositories.find(name);
  if (repository === undefined) throw noSuchRepository(name);
  if (repository.readOnly) throw new SqlError('backup', `Repository ${name} is read only`);
}

function readProperties(
  statement: Backup,
  services: Services,
): Readonly<{ properties: SnapshotProperties; timeoutMs: number }> {
  const reader = new PropertyReader(statement.properties, 'backup');
  const type = reader.take('type') ?? 'FULL';
  if (!/^(?:full|incremental)$/i.test(type))
    throw analysisError(`Invalid backup job type: ${type}`, 'analysis', typeHint);
  if (/^incremental$/i.test(type))
    throw new SqlError('backup', 'Currently does not support incremental backup', { hint: typeHint });
  const content = reader.take('content') ?? 'ALL';
  if (content.toUpperCase() !== 'ALL') throw notSupported(`"content" = "${content}"`);
  const timeoutMs = reader.takeTimeoutMs(services.settings.get('backup_job_default_timeout_ms'));
  const ttl = checkedTtl(reader.take('ttl') ?? '');
  reader.end();
  return { properties: { type: 'FULL', ...(ttl !== undefined && { ttl }) }, timeoutMs };
}

const typeHint =
  'Leave "type" out: every backup stores only the rows that no snapshot of the repository has yet.';

/** What is to be read, each once, in the order in which the source lists it. */
async function selectedObjects(
  list: ObjectList | undefined,
  services: Services,
  place: CatalogDatabase,
  signal: AbortSignal,
): Promise<readonly Selected[]> {
  const all = inQueue(await objectsOf(services, place, signal));
  if (all.length === 0) throw new SqlError('backup', `Database: ${place.database} is empty`);
  if (list === undefined) return unnamed(all, services);
  const source = services.catalogs.source(place.catalog);
  const from = { source, database: place.database };
  const chosen: Selected[] = [];
  for (const item of list.items) {
    if (item.kind === 'all') chosen.push(...all.filter((object) => object.kind === item.object));
    else chosen.push(await selectedObject(item, all, from, signal));
  }
  if (list.mode === 'EXCLUDE') return without(all, chosen, from, signal);
  if (chosen.length === 0) throw new SqlError('backup', `Database: ${place.database} is empty`);
  return inOrder(chosen, list.items, all);
}

/** What a backup saves that names nothing. */
function unnamed(all: readonly ObjectName[], services: Services): readonly ObjectName[] {
  const hasViews = services.settings.isOn('enable_backup_materialized_view');
  return hasViews ? all : all.filter((object) => object.kind !== 'MATERIALIZED_VIEW');
}

/** Tables come before whatever reads them, as in StarRocks' queue; among themselves as the source lists them. */
function inQueue(objects: readonly ObjectName[]): readonly ObjectName[] {
  return objects.toSorted((left, right) => objectKinds.indexOf(left.kind) - objectKinds.indexOf(right.kind));
}

type NamedItem = Extract<ObjectItem, { kind: 'named' }>;

/** The database part of a name in the list is ignored, as StarRocks does. */
async function selectedObject(
  item: NamedItem,
  all: readonly ObjectName[],
  from: Readonly<{ source: Source; database: string }>,
  signal: AbortSignal,
): Promise<Selected> {
  const found = findObject(item, all);
  if (item.partitions === undefined) return found;
  if (item.partitions.temporary) throw analysisError('Do not support backing up temp partitions');
  const known = await from.source.listPartitions(from.database, found.name, signal);
  // In StarRocks a table without partitions has one, under its own name.
  const isOnly = item.partitions.names.every((name) => name.toLowerCase() === found.name.toLowerCase());
  if (known.length === 0 && isOnly) return found;
  const partitions = item.partitions.names.map((name) => {
    const match = known.find((one) => one.toLowerCase() === name.toLowerCase());
    if (match === undefined) throw unknownPartition(found.name, name, known);
    return match;
  });
  return { ...found, partitions: [...new Set(partitions)] };
}

function unknownPartition(table: string, name: string, known: readonly string[]): SqlError {
  const shown = [...known.slice(0, partitionsShownMax), ...(known.length > partitionsShownMax ? ['…'] : [])];
  const hint = known.length === 0 ? 'It has no partitions.' : `It has ${shown.join(', ')}.`;
  return analysisError(`partition[${name}] does not exist  in table${table}`, 'analysis', hint);
}

const partitionsShownMax = 10;

function findObject(item: NamedItem, all: readonly ObjectName[]): ObjectName {
  const name = item.name.at(-1) ?? '';
  const space = namespaceOf(item.object);
  const found = all.find(
    (object) => object.name.toLowerCase() === name.toLowerCase() && namespaceOf(object.kind) === space,
  );
  if (found !== undefined && (item.object === 'TABLE' || found.kind === item.object)) return found;
  if (item.object === 'FUNCTION')
    throw new SqlError('backup', `Invalid backup function(s), function name: ${name}`, {
      hint: 'SHOW FUNCTIONS lists those that are there.',
    });
  throw analysisError(`Incorrect table name '${name}'`, 'analysis', hintOf(name, found, all));
}

/** `found` has the name and is of another kind than the statement says. */
function hintOf(name: string, found: ObjectName | undefined, all: readonly ObjectName[]): string {
  if (found !== undefined) return `It is a ${found.kind.replaceAll('_', ' ')}.`;
  const meant = nearestName(
    name,
    all.map((object) => object.name),
  );
  return meant === undefined ? 'SHOW FULL TABLES lists those that are there.' : `Did you mean '${meant}'?`;
}

/** Refuses a table that is named twice; one that ALL names as well is kept as it was named. */
function inOrder(
  chosen: readonly Selected[],
  items: ObjectList['items'],
  all: readonly ObjectName[],
): readonly Selected[] {
  const named = items.flatMap((item) => (item.kind === 'named' ? [findObject(item, all)] : []));
  const twice = named.find((object, index) => named.indexOf(object) !== index);
  if (twice !== undefined) throw analysisError(`Duplicated table: ${twice.name}`);
  return all.flatMap((object) => {
    const matches = chosen.filter((one) => one.name === object.name && one.kind === object.kind);
    return matches.find((one) => one.partitions !== undefined) ?? matches[0] ?? [];
  });
}

/** Of a table of which partitions are excluded, the others are read. */
async function without(
  all: readonly ObjectName[],
  excluded: readonly Selected[],
  from: Readonly<{ source: Source; database: string }>,
  signal: AbortSignal,
): Promise<readonly Selected[]> {
  const left: Selected[] = [];
  for (const object of all) {
    const own = excluded.filter((each) => each.name === object.name && each.kind === object.kind);
    if (own.length === 0) left.push(object);
    if (own.length === 0 || own.some(({ partitions }) => partitions === undefined)) continue;
    const gone = new Set(own.flatMap(({ partitions = [] }) => partitions));
    const known = await from.source.listPartitions(from.database, object.name, signal);
    const partitions = known.filter((name) => !gone.has(name));
    if (partitions.length > 0) left.push({ ...object, partitions });
  }
  if (left.length === 0) throw analysisError('every object of the database is excluded');
  return left;
}
