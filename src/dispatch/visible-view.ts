import type { CatalogView } from '../catalog/view.ts';
import type { Access } from './access.ts';

/** The catalog as a login sees it: without what it has no privilege on. */
export function visibleView(view: CatalogView, access: Access): CatalogView {
  if (access.isAdministrator) return view;
  return {
    ...passedOn(view),
    listDatabases: () => view.listDatabases().filter(({ name }) => access.sees(name)),
    listObjects: (database) =>
      view.listObjects(database)?.filter((object) => access.sees(object.database, object.name)),
    findObject: (database, name) =>
      access.sees(database, name) ? view.findObject(database, name) : undefined,
    listFunctions: (database) =>
      view.listFunctions(database)?.filter((each) => access.seesFunction(each.database, each.name)),
  };
}

/** Asked for objects that were found before. */
function passedOn(
  view: CatalogView,
): Omit<CatalogView, 'listDatabases' | 'listObjects' | 'findObject' | 'listFunctions'> {
  return {
    isUpdatable: (database, name) => view.isUpdatable(database, name),
    rowCount: async (database, table, signal) => view.rowCount(database, table, signal),
    autoIncrement: (database, table) => view.autoIncrement(database, table),
    partitionRows: async (database, table, signal) => view.partitionRows(database, table, signal),
    taskRuns: async (signal) => view.taskRuns(signal),
    dynamicRun: (database, table) => view.dynamicRun(database, table),
    temporaryPartitionRows: async (database, table, signal) =>
      view.temporaryPartitionRows(database, table, signal),
  };
}
