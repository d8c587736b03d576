import { availableParallelism } from 'node:os';
import type { Frozen } from '../frozen.ts';
import type { ObjectName } from '../objects.ts';
import type { RestoreFate, RestorePlan, Restoring } from '../restoring.ts';
import type { Selection, Source, SourceCapabilities, TargetHold } from '../source.ts';
import type { Embedded } from './embedded.ts';
import { freezeEngine } from './backup/frozen.ts';
import { checkNotInterrupted } from './connection/interruptible.ts';
import { partitionNames } from './partitions/predicates.ts';
import { dropRestore, EmbeddedRestore } from './restore/restore.ts';
import { previewRestore } from './restore/preview.ts';
import { forgetCommit, recordedRestores } from './restore/records.ts';

/** More readers at once than this cost memory (one chunk each) and gain nothing on common disks. */
const readersMax = 4;

/** The embedded engine as a source of backups and a target of restores. */
export class EmbeddedSource implements Source {
  readonly kind = 'duckdb';
  readonly version: string;
  readonly capabilities: SourceCapabilities = {
    partitions: true,
    views: true,
    materializedViews: true,
    functions: true,
    programs: false,
    sequences: false,
    foldsNames: true,
  };
  readonly #embedded: Embedded;

  constructor(embedded: Embedded) {
    this.#embedded = embedded;
    this.version = embedded.engine.version;
  }

  async listDatabases(signal: AbortSignal): Promise<readonly string[]> {
    checkNotInterrupted(signal, 'listing databases');
    return this.#embedded.engine.dictionary.databases().map((database) => database.name);
  }

  async listObjects(database: string, signal: AbortSignal): Promise<readonly ObjectName[] | undefined> {
    checkNotInterrupted(signal, 'listing tables');
    const { dictionary } = this.#embedded.engine;
    if (dictionary.database(database) === undefined) return undefined;
    const relations = dictionary.objects(database).map(({ kind, name }) => ({ kind, name }));
    const functions = dictionary.functions(database).map(({ name }) => ({ kind: 'FUNCTION' as const, name }));
    return [...relations, ...functions];
  }

  async listPartitions(database: string, table: string, signal: AbortSignal): Promise<readonly string[]> {
    checkNotInterrupted(signal, 'listing partitions');
    const found = this.#embedded.engine.dictionary.table(database, table);
    return found === undefined ? [] : partitionNames(found.definition);
  }

  async freeze(selection: Selection, signal: AbortSignal): Promise<Frozen> {
    const readers = Math.min(readersMax, availableParallelism());
    return freezeEngine(this.#embedded.engine, selection, readers, signal);
  }

  async openRestore(restoreId: string, _database: string, signal: AbortSignal): Promise<Restoring> {
    return EmbeddedRestore.open(this.#embedded, restoreId, signal);
  }

  async previewRestore(plan: RestorePlan, signal: AbortSignal): Promise<readonly RestoreFate[]> {
    return previewRestore(this.#embedded.engine, plan, signal);
  }

  holdTargets(hold: TargetHold): Disposable {
    return this.#embedded.engine.holds.take(hold);
  }

  async sweepRestores(liveRestoreIds: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    using connection = await this.#embedded.engine.connect();
    for (const restoreId of await recordedRestores(connection)) {
      if (liveRestoreIds.has(restoreId)) continue;
      checkNotInterrupted(signal, 'sweeping restores');
      await dropRestore(this.#embedded.engine, restoreId);
      await forgetCommit(connection, restoreId);
    }
  }
}
