import type { TableStatement } from '../../../sql/ddl/statement.ts';
import { hasTemporary } from '../../../sql/ddl/partitions-of.ts';
import { replaceCounter } from '../dictionary/counters.ts';
import type { DictionaryChange } from '../dictionary/change.ts';
import type { StoredTable } from '../dictionary/stored-object.ts';
import { markTable } from '../materialized/changed-bases.ts';
import { physicalName } from '../physical/names.ts';
import { deletePartitions } from '../partitions/rows.ts';
import type { StatementScope } from '../statement/scope.ts';
import { dropTemporaryTable } from '../partitions/temporary.ts';
import { refuseTruncate } from './foreign-keys/definitions.ts';
import { defining, tableNamed } from './definition-scope.ts';

/** Runs TRUNCATE TABLE, of all rows or of some partitions. The counter of AUTO_INCREMENT begins again. */
export async function truncateTable(
  scope: StatementScope,
  statement: Extract<TableStatement, { kind: 'truncate_table' }>,
): Promise<number> {
  const table = tableNamed(scope, statement.table);
  scope.engine.holds.refuseDefinition(table.database, table.name);
  const { partitions } = statement;
  if (partitions !== undefined) {
    await defining(scope, () => deletePartitions(scope, table, partitions));
    return 0;
  }
  refuseTruncate(scope, table);
  await defining(scope, async (change) => {
    await markTable(scope, table);
    await forgetTemporary(scope, change, table);
    await scope.connection.run(`TRUNCATE ${physicalName(table.database, table.name)}`);
    await replaceCounter(scope.connection, table.database, table.name, undefined);
  });
  scope.engine.counters.forget(table.database, table.name);
  return 0;
}

/** Temporary partitions go with the rows, as in StarRocks. */
async function forgetTemporary(
  scope: StatementScope,
  change: DictionaryChange,
  table: StoredTable,
): Promise<void> {
  const { database, name, definition, createdAt } = table;
  if (!hasTemporary(definition) || definition.partitioning === undefined) return;
  const { temporary: _gone, ...partitioning } = definition.partitioning;
  await dropTemporaryTable(scope, table);
  await change.putObject({
    kind: 'TABLE',
    database,
    name,
    definition: { ...definition, partitioning },
    createdAt,
  });
}
