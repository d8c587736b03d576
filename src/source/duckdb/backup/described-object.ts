import { present } from '../../../base/assert.ts';
import type { TableDefinition } from '../../../sql/ddl/definition.ts';
import { printColumnType, printCreateTable } from '../../../sql/ddl/print.ts';
import { withDefaults } from '../../../sql/ddl/settle.ts';
import type { FrozenObject } from '../../frozen.ts';
import { SourceError } from '../../source-error.ts';
import type { Selection } from '../../source.ts';
import type { StoredFunction } from '../dictionary/stored-object.ts';
import { parquetColumns } from '../files/parquet-columns.ts';
import { printMaterializedView } from '../materialized/text.ts';
import { partitionNames } from '../partitions/predicates.ts';
import { nameKey, sameName } from '../physical/names.ts';
import { dependencyOf, functionNames, viewNames } from '../translation/dependencies.ts';
import { printFunctions } from '../translation/function-text.ts';
import { printView } from '../translation/view-text.ts';
import type { FrozenEntry } from './frozen-objects.ts';

/** The engine knows every table's definition: it made the table from it. */
export type FrozenTable = Extract<FrozenObject, { kind: 'TABLE' }> &
  Readonly<{ definition: TableDefinition }>;
type OtherObject = Exclude<FrozenObject, { kind: 'TABLE' }>;

/** What a backup is told of an object. */
export type DescribedObject = FrozenTable | OtherObject;

/** What the database held. */
export type FrozenNames = Readonly<{
  database: string;
  entries: ReadonlyMap<string, FrozenEntry>;
  functions: ReadonlyMap<string, StoredFunction>;
}>;

/** Throws SourceError `missing` for what the dictionary did not hold at that point in time. */
export function describedObject(selected: Selection['objects'][number], found: FrozenNames): DescribedObject {
  if (selected.kind === 'FUNCTION') return describedFunction(selected.name, found);
  const entry = found.entries.get(nameKey(selected.name));
  if (entry === undefined || entry.kind !== selected.kind) {
    throw new SourceError('missing', `Unknown table '${selected.name}'`);
  }
  if (entry.kind === 'MATERIALIZED_VIEW') return describedMaterializedView(entry, found);
  if (entry.kind === 'VIEW') {
    return {
      kind: 'VIEW',
      name: entry.name,
      ddl: printView(entry.name, entry.definition),
      dependsOn: namesOf(found).filter(dependencyOf(viewNames(entry.definition), found.database)),
    };
  }
  return describedTable(entry, selected.partitions);
}

function describedMaterializedView(
  { name, definition }: Extract<FrozenEntry, { kind: 'MATERIALIZED_VIEW' }>,
  found: FrozenNames,
): OtherObject {
  const table = { ...definition.table, name };
  const isOwn = (base: Readonly<{ database: string }>): boolean => sameName(base.database, found.database);
  const outside = definition.bases.filter((base) => !isOwn(base));
  return {
    kind: 'MATERIALIZED_VIEW',
    name,
    ddl: printMaterializedView(name, definition),
    dependsOn: definition.bases.filter(isOwn).map((base) => base.name),
    ...(outside.length > 0 && { basesOutside: outside.map((base) => `${base.database}.${base.name}`) }),
    held: { definition: table, columns: sourceColumns(table), key: [] },
  };
}

/** All overloads of a name are one object: a list names them together, as in StarRocks. */
function describedFunction(wanted: string, found: FrozenNames): OtherObject {
  const stored = found.functions.get(nameKey(wanted));
  if (stored === undefined) throw new SourceError('missing', `Unknown function '${wanted}'`);
  const { name, overloads } = stored;
  const isRead = overloads.map((overload) => dependencyOf(functionNames(overload), found.database));
  return {
    kind: 'FUNCTION',
    name,
    ddl: printFunctions(name, overloads),
    dependsOn: namesOf(found).filter((object) => isRead.some((test) => test(object))),
  };
}

/** Everything of the database that a view or a function may read. */
function namesOf({ entries, functions }: FrozenNames): readonly string[] {
  return [...new Set([...entries.values(), ...functions.values()].map((object) => object.name))].sort();
}

function describedTable(
  entry: Extract<FrozenEntry, { kind: 'TABLE' }>,
  selected: readonly string[] | undefined,
): FrozenTable {
  const { name, autoIncrement } = entry;
  // The dictionary's row names the table; a definition may still have the name it was created with.
  const definition = { ...entry.definition, name };
  const partitions = selectedPartitions(definition, selected);
  return {
    kind: 'TABLE',
    name,
    definition,
    ddl: printTable(definition, autoIncrement),
    columns: sourceColumns(definition),
    key: definition.primaryKey?.parts.map((part) => part.column) ?? definition.model?.columns ?? [],
    ...(partitions !== undefined && { partitions }),
    ...(autoIncrement !== undefined && { autoIncrement }),
  };
}

function sourceColumns(definition: TableDefinition): FrozenTable['columns'] {
  return parquetColumns(definition).map(({ parquetType }, index) => {
    const column = present(definition.columns[index], 'a column');
    return { name: column.name, sourceType: printColumnType(column.type), parquetType };
  });
}

/** CREATE TABLE as SHOW CREATE TABLE answers it. */
function printTable(definition: TableDefinition, autoIncrement: string | undefined): string {
  const isPast1 = autoIncrement !== undefined && autoIncrement !== '1';
  const options = { ...definition.options, ...(isPast1 && { autoIncrement: BigInt(autoIncrement) }) };
  return printCreateTable(withDefaults({ ...definition, options }));
}

function selectedPartitions(
  definition: TableDefinition,
  selected: readonly string[] | undefined,
): readonly string[] | undefined {
  const all = partitionNames(definition);
  if (definition.partitioning === undefined) {
    if (selected !== undefined && selected.length > 0)
      throw missingPartition(selected[0] as string, definition.name);
    return undefined;
  }
  if (selected === undefined) return all;
  const known = new Set(all.map((name) => nameKey(name)));
  const missing = selected.find((name) => !known.has(nameKey(name)));
  if (missing !== undefined) throw missingPartition(missing, definition.name);
  const wanted = new Set(selected.map((name) => nameKey(name)));
  return all.filter((name) => wanted.has(nameKey(name)));
}

function missingPartition(name: string, table: string): SourceError {
  return new SourceError('missing', `Unknown partition ${name} in table ${table}`);
}
