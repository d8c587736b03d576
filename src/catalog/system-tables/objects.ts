import { materializedViewsOf } from '../show/materialized-views.ts';
import { systemDatabases } from '../system-databases.ts';
import type { DatabaseFacts, MaterializedViewObject, ObjectFacts } from '../view.ts';
import type { SystemReader } from './system-table.ts';

export type TableObject = Extract<ObjectFacts, { kind: 'TABLE' }>;
export type ViewObject = Extract<ObjectFacts, { kind: 'VIEW' }>;

/** The databases the reader may see, the server's own among them, by name. */
export function visibleDatabases(reader: SystemReader): readonly DatabaseFacts[] {
  const own = systemDatabases.map((name) => ({ name }));
  const users = reader.view.listDatabases().filter(({ name }) => reader.isVisible(name));
  return [...own, ...users].sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** Every table and view of users' databases that the reader may see. */
export function visibleObjects(reader: SystemReader): readonly ObjectFacts[] {
  const { view } = reader;
  return view
    .listDatabases()
    .flatMap(({ name }) => view.listObjects(name) ?? [])
    .filter((object) => reader.isVisible(object.database, object.name));
}

export function visibleTables(reader: SystemReader): readonly TableObject[] {
  return visibleObjects(reader).filter((object) => object.kind === 'TABLE');
}

export function visibleViews(reader: SystemReader): readonly ViewObject[] {
  return visibleObjects(reader).filter((object) => object.kind === 'VIEW');
}

export function visibleMaterializedViews(reader: SystemReader): readonly MaterializedViewObject[] {
  return visibleObjects(reader).filter((object) => object.kind === 'MATERIALIZED_VIEW');
}

/** The synchronous ones, too, which are no objects of their own. */
export function allMaterializedViews(reader: SystemReader): readonly MaterializedViewObject[] {
  return materializedViewsOf(reader.view, visibleObjects(reader));
}
