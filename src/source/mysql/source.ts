import type { Clock } from '../../base/clock.ts';
import type { Frozen } from '../frozen.ts';
import type { ObjectName } from '../objects.ts';
import type { RestoreFate, RestorePlan, Restoring } from '../restoring.ts';
import type { Selection, Source, SourceCapabilities, TargetHold } from '../source.ts';
import { connectMysql } from './connect.ts';
import type { MysqlConnection } from './connection.ts';
import { freezeMysql } from './freeze.ts';
import { listDatabases, listObjects, listPartitions } from './listing.ts';
import type { MysqlOptions } from './options.ts';
import { ReaderThreads } from './reader-threads.ts';
import { MysqlRestore } from './restore.ts';
import { previewRestore } from './restore-preview.ts';
import { ownPrefix, restoreIdOf } from './restore-names.ts';
import { readServerFacts, type ServerFacts } from './server-facts.ts';

/** A server that speaks MySQL's protocol as a source of backups and a target of restores. */
export class MysqlSource implements Source {
  readonly kind = 'mysql';
  readonly options: MysqlOptions;
  readonly #clock: Clock;
  /** Tells the restores of this Holdfast from those of others to the same server. */
  readonly #owner: string;
  readonly #threads: ReaderThreads;
  #facts: ServerFacts | undefined;

  /** Connects to nothing yet: the server may be away when Holdfast starts. */
  constructor(options: MysqlOptions, clock: Clock, owner: string) {
    this.options = options;
    this.#clock = clock;
    this.#owner = owner;
    this.#threads = new ReaderThreads(clock);
  }

  /** As the server said when it was last asked; empty before that. */
  get version(): string {
    return this.#facts?.version ?? '';
  }

  /** Before the server was asked, what MySQL has. */
  get capabilities(): SourceCapabilities {
    const hasPrograms = this.#facts?.hasPrograms ?? true;
    return {
      partitions: true,
      views: true,
      materializedViews: false,
      functions: hasPrograms,
      programs: hasPrograms,
      sequences: this.#facts?.hasSequences ?? false,
    };
  }

  /** Tries the connection and learns what the server is. Throws SourceError. */
  async check(signal: AbortSignal): Promise<ServerFacts> {
    return await this.#use(signal, async (_connection, facts) => facts);
  }

  async listDatabases(signal: AbortSignal): Promise<readonly string[]> {
    return await this.#use(signal, (connection) => listDatabases(connection, signal));
  }

  async listObjects(database: string, signal: AbortSignal): Promise<readonly ObjectName[] | undefined> {
    return await this.#use(signal, (connection) => listObjects(connection, database, signal));
  }

  async listPartitions(database: string, table: string, signal: AbortSignal): Promise<readonly string[]> {
    return await this.#use(signal, (connection) => listPartitions(connection, { database, table }, signal));
  }

  async freeze(selection: Selection, signal: AbortSignal): Promise<Frozen> {
    const facts = await this.check(signal);
    const context = {
      options: this.options,
      facts,
      clock: this.#clock,
      threads: this.#threads,
      selection,
    };
    return await freezeMysql(context, signal);
  }

  async openRestore(restoreId: string, _database: string, signal: AbortSignal): Promise<Restoring> {
    const facts = await this.check(signal);
    return new MysqlRestore({
      options: this.options,
      facts,
      owner: this.#owner,
      restoreId,
      threads: this.#threads,
    });
  }

  async previewRestore(plan: RestorePlan, signal: AbortSignal): Promise<readonly RestoreFate[]> {
    return await this.#use(signal, (connection) => previewRestore(connection, plan, signal));
  }

  /** Others reach the server beside us: nothing can be held. */
  holdTargets(_hold: TargetHold): Disposable {
    return { [Symbol.dispose]: () => {} };
  }

  async sweepRestores(liveRestoreIds: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const left = await this.#use(signal, (connection) => listRestores(connection, this.#owner, signal));
    for (const restoreId of left) {
      if (liveRestoreIds.has(restoreId)) continue;
      await using restore = await this.openRestore(restoreId, '', signal);
      // What was swapped in is finished before it is forgotten.
      await restore.forget(signal);
      await restore.rollback(signal);
    }
  }

  async #use<T>(
    signal: AbortSignal,
    work: (connection: MysqlConnection, facts: ServerFacts) => Promise<T>,
  ): Promise<T> {
    await using connection = await connectMysql(this.options, {}, signal);
    const facts = await readServerFacts(connection, signal);
    this.#facts = facts;
    return await work(connection, facts);
  }
}

/** Ids of the restores of `owner`'s of which the server has anything. */
async function listRestores(
  connection: MysqlConnection,
  owner: string,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const rows = await connection.rows(`SHOW DATABASES LIKE '${ownPrefix.replaceAll('_', '\\\\_')}%'`, signal);
  return new Set(rows.flatMap(([name]) => restoreIdOf(owner, name ?? '') ?? []));
}
