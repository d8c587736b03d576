import { SqlError } from '../../../base/sql-error.ts';
import type { TableStatement, ViewStatement } from '../../../sql/ddl/statement.ts';
import { replaceCounter } from '../dictionary/counters.ts';
import type { StoredObject } from '../dictionary/stored-object.ts';
import { physicalName } from '../physical/names.ts';
import type { StatementScope } from '../statement/scope.ts';
import { dropTemporaryTable } from '../partitions/temporary.ts';
import { refuseDrop } from './foreign-keys/definitions.ts';
import { databaseNamed, defining, objectNamed, temporaryNamed } from './definition-scope.ts';

/** Runs DROP TABLE. All named tables go, or none: a missing one is named before anything happens. Temporary ones go first. */
export async function dropTable(
  scope: StatementScope,
  statement: Extract<TableStatement, { kind: 'drop_table' }>,
): Promise<number> {
  await dropObjects(scope, { ...statement, objectKind: 'TABLE' });
  return 0;
}

export async function dropView(
  scope: StatementScope,
  statement: Extract<ViewStatement, { kind: 'drop_view' }>,
): Promise<number> {
  await dropObjects(scope, { ...statement, objectKind: 'VIEW' });
  return 0;
}

type Drop = Pick<Extract<ViewStatement, { kind: 'drop_view' }>, 'names' | 'ifExists'> &
  Readonly<{ objectKind: StoredObject['kind'] }>;

async function dropObjects(scope: StatementScope, drop: Drop): Promise<void> {
  const found: StoredObject[] = [];
  const missing: string[] = [];
  for (const name of drop.names) {
    const temporary = drop.objectKind === 'TABLE' ? temporaryNamed(scope, name) : undefined;
    const object = temporary ?? objectNamed(scope, name);
    if (object?.kind === drop.objectKind) found.push(object);
    else missing.push(`${databaseNamed(scope, name)}.${name.name}`);
  }
  const message = `Unknown table '${missing.join(',')}'`;
  if (missing.length > 0 && !drop.ifExists) throw new SqlError('unknown_table_drop', message);
  if (missing.length > 0) scope.warnings.push({ level: 'Note', number: 1051, message });
  refuseDrop(
    scope,
    found.filter((object) => object.kind === 'TABLE'),
  );
  await defining(scope, async (change) => {
    for (const object of found) {
      await change.dropObject(object.database, object.name);
      if (object.kind !== 'TABLE') continue;
      await dropTemporaryTable(scope, object);
      await scope.connection.run(`DROP TABLE ${physicalName(object.database, object.name)}`);
      await replaceCounter(scope.connection, object.database, object.name, undefined);
    }
  });
  for (const object of found) scope.engine.counters.forget(object.database, object.name);
}
