import { automaticSlice } from '../../../sql/ddl/automatic.ts';
import {
  automaticList,
  automaticPartitionsMax,
  automaticRange,
  grown,
} from '../../../sql/ddl/automatic-partitions.ts';
import type { PartitionDefinition, Partitioning, TableDefinition } from '../../../sql/ddl/definition.ts';
import type { DictionaryChange } from '../dictionary/change.ts';
import { columnIndex } from '../physical/names.ts';
import type { StoredTable } from '../dictionary/stored-object.ts';
import { partitionKeys } from '../partitions/keys.ts';
import { guardPredicate } from '../partitions/predicates.ts';
import type { StatementScope } from '../statement/scope.ts';
import { lockName } from '../engine/table-locks.ts';
import { classOf } from '../physical/types.ts';

/**
 * Runs the writing part of a statement with the automatic partitions that the staged rows need and the table lacks.
 * The partitions are made in the transaction of the rows, so that a statement that fails leaves none. Inside an explicit
 * transaction they are made before it ends and stay when it is rolled back, as StarRocks' do after a failed load: other
 * sessions may have begun to use them.
 */
export async function withNewPartitions<T>(
  scope: StatementScope,
  table: StoredTable,
  rows: string,
  work: (scope: StatementScope, table: StoredTable) => Promise<T>,
): Promise<T> {
  const current = withCurrentPartitions(scope, table);
  const partitioning = await neededPartitions(scope, current, rows);
  if (partitioning === undefined) return work(scope, current);
  if (scope.inTransaction) return work(scope, await madeAhead(scope, current, rows));
  const definition = { ...current.definition, partitioning };
  return scope.engine.dictionary.transact(scope.connection, async (change) => {
    await store(change, current, definition);
    return work({ ...scope, inTransaction: true }, { ...current, definition });
  });
}

/** The same for a table that the caller's transaction makes. */
export async function growNewTable(
  scope: StatementScope,
  change: DictionaryChange,
  table: StoredTable,
  rows: string,
): Promise<StoredTable> {
  const partitioning = await neededPartitions(scope, table, rows);
  if (partitioning === undefined) return table;
  const definition = { ...table.definition, partitioning };
  await store(change, table, definition);
  return { ...table, definition };
}

/** While the statement waited for the table, another one may have changed its partitions. */
function withCurrentPartitions(scope: StatementScope, table: StoredTable): StoredTable {
  const { partitioning } = scope.engine.dictionary.table(table.database, table.name)?.definition ?? {};
  if (partitioning === undefined || partitioning === table.definition.partitioning) return table;
  return { ...table, definition: { ...table.definition, partitioning } };
}

async function madeAhead(scope: StatementScope, table: StoredTable, rows: string): Promise<StoredTable> {
  const { engine } = scope;
  using _lock = await engine.locks.acquire([lockName(table.database, table.name)], scope.signal);
  const current = withCurrentPartitions(scope, table);
  const partitioning = await neededPartitions(scope, current, rows);
  if (partitioning === undefined) return current;
  const definition = { ...current.definition, partitioning };
  using connection = await engine.connect();
  await engine.dictionary.transact(connection, (change) => store(change, current, definition));
  return { ...current, definition };
}

async function store(
  change: DictionaryChange,
  table: StoredTable,
  definition: TableDefinition,
): Promise<void> {
  const { database, name, createdAt } = table;
  await change.putObject({ kind: 'TABLE', database, name, definition, createdAt });
}

/** The partitioning with what the rows need; undefined when they need nothing new. */
async function neededPartitions(
  scope: StatementScope,
  { definition }: StoredTable,
  rows: string,
): Promise<Partitioning | undefined> {
  const { partitioning } = definition;
  if (partitioning?.kind !== 'EXPRESSION') return undefined;
  const values = await homelessValues(scope, definition, partitioning, rows);
  if (values.length === 0) return undefined;
  return grown(partitioning, automaticPartitions(definition, partitioning, values));
}

type Values = readonly (string | undefined)[];

/** The distinct values, cut to pieces of time, of the rows without a partition. */
async function homelessValues(
  scope: StatementScope,
  definition: TableDefinition,
  partitioning: Partitioning,
  rows: string,
): Promise<readonly Values[]> {
  const slice = automaticSlice(partitioning);
  const keys = partitionKeys(definition, partitioning, scope).map(({ sql }) =>
    slice === undefined ? sql : `date_trunc('${slice.unit}', ${sql})`,
  );
  const guard = guardPredicate(definition, scope) ?? 'true';
  const facts = await scope.connection.facts(
    `SELECT ${keys.map((key) => `CAST(any_value(${key}) AS VARCHAR)`).join(', ')} ` +
      `FROM ${rows} WHERE (${guard}) IS NOT TRUE GROUP BY ${keys.join(', ')} ` +
      `ORDER BY ALL LIMIT ${automaticPartitionsMax + 1}`,
  );
  return facts.map((row) => row.map((value) => (value === null ? undefined : String(value))));
}

function automaticPartitions(
  definition: TableDefinition,
  partitioning: Partitioning,
  values: readonly Values[],
): readonly PartitionDefinition[] {
  const slice = automaticSlice(partitioning);
  if (slice === undefined) return values.map((row) => automaticList(row));
  const column = definition.columns[columnIndex(definition, slice.column)];
  const withTime = column !== undefined && classOf(column.type) === 'datetime';
  const byName = new Map<string, PartitionDefinition>();
  for (const [value] of values) {
    const partition = automaticRange(slice, value, withTime);
    // Pieces of several days hold several of the values.
    byName.set(JSON.stringify(partition.bounds), partition);
  }
  return [...byName.values()];
}
