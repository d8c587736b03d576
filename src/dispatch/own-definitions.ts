import { internalCatalog } from '../catalog/external/external-catalogs.ts';
import { typeOfKey, uuidKey } from '../metastore/kylin/keys.ts';
import { MetadataError } from '../metastore/kylin/metadata-error.ts';
import { ownProject, sourceOfRows } from '../metastore/kylin/own-store.ts';
import type { RestorePlan as MetadataPlan } from '../metastore/kylin/plan.ts';
import type { MetadataResource, ResourceSource } from '../metastore/kylin/resource.ts';
import { select } from '../metastore/kylin/scope.ts';
import type { Scope } from '../metastore/kylin/selection.ts';
import type { Restoring } from '../source/restoring.ts';
import type { Source } from '../source/source.ts';
import { unknownDatabase } from './database-name.ts';
import {
  decodeSaved,
  frozenObjects,
  isNamed,
  isSame,
  modelRow,
  objectRow,
  type OwnPlace,
  projectRow,
  readBy,
  type SavedObject,
  tableRow,
} from './own-objects.ts';

export type OwnCube = Readonly<{
  place: OwnPlace;
  name: string;
  /** Whose UUID goes with it. */
  metastore: ResourceSource;
}>;

/**
 * The cube of a materialized view of ours: its definition and those of all that it reads in its database, as resources of
 * one state. Throws MetadataError `not_found` for a name that is none.
 */
export async function openOwnCube(
  { place, name, metastore }: OwnCube,
  now: number,
  signal: AbortSignal,
): Promise<ResourceSource> {
  const objects = await frozenObjects(place, signal);
  if (objects === undefined) throw unknownDatabase(place);
  const view = objects.find((object) => object.kind === 'MATERIALIZED_VIEW' && isNamed(object, name));
  if (view === undefined) {
    throw new MetadataError('not_found', `there is no materialized view '${name}' in '${place.database}'`);
  }
  const read = readBy(view, objects);
  const rows = [
    projectRow(place),
    modelRow(place, view, read),
    ...read.map((object) => tableRow(place, object)),
  ];
  const uuid = await Array.fromAsync(metastore.read([uuidKey('B')], signal));
  const known = uuid.map((resource) => [resource.key, resource] as const);
  return sourceOfRows(new Map([...known, ...asOf(rows, now)]));
}

/**
 * A database of the embedded engine as a project: the history of its jobs, which `metastore` has, and the definitions of all
 * its tables and views. Each materialized view can be restored from it alone, as from a backup of its cube.
 */
export async function openOwnProject(
  place: OwnPlace,
  metastore: ResourceSource,
  now: number,
  signal: AbortSignal,
): Promise<ResourceSource> {
  const project = ownProject(place.catalog, place.database);
  const { keys } = await select(metastore, { kind: 'project', project }, { excludeTableExd: false }, signal);
  const rows = new Map<string, MetadataResource>();
  for await (const resource of metastore.read(keys, signal)) rows.set(resource.key, resource);
  const objects = (await frozenObjects(place, signal)) ?? [];
  const definitions = objects.map((object) => objectRow(place, object, objects));
  const views = objects.filter(({ kind }) => kind === 'MATERIALIZED_VIEW');
  const readByViews = new Set(views.flatMap((view) => readBy(view, objects)));
  const readViews = views.filter((view) => readByViews.has(view)).map((view) => tableRow(place, view));
  const all = objects.length > 0 || rows.size > 0 ? [projectRow(place), ...definitions, ...readViews] : [];
  return sourceOfRows(new Map([...rows, ...asOf(all, now)]));
}

function asOf(
  rows: readonly Pick<MetadataResource, 'key' | 'bytes'>[],
  now: number,
): ReadonlyMap<string, MetadataResource> {
  return new Map(rows.map((row) => [row.key, { ...row, modifiedAt: now, mvcc: 0 }]));
}

/** What a restore of definitions would make, and leaves as it is because it is there. */
export type DefinitionsRestore = Readonly<{
  plan: MetadataPlan;
  missing: readonly SavedObject[];
  createDatabase: boolean;
}>;

/** Resources of a project that hold definitions; the others are history. */
const definitionTypes: readonly string[] = ['model_desc', 'table'];

/** Compares a verified backup with the database. Throws MetadataError `not_found` when it holds no definition of the scope. */
export async function planDefinitions(
  backup: ResourceSource,
  place: OwnPlace,
  scope: Scope,
  signal: AbortSignal,
): Promise<DefinitionsRestore> {
  const { keys } = await select(backup, scope, { excludeTableExd: false }, signal);
  const definitions = keys.filter((key) => definitionTypes.includes(typeOfKey('B', key)));
  if (definitions.length === 0) throw noDefinitions(place, keys.length > 0);
  const present = await frozenObjects(place, signal);
  const inserts: string[] = [];
  const kept: string[] = [];
  const missing = new Map<string, SavedObject>();
  let unchanged = 0;
  for await (const { key, bytes } of backup.read(definitions, signal)) {
    const saved = decodeSaved(key, bytes);
    const found = present?.find((object) => isNamed(object, saved.name));
    if (found === undefined) {
      inserts.push(key);
      missing.set(saved.name.toLowerCase(), saved);
    } else if (isSame(found, saved)) unchanged += 1;
    else kept.push(key);
  }
  const plan = { inserts, updates: [], deletes: [], unchanged, kept };
  return { plan, missing: [...missing.values()], createDatabase: present === undefined };
}

function noDefinitions({ catalog, database }: OwnPlace, hasHistory: boolean): MetadataError {
  const project = `'${catalog}.${database}'`;
  return hasHistory
    ? new MetadataError(
        'not_found',
        `the backup holds of ${project} only the history of jobs: nothing was restored`,
        {
          hint: 'BACKUP METADATA PROJECT holds the definitions, BACKUP SNAPSHOT the rows, too.',
        },
      )
    : new MetadataError('not_found', `the backup holds no project ${project}: nothing was restored`);
}

/** Also behind a statement that was stopped: what it has made goes again. */
const rollbackMsMax = 60_000;

/** Makes what is missing, without rows: all of it or nothing. */
export async function createDefinitions(
  { missing, createDatabase }: DefinitionsRestore,
  { source, database }: OwnPlace,
  restoreId: string,
  signal: AbortSignal,
): Promise<void> {
  const targets = missing.map(({ kind, name }) => ({ kind, name }));
  using _hold = source.holdTargets({
    database,
    label: restoreId,
    targets,
    isWhole: false,
    allowsLoad: false,
  });
  await using restoring = await source.openRestore(restoreId, database, signal);
  try {
    await restoring.prepare(sourcePlan(missing, { source, database, createDatabase }), signal);
    for (const { kind, name } of missing) if (kind === 'TABLE') await restoring.seal(name, signal);
    await restoring.commit(signal);
  } catch (error) {
    await restoring.rollback(AbortSignal.timeout(rollbackMsMax));
    throw error;
  }
  await restoring.forget(signal);
}

type SourcePlan = Parameters<Restoring['prepare']>[0];

function sourcePlan(
  missing: readonly SavedObject[],
  {
    source,
    database,
    createDatabase,
  }: Readonly<{ source: Source; database: string; createDatabase: boolean }>,
): SourcePlan {
  return {
    database,
    originalDatabase: database,
    createDatabase,
    origin: { kind: source.kind, version: source.version },
    tables: missing.flatMap((saved) => (saved.kind === 'TABLE' ? [{ ...saved, target: saved.name }] : [])),
    others: inOrder(missing).map(({ kind, name, ddl }) => ({ kind, name, target: name, ddl })),
  };
}

type SavedOther = Exclude<SavedObject, { kind: 'TABLE' }>;

/** What is read before what reads it. */
function inOrder(missing: readonly SavedObject[]): readonly SavedOther[] {
  const ordered: SavedOther[] = [];
  const left = missing.filter((saved) => saved.kind !== 'TABLE');
  while (left.length > 0) {
    const at = left.findIndex(({ dependsOn }) => !left.some(({ name }) => dependsOn.includes(name)));
    // A circle can be in a file that somebody wrote, not in a database.
    ordered.push(...left.splice(Math.max(at, 0), 1));
  }
  return ordered;
}

/** Throws MetadataError `illegal` for a database of another server, whose definitions are not kept here. */
export function requireEmbedded(catalog: string): void {
  if (catalog === internalCatalog) return;
  throw new MetadataError('illegal', `catalog '${catalog}' has no materialized views of ours`, {
    hint: 'BACKUP SNAPSHOT saves its databases with their definitions.',
  });
}
