import { pause } from '../../../base/waiting.ts';
import type { TableDefinition } from '../../../sql/ddl/definition.ts';
import { duckdbName } from '../../../sql/duckdb-quote.ts';
import type { RowChecksum } from '../../frozen.ts';
import type { LeftOut, Remark, LoadedFile, RestorePlan, Restoring } from '../../restoring.ts';
import { SourceError } from '../../source-error.ts';
import { type Connection, rollbackQuietly } from '../connection/connection.ts';
import type { Engine } from '../engine/engine.ts';
import type { Refresher } from '../materialized/refresher.ts';
import { isConflict } from '../connection/errors.ts';
import { checkNotInterrupted, interruptible } from '../connection/interruptible.ts';
import { physicalName, sameName, schemaOf } from '../physical/names.ts';
import { type ParquetColumn, parquetColumns } from '../files/parquet-columns.ts';
import { physicalTableSql } from '../physical/physical-table.ts';
import { checkPlan } from './check.ts';
import { commitRestore, objectsToClean, targetsOf } from './commit.ts';
import { loadFiles } from './load.ts';
import { fileRows } from '../files/file-rows.ts';
import { isLeftOut, isWithoutRows, type PreparedPlan, withLeftOut, withoutRowsOf } from './others.ts';
import * as records from './records.ts';
import { definitionOf } from './target.ts';
import { checksumAlgorithm, rowChecksum } from '../files/row-checksum.ts';
import { refuseOccupied } from '../partitions/split.ts';
import { dictionaryLock, lockName } from '../engine/table-locks.ts';
import { countOfFiles } from '../../parquet/count-rows.ts';

/** A session's open transaction may hold rows that the commit replaces; so often it is tried again. */
const commitAttemptsMax = 20;
const commitAgainMs = 100;

/** The engine, and who keeps its materialized views. */
type Working = Readonly<{ engine: Engine; refresher: Refresher }>;

/**
 * One restore into shadow tables of the target's schema: DuckDB can rename a table but not move it. The dictionary
 * knows no shadow, so users neither see nor reach it.
 */
export class EmbeddedRestore implements Restoring {
  readonly #engine: Engine;
  readonly #refresher: Refresher;
  readonly #restoreId: string;
  #plan: PreparedPlan | undefined;
  #shadows: readonly records.Shadow[] = [];
  readonly #memory: AsyncDisposable;

  private constructor({ engine, refresher }: Working, restoreId: string, memory: AsyncDisposable) {
    this.#engine = engine;
    this.#refresher = refresher;
    this.#restoreId = restoreId;
    this.#memory = memory;
  }

  /** Opens a restore, with what an earlier attempt has prepared. */
  static async open(working: Working, restoreId: string, signal: AbortSignal): Promise<EmbeddedRestore> {
    await using opening = new AsyncDisposableStack();
    const memory = opening.use(await working.engine.jobMemory.take());
    const restore = new EmbeddedRestore(working, restoreId, memory);
    await restore.#with('opening a restore', signal, async (connection) => {
      restore.#plan = await records.readPlan(connection, restoreId);
      restore.#shadows = await records.readShadows(connection, restoreId);
    });
    opening.move();
    return restore;
  }

  async isCommitted(signal: AbortSignal): Promise<boolean> {
    return this.#with('looking for a commit', signal, (connection) =>
      records.isCommitted(connection, this.#restoreId),
    );
  }

  async prepare(given: RestorePlan, signal: AbortSignal): Promise<void> {
    const plan = withLeftOut(this.#engine.dictionary, given);
    const targets = checkPlan(this.#engine.dictionary, plan);
    await this.#with('comparing tables', signal, async (connection) => {
      for (const target of targets) {
        if (target.kind !== 'merge') continue;
        await refuseOccupied({ engine: this.#engine, connection }, target.existing, target.splits);
      }
    });
    const restoreId = this.#restoreId;
    const held = heldBy(plan);
    const shadows = held.map((table, index) => ({
      restoreId,
      database: plan.database,
      target: table.target,
      shadow: records.shadowName(restoreId, index),
    }));
    await this.#with('making shadow tables', signal, (connection) =>
      inTransaction(connection, async () => {
        if (this.#engine.dictionary.database(plan.database) === undefined) {
          await connection.run(`CREATE SCHEMA IF NOT EXISTS ${duckdbName(schemaOf(plan.database))}`);
        }
        await records.writePlan(connection, restoreId, plan);
        for (const [index, table] of held.entries()) {
          const shadow = shadows[index] as records.Shadow;
          await connection.run(
            physicalTableSql(physicalName(plan.database, shadow.shadow), table.definition),
          );
          await records.writeShadow(connection, shadow);
        }
      }),
    );
    await this.#with('writing shadow tables', signal, (connection) =>
      this.#engine.memory.tablesChanged(connection, shadows.length),
    );
    this.#plan = plan;
    this.#shadows = shadows;
  }

  async load(
    target: string,
    partition: string | undefined,
    blob: string,
    path: string,
    signal: AbortSignal,
  ): Promise<void> {
    await this.loadTogether(target, [{ partition, blob, path }], signal);
  }

  async loadTogether(target: string, files: readonly LoadedFile[], signal: AbortSignal): Promise<void> {
    using _turn = await this.#engine.locks.acquire([this.#lockOf(target)], signal);
    const plan = this.#prepared();
    if (isWithoutRows(plan, target) || plan.leftOut?.some((left) => left.target === target)) return;
    const { shadow, columns } = this.#target(target);
    const loads = { restoreId: this.#restoreId, target, files };
    await this.#with(`loading table '${target}'`, signal, async (connection) => {
      await loadFiles(connection, shadow, columns, loads);
      await this.#engine.memory.tablesChanged(connection, 1);
    });
  }

  async countRows(paths: readonly string[], signal: AbortSignal): Promise<number> {
    return this.#with('counting the rows of files', signal, async (connection) => {
      const [row] = await connection.facts(countOfFiles(paths));
      return Number(row?.[0]);
    });
  }

  /** A shadow that is not needed goes at once: only those that are swapped in are looked after by the commit. */
  async giveUpRows(target: string, why: string, signal: AbortSignal): Promise<string> {
    // One at a time: each writes the whole plan.
    using _turn = await this.#engine.locks.acquire([this.#lockOf(''), this.#lockOf(target)], signal);
    const { shadow } = this.#target(target);
    const next = withoutRowsOf(this.#engine.dictionary, this.#prepared(), target, why);
    await this.#with(`emptying materialized view '${target}'`, signal, (connection) =>
      inTransaction(connection, async () => {
        await connection.run(`DROP TABLE ${shadow}`);
        await records.forgetShadow(connection, this.#restoreId, target);
        await records.writePlan(connection, this.#restoreId, next.plan);
      }),
    );
    this.#plan = next.plan;
    this.#shadows = this.#shadows.filter((one) => one.target !== target);
    return next.why;
  }

  /** Loads into one table wait for each other, so that a file counts once. */
  #lockOf(target: string): string {
    // No database has an empty name, so that no table's lock is the same.
    return lockName('', `restore ${this.#restoreId} ${target}`);
  }

  async seal(_target: string, _signal: AbortSignal): Promise<void> {
    // Keys are built as rows come in.
  }

  async checksum(target: string, _algorithm: string, signal: AbortSignal): Promise<RowChecksum> {
    const { shadow, columns } = this.#target(target);
    return this.#with(`adding up table '${target}'`, signal, (connection) =>
      rowChecksum(connection, columns, shadow),
    );
  }

  async checksumOfFiles(target: string, paths: readonly string[], signal: AbortSignal): Promise<RowChecksum> {
    const { columns } = this.#target(target);
    let rows = 0;
    let value = 0n;
    await this.#with(`adding up the files of table '${target}'`, signal, async (connection) => {
      for (const path of paths) {
        const part = await rowChecksum(connection, columns, await fileRows(connection, columns, [path]));
        rows += part.rows;
        value += BigInt(part.value);
      }
    });
    return { rows, algorithm: checksumAlgorithm, value: value.toString() };
  }

  async leftOut(): Promise<readonly LeftOut[]> {
    const { leftOut = [], withoutRows = [] } = this.#prepared();
    return [...leftOut, ...withoutRows];
  }

  async remarks(): Promise<readonly Remark[]> {
    return this.#prepared().tables.flatMap(({ target, triggers = [] }) =>
      triggers.map(({ name }) => ({
        target,
        text: `trigger '${name}' of table ${target} was not restored: the embedded engine has none`,
      })),
    );
  }

  async commit(signal: AbortSignal): Promise<void> {
    if (await this.isCommitted(signal)) return;
    const plan = this.#prepared();
    await this.#commit(plan, signal);
    // Not part of the swap: a view whose bases are not there says so, and waits for them.
    await this.#refresher.activateAll();
    this.#engine.committed('definitions');
  }

  async #commit(plan: PreparedPlan, signal: AbortSignal): Promise<void> {
    const restoreId = this.#restoreId;
    const cleaned = objectsToClean(this.#engine.dictionary, plan.database, plan).map(({ name }) => name);
    this.#refresher.cancelIn(plan.database, [...targetsOf(plan), ...cleaned]);
    const locks = [...targetsOf(plan), ...cleaned].map((name) => lockName(plan.database, name));
    const swapped = [...targetsOf(plan), ...cleaned].map((name) => ({ database: plan.database, name }));
    for (let attempt = 1; ; attempt++) {
      checkNotInterrupted(signal, 'committing a restore');
      try {
        // Not held between attempts: the transaction that is in the way may wait for them to commit.
        using _locks = await this.#engine.locks.acquire([dictionaryLock, ...locks], signal);
        using _closed = await this.#engine.swaps.close(swapped);
        // Not interruptible: once it has begun, whether it happened must be known when this ends.
        using connection = await this.#engine.connect();
        return await commitRestore({ engine: this.#engine, connection, restoreId, plan });
      } catch (error) {
        if (error instanceof SourceError) throw error;
        const text = error instanceof Error ? error.message : String(error);
        if (!isConflict(error))
          throw new SourceError('failed', `committing a restore failed: ${text}`, error);
        if (attempt === commitAttemptsMax) {
          throw new SourceError(
            'unavailable',
            'an open transaction holds rows that are to be replaced',
            error,
          );
        }
        await pause(this.#engine.clock, commitAgainMs);
      }
    }
  }

  async rollback(): Promise<void> {
    await dropRestore(this.#engine, this.#restoreId);
    this.#plan = undefined;
    this.#shadows = [];
  }

  async forget(signal: AbortSignal): Promise<void> {
    await this.#with('forgetting a commit', signal, (connection) =>
      records.forgetCommit(connection, this.#restoreId),
    );
  }

  /** Every call opens and closes its own connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#memory[Symbol.asyncDispose]();
  }

  #prepared(): PreparedPlan {
    if (this.#plan !== undefined) return this.#plan;
    throw new SourceError('missing', 'the restore has no shadow tables: it was not prepared');
  }

  #target(target: string): Readonly<{ shadow: string; columns: readonly ParquetColumn[] }> {
    const plan = this.#prepared();
    const table = heldBy(plan).find((one) => one.target === target);
    const shadow = this.#shadows.find((one) => one.target === target);
    if (table === undefined || shadow === undefined) {
      throw new SourceError('missing', `table '${target}' is not part of the restore`);
    }
    return {
      shadow: physicalName(plan.database, shadow.shadow),
      columns: parquetColumns(table.definition),
    };
  }

  async #with<T>(
    doing: string,
    signal: AbortSignal,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    using connection = await this.#engine.connect();
    return await interruptible(connection, doing, signal, () => work(connection));
  }
}

/** Everything that rows are loaded into. */
function heldBy(plan: PreparedPlan): readonly Readonly<{ target: string; definition: TableDefinition }>[] {
  const tables = plan.tables.map((table) => ({ target: table.target, definition: definitionOf(table) }));
  const others = plan.others.flatMap((other) => {
    const { target, held } = other;
    return held === undefined || isLeftOut(plan, other) ? [] : [{ target, definition: held.definition }];
  });
  return [...tables, ...others];
}

/** Drops what a restore has left, but for the knowledge that it was committed. */
export async function dropRestore(engine: Engine, restoreId: string): Promise<void> {
  using _lock = await engine.locks.acquire([dictionaryLock], new AbortController().signal);
  using connection = await engine.connect();
  await inTransaction(connection, async () => {
    const shadows = await records.readShadows(connection, restoreId);
    const plan = await records.readPlan(connection, restoreId);
    for (const { database, shadow } of shadows) {
      await connection.run(`DROP TABLE IF EXISTS ${physicalName(database, shadow)}`);
    }
    await records.forgetShadows(connection, restoreId);
    if (plan !== undefined) await dropUnusedSchema(engine, connection, plan.database);
  });
}

/** The schema of a database that the restore would have made, unless another restore has shadows in it. */
async function dropUnusedSchema(engine: Engine, connection: Connection, database: string): Promise<void> {
  if (engine.dictionary.database(database) !== undefined) return;
  const others = await records.readShadows(connection);
  if (others.some((shadow) => sameName(shadow.database, database))) return;
  await connection.run(`DROP SCHEMA IF EXISTS ${duckdbName(schemaOf(database))}`);
}

async function inTransaction(connection: Connection, work: () => Promise<void>): Promise<void> {
  await connection.run('BEGIN TRANSACTION');
  try {
    await work();
    await connection.run('COMMIT');
  } catch (error) {
    await rollbackQuietly(connection);
    throw error;
  }
}
