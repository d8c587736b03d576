import type { Cell } from '../../../base/rows.ts';
import { SqlError } from '../../../base/sql-error.ts';
import { rollbackQuietly } from '../connection/connection.ts';
import { sqlErrorOf } from '../connection/errors.ts';
import type { StoredTable } from '../dictionary/stored-object.ts';
import type { TemporaryTables } from '../dictionary/temporary-tables.ts';
import type { Engine } from '../engine/engine.ts';
import type { KeyUse } from '../engine/key-uses.ts';
import type { SwappedName } from '../engine/swaps.ts';
import { isTemporaryPlace } from '../physical/names.ts';
import { takeSnapshot } from '../statement/consistent-read.ts';
import { Savepoints } from '../statement/savepoints.ts';
import type { StatementScope } from '../statement/scope.ts';
import type { SessionConnection } from './session-connection.ts';

type Parts = Readonly<{
  engine: Engine;
  connection: SessionConnection;
  temporaryTables: TemporaryTables;
}>;

/** What an open transaction knows. */
type Opened = {
  /** It takes no changes of tables that others see. */
  readonly isReadOnly: boolean;
  /** How many swaps of restores it has seen; undefined until its first statement. */
  snapshot: number | undefined;
  /** Tables whose rows it may have changed. */
  readonly written: SwappedName[];
  /** From its first statement on. */
  keyUse: KeyUse | undefined;
};

/** The transaction of one session: open from START TRANSACTION, or a statement without autocommit, to its end. */
export class Transaction {
  readonly savepoints: Savepoints = new Savepoints();
  readonly #parts: Parts;
  #opened: Opened | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get isOpen(): boolean {
    return this.#opened !== undefined;
  }

  get isReadOnly(): boolean {
    return this.#opened?.isReadOnly === true;
  }

  /** None is open yet. */
  async begin(isReadOnly = false): Promise<void> {
    const connection = await this.#parts.connection.open();
    await connection.run('BEGIN TRANSACTION');
    this.#opened = { isReadOnly, snapshot: undefined, written: [], keyUse: undefined };
  }

  /** The scope of a statement in the open transaction; with autocommit off the first statement opens it. */
  async enter(scope: StatementScope): Promise<StatementScope> {
    if (this.#opened === undefined && isAutocommitOff(scope)) await this.begin();
    const opened = this.#opened;
    if (opened === undefined) return { ...scope, inTransaction: false };
    opened.keyUse ??= this.#parts.engine.keyUses.begin();
    opened.snapshot ??= await takeSnapshot(scope.connection, this.#parts.engine.swaps);
    const { snapshot, written, keyUse } = opened;
    return { ...scope, inTransaction: true, snapshot, written, keyUse };
  }

  /** Nothing to do where none is open. Fails with `lock_deadlock` when another one was first; it has ended then, too. */
  async commit(): Promise<void> {
    const opened = this.#opened;
    if (opened === undefined) return;
    this.#opened = undefined;
    const { engine, temporaryTables } = this.#parts;
    using keyUse = opened.keyUse;
    const connection = await this.#parts.connection.open();
    try {
      using _entered = await engine.swaps.enter(opened.written);
      if (opened.snapshot !== undefined && engine.swaps.isSwapped(opened.written, opened.snapshot)) {
        throw swappedMeanwhile();
      }
      if (opened.written.length > 0) engine.requireFile();
      await this.savepoints.forgetRows(connection);
      const commit = (): Promise<number> => connection.run('COMMIT');
      await (keyUse === undefined ? commit() : engine.keyUses.commit(keyUse, commit));
      temporaryTables.committed();
      engine.committed('rows');
    } catch (error) {
      await rollbackQuietly(connection);
      await temporaryTables.rolledBack(connection);
      throw sqlErrorOf(error);
    } finally {
      this.savepoints.clear();
    }
  }

  /** Nothing to do where none is open. */
  async rollBack(): Promise<void> {
    if (this.#opened === undefined) return;
    using _keyUse = this.#opened.keyUse;
    this.#opened = undefined;
    this.savepoints.clear();
    const connection = await this.#parts.connection.open();
    await rollbackQuietly(connection);
    await this.#parts.temporaryTables.rolledBack(connection);
  }

  /** To a savepoint. A failure other than of its name ends the transaction. */
  async rollBackTo(name: string): Promise<void> {
    const { temporaryTables } = this.#parts;
    const isThere = ({ database, name: table }: StoredTable): boolean =>
      !isTemporaryPlace(database) || temporaryTables.find(database, table)?.database === database;
    try {
      await this.savepoints.rollBackTo(await this.#parts.connection.open(), name, isThere);
    } catch (error) {
      if (error instanceof SqlError) throw error;
      await this.rollBack();
      throw sqlErrorOf(error);
    }
  }
}

/** Rows beside those that a restore has put there belong to neither state. */
function swappedMeanwhile(): SqlError {
  return new SqlError('lock_deadlock', 'Deadlock found when trying to get lock; try restarting transaction', {
    hint: 'A restore has replaced rows of a table that the transaction wrote to; it was rolled back.',
  });
}

function isAutocommitOff({ context }: StatementScope): boolean {
  const autocommit: Cell | undefined = context.variable('autocommit');
  return autocommit !== undefined && ['0', 'OFF', 'FALSE'].includes(textOf(autocommit));
}

function textOf(value: Cell): string {
  return String(value as string | number | bigint | boolean).toUpperCase();
}
