import { assert, present } from '../../base/assert.ts';
import { quoteName } from '../../sql/quote.ts';
import { checkNewFile } from '../new-file.ts';
import type { ChunkRange, ExtractedChunk, Frozen, FrozenObject, RowChecksum } from '../frozen.ts';
import { SourceError } from '../source-error.ts';
import { selectList } from './column-plan.ts';
import type { MysqlConnection } from './connection.ts';
import { comparableDdl } from './definition-text.ts';
import type { Described } from './describe.ts';
import { rowsOf } from './history.ts';
import type { DescribedTable } from './describe-tables.ts';
import type { Pace, ReadRequest, ReadResult } from './reader-protocol.ts';
import type { ReaderPool } from './reader-pool.ts';
import { rowChecksumAlgorithm } from './row-checksum.ts';
import type { TableIds } from './table-identity.ts';
import { planRanges, rangePredicate, type RowPlace } from './table-ranges.ts';

export type FrozenParts = Readonly<{
  database: string;
  described: Described;
  /** Of tables that only these tell from others. */
  ids: ReadonlyMap<string, TableIds>;
  control: MysqlConnection;
  pool: ReaderPool;
  isInTransaction: boolean;
  takenAt: number;
  position: Readonly<Record<string, string>>;
  warnings: readonly string[];
  /** For each reader. */
  pace: Pace;
  owned: AsyncDisposableStack;
}>;

/** A database at one point in time: transactions of several connections that see the same rows. */
export class FrozenDatabase implements Frozen {
  readonly objects: readonly FrozenObject[];
  readonly takenAt: number;
  readonly position: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
  readonly databaseDdl: string;
  readonly readers: number;
  readonly #parts: FrozenParts;
  /** What was planned of a table or partition, and what was read of it: its sums need not be read again. */
  readonly #plans = new Map<string, readonly ChunkRange[]>();
  readonly #reads = new Map<string, Promise<ReadResult>>();

  constructor(parts: FrozenParts) {
    this.#parts = parts;
    this.objects = parts.described.objects;
    this.databaseDdl = parts.described.databaseDdl;
    this.takenAt = parts.takenAt;
    this.position = parts.position;
    this.warnings = parts.warnings;
    this.readers = parts.pool.size;
  }

  async plan(
    table: string,
    partition: string | undefined,
    previous: readonly ChunkRange[],
    signal: AbortSignal,
  ): Promise<readonly ChunkRange[]> {
    const place = this.#place(table, partition);
    const ranges = await planRanges(this.#parts.control, place, previous, signal);
    this.#plans.set(unitKey(table, partition), ranges);
    return ranges;
  }

  async extract(
    table: string,
    partition: string | undefined,
    range: ChunkRange,
    path: string,
    signal: AbortSignal,
  ): Promise<ExtractedChunk> {
    if (signal.aborted) throw new SourceError('interrupted', 'reading was interrupted', signal.reason);
    await checkNewFile(path);
    const reading = this.#read({ table, partition, range, path }, signal);
    const key = rangeKey(table, partition, range);
    this.#reads.set(key, reading);
    try {
      const { checksum: _added, ...chunk } = await reading;
      return chunk;
    } catch (error) {
      this.#reads.delete(key);
      throw error;
    }
  }

  async checksum(
    table: string,
    partitions: readonly string[] | undefined,
    signal: AbortSignal,
  ): Promise<RowChecksum> {
    let rows = 0;
    let value = 0n;
    for (const partition of partitions ?? this.#partitions(table) ?? [undefined]) {
      for (const range of this.#plans.get(unitKey(table, partition)) ?? [{ kind: 'all' } as const]) {
        const sum = await this.#sumOf({ table, partition, range }, signal);
        rows += sum.rows;
        value += BigInt(sum.value);
      }
    }
    return { rows, algorithm: rowChecksumAlgorithm, value: value.toString() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.owned.disposeAsync();
  }

  /** From when the chunk was read, where it was; chunks may still be on their way. */
  async #sumOf(unit: Unit, signal: AbortSignal): Promise<RowChecksum> {
    const earlier = this.#reads.get(rangeKey(unit.table, unit.partition, unit.range));
    const found = await earlier?.catch(() => undefined);
    return (found ?? (await this.#read(unit, signal))).checksum;
  }

  async #read(unit: Unit, signal: AbortSignal): Promise<ReadResult> {
    const { pool } = this.#parts;
    const request = this.#request(unit);
    try {
      return await pool.use((reader) => reader.read(request, signal), signal);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      throw new SourceError(error.kind, `reading table '${unit.table}': ${error.message}`, error);
    }
  }

  #request({ table, partition, range, path }: Unit): ReadRequest {
    const { pace, isInTransaction } = this.#parts;
    const ids = this.#parts.ids.get(table);
    const described = this.#table(table);
    const { from } = this.#place(table, partition);
    const predicate = rangePredicate(described, range);
    const where = predicate === undefined ? '' : ` WHERE ${predicate}`;
    const order = described.orderKey.map((column) => quoteName(column)).join(', ');
    return {
      sql: `SELECT ${selectList(described.plans)} FROM ${from}${where}${order === '' ? '' : ` ORDER BY ${order}`}`,
      plans: described.plans,
      ...(path !== undefined && { path }),
      check: {
        database: this.#parts.database,
        table,
        ddl: comparableDdl(described.object.ddl),
        created: described.created,
        ...(ids !== undefined && { ids }),
      },
      isInTransaction,
      pace,
    };
  }

  #place(table: string, partition: string | undefined): RowPlace {
    const described = this.#table(table);
    const name = this.#name(table);
    const own = partition === undefined ? undefined : described.partitionRows.get(partition);
    return {
      table: described,
      from: rowsOf(name, partition, described.history),
      rows: own ?? described.rows,
    };
  }

  #partitions(table: string): readonly string[] | undefined {
    return this.#table(table).object.partitions;
  }

  #table(name: string): DescribedTable {
    return present(this.#parts.described.tables.get(name), `table '${name}' of this consistent read`);
  }

  #name(table: string): string {
    return `${quoteName(this.#parts.database)}.${quoteName(table)}`;
  }
}

type Unit = Readonly<{ table: string; partition: string | undefined; range: ChunkRange; path?: string }>;

function unitKey(table: string, partition: string | undefined): string {
  return JSON.stringify([table, partition ?? null]);
}

function rangeKey(table: string, partition: string | undefined, range: ChunkRange): string {
  return JSON.stringify([table, partition ?? null, range]);
}

/** Divides the limits of a job among its readers. */
export function paceOf(
  limits: Readonly<{ rowsPerSecondMax?: number; bytesPerSecondMax?: number }>,
  readers: number,
): Pace {
  assert(readers > 0, 'a job has a reader');
  const { rowsPerSecondMax, bytesPerSecondMax } = limits;
  return {
    ...(rowsPerSecondMax !== undefined && { rowsPerSecondMax: rowsPerSecondMax / readers }),
    ...(bytesPerSecondMax !== undefined && { bytesPerSecondMax: bytesPerSecondMax / readers }),
  };
}
