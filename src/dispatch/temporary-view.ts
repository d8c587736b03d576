import type { CatalogView } from '../catalog/view.ts';
import type { EngineSession } from './session-state.ts';

/** The catalog as SHOW of one table sees it: temporary tables of the login hide others. Lists have none of them, as in MySQL. */
export function temporaryView(view: CatalogView, engine: EngineSession): CatalogView {
  return {
    listDatabases: () => view.listDatabases(),
    listObjects: (database) => view.listObjects(database),
    findObject: (database, name) =>
      engine.temporaryTable(database, name)?.object ?? view.findObject(database, name),
    listFunctions: (database) => view.listFunctions(database),
    autoIncrement: (database, table) => {
      const temporary = engine.temporaryTable(database, table);
      return temporary === undefined ? view.autoIncrement(database, table) : temporary.autoIncrement;
    },
    isUpdatable: (database, name) => view.isUpdatable(database, name),
    rowCount: async (database, table, signal) => view.rowCount(database, table, signal),
    partitionRows: async (database, table, signal) => view.partitionRows(database, table, signal),
    taskRuns: async (signal) => view.taskRuns(signal),
    dynamicRun: (database, table) => view.dynamicRun(database, table),
    temporaryPartitionRows: async (database, table, signal) =>
      view.temporaryPartitionRows(database, table, signal),
  };
}
