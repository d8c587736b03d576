import { SqlError } from '../base/sql-error.ts';
import type { Source } from './source.ts';

/**
 * The name that a database has, for one that a statement writes in other letters; the name as written where there is
 * none, or where the source tells names apart by their case.
 */
export async function knownDatabase(source: Source, name: string, signal: AbortSignal): Promise<string> {
  if (source.capabilities.foldsNames !== true) return name;
  const names = await source.listDatabases(signal);
  return names.find((known) => known.toLowerCase() === name.toLowerCase()) ?? name;
}

export function unknownCatalog(name: string): SqlError {
  return new SqlError('unknown_catalog', `Unknown catalog '${name}'`, {
    hint: 'SHOW CATALOGS lists those that are there.',
  });
}
