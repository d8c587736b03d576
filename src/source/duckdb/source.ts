import { availableParallelism } from 'node:os';
import type { ObjectName, Restoring, Selection, Source, SourceCapabilities, Frozen } from '../source.ts';
import type { Engine } from './engine.ts';
import { freezeEngine, type PrintTable } from './frozen.ts';
import { checkNotInterrupted } from './interruptible.ts';
import { partitionNames } from './partitions.ts';
import { dropRestore, EmbeddedRestore } from './restore.ts';
import { forgetCommit, recordedRestores } from './restore-records.ts';
import type { CompareTables } from './restore-target.ts';

export type EmbeddedSourceOptions = Readonly<{ printTable: PrintTable; compare: CompareTables }>;

/** More readers at once than this cost memory (one chunk each) and gain nothing on common disks. */
const readersMax = 4;

/** The embedded engine as a source of backups and a target of restores. */
export class EmbeddedSource implements Source {
  readonly kind = 'duckdb';
  readonly version: string;
  readonly capabilities: SourceCapabilities = {
    partitions: true,
    views: true,
    materializedViews: false,
    functions: false,
  };
  readonly #engine: Engine;
  readonly #options: EmbeddedSourceOptions;

  constructor(engine: Engine, options: EmbeddedSourceOptions) {
    this.#engine = engine;
    this.#options = options;
    this.version = engine.version;
  }

  async listDatabases(signal: AbortSignal): Promise<readonly string[]> {
    checkNotInterrupted(signal, 'listing databases');
    return this.#engine.dictionary.databases().map((database) => database.name);
  }

  async listObjects(database: string, signal: AbortSignal): Promise<readonly ObjectName[] | undefined> {
    checkNotInterrupted(signal, 'listing tables');
    const { dictionary } = this.#engine;
    if (dictionary.database(database) === undefined) return undefined;
    return dictionary.objects(database).map(({ kind, name }) => ({ kind, name }));
  }

  async listPartitions(database: string, table: string, signal: AbortSignal): Promise<readonly string[]> {
    checkNotInterrupted(signal, 'listing partitions');
    const found = this.#engine.dictionary.table(database, table);
    return found === undefined ? [] : partitionNames(found.definition);
  }

  async freeze(selection: Selection, signal: AbortSignal): Promise<Frozen> {
    const readers = Math.min(readersMax, availableParallelism());
    return freezeEngine(this.#engine, selection, { printTable: this.#options.printTable, readers }, signal);
  }

  async openRestore(restoreId: string, database: string, signal: AbortSignal): Promise<Restoring> {
    const { compare } = this.#options;
    return EmbeddedRestore.open(this.#engine, { restoreId, database, compare }, signal);
  }

  async sweepRestores(liveRestoreIds: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    using connection = await this.#engine.connect();
    for (const restoreId of await recordedRestores(connection)) {
      if (liveRestoreIds.has(restoreId)) continue;
      checkNotInterrupted(signal, 'sweeping restores');
      await dropRestore(this.#engine, restoreId);
      await forgetCommit(connection, restoreId);
    }
  }
}
