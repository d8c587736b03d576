import { AssertionError } from 'node:assert';
import type { Log } from '../../base/log.ts';
import { SqlError } from '../../base/sql-error.ts';
import { dynamicChange, dynamicSchedule } from '../../sql/ddl/dynamic-partitions.ts';
import type { PartitionAction } from '../../sql/ddl/statement.ts';
import { alterStored } from './ddl-execution/alter-table.ts';
import type { Engine } from './engine/engine.ts';
import { dictionaryLock, lockName } from './engine/table-locks.ts';
import { nameKey } from './physical/names.ts';
import { systemScope } from './statement/system-scope.ts';

/** What the last look at a table did; texts of failures, undefined where there was none. */
export type DynamicRun = Readonly<{ at: number; createFailure?: string; dropFailure?: string }>;

/** `createdAt` is the table's: another of its name has another one. */
type RunOfTable = DynamicRun & Readonly<{ createdAt: number }>;

/**
 * Makes partitions ahead and drops old ones, as `dynamic_partition.*` says: at start, and whenever the interval has
 * passed. A table that fails is tried again at the next look; the others do not wait for it.
 */
export class DynamicPartitions implements AsyncDisposable {
  readonly #engine: Engine;
  readonly #stopped = new AbortController();
  /** By the table's name, of those that there were at the last look. */
  #runs: ReadonlyMap<string, RunOfTable> = new Map();
  #timer: Disposable | undefined;
  #look: Promise<void> = Promise.resolve();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Looks at once, then again and again; `intervalMs` is asked each time. Returns when the first look is done. */
  async start(log: Log, intervalMs: () => number): Promise<void> {
    if (this.#stopped.signal.aborted) return;
    this.#look = this.look(log);
    await this.#look;
    if (this.#stopped.signal.aborted) return;
    this.#timer = this.#engine.clock.schedule(intervalMs(), () => void this.start(log, intervalMs));
  }

  /** One look at every table. */
  async look(log: Log): Promise<void> {
    const runs = new Map<string, RunOfTable>();
    for (const { name: database } of this.#engine.dictionary.databases()) {
      for (const { kind, name, createdAt } of this.#engine.dictionary.objects(database)) {
        if (this.#stopped.signal.aborted) return;
        const run = kind === 'TABLE' ? await this.#lookAt(database, name) : undefined;
        if (run === undefined) continue;
        runs.set(keyOf(database, name), { ...run, createdAt });
        const reason = run.createFailure ?? run.dropFailure;
        if (reason !== undefined) log.warn('dynamic_partitions_failed', { database, table: name, reason });
      }
    }
    this.#runs = runs;
  }

  /** The last look at a table in this process; undefined before it. */
  lastRun(database: string, table: string): DynamicRun | undefined {
    const found = this.#runs.get(keyOf(database, table));
    if (found === undefined) return undefined;
    const { createdAt, ...run } = found;
    return createdAt === this.#engine.dictionary.table(database, table)?.createdAt ? run : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort(new Error('the server stops'));
    this.#timer?.[Symbol.dispose]();
    await this.#look;
  }

  async #lookAt(database: string, name: string): Promise<DynamicRun | undefined> {
    const { dictionary, clock } = this.#engine;
    const definition = dictionary.table(database, name)?.definition;
    if (definition === undefined) return undefined;
    const now = clock.now();
    const schedule = settledSchedule(definition);
    if (schedule?.enabled !== true) return undefined;
    const { add, drop } = dynamicChange(definition, schedule, now);
    const added: PartitionAction = {
      kind: 'add_partitions',
      partitions: add,
      ifNotExists: true,
      temporary: false,
    };
    const dropped: PartitionAction = {
      kind: 'drop_partitions',
      names: drop,
      ifExists: true,
      temporary: false,
    };
    const createFailure = add.length === 0 ? undefined : await this.#change(database, name, added);
    const dropFailure = drop.length === 0 ? undefined : await this.#change(database, name, dropped);
    return {
      at: now,
      ...(createFailure === undefined ? {} : { createFailure }),
      ...(dropFailure === undefined ? {} : { dropFailure }),
    };
  }

  /** Returns the text of what went wrong. */
  async #change(database: string, name: string, action: PartitionAction): Promise<string | undefined> {
    const engine = this.#engine;
    const { signal } = this.#stopped;
    try {
      using _lock = await engine.locks.acquire([dictionaryLock, lockName(database, name)], signal);
      const table = engine.dictionary.table(database, name);
      if (table === undefined) return undefined;
      using connection = await engine.connect();
      await alterStored(systemScope(engine, connection, database, signal), table, [action]);
      return undefined;
    } catch (error) {
      if (error instanceof AssertionError) throw error;
      return error instanceof Error ? error.message : String(error);
    }
  }
}

/** A schedule that was kept before it was checked is none. */
function settledSchedule(
  definition: Parameters<typeof dynamicSchedule>[0],
): ReturnType<typeof dynamicSchedule> {
  try {
    return dynamicSchedule(definition);
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

function keyOf(database: string, table: string): string {
  return `${nameKey(database)}\0${nameKey(table)}`;
}
