import { isDeepStrictEqual } from 'node:util';
import { assert } from '../base/assert.ts';
import { SqlError } from '../base/sql-error.ts';
import { parseObject } from '../metastore/kylin/json-content.ts';
import { projectKey } from '../metastore/kylin/keys.ts';
import { MetadataError } from '../metastore/kylin/metadata-error.ts';
import { ownProject, printContent, sourceOfRows } from '../metastore/kylin/own-store.ts';
import type { RestorePlan as MetadataPlan } from '../metastore/kylin/plan.ts';
import type { MetadataResource, ResourceSource } from '../metastore/kylin/resource.ts';
import { select } from '../metastore/kylin/scope.ts';
import { resourceKey } from '../metastore/key.ts';
import { tableDefinition } from '../snapshot/definition-schema.ts';
import { choice, constant, list, record, SchemaError, text } from '../snapshot/schema.ts';
import { statementIn } from '../source/duckdb/materialized/text.ts';
import type { FrozenObject, Restoring, Source, SourceColumn } from '../source/source.ts';
import type { TableDefinition } from '../sql/ddl/definition.ts';
import type { CatalogDatabase } from './database-name.ts';

/** The definition of a table, view or materialized view, as a cube's backup holds it. No rows. */
export type SavedObject = SavedTable | SavedView<'VIEW'> | SavedView<'MATERIALIZED_VIEW'>;

type SavedTable = Readonly<{
  kind: 'TABLE';
  name: string;
  ddl: string;
  definition: TableDefinition;
  columns: readonly SourceColumn[];
}>;

/** `dependsOn` are names in the same database. */
type SavedView<Kind extends string> = Readonly<{
  kind: Kind;
  name: string;
  ddl: string;
  dependsOn: readonly string[];
}>;

type Place = CatalogDatabase & Readonly<{ source: Source }>;

/** Also behind a statement that was stopped: what it has made goes again. */
const rollbackMsMax = 60_000;

const column = record<SourceColumn>('SourceColumn', { name: text, sourceType: text, parquetType: text });
const savedTable = record<SavedTable>('TABLE', {
  kind: constant('TABLE'),
  name: text,
  ddl: text,
  definition: tableDefinition,
  columns: list(column),
});
const viewFields = { name: text, ddl: text, dependsOn: list(text) } as const;
const savedObject = choice<SavedObject>('kind', {
  TABLE: savedTable,
  VIEW: record<SavedView<'VIEW'>>('VIEW', { kind: constant('VIEW'), ...viewFields }),
  MATERIALIZED_VIEW: record<SavedView<'MATERIALIZED_VIEW'>>('MATERIALIZED_VIEW', {
    kind: constant('MATERIALIZED_VIEW'),
    ...viewFields,
  }),
});

/**
 * The cube of a materialized view of ours: its definition and those of all that it reads in its database, as resources of
 * one state. Throws MetadataError `not_found` for a name that is none, `illegal` for a database of another server.
 */
export async function openOwnCube(
  place: Place,
  name: string,
  now: number,
  signal: AbortSignal,
): Promise<ResourceSource> {
  requireEmbedded(place);
  const objects = await frozenObjects(place, signal);
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
  return sourceOfRows(new Map(rows.map((row) => [row.key, { ...row, modifiedAt: now, mvcc: 0 }])));
}

/** What a restore of a cube would make, and leaves as it is because it is there. */
export type CubeRestore = Readonly<{
  plan: MetadataPlan;
  missing: readonly SavedObject[];
  createDatabase: boolean;
}>;

/** Compares a verified backup with the database. Throws MetadataError. */
export async function planOwnCube(
  backup: ResourceSource,
  place: Place,
  name: string,
  signal: AbortSignal,
): Promise<CubeRestore> {
  requireEmbedded(place);
  const project = ownProject(place.catalog, place.database);
  const scope = { kind: 'model', name, project, withSegments: true } as const;
  const { keys } = await select(backup, scope, { excludeTableExd: false }, signal);
  const isThere = (await place.source.listObjects(place.database, signal)) !== undefined;
  const present = isThere ? await frozenObjects(place, signal) : [];
  const inserts: string[] = [];
  const kept: string[] = [];
  const missing: SavedObject[] = [];
  let unchanged = 0;
  for await (const { key, bytes } of backup.read(keys, signal)) {
    if (key === projectKey('B', project)) continue;
    const saved = decodeSaved(key, bytes);
    const found = present.find((object) => isNamed(object, saved.name));
    if (found === undefined) {
      inserts.push(key);
      missing.push(saved);
    } else if (isSame(found, saved)) unchanged += 1;
    else kept.push(key);
  }
  return { plan: { inserts, updates: [], deletes: [], unchanged, kept }, missing, createDatabase: !isThere };
}

/** Counters and refreshes do not make another definition. */
function isSame(found: SavedObject, saved: SavedObject): boolean {
  if (found.kind === 'TABLE') {
    return saved.kind === 'TABLE' && isDeepStrictEqual(plain(found.definition), plain(saved.definition));
  }
  return found.kind === saved.kind && statementIn(found.ddl) === statementIn(saved.ddl);
}

/** As JSON has it, without properties that are undefined. */
function plain(definition: TableDefinition): unknown {
  return JSON.parse(JSON.stringify(definition));
}

/** Makes what is missing, without rows: all of it or nothing. */
export async function createCube(
  { missing, createDatabase }: CubeRestore,
  { source, database }: Place,
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

function requireEmbedded({ source, catalog }: Place): void {
  if (source.kind === 'duckdb') return;
  throw new MetadataError('illegal', `catalog '${catalog}' has no materialized views of ours`, {
    hint: 'BACKUP SNAPSHOT saves its databases with their definitions.',
  });
}

/** All tables and views of a database, at one point in time. */
async function frozenObjects(
  { source, database }: Place,
  signal: AbortSignal,
): Promise<readonly SavedObject[]> {
  const names = await source.listObjects(database, signal);
  if (names === undefined) throw new SqlError('unknown_database_backup', `Unknown database '${database}'`);
  const objects = names.filter(({ kind }) => ['TABLE', 'VIEW', 'MATERIALIZED_VIEW'].includes(kind));
  await using frozen = await source.freeze({ database, objects }, signal);
  return frozen.objects.flatMap(savedOf);
}

function savedOf(object: FrozenObject): readonly SavedObject[] {
  const { name, ddl } = object;
  if (object.kind === 'TABLE') {
    assert(object.definition !== undefined, 'the embedded engine knows each of its tables');
    return [{ kind: 'TABLE', name, ddl, definition: object.definition, columns: object.columns }];
  }
  if (object.kind === 'VIEW') return [{ kind: 'VIEW', name, ddl, dependsOn: object.dependsOn }];
  if (object.kind !== 'MATERIALIZED_VIEW') return [];
  return [{ kind: 'MATERIALIZED_VIEW', name, ddl, dependsOn: object.dependsOn }];
}

/** Everything that a view reads, itself or through others. */
function readBy(view: SavedObject, objects: readonly SavedObject[]): readonly SavedObject[] {
  const found = new Set<SavedObject>();
  const visit = (one: SavedObject): void => {
    for (const name of one.kind === 'TABLE' ? [] : one.dependsOn) {
      const next = objects.find((object) => isNamed(object, name));
      if (next === undefined || next === view || found.has(next)) continue;
      found.add(next);
      visit(next);
    }
  };
  visit(view);
  return [...found];
}

function isNamed({ name }: SavedObject, wanted: string): boolean {
  return name.toLowerCase() === wanted.toLowerCase();
}

type Row = Pick<MetadataResource, 'key' | 'bytes'>;

function projectRow({ catalog, database }: CatalogDatabase): Row {
  const key = projectKey('B', ownProject(catalog, database));
  return { key, bytes: printContent({ name: `${catalog}.${database}` }) };
}

/** A model as Kylin's: what it reads is its fact table and those joined, by the names of their files. */
function modelRow(place: CatalogDatabase, view: SavedObject, read: readonly SavedObject[]): Row {
  const [fact, ...joined] = read.map((object) => fileName(place, 'table', object.name));
  const tables = {
    ...(fact !== undefined && { fact_table: fact }),
    join_tables: joined.map((table) => ({ table })),
  };
  const uuid = fileName(place, 'model_desc', view.name);
  return {
    key: keyOf(place, 'model_desc', view.name),
    bytes: printContent({ uuid, alias: view.name, ...tables, object: view }),
  };
}

function tableRow(place: CatalogDatabase, object: SavedObject): Row {
  return { key: keyOf(place, 'table', object.name), bytes: printContent({ name: object.name, object }) };
}

function keyOf({ catalog, database }: CatalogDatabase, type: string, name: string): string {
  return `${resourceKey(`${catalog}.${database}`, type, name)}.json`;
}

function fileName(place: CatalogDatabase, type: string, name: string): string {
  const key = keyOf(place, type, name);
  return key.slice(key.lastIndexOf('/') + 1, -'.json'.length);
}

function decodeSaved(key: string, bytes: Uint8Array): SavedObject {
  try {
    return savedObject.decode(parseObject(bytes)?.['object'], key);
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    throw new MetadataError('broken', `'${key}' holds no definition of ours: ${error.message}`, {
      cause: error,
    });
  }
}
