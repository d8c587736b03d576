import type { ColumnDefinition, TableDefinition } from '../../../sql/ddl/definition.ts';
import { keptForeignKeyIndexes } from '../../../sql/ddl/foreign-key-index.ts';
import {
  constraintName,
  isStarRocksTable,
  nameKey,
  settleColumn,
  sortKeys,
} from '../../../sql/ddl/settle.ts';
import type { ObjectName } from '../../../sql/ddl/object-name.ts';
import type { AlterAction, DdlStatement } from '../../../sql/ddl/statement.ts';
import { nextFromRows, replaceCounter } from '../dictionary/counters.ts';
import type { DictionaryChange } from '../dictionary/change.ts';
import type { StoredTable } from '../dictionary/stored-object.ts';
import { columnIndex, isTemporaryPlace } from '../physical/names.ts';
import { isSamePhysically } from '../physical/physical-table.ts';
import { partitionNames } from '../partitions/predicates.ts';
import { checkForeignKeys, checkRowsOfNewKeys, settledForeignKeys } from './foreign-keys/definitions.ts';
import { foreignKeysOf, isOwn } from '../dictionary/foreign-key.ts';
import { followColumns, type RenamedColumn, withColumns } from './foreign-keys/renamed.ts';
import {
  deleteTemporary,
  keepTemporaryTable,
  moveTemporaryRows,
  refuseWithTemporary,
} from '../partitions/temporary.ts';
import type { StatementScope } from '../statement/scope.ts';
import { alter, type Alteration } from './altered-definition.ts';
import { checkProperties } from '../../../sql/ddl/check/properties.ts';
import { checkDefinition, completed } from './check-definition.ts';
import { databaseNamed, defining, isFree, tableNamed } from './definition-scope.ts';
import { type Move, moveCounter, moveObject } from './rename-table.ts';
import { refuseOfTemporaryTable, temporaryMove } from './temporary-table.ts';
import { checkExistingRows, rebuild } from './rebuild.ts';
import { scheduledActions } from './scheduled-partitions.ts';
import { deletePartitions } from '../partitions/rows.ts';
import { checkRollups } from './rollups.ts';

type AlterTable = Extract<DdlStatement, { kind: 'alter_table' }>;

/** Runs ALTER TABLE: all actions in one step. Rows move only when the columns or the keys of DuckDB's table change. */
export async function alterTable(scope: StatementScope, statement: AlterTable): Promise<number> {
  const table = tableNamed(scope, statement.table);
  return alterStored(scope, table, statement.actions);
}

export async function alterStored(
  scope: StatementScope,
  table: StoredTable,
  given: readonly AlterAction[],
): Promise<number> {
  scope.engine.holds.refuseDefinition(table.database, table.name);
  if (isTemporaryPlace(table.database)) refuseOfTemporaryTable(given);
  refuseWithTemporary(table, given);
  const scheduled = scheduledActions(
    applied(table.definition, given).definition,
    given,
    scope.engine.clock.now(),
  );
  const actions = [...given, ...scheduled];
  const alteration = applied(table.definition, actions);
  const renames = renamedColumns(table.definition, alteration);
  const settledKeys = settledForeignKeys(scope, table.database, followingItself(table, alteration, renames));
  const kept = keptForeignKeyIndexes(table.definition, settledKeys);
  const definition = completed({ ...kept, keys: sortKeys(kept.keys, kept.columns) });
  // Those that the table has already may be of an older version, or of another server's snapshot.
  const properties = actions.flatMap((action) => (action.kind === 'set_properties' ? action.properties : []));
  checkProperties({ ...definition, properties });
  await checkDefinition(scope, definition);
  checkRollups(table.definition, definition);
  const redefined = { before: table.definition, after: { ...table, definition } };
  checkForeignKeys(scope, redefined, renames);
  const wanted = counterOf(actions);
  const move = moveOf(scope, table, actions);
  let next: bigint | undefined;
  const rows = await defining(scope, async (change) => {
    await removePartitionRows(scope, table, actions);
    const moved = await storeAltered(scope, change, table, {
      ...alteration,
      definition,
      mayStrandRows: actions.some(({ kind }) => strandingKinds.has(kind)),
    });
    await checkRowsOfNewKeys(scope, redefined);
    await followColumns(scope.engine.dictionary, change, table, renames);
    await keepTemporaryTable(scope, table, { ...table, definition });
    next = await nextValue(scope, table, definition, wanted);
    if (next !== undefined) await replaceCounter(scope.connection, table.database, table.name, next);
    if (move !== undefined) await moveObject(scope, change, { ...move, object: { ...table, definition } });
    return moved;
  });
  if (next !== undefined) scope.engine.counters.set(table.database, table.name, next);
  if (move !== undefined) moveCounter(scope, move);
  return rows;
}

function renamedColumns(
  before: TableDefinition,
  { definition, origins }: Alteration,
): readonly RenamedColumn[] {
  return definition.columns.flatMap(({ name: to }, index) => {
    const from = origins[index];
    return from === undefined || from === to || columnIndex(before, from) < 0 ? [] : [{ from, to }];
  });
}

/** Keys of a table to itself that it had follow its columns. */
function followingItself(
  table: StoredTable,
  { definition }: Alteration,
  renames: readonly RenamedColumn[],
): TableDefinition {
  const own = foreignKeysOf(table).filter((key) => isOwn(key));
  const foreignKeys = definition.foreignKeys.map((key) =>
    own.some((each) => each.definition.name === key.name) ? withColumns(key, renames) : key,
  );
  return { ...definition, foreignKeys };
}

function applied(definition: TableDefinition, actions: readonly AlterAction[]): Alteration {
  const start: Alteration = { definition, origins: definition.columns.map((column) => column.name) };
  return actions.reduce(
    (alteration, action) => alter(alteration, settled(alteration.definition, action)),
    start,
  );
}

/** The action with what MySQL fills in by itself: names of keys and constraints, and what a column's words mean. */
function settled(definition: TableDefinition, action: AlterAction): AlterAction {
  const { name, keys, foreignKeys, checks, options } = definition;
  switch (action.kind) {
    case 'add_key': {
      const taken = keys.map((key) => key.name);
      return action.key.kind === 'PRIMARY' ? action : { ...action, key: nameKey(action.key, taken) };
    }
    case 'add_foreign_key': {
      const made = constraintName(
        name,
        'ibfk',
        foreignKeys.map((key) => key.name),
      );
      return { ...action, foreignKey: { ...action.foreignKey, name: action.foreignKey.name || made } };
    }
    case 'add_check': {
      const made = constraintName(
        name,
        'chk',
        checks.map((check) => check.name),
      );
      return { ...action, check: { ...action.check, name: action.check.name || made } };
    }
    case 'add_column':
    case 'modify_column':
    case 'change_column': {
      const table = { isStarRocks: isStarRocksTable(definition), characterSet: options.characterSet };
      return { ...action, column: settleColumn(action.column, table) };
    }
    default:
      return action;
  }
}

/** Returns the rows that were copied, as MySQL reports for an ALTER that copies. */
async function storeAltered(
  scope: StatementScope,
  change: DictionaryChange,
  table: StoredTable,
  alteration: Alteration & Readonly<{ mayStrandRows: boolean }>,
): Promise<number> {
  const { definition } = alteration;
  const isSame = isSamePhysically(table.definition, definition) && sameRows(table.definition, alteration);
  const rows = isSame ? 0 : await rebuild(scope, table, alteration);
  const { mayStrandRows } = alteration;
  await checkExistingRows(scope, table.database, {
    before: table.definition,
    after: definition,
    mayStrandRows,
  });
  await change.putObject({
    kind: 'TABLE',
    database: table.database,
    name: table.name,
    definition,
    createdAt: table.createdAt,
  });
  return rows;
}

/** True when every column keeps its place, its values and the rules they follow. */
function sameRows(before: TableDefinition, alteration: Alteration): boolean {
  const { definition, origins } = alteration;
  return definition.columns.every((column, index) => {
    const old = before.columns[columnIndex(before, origins[index] ?? '')];
    return old !== undefined && old.name === column.name && sameValues(old, column);
  });
}

function sameValues(left: ColumnDefinition, right: ColumnDefinition): boolean {
  return rulesOf(left) === rulesOf(right);
}

/** What the values obey; defaults, comments and visibility concern new rows only. */
function rulesOf(column: ColumnDefinition): string {
  return JSON.stringify([column.type, column.nullable, column.generated ?? null, column.autoIncrement]);
}

/**
 * The counter after the change: never below the rows that are there. Undefined when nothing moves it.
 */
async function nextValue(
  scope: StatementScope,
  table: StoredTable,
  definition: TableDefinition,
  wanted: bigint | undefined,
): Promise<bigint | undefined> {
  const column = definition.columns.find((each) => each.autoIncrement);
  const isNew = !table.definition.columns.some((each) => each.autoIncrement);
  if (column === undefined || (wanted === undefined && !isNew)) return undefined;
  const least = await nextFromRows(scope.connection, table.database, table.name, column.name);
  return wanted !== undefined && wanted > least ? wanted : least;
}

function counterOf(actions: readonly AlterAction[]): bigint | undefined {
  for (const action of actions) {
    if (action.kind === 'set_options' && action.options.autoIncrement !== undefined) {
      return action.options.autoIncrement;
    }
  }
  return undefined;
}

function moveOf(
  scope: StatementScope,
  table: StoredTable,
  actions: readonly AlterAction[],
): Move | undefined {
  const rename = actions.find((action) => action.kind === 'rename_table');
  if (rename?.kind !== 'rename_table') return undefined;
  if (isTemporaryPlace(table.database)) return temporaryMove(scope, table, rename.to);
  const to: ObjectName = { database: table.database, ...rename.to };
  const database = databaseNamed(scope, to);
  const isItself = database === table.database && to.name.toLowerCase() === table.name.toLowerCase();
  if (!isItself) isFree(scope, database, to.name, false);
  return { object: table, database, name: to.name };
}

/** Only these may leave rows without a partition; the others take the rows with them, or add room. */
const strandingKinds: ReadonlySet<AlterAction['kind']> = new Set<AlterAction['kind']>([
  'partition_by',
  'reorganize_partitions',
]);

async function removePartitionRows(
  scope: StatementScope,
  table: StoredTable,
  actions: readonly AlterAction[],
): Promise<void> {
  const known = partitionNames(table.definition);
  const keys = new Set(known.map((name) => name.toLowerCase()));
  for (const action of actions) {
    if (action.kind === 'truncate_partitions') await deletePartitions(scope, table, action.names);
    if (action.kind === 'replace_partitions') {
      await moveTemporaryRows(scope, table, action.names, action.temporaryNames);
    }
    if (action.kind !== 'drop_partitions') continue;
    if (action.temporary) await deleteTemporary(scope, table, action.names);
    else {
      const names = action.names.filter((name) => keys.has(name.toLowerCase()));
      await deletePartitions(scope, table, names);
    }
  }
}
