import { SqlError } from '../../../base/sql-error.ts';
import type { DatabaseStatement } from '../../../sql/ddl/statement.ts';
import { duckdbName } from '../../../sql/duckdb-quote.ts';
import { checkName, schemaOf } from '../physical/names.ts';
import type { StatementScope } from '../statement/scope.ts';
import { refuseDrop } from './foreign-keys/definitions.ts';
import { defining, refuseOtherCatalog, refuseSystemSchema, serverCharacters } from './definition-scope.ts';

type Of<Kind extends DatabaseStatement['kind']> = Extract<DatabaseStatement, { kind: Kind }>;

export async function createDatabase(
  scope: StatementScope,
  statement: Of<'create_database'>,
): Promise<number> {
  const { catalog, name } = statement.name;
  refuseOtherCatalog(catalog);
  checkName(name, 'bad_database_name');
  const isSystem = scope.engine.systemTables?.hasSchema(name) === true;
  if (isSystem || scope.engine.dictionary.database(name) !== undefined) {
    const message = `Can't create database '${name}'; database exists`;
    if (!statement.ifNotExists) throw new SqlError('database_exists', message);
    scope.warnings.push({ level: 'Note', number: 1007, message });
    return 1;
  }
  const { options } = statement;
  const isChosen = options.characterSet !== undefined || options.collation !== undefined;
  const { characterSet, collation } = isChosen ? options : serverCharacters(scope.context);
  await defining(scope, async (change) => {
    // A restore into a database that is not there yet has its shadow tables in this schema.
    await scope.connection.run(`CREATE SCHEMA IF NOT EXISTS ${duckdbName(schemaOf(name))}`);
    await change.putDatabase({
      name,
      ...(characterSet === undefined ? {} : { characterSet }),
      ...(collation === undefined ? {} : { collation }),
    });
  });
  return 1;
}

/** Drops a database of the embedded engine with all it holds; MySQL counts the tables and views that went. */
export async function dropDatabase(scope: StatementScope, statement: Of<'drop_database'>): Promise<number> {
  const { name } = statement.name;
  refuseSystemSchema(scope, name);
  const found = scope.engine.dictionary.database(name);
  if (found === undefined) {
    const message = `Can't drop database '${name}'; database doesn't exist`;
    if (!statement.ifExists) throw new SqlError('database_not_there', message);
    scope.warnings.push({ level: 'Note', number: 1008, message });
    return 0;
  }
  const objects = scope.engine.dictionary.objects(found.name);
  refuseDrop(
    scope,
    objects.filter((object) => object.kind === 'TABLE'),
  );
  scope.engine.holds.refuseDatabase(found.name);
  await defining(scope, async (change) => {
    await scope.connection.run(`DROP SCHEMA ${duckdbName(schemaOf(found.name))} CASCADE`);
    await change.dropDatabase(found.name);
  });
  scope.engine.counters.forgetDatabase(found.name);
  return objects.length;
}

export async function alterDatabase(scope: StatementScope, statement: Of<'alter_database'>): Promise<number> {
  refuseOtherCatalog(statement.name?.catalog);
  const name = statement.name?.name ?? scope.context.database;
  if (name === undefined) throw new SqlError('no_database_selected', 'No database selected');
  refuseSystemSchema(scope, name);
  const found = scope.engine.dictionary.database(name);
  if (found === undefined) throw new SqlError('unknown_database', `Unknown database '${name}'`);
  const { characterSet, collation } = statement.options;
  await defining(scope, async (change) => {
    await change.putDatabase({
      ...found,
      ...(characterSet === undefined ? {} : { characterSet }),
      ...(collation === undefined ? {} : { collation }),
    });
  });
  return 1;
}
