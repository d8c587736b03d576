import { SqlError } from '../../../base/sql-error.ts';
import { hasTemporary, temporaryDefinition } from '../../../sql/ddl/partitions-of.ts';
import type { AlterAction } from '../../../sql/ddl/statement.ts';
import { duckdbName } from '../../../sql/duckdb-quote.ts';
import type { StoredTable } from '../dictionary/stored-object.ts';
import { physicalName } from '../physical/names.ts';
import { deletePartitions } from './rows.ts';
import { partitionNames, partitionPredicates } from './predicates.ts';
import { physicalTableSql } from '../physical/physical-table.ts';
import type { StatementScope } from '../statement/scope.ts';

/**
 * The rows of a table's temporary partitions lie in a DuckDB table of their own beside it, which exists while there are
 * any: no query of the table meets them, and they may hold the same keys. This is that table, under its own name.
 */
export function temporaryTable(table: StoredTable): StoredTable {
  const name = `__holdfast_temporary_${table.name}`;
  return { ...table, name, definition: { ...temporaryDefinition(table.definition), name: table.name } };
}

/** Whether an action is one that a table with temporary partitions takes; StarRocks refuses the others too. */
export function refuseWithTemporary(table: StoredTable, actions: readonly AlterAction[]): void {
  if (!hasTemporary(table.definition)) return;
  if (actions.every(({ kind }) => allowedKinds.has(kind))) return;
  throw new SqlError(
    'analysis',
    `Can not alter table when there are temp partitions in table ${table.name}`,
    {
      hint: 'Replace partitions with them or drop them first.',
    },
  );
}

const allowedKinds: ReadonlySet<AlterAction['kind']> = new Set<AlterAction['kind']>([
  'add_partitions',
  'drop_partitions',
  'truncate_partitions',
  'rename_partition',
  'replace_partitions',
  'modify_partitions',
  'maintain_partitions',
  'set_properties',
  'no_effect',
]);

/** Brings the table beside into line with a changed definition. Part of the caller's transaction, after the rows have moved. */
export async function keepTemporaryTable(
  scope: StatementScope,
  before: StoredTable,
  after: StoredTable,
): Promise<void> {
  const had = hasTemporary(before.definition);
  const has = hasTemporary(after.definition);
  if (had === has) return;
  const { database, name, definition } = temporaryTable(after);
  if (has) await scope.connection.run(physicalTableSql(physicalName(database, name), definition));
  else await dropTemporaryTable(scope, before);
}

/** Drops the table beside, if there is one. Part of the caller's transaction. */
export async function dropTemporaryTable(scope: StatementScope, table: StoredTable): Promise<void> {
  if (!hasTemporary(table.definition)) return;
  await scope.connection.run(`DROP TABLE ${physicalName(table.database, temporaryTable(table).name)}`);
}

/** Deletes the rows of some temporary partitions; unknown names are nobody's rows. */
export async function deleteTemporary(
  scope: StatementScope,
  table: StoredTable,
  names: readonly string[],
): Promise<void> {
  if (!hasTemporary(table.definition)) return;
  const beside = temporaryTable(table);
  const known = new Set(partitionNames(beside.definition).map((name) => name.toLowerCase()));
  await deletePartitions(
    scope,
    beside,
    names.filter((name) => known.has(name.toLowerCase())),
  );
}

/** Moves the rows of temporary partitions into the table, in place of those of `names`. Part of the caller's transaction. */
export async function moveTemporaryRows(
  scope: StatementScope,
  table: StoredTable,
  names: readonly string[],
  temporaryNames: readonly string[],
): Promise<void> {
  await deletePartitions(scope, table, names);
  const beside = temporaryTable(table);
  const predicate = partitionPredicates(beside.definition, scope);
  const from = physicalName(beside.database, beside.name);
  const columns = table.definition.columns.map((column) => duckdbName(column.name)).join(', ');
  for (const name of temporaryNames) {
    await scope.connection.run(
      `INSERT INTO ${physicalName(table.database, table.name)} (${columns}) ` +
        `SELECT ${columns} FROM ${from} WHERE ${predicate(name)}`,
    );
  }
  await deletePartitions(scope, beside, temporaryNames);
}
