import { SqlError } from '../base/sql-error.ts';
import { internalCatalog } from '../catalog/external/external-catalogs.ts';
import { knownDatabase } from '../source/known-name.ts';
import type { ObjectName } from '../source/objects.ts';
import { quoteDialectName } from '../sql/dialect-name.ts';
import type { DatabaseName } from '../sql/statement.ts';
import type { Services } from './services.ts';
import type { SessionState } from './session-state.ts';

export type CatalogDatabase = Readonly<{ catalog: string; database: string }>;

/** The database a statement means, under the name it has: the one it names, else the session's. */
export async function databaseOf(
  name: Partial<DatabaseName>,
  services: Pick<Services, 'catalogs'>,
  state: SessionState,
  signal: AbortSignal,
): Promise<CatalogDatabase> {
  const written = name.database ?? state.database;
  if (written === undefined) throw new SqlError('no_database_selected', 'No database selected');
  const catalog = name.catalog ?? state.catalog;
  const database = await knownDatabase(services.catalogs.source(catalog), written, signal);
  return { catalog, database };
}

/** Its objects; StarRocks' error when the database is not there. */
export async function objectsOf(
  services: Services,
  { catalog, database }: CatalogDatabase,
  signal: AbortSignal,
): Promise<readonly ObjectName[]> {
  const objects = await services.catalogs.source(catalog).listObjects(database, signal);
  if (objects === undefined) throw unknownDatabase({ catalog, database });
  return objects;
}

export function unknownDatabase({ catalog, database }: CatalogDatabase): SqlError {
  const from = catalog === internalCatalog ? '' : ` FROM ${quoteDialectName(catalog)}`;
  return new SqlError('unknown_database_backup', `Unknown database '${database}'`, {
    hint: `SHOW DATABASES${from} lists those that are there.`,
  });
}
