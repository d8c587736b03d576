import { isDeepStrictEqual } from 'node:util';
import { assert } from '../base/assert.ts';
import { parseObject } from '../metastore/kylin/json-content.ts';
import { projectKey } from '../metastore/kylin/keys.ts';
import { MetadataError } from '../metastore/kylin/metadata-error.ts';
import { ownProject, printContent } from '../metastore/kylin/own-store.ts';
import type { MetadataResource } from '../metastore/kylin/resource.ts';
import { resourceKey } from '../metastore/key.ts';
import { tableDefinition } from '../snapshot/definition-schema.ts';
import { choice, constant, list, record, SchemaError, text } from '../snapshot/schema.ts';
import { statementIn } from '../source/duckdb/materialized/text.ts';
import type { FrozenObject, SourceColumn } from '../source/frozen.ts';
import type { Source } from '../source/source.ts';
import type { TableDefinition } from '../sql/ddl/definition.ts';
import type { CatalogDatabase } from './database-name.ts';

/** The definition of a table, view or materialized view, as a backup of metadata holds it. No rows. */
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

/** A database of the embedded engine. */
export type OwnPlace = CatalogDatabase & Readonly<{ source: Source }>;

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

/** All tables and views of a database, at one point in time; undefined for one that is not there. */
export async function frozenObjects(
  { source, database }: OwnPlace,
  signal: AbortSignal,
): Promise<readonly SavedObject[] | undefined> {
  const names = await source.listObjects(database, signal);
  if (names === undefined) return undefined;
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
export function readBy(view: SavedObject, objects: readonly SavedObject[]): readonly SavedObject[] {
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

export function isNamed({ name }: SavedObject, wanted: string): boolean {
  return name.toLowerCase() === wanted.toLowerCase();
}

/** Counters and refreshes do not make another definition. */
export function isSame(found: SavedObject, saved: SavedObject): boolean {
  if (found.kind === 'TABLE') {
    return saved.kind === 'TABLE' && isDeepStrictEqual(plain(found.definition), plain(saved.definition));
  }
  return found.kind === saved.kind && statementIn(found.ddl) === statementIn(saved.ddl);
}

/** As JSON has it, without properties that are undefined. */
function plain(definition: TableDefinition): unknown {
  return JSON.parse(JSON.stringify(definition));
}

/** A resource that has no version: it lies in the engine, not in the metastore. */
type Row = Pick<MetadataResource, 'key' | 'bytes'>;

export function projectRow({ catalog, database }: CatalogDatabase): Row {
  const key = projectKey('B', ownProject(catalog, database));
  return { key, bytes: printContent({ name: `${catalog}.${database}` }) };
}

/** A materialized view is a model as Kylin's: what it reads is its fact table and those joined, by the names of their files. */
export function objectRow(place: CatalogDatabase, object: SavedObject, all: readonly SavedObject[]): Row {
  return object.kind === 'MATERIALIZED_VIEW'
    ? modelRow(place, object, readBy(object, all))
    : tableRow(place, object);
}

export function modelRow(place: CatalogDatabase, view: SavedObject, read: readonly SavedObject[]): Row {
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

export function tableRow(place: CatalogDatabase, object: SavedObject): Row {
  return { key: keyOf(place, 'table', object.name), bytes: printContent({ name: object.name, object }) };
}

function keyOf({ catalog, database }: CatalogDatabase, type: string, name: string): string {
  return `${resourceKey(`${catalog}.${database}`, type, name)}.json`;
}

function fileName(place: CatalogDatabase, type: string, name: string): string {
  const key = keyOf(place, type, name);
  return key.slice(key.lastIndexOf('/') + 1, -'.json'.length);
}

/** Throws MetadataError `broken` for what is no definition of ours. */
export function decodeSaved(key: string, bytes: Uint8Array): SavedObject {
  try {
    return savedObject.decode(parseObject(bytes)?.['object'], key);
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    throw new MetadataError('broken', `'${key}' holds no definition of ours: ${error.message}`, {
      cause: error,
    });
  }
}
