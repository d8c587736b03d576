import { present } from '../../../base/assert.ts';
import type { TableDefinition } from '../../../sql/ddl/definition.ts';
import { printColumnType, printCreateTable } from '../../../sql/ddl/print.ts';
import { withDefaults } from '../../../sql/ddl/settle.ts';
import type {
  ChunkRange,
  ExtractedChunk,
  Frozen,
  FrozenObject,
  ExtractedPartition,
  PartitionFile,
  RowChecksum,
  SmallPartitions,
} from '../../frozen.ts';
import type { Selection } from '../../source.ts';
import { SourceError } from '../../source-error.ts';

import type { Connection } from '../connection/connection.ts';
import { planRanges, rangePredicate, type RowSet } from './chunk-ranges.ts';
import type { Engine } from '../engine/engine.ts';
import { checkNewFile } from '../../new-file.ts';
import { extractRows } from './extract.ts';
import { checkNotInterrupted } from '../connection/interruptible.ts';
import { dependencyOf, functionNames, viewNames } from '../translation/dependencies.ts';
import type { StoredFunction } from '../dictionary/stored-object.ts';
import { type FrozenEntry, frozenDatabase, frozenFunctions, frozenObjects } from './frozen-objects.ts';
import { printFunctions } from '../translation/function-text.ts';
import { printMaterializedView } from '../materialized/text.ts';
import { columnIndex, nameKey, physicalName, sameName } from '../physical/names.ts';
import { type ParquetColumn, parquetColumns } from '../files/parquet-columns.ts';
import { countPartitions } from '../partitions/counts.ts';
import { extractGroup, type GroupMember } from './partition-group.ts';
import {
  anyPartition,
  partitionNames,
  type PartitionPredicates,
  partitionPredicates,
} from '../partitions/predicates.ts';
import { checksumAlgorithm, rowChecksum } from '../files/row-checksum.ts';
import { rowBytesMax } from './row-width.ts';
import { groupsOf, isSmall, type PartitionSize } from './small-partitions.ts';
import { SnapshotPool } from './snapshot-pool.ts';
import { systemContext } from '../translation/system-context.ts';
import { whyUnreadable } from './unreadable-views.ts';
import { printView } from '../translation/view-text.ts';

/** The engine knows every table's definition: it made the table from it. */
type FrozenTable = Extract<FrozenObject, { kind: 'TABLE' }> & Readonly<{ definition: TableDefinition }>;
type OtherObject = Exclude<FrozenObject, { kind: 'TABLE' }>;

/** Takes one point in time of the embedded engine. `readers` chunks can be read at once. */
export async function freezeEngine(
  engine: Engine,
  selection: Selection,
  readers: number,
  signal: AbortSignal,
): Promise<Frozen> {
  await using stack = new AsyncDisposableStack();
  stack.use(await engine.jobMemory.take());
  const pool = stack.use(await SnapshotPool.open(engine, readers, signal));
  const takenAt = engine.clock.now();
  const found = await pool.use('reading the dictionary', signal, async (connection) => {
    const database = await frozenDatabase(connection, selection.database);
    if (database === undefined) throw new SourceError('missing', `Unknown database '${selection.database}'`);
    const entries = await frozenObjects(connection, database);
    return { database, entries, functions: await frozenFunctions(connection, database) };
  });
  const objects = await withUnreadable(
    engine,
    found.database,
    selection.objects.map((object) => frozenObject(object, found)),
    signal,
  );
  const owned = stack.move();
  return new FrozenEngine({ engine, pool, objects, takenAt, database: found.database, owned });
}

/** Says of views why they cannot be read. Looked at as they are now: it is for the one who reads the job's messages. */
async function withUnreadable(
  engine: Engine,
  database: string,
  objects: readonly (FrozenTable | OtherObject)[],
  signal: AbortSignal,
): Promise<readonly (FrozenTable | OtherObject)[]> {
  using connection = await engine.connect();
  const checked: (FrozenTable | OtherObject)[] = [];
  for (const object of objects) {
    checkNotInterrupted(signal, 'looking at views');
    const { kind, name } = object;
    const unreadable =
      kind === 'VIEW' ? await whyUnreadable(engine, connection, { database, name }) : undefined;
    checked.push(kind === 'TABLE' || unreadable === undefined ? object : { ...object, unreadable });
  }
  return checked;
}

/** Where rows lie mixed, each of them costs as much as counting all partitions at once. */
const countedAloneMax = 4;

type Parts = Readonly<{
  engine: Engine;
  pool: SnapshotPool;
  database: string;
  objects: readonly (FrozenTable | OtherObject)[];
  takenAt: number;
  owned: AsyncDisposableStack;
}>;

/** The embedded engine at one point in time: transactions that stay open until this is disposed of. */
class FrozenEngine implements Frozen {
  readonly smallPartitions: SmallPartitions = {
    groups: (table, partitions, signal) => this.#groups(table, partitions, signal),
    extract: (table, files, signal) => this.#extractGroup(table, files, signal),
  };
  readonly objects: readonly (FrozenTable | OtherObject)[];
  readonly takenAt: number;
  readonly position: Readonly<Record<string, string>> = {};
  readonly warnings: readonly string[] = [];
  readonly readers: number;
  readonly #parts: Parts;
  /** By table: a table may have thousands of partitions, each asked for more than once. */
  readonly #ofPartitions = new Map<string, PartitionPredicates>();
  /** By table: the rows of its partitions by their names' keys. */
  readonly #counts = new Map<string, Promise<ReadonlyMap<string, number>>>();
  /** By table: what bounds the bytes of its rows. */
  readonly #widths = new Map<string, Promise<number | undefined>>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.objects = parts.objects;
    this.takenAt = parts.takenAt;
    this.readers = parts.pool.size;
  }

  async plan(
    table: string,
    partition: string | undefined,
    previous: readonly ChunkRange[],
    signal: AbortSignal,
  ): Promise<readonly ChunkRange[]> {
    const rows = this.#rows(table, partition);
    if (partition !== undefined) {
      const size = await this.#sizeOf(rows.definition, partition, signal);
      if (size.rows === 0) return [];
      if (isSmall(size)) return [{ kind: 'all' }];
    }
    return this.#parts.pool.use(`planning table '${table}'`, signal, (connection) =>
      planRanges(connection, rows, previous),
    );
  }

  async extract(
    table: string,
    partition: string | undefined,
    range: ChunkRange,
    path: string,
    signal: AbortSignal,
  ): Promise<ExtractedChunk> {
    const rows = this.#rows(table, partition);
    const conditions = [rows.predicate, rangePredicate(rows.definition, range)];
    const from = rows.physicalName + whereSql(conditions);
    const { columns } = this.#table(table);
    await checkNewFile(path);
    return this.#parts.pool.use(`reading table '${table}'`, signal, (connection) =>
      extractRows(connection, columns, from, path),
    );
  }

  async checksum(
    table: string,
    partitions: readonly string[] | undefined,
    signal: AbortSignal,
  ): Promise<RowChecksum> {
    const { columns, definition } = this.#table(table);
    const [only, ...more] = partitions ?? [];
    const isEmpty =
      only !== undefined && more.length === 0 && (await this.#countOf(definition, only, signal)) === 0;
    if (isEmpty) return { rows: 0, algorithm: checksumAlgorithm, value: '0' };
    const predicates = partitions?.map((name) => `(${this.#predicates(definition)(name)})`);
    const predicate = predicates === undefined ? undefined : predicates.join(' OR ') || 'false';
    const from = physicalName(this.#parts.database, definition.name) + whereSql([predicate]);
    return this.#parts.pool.use(`adding up table '${table}'`, signal, (connection) =>
      rowChecksum(connection, columns, from),
    );
  }

  async #groups(
    table: string,
    partitions: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (readonly string[])[]> {
    const { definition } = this.#table(table);
    // A column of this name hides DuckDB's row numbers, which say in what order a file has its rows.
    if (partitions.length === 0 || columnIndex(definition, 'rowid') >= 0) return [];
    const sizes: PartitionSize[] = [];
    for (const partition of partitions) sizes.push(await this.#sizeOf(definition, partition, signal));
    return groupsOf(sizes.filter((size) => isSmall(size)));
  }

  async #extractGroup(
    table: string,
    files: readonly PartitionFile[],
    signal: AbortSignal,
  ): Promise<readonly ExtractedPartition[]> {
    const { columns, definition } = this.#table(table);
    const { engine, database, pool } = this.#parts;
    const members: GroupMember[] = [];
    for (const { partition, path } of files) {
      await checkNewFile(path);
      const rows = await this.#countOf(definition, partition, signal);
      members.push({ name: partition, predicate: this.#predicates(definition)(partition), rows, path });
    }
    const translator = { engine, context: systemContext(engine, database) };
    const names = files.map(({ partition }) => partition);
    const predicate = anyPartition(definition, names, translator);
    const group = { physicalName: physicalName(database, definition.name), columns, predicate, members };
    return pool.use(`reading table '${table}'`, signal, (connection) => extractGroup(connection, group));
  }

  async #sizeOf(definition: TableDefinition, name: string, signal: AbortSignal): Promise<PartitionSize> {
    const { database, pool } = this.#parts;
    let width = this.#widths.get(definition.name);
    width ??= pool.use(`measuring table '${definition.name}'`, signal, (connection) =>
      rowBytesMax(connection, definition, physicalName(database, definition.name)),
    );
    this.#widths.set(definition.name, width);
    return { name, rows: await this.#countOf(definition, name, signal), rowBytes: await width };
  }

  /** All that are saved are counted when one is asked for: thousands of them in one look at the table. */
  async #countOf(
    definition: FrozenTable['definition'],
    partition: string,
    signal: AbortSignal,
  ): Promise<number> {
    let counted = this.#counts.get(definition.name);
    counted ??= this.#parts.pool.use(`counting table '${definition.name}'`, signal, (connection) =>
      this.#countAll(connection, definition),
    );
    this.#counts.set(definition.name, counted);
    return (await counted).get(nameKey(partition)) ?? 0;
  }

  /** A few are counted one by one, each only where its rows lie. */
  async #countAll(
    connection: Connection,
    definition: FrozenTable['definition'],
  ): Promise<ReadonlyMap<string, number>> {
    const { engine, database, objects } = this.#parts;
    const from = physicalName(database, definition.name);
    const all = partitionNames(definition);
    const object = objects.find(({ name }) => name === definition.name);
    const saved = object?.kind === 'TABLE' ? (object.partitions ?? []) : [];
    if (saved.length > countedAloneMax || saved.length === all.length) {
      const translator = { engine, context: systemContext(engine, database) };
      const counts = await countPartitions(connection, definition, from, translator);
      return new Map(all.map((name, index) => [nameKey(name), counts[index] ?? 0]));
    }
    const counts = new Map<string, number>();
    for (const name of saved) {
      const [row] = await connection.factsOfWork(
        `SELECT count(*) FROM ${from} WHERE ${this.#predicates(definition)(name)}`,
      );
      counts.set(nameKey(name), Number(row?.[0]));
    }
    return counts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.owned.disposeAsync();
  }

  #rows(table: string, partition: string | undefined): RowSet {
    const { definition } = this.#table(table);
    const predicate = partition === undefined ? undefined : this.#predicates(definition)(partition);
    return { definition, physicalName: physicalName(this.#parts.database, definition.name), predicate };
  }

  #table(name: string): Readonly<{ definition: TableDefinition; columns: readonly ParquetColumn[] }> {
    const held = this.objects.flatMap((object) => {
      const definition = object.kind === 'TABLE' ? object.definition : object.held?.definition;
      return object.name === name && definition !== undefined ? [definition] : [];
    });
    const definition = present(held[0], `the rows of '${name}' in this consistent read`);
    return { definition, columns: parquetColumns(definition) };
  }

  #predicates(definition: TableDefinition): PartitionPredicates {
    const known = this.#ofPartitions.get(definition.name);
    if (known !== undefined) return known;
    const { engine, database } = this.#parts;
    const made = partitionPredicates(definition, { engine, context: systemContext(engine, database) });
    this.#ofPartitions.set(definition.name, made);
    return made;
  }
}

function whereSql(conditions: readonly (string | undefined)[]): string {
  const known = conditions
    .filter((condition) => condition !== undefined)
    .map((condition) => `(${condition})`);
  return known.length === 0 ? '' : ` WHERE ${known.join(' AND ')}`;
}

function frozenObject(selected: Selection['objects'][number], found: FrozenNames): FrozenTable | OtherObject {
  if (selected.kind === 'FUNCTION') return frozenFunction(selected.name, found);
  const entry = found.entries.get(nameKey(selected.name));
  if (entry === undefined || entry.kind !== selected.kind) {
    throw new SourceError('missing', `Unknown table '${selected.name}'`);
  }
  if (entry.kind === 'MATERIALIZED_VIEW') return frozenMaterializedView(entry, found);
  if (entry.kind === 'VIEW') {
    return {
      kind: 'VIEW',
      name: entry.name,
      ddl: printView(entry.name, entry.definition),
      dependsOn: namesOf(found).filter(dependencyOf(viewNames(entry.definition), found.database)),
    };
  }
  return frozenTable(entry, selected.partitions);
}

function frozenMaterializedView(
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
function frozenFunction(wanted: string, found: FrozenNames): OtherObject {
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

type FrozenNames = Readonly<{
  database: string;
  entries: ReadonlyMap<string, FrozenEntry>;
  functions: ReadonlyMap<string, StoredFunction>;
}>;

/** Everything of the database that a view or a function may read. */
function namesOf({ entries, functions }: FrozenNames): readonly string[] {
  return [...new Set([...entries.values(), ...functions.values()].map((object) => object.name))].sort();
}

function frozenTable(
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
