import { SqlError } from '../../base/sql-error.ts';
import { systemDatabases } from '../../catalog/system-databases.ts';
import type { DatabaseName } from '../../sql/statement.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';

/** USE d, USE c.d and COM_INIT_DB. The name is kept as the database itself is written. */
export function use(name: DatabaseName, services: Services, state: SessionState): void {
  const catalog = name.catalog ?? state.catalog;
  services.catalogs.source(catalog);
  state.access.requireDatabase(name.database);
  const lower = name.database.toLowerCase();
  const found = services.view.listDatabases().find((database) => database.name.toLowerCase() === lower);
  if (found === undefined && !systemDatabases.includes(lower)) {
    throw new SqlError('unknown_database', `Unknown database '${name.database}'`);
  }
  state.catalog = catalog;
  state.database = found?.name ?? lower;
}
