import { textColumn } from '../../base/rows.ts';
import { SqlError } from '../../base/sql-error.ts';
import { quoteName } from '../../sql/quote.ts';
import { systemDatabases } from '../system-databases.ts';
import type { CatalogView, DatabaseFacts } from '../view.ts';
import { type ShownTable, shownTable } from './shown-table.ts';

const defaultCharacterSet = 'utf8mb4';
const defaultCollation = 'utf8mb4_0900_ai_ci';

/** SHOW DATABASES [LIKE p]. MySQL puts the pattern into the column's name. */
export function showDatabases(view: CatalogView, pattern: string | undefined): ShownTable {
  const name = pattern === undefined ? 'Database' : `Database (${pattern})`;
  const names = [...view.listDatabases().map((database) => database.name), ...systemDatabases].sort();
  const rows = [...new Set(names)].map((database) => [database]);
  return shownTable([textColumn(name, 64)], rows, name);
}

/** SHOW CREATE DATABASE d. */
export function showCreateDatabase(view: CatalogView, name: string, ifNotExists: boolean): ShownTable {
  const facts = findDatabase(view, name);
  const characterSet = facts.characterSet ?? defaultCharacterSet;
  const collation = facts.collation ?? (facts.characterSet === undefined ? defaultCollation : undefined);
  const collate = collation === undefined ? '' : ` COLLATE ${collation}`;
  const create =
    `CREATE DATABASE ${ifNotExists ? '/*!32312 IF NOT EXISTS*/ ' : ''}${quoteName(facts.name)} ` +
    `/*!40100 DEFAULT CHARACTER SET ${characterSet}${collate} */ /*!80016 DEFAULT ENCRYPTION='N' */`;
  return shownTable(['Database', 'Create Database'], [[facts.name, create]]);
}

function findDatabase(view: CatalogView, name: string): DatabaseFacts {
  const lower = name.toLowerCase();
  const found = view.listDatabases().find((database) => database.name.toLowerCase() === lower);
  if (found !== undefined) return found;
  if (systemDatabases.includes(lower)) return { name: lower };
  throw new SqlError('unknown_database', `Unknown database '${name}'`);
}
