import { present } from '../../../base/assert.ts';
import type { TableDefinition } from '../../../sql/ddl/definition.ts';
import type {
  ChunkRange,
  ExtractedChunk,
  Frozen,
  ExtractedPartition,
  PartitionFile,
  RowChecksum,
  SmallPartitions,
} from '../../frozen.ts';
import { checkNewFile } from '../../new-file.ts';
import { SourceError } from '../../source-error.ts';
import type { Selection } from '../../source.ts';
import { checkNotInterrupted } from '../connection/interruptible.ts';
import type { Engine } from '../engine/engine.ts';
import { type ParquetColumn, parquetColumns } from '../files/parquet-columns.ts';
import { checksumAlgorithm, rowChecksum } from '../files/row-checksum.ts';
import { anyPartition } from '../partitions/predicates.ts';
import { columnIndex, physicalName } from '../physical/names.ts';
import { systemContext } from '../translation/system-context.ts';
import { planRanges, rangePredicate, type RowSet } from './chunk-ranges.ts';
import { type DescribedObject, describedObject } from './described-object.ts';
import { extractRows } from './extract.ts';
import { frozenDatabase, frozenFunctions, frozenObjects } from './frozen-objects.ts';
import { FrozenPartitions } from './frozen-partitions.ts';
import { extractGroup, type GroupMember } from './partition-group.ts';
import { groupsOf, isSmall, type PartitionSize } from './small-partitions.ts';
import { SnapshotPool } from './snapshot-pool.ts';
import { whyUnreadable } from './unreadable-views.ts';

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
    selection.objects.map((object) => describedObject(object, found)),
    signal,
  );
  const owned = stack.move();
  return new FrozenEngine({ engine, pool, objects, takenAt, database: found.database, owned });
}

/** Says of views why they cannot be read. Looked at as they are now: it is for the one who reads the job's messages. */
async function withUnreadable(
  engine: Engine,
  database: string,
  objects: readonly DescribedObject[],
  signal: AbortSignal,
): Promise<readonly DescribedObject[]> {
  using connection = await engine.connect();
  const checked: DescribedObject[] = [];
  for (const object of objects) {
    checkNotInterrupted(signal, 'looking at views');
    const { kind, name } = object;
    const unreadable =
      kind === 'VIEW' ? await whyUnreadable(engine, connection, { database, name }) : undefined;
    checked.push(kind === 'TABLE' || unreadable === undefined ? object : { ...object, unreadable });
  }
  return checked;
}

type Parts = Readonly<{
  engine: Engine;
  pool: SnapshotPool;
  database: string;
  objects: readonly DescribedObject[];
  takenAt: number;
  owned: AsyncDisposableStack;
}>;

/** The embedded engine at one point in time: transactions that stay open until this is disposed of. */
class FrozenEngine implements Frozen {
  readonly smallPartitions: SmallPartitions = {
    groups: (table, partitions, signal) => this.#groups(table, partitions, signal),
    extract: (table, files, signal) => this.#extractGroup(table, files, signal),
  };
  readonly objects: readonly DescribedObject[];
  readonly takenAt: number;
  readonly position: Readonly<Record<string, string>> = {};
  readonly warnings: readonly string[] = [];
  readonly readers: number;
  readonly #parts: Parts;
  readonly #partitions: FrozenPartitions;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.objects = parts.objects;
    this.takenAt = parts.takenAt;
    this.readers = parts.pool.size;
    this.#partitions = new FrozenPartitions(parts);
  }

  async plan(
    table: string,
    partition: string | undefined,
    previous: readonly ChunkRange[],
    signal: AbortSignal,
  ): Promise<readonly ChunkRange[]> {
    const rows = this.#rows(table, partition);
    if (partition !== undefined) {
      const size = await this.#partitions.sizeOf(rows.definition, partition, signal);
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
      only !== undefined &&
      more.length === 0 &&
      (await this.#partitions.rowsOf(definition, only, signal)) === 0;
    if (isEmpty) return { rows: 0, algorithm: checksumAlgorithm, value: '0' };
    const predicates = partitions?.map((name) => `(${this.#partitions.predicates(definition)(name)})`);
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
    for (const partition of partitions)
      sizes.push(await this.#partitions.sizeOf(definition, partition, signal));
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
      const rows = await this.#partitions.rowsOf(definition, partition, signal);
      members.push({
        name: partition,
        predicate: this.#partitions.predicates(definition)(partition),
        rows,
        path,
      });
    }
    const translator = { engine, context: systemContext(engine, database) };
    const names = files.map(({ partition }) => partition);
    const predicate = anyPartition(definition, names, translator);
    const group = { physicalName: physicalName(database, definition.name), columns, predicate, members };
    return pool.use(`reading table '${table}'`, signal, (connection) => extractGroup(connection, group));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.owned.disposeAsync();
  }

  #rows(table: string, partition: string | undefined): RowSet {
    const { definition } = this.#table(table);
    const predicate =
      partition === undefined ? undefined : this.#partitions.predicates(definition)(partition);
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
}

function whereSql(conditions: readonly (string | undefined)[]): string {
  const known = conditions
    .filter((condition) => condition !== undefined)
    .map((condition) => `(${condition})`);
  return known.length === 0 ? '' : ` WHERE ${known.join(' AND ')}`;
}
