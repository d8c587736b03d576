import { SqlError } from '../../../base/sql-error.ts';
import { characterSetOf, defaultCollation, findCharacterSet } from '../../../sql/ddl/character-sets.ts';
import type { TableDefinition } from '../../../sql/ddl/definition.ts';
import type { ObjectName } from '../../../sql/ddl/object-name.ts';
import { isStarRocksTable } from '../../../sql/ddl/settle.ts';
import { unknownCatalog } from '../../known-name.ts';
import type { DictionaryChange } from '../dictionary/change.ts';
import type { EngineContext } from '../translation/engine-context.ts';
import type { Refresher } from '../materialized/refresher.ts';
import type { StoredObject, StoredTable } from '../dictionary/stored-object.ts';
import { checkName } from '../physical/names.ts';
import type { StatementScope } from '../statement/scope.ts';

/** What a definition runs with: also who refreshes materialized views. */
export type DefinitionScope = StatementScope & Readonly<{ refresher: Refresher }>;

/** Name of the embedded engine's catalog in `catalog.database.table`. */
const ownCatalog = 'default_catalog';

/** The database an object's name means. Throws 1046 without one, 1049 for a missing one. */
export function databaseNamed(scope: StatementScope, name: ObjectName): string {
  const { catalog, database } = name;
  refuseOtherCatalog(catalog);
  const wanted = database ?? scope.context.database;
  if (wanted === undefined) throw new SqlError('no_database_selected', 'No database selected');
  refuseSystemSchema(scope, wanted);
  const found = scope.engine.dictionary.database(wanted);
  if (found === undefined) throw new SqlError('unknown_database', `Unknown database '${wanted}'`);
  return found.name;
}

/** Throws 5061 for the name of a catalog that is not the embedded engine's. */
export function refuseOtherCatalog(catalog: string | undefined): void {
  if (catalog !== undefined && catalog.toLowerCase() !== ownCatalog) throw unknownCatalog(catalog);
}

export function refuseSystemSchema(scope: StatementScope, database: string): void {
  if (scope.engine.systemTables?.hasSchema(database) !== true) return;
  throw new SqlError('access_denied_database', `Access denied for user to database '${database}'`);
}

/** The object under a name; undefined when there is none. */
export function objectNamed(scope: StatementScope, name: ObjectName): StoredObject | undefined {
  return scope.engine.dictionary.object(databaseNamed(scope, name), name.name);
}

/** The table under a name, a temporary one before all others. Throws 1146 when there is none, 1347 for a view. */
export function tableNamed(scope: StatementScope, name: ObjectName): StoredTable {
  return temporaryNamed(scope, name) ?? baseTableNamed(scope, name);
}

/** The session's temporary table under a name. Its database may be gone. */
export function temporaryNamed(scope: StatementScope, name: ObjectName): StoredTable | undefined {
  const { catalog, database = scope.context.database } = name;
  if (database === undefined || (catalog !== undefined && catalog.toLowerCase() !== ownCatalog))
    return undefined;
  return scope.context.temporaryTables?.find(database, name.name);
}

/** The table under a name that is no temporary one. Throws 1146 when there is none, 1347 for a view. */
export function baseTableNamed(scope: StatementScope, name: ObjectName): StoredTable {
  const found = objectNamed(scope, name);
  if (found === undefined) {
    throw new SqlError('unknown_table', `Table '${databaseNamed(scope, name)}.${name.name}' doesn't exist`);
  }
  if (found.kind === 'TABLE') return found;
  throw new SqlError('wrong_object', `'${found.database}.${found.name}' is not BASE TABLE`);
}

/** Refuses a new object whose name is taken or is no name. Returns false when it exists and that is allowed. */
export function isFree(scope: StatementScope, database: string, name: string, ifNotExists: boolean): boolean {
  checkName(name, 'bad_table_name');
  const { dictionary } = scope.engine;
  const found = dictionary.object(database, name) ?? dictionary.rollup(database, name);
  if (found === undefined) return true;
  if (!ifNotExists) throw new SqlError('table_exists', `Table '${name}' already exists`);
  scope.warnings.push({ level: 'Note', number: 1050, message: `Table '${name}' already exists` });
  return false;
}

/**
 * Runs a definition's work in one transaction, seen by others only when all of it is there. What a restore is going to
 * replace is refused.
 */
export async function defining<T>(
  scope: StatementScope,
  work: (change: DictionaryChange) => Promise<T>,
): Promise<T> {
  const { dictionary, holds } = scope.engine;
  const guard = {
    database: (name: string) => holds.refuseDatabase(name),
    object: (database: string, name: string) => holds.refuseDefinition(database, name),
    function: (database: string, name: string) => holds.refuseFunctionDefinition(database, name),
  };
  return dictionary.transact(scope.connection, work, guard, scope.context.temporaryTables);
}

/** The session's collation of literals, which a view and a function keep. */
export function chosenCollation(context: EngineContext): Readonly<{ collation?: string }> {
  const collation = context.variable('collation_connection');
  return typeof collation === 'string' && collation !== defaultCollation ? { collation } : {};
}

/** What a database has that does not say: the session's collation_server (manual, CREATE DATABASE). */
export function serverCharacters(
  context: EngineContext,
): Readonly<{ characterSet?: string; collation?: string }> {
  const collation = context.variable('collation_server');
  if (typeof collation !== 'string' || collation === defaultCollation) return {};
  const characterSet = characterSetOf(collation);
  return findCharacterSet(characterSet)?.defaultCollation === collation
    ? { characterSet }
    : { characterSet, collation };
}

/**
 * What a table of MySQL has that does not say: the session's engine, and the character set and the collation of its database
 * (manual, "Table Character Set and Collation").
 */
export function withInherited(
  scope: StatementScope,
  definition: TableDefinition,
  place: Readonly<{ database: string; engineVariable: string }>,
): TableDefinition {
  if (isStarRocksTable(definition)) return definition;
  const { options } = definition;
  const engine = options.engine ?? scope.context.variable(place.engineVariable);
  const isChosen = options.characterSet !== undefined || options.collation !== undefined;
  const database = isChosen ? undefined : scope.engine.dictionary.database(place.database);
  return {
    ...definition,
    options: {
      ...options,
      ...(typeof engine === 'string' && engine !== 'InnoDB' && { engine }),
      ...(database?.characterSet !== undefined && { characterSet: database.characterSet }),
      ...(database?.collation !== undefined && { collation: database.collation }),
    },
  };
}
