import type { TableDefinition } from '../../../sql/ddl/definition.ts';
import type { Connection } from '../connection/connection.ts';
import type { Engine } from '../engine/engine.ts';
import { countPartitions } from '../partitions/counts.ts';
import { partitionNames, type PartitionPredicates, partitionPredicates } from '../partitions/predicates.ts';
import { nameKey, physicalName } from '../physical/names.ts';
import { systemContext } from '../translation/system-context.ts';
import type { DescribedObject } from './described-object.ts';
import { rowBytesMax } from './row-width.ts';
import type { PartitionSize } from './small-partitions.ts';
import type { SnapshotPool } from './snapshot-pool.ts';

/** Where rows lie mixed, each of them costs as much as counting all partitions at once. */
const countedAloneMax = 4;

type Parts = Readonly<{
  engine: Engine;
  pool: SnapshotPool;
  database: string;
  objects: readonly DescribedObject[];
}>;

/** What is known of the partitions of frozen tables. A table may have thousands, each asked for more than once. */
export class FrozenPartitions {
  readonly #parts: Parts;
  /** By table: which rows a partition has. */
  readonly #ofPartitions = new Map<string, PartitionPredicates>();
  /** By table: the rows of its partitions by their names' keys. */
  readonly #counts = new Map<string, Promise<ReadonlyMap<string, number>>>();
  /** By table: what bounds the bytes of its rows. */
  readonly #widths = new Map<string, Promise<number | undefined>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The rows of a partition, and what bounds the bytes of each. */
  async sizeOf(definition: TableDefinition, name: string, signal: AbortSignal): Promise<PartitionSize> {
    const { database, pool } = this.#parts;
    let width = this.#widths.get(definition.name);
    width ??= pool.use(`measuring table '${definition.name}'`, signal, (connection) =>
      rowBytesMax(connection, definition, physicalName(database, definition.name)),
    );
    this.#widths.set(definition.name, width);
    // Both are waited for at once: of a backup that is cancelled both fail, and none may fail unseen.
    const [rows, rowBytes] = await Promise.all([this.rowsOf(definition, name, signal), width]);
    return { name, rows, rowBytes };
  }

  /** All that are saved are counted when one is asked for: thousands of them in one look at the table. */
  async rowsOf(definition: TableDefinition, partition: string, signal: AbortSignal): Promise<number> {
    let counted = this.#counts.get(definition.name);
    counted ??= this.#parts.pool.use(`counting table '${definition.name}'`, signal, (connection) =>
      this.#countAll(connection, definition),
    );
    this.#counts.set(definition.name, counted);
    return (await counted).get(nameKey(partition)) ?? 0;
  }

  /** A few are counted one by one, each only where its rows lie. */
  async #countAll(connection: Connection, definition: TableDefinition): Promise<ReadonlyMap<string, number>> {
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
        `SELECT count(*) FROM ${from} WHERE ${this.predicates(definition)(name)}`,
      );
      counts.set(nameKey(name), Number(row?.[0]));
    }
    return counts;
  }

  /** Which rows a partition has, by its name. */
  predicates(definition: TableDefinition): PartitionPredicates {
    const known = this.#ofPartitions.get(definition.name);
    if (known !== undefined) return known;
    const { engine, database } = this.#parts;
    const made = partitionPredicates(definition, { engine, context: systemContext(engine, database) });
    this.#ofPartitions.set(definition.name, made);
    return made;
  }
}
