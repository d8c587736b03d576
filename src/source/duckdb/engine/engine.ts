import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DuckDBInstance, version as duckdbVersion } from '@duckdb/node-api';
import type { Clock } from '../../../base/clock.ts';
import { FileInUse } from '../../../base/file-in-use.ts';
import { SqlError } from '../../../base/sql-error.ts';
import { duckdbText } from '../../../sql/duckdb-quote.ts';
import { Connection } from '../connection/connection.ts';
import { Counters } from '../dictionary/counters.ts';
import { Dictionary } from '../dictionary/dictionary.ts';
import { registerJsonFunction } from '../connection/json-function.ts';
import { engineSettings, installMacros } from '../macros/macros.ts';
import { NamesInSql } from './names-in-sql.ts';
import { KeyUses } from './key-uses.ts';
import { Swaps } from './swaps.ts';
import type { SystemTableProvider } from './system-tables.ts';
import { Notes } from '../connection/notes.ts';
import { attachFixedRows, FixedRows } from '../connection/fixed-rows.ts';
import { JobMemory } from './job-memory.ts';
import { LogFolding } from './log-folding.ts';
import { TableLocks } from './table-locks.ts';
import { TargetHolds } from './target-holds.ts';
import { isBusy, TableMemory } from '../dictionary/table-memory.ts';

/** What was committed: definitions or the time for a schedule, or rows of tables. */
export type News = 'definitions' | 'rows';

export type EngineOptions = Readonly<{
  /** A folder of our own; made when it is missing. */
  folder: string;
  memoryLimitBytes?: number;
  threads?: number;
  clock: Clock;
}>;

/** Larger statements spill to `<folder>/temporary`. An INSERT of one row into 2,000 columns needs 400 MB. */
const memoryLimitBytesDefault: number = 512 * 1024 * 1024;
/**
 * DuckDB folds its log into the file when the log has grown to this, where `log-folding.ts` could not do it before: a bound
 * for the time to open after a crash.
 */
const checkpointThreshold = '64MB';
/**
 * Freed memory goes back to the system in such pieces. By its own measure DuckDB keeps its memory limit, but what it has
 * freed stays with the C library: some 200 MB more in the peak of a backup.
 */
const flushThreshold = '64MB';
/**
 * Bytes of a block of a new file. A table takes a block or more for each column and key, so that DuckDB's 256 KiB cost
 * small tables four times the memory and disk; below 64 KiB long texts take more room and time (docs/decisions/0013).
 */
const blockBytes = 65_536;
/** DuckDB's file begins with three headers of 4 KiB. */
const fileBytesMin = 3 * 4_096;

/** For so long closing waits for transactions that end, looking so often. */
const foldingMsMax = 2_000;
const foldingAgainMs = 10;

/**
 * The embedded engine: one DuckDB file that holds all databases and the dictionary. One per process and folder:
 * DuckDB locks the file.
 */
export class Engine implements AsyncDisposable {
  readonly dictionary: Dictionary;
  readonly counters: Counters;
  readonly locks: TableLocks = new TableLocks();
  readonly holds: TargetHolds = new TargetHolds();
  readonly memory: TableMemory;
  readonly notes: Notes;
  readonly jobMemory: JobMemory;
  readonly swaps: Swaps = new Swaps();
  readonly keyUses: KeyUses = new KeyUses();
  readonly logFolding: LogFolding;
  readonly clock: Clock;
  readonly names: NamesInSql;
  readonly fixedRows: FixedRows = new FixedRows(() => this.connect());
  /** The one folder in which COPY and read_parquet may reach files; only code of ours runs those. */
  readonly stagingFolder: string;
  /** DuckDB's version text, for the manifest. */
  readonly version: string;
  #temporaryTables = 0;
  readonly #instance: DuckDBInstance;
  readonly #file: FileInUse;
  #systemTables: SystemTableProvider | undefined;
  readonly #listeners: ((news: News) => void)[] = [];
  #isClosed = false;

  private constructor(parts: EngineParts) {
    this.#instance = parts.instance;
    this.#file = new FileInUse(engineFileIn(parts.options.folder), { bytesMin: fileBytesMin });
    this.dictionary = parts.dictionary;
    this.counters = parts.counters;
    this.memory = parts.memory;
    this.notes = parts.notes;
    this.jobMemory = new JobMemory(memoryLimitOf(parts.options), {
      setLimit: (bytes) => this.#set('memory_limit', `'${bytes}B'`),
      // Of as many threads as there are cores one is whoever asks, unless nobody but the engine works.
      setWorking: (isWorking) => this.#set('external_threads', isWorking ? '0' : '1'),
    });
    this.clock = parts.options.clock;
    this.stagingFolder = stagingFolderOf(parts.options);
    this.version = duckdbVersion();
    this.names = new NamesInSql(parts.namesConnection);
    this.logFolding = new LogFolding({
      file: `${engineFileIn(parts.options.folder)}.wal`,
      connect: () => this.connect(),
    });
  }

  /** Opens or makes the engine's file. Fails when another process has it open. */
  static async open(options: EngineOptions): Promise<Engine> {
    const file = engineFileIn(options.folder);
    await mkdir(stagingFolderOf(options), { recursive: true });
    await mkdir(temporaryFolderOf(options), { recursive: true });
    const left = await readdir(temporaryFolderOf(options));
    // From here on the file is locked, and so the folder is nobody else's.
    const instance = await DuckDBInstance.create(file, configuration(options));
    try {
      await removeSpilled(options, left);
      using connection = await Connection.open(instance);
      for (const setting of settings(options)) await connection.run(setting);
      await registerJsonFunction(instance, options.clock.now());
      const notes = new Notes();
      await notes.register(instance);
      await installMacros((sql) => connection.run(sql).then(() => undefined));
      const memory = new TableMemory();
      const dictionary = await Dictionary.open(connection, options.clock, memory);
      const counters = await Counters.open(connection);
      const namesConnection = await Connection.open(instance);
      return new Engine({ instance, dictionary, counters, memory, notes, namesConnection, options });
    } catch (error) {
      instance.closeSync();
      throw error;
    }
  }

  /** A connection of its own. Close it; the engine's close does not. */
  async connect(): Promise<Connection> {
    return Connection.open(this.#instance);
  }

  /** Another number at each call, for the place of a temporary table. */
  temporaryOrdinal(): number {
    this.#temporaryTables += 1;
    return this.#temporaryTables;
  }

  /** Says who answers reads of information_schema, mysql and the like. At most once. */
  registerSystemTables(provider: SystemTableProvider): void {
    this.#systemTables = provider;
  }

  get systemTables(): SystemTableProvider | undefined {
    return this.#systemTables;
  }

  /** To be asked before something is written that is to last. Throws SqlError `read_only`. */
  requireFile(): void {
    if (this.#file.isWhole()) return;
    throw new SqlError(
      'read_only',
      `the embedded engine's file '${this.#file.path}' was removed, replaced or cut while it is in use`,
      {
        hint: 'Nothing more can be written. BACKUP still saves what can be read; then put a copy of the file back and start the server again.',
      },
    );
  }

  /** Calls `listener` after every commit. */
  onCommit(listener: (news: News) => void): void {
    this.#listeners.push(listener);
  }

  /** For every commit of rows or definitions: wakes what works behind the statements. */
  committed(news: News): void {
    for (const listener of this.#listeners) listener(news);
    this.logFolding.committed();
  }

  async #set(setting: 'memory_limit' | 'external_threads', value: string): Promise<void> {
    if (this.#isClosed) return;
    using connection = await this.connect();
    await connection.run(`SET GLOBAL ${setting} = ${value}`);
  }

  /**
   * Writes everything into the file and closes it. What was committed while a transaction stands in the way of that stays in
   * the log, from which the next open takes it. May be called twice.
   */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.logFolding[Symbol.asyncDispose]();
    this.names[Symbol.dispose]();
    using connection = await Connection.open(this.#instance);
    await foldBeforeClosing(connection);
    connection.close();
    this.#instance.closeSync();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

type EngineParts = Readonly<{
  instance: DuckDBInstance;
  dictionary: Dictionary;
  counters: Counters;
  memory: TableMemory;
  notes: Notes;
  namesConnection: Connection;
  options: EngineOptions;
}>;

function memoryLimitOf(options: EngineOptions): number {
  return options.memoryLimitBytes ?? memoryLimitBytesDefault;
}

/** A job that has ended, or a session that was closed, may still be ending its transaction. */
async function foldBeforeClosing(connection: Connection): Promise<void> {
  const until = performance.now() + foldingMsMax;
  for (;;) {
    try {
      await connection.run('CHECKPOINT');
      return;
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() > until) return;
    }
    await delay(foldingAgainMs);
  }
}

/** The file of an engine with this folder. */
export function engineFileIn(folder: string): string {
  return path.join(folder, 'holdfast.duckdb');
}

function stagingFolderOf(options: EngineOptions): string {
  return path.join(path.resolve(options.folder), 'staging');
}

function temporaryFolderOf(options: EngineOptions): string {
  return path.join(path.resolve(options.folder), 'temporary');
}

/** What a process that was killed had spilled. It is no part of the data, and DuckDB leaves it. */
async function removeSpilled(options: EngineOptions, names: readonly string[]): Promise<void> {
  for (const name of names)
    await rm(path.join(temporaryFolderOf(options), name), { recursive: true, force: true });
}

/** Settings that DuckDB takes only when it opens. Extensions are never fetched. */
function configuration(options: EngineOptions): Record<string, string> {
  return {
    memory_limit: `${memoryLimitOf(options)}B`,
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
    temp_directory: temporaryFolderOf(options),
    preserve_insertion_order: 'true',
    // Typed overloads of our macros need it; older versions of DuckDB never open this file.
    storage_compatibility_version: 'v1.4.0',
    default_block_size: String(blockBytes),
    checkpoint_threshold: checkpointThreshold,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  };
}

/** The last four shut the door: no file outside of the staging folder, and no way to change more than what jobs need. */
function settings(options: EngineOptions): readonly string[] {
  return [
    attachFixedRows,
    ...engineSettings.map((setting) => setting.replace(/^SET /, 'SET GLOBAL ')),
    `SET GLOBAL allocator_flush_threshold = '${flushThreshold}'`,
    `SET GLOBAL allocator_bulk_deallocation_flush_threshold = '${flushThreshold}'`,
    `SET GLOBAL allowed_directories = [${duckdbText(`${stagingFolderOf(options)}${path.sep}`)}]`,
    `SET GLOBAL enable_external_access = false`,
    `SET GLOBAL allowed_configs = ['memory_limit', 'external_threads']`,
    `SET GLOBAL lock_configuration = true`,
  ];
}
