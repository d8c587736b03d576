import { clientOptions } from './client-options.ts';
import { present } from '../../base/assert.ts';
import type { Connection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { MetastoreError } from '../metastore.ts';
import { isConnectionLost, isLockLost, mysqlStoreError } from './errors.ts';
import { nameOfStore, type MysqlStoreOptions } from './options.ts';

/** A value that a statement is given. */
export type Value = string | number | null;
export type Row = Readonly<Record<string, unknown>>;

/** Connections kept open: units of a few projects at once, and the poll beside them. */
const idleMax = 4;
const connectTimeoutMs = 10_000;
/** A database that answers nothing for so long is lost; a load of a large metastore takes a few seconds. */
const answerTimeoutMs = 30_000;
/** A transaction that lost a lock, or its connection before COMMIT, has changed nothing: it is run again so often. */
const attemptsMax = 4;

/** The connection was lost while COMMIT was on its way: whether the transaction lasts is to be found out. */
export class CommitLostError extends Error {
  override readonly name = 'CommitLostError';
  readonly thread: Thread;

  constructor(thread: Thread, cause: unknown) {
    super('the connection was lost during COMMIT', { cause });
    this.thread = thread;
  }
}

/**
 * How the server's process list names a connection. The host has the port at our end: numbers alone are given again
 * after a restart of the server.
 */
export type Thread = Readonly<{ id: number; host: string }>;

/** One connection, for one transaction or a few statements. Throws what mysql2 throws. */
export class Session {
  readonly #raw: Connection;

  constructor(raw: Connection) {
    this.#raw = raw;
  }

  async rows(sql: string, values: readonly Value[] = []): Promise<readonly Row[]> {
    const [rows] = await this.#raw.query<RowDataPacket[]>({ sql, timeout: answerTimeoutMs }, [...values]);
    return rows;
  }

  /** Runs a statement and says how many rows it changed. */
  async change(sql: string, values: readonly Value[] = []): Promise<number> {
    const [header] = await this.#raw.query<ResultSetHeader>({ sql, timeout: answerTimeoutMs }, [...values]);
    return header.affectedRows;
  }

  /** The same for values of many megabytes: they travel as they are, where `change` doubles what it has to escape. */
  async changeLarge(sql: string, values: readonly Value[]): Promise<number> {
    const [header] = await this.#raw.execute<ResultSetHeader>({ sql, timeout: answerTimeoutMs }, [...values]);
    return header.affectedRows;
  }
}

/** The connections of this process to the database. */
export class Connections implements AsyncDisposable {
  readonly place: string;
  readonly #options: MysqlStoreOptions;
  readonly #idleSecondsMax: number;
  readonly #idle: Connection[] = [];
  readonly #open = new Set<Connection>();
  readonly #threads = new WeakMap<Connection, Thread>();
  #isClosed = false;

  /** `idleSecondsMax`: the server ends a connection on which nothing has come for so long. */
  constructor(options: MysqlStoreOptions, idleSecondsMax: number) {
    this.#options = options;
    this.#idleSecondsMax = idleSecondsMax;
    this.place = nameOfStore(options);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Runs statements of which each stands for itself. Tried again on another connection when it is lost: reads only. */
  async read<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.#retried((raw) => work(new Session(raw)));
  }

  /**
   * Runs `work` in a transaction that `begin` starts. `work` may run more than once. Throws CommitLostError when the
   * connection was lost during COMMIT; after every other failure nothing is changed.
   */
  async transaction<T>(begin: string, work: (session: Session) => Promise<T>): Promise<T> {
    return this.#retried(async (raw) => {
      const session = new Session(raw);
      await session.change(begin);
      const value = await work(session);
      try {
        await session.change('COMMIT');
      } catch (error) {
        throw isConnectionLost(error)
          ? new CommitLostError(present(this.#threads.get(raw), 'the thread'), error)
          : error;
      }
      return value;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const raw of this.#open) raw.destroy();
    this.#open.clear();
    this.#idle.length = 0;
  }

  async #retried<T>(work: (raw: Connection) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once(work);
      } catch (error) {
        const mayRetry = isConnectionLost(error) || isLockLost(error);
        if (error instanceof CommitLostError) throw error;
        if (!mayRetry || attempt === attemptsMax || this.#isClosed) throw mysqlStoreError(error, this.place);
      }
    }
  }

  async #once<T>(work: (raw: Connection) => Promise<T>): Promise<T> {
    const raw = this.#idle.pop() ?? (await this.#connect());
    try {
      const value = await work(raw);
      this.#giveBack(raw);
      return value;
    } catch (error) {
      await this.#giveUp(raw, error);
      throw error;
    }
  }

  #giveBack(raw: Connection): void {
    if (this.#isClosed || !this.#open.has(raw) || this.#idle.length >= idleMax) this.#drop(raw);
    else this.#idle.push(raw);
  }

  /** A connection whose transaction has failed is used again only when it says that it has rolled back. */
  async #giveUp(raw: Connection, reason: unknown): Promise<void> {
    if (isConnectionLost(reason) || reason instanceof CommitLostError) {
      // Others from the same time are likely to be dead, too.
      for (const other of this.#idle.splice(0)) this.#drop(other);
      this.#drop(raw);
      return;
    }
    try {
      await new Session(raw).change('ROLLBACK');
      this.#giveBack(raw);
    } catch {
      // Closing it rolls back as well; the first failure is the one to report.
      this.#drop(raw);
    }
  }

  #drop(raw: Connection): void {
    this.#open.delete(raw);
    raw.destroy();
  }

  async #connect(): Promise<Connection> {
    if (this.#isClosed) throw new MetastoreError('unavailable', `metastore '${this.place}' is closed`);
    // Loaded here: a server with the embedded metastore never needs it for this.
    const { createConnection } = await import('mysql2/promise');
    const raw = await createConnection(clientOptions(this.#options, connectTimeoutMs));
    // mysql2 reports a connection that dies between statements only here.
    raw.on('error', () => this.#forget(raw));
    raw.on('end', () => this.#forget(raw));
    try {
      const session = new Session(raw);
      for (const setting of settings(this.#idleSecondsMax)) await session.change(setting);
      const sql = 'SELECT host FROM information_schema.processlist WHERE id = ?';
      const [row] = await session.rows(sql, [raw.threadId]);
      this.#open.add(raw);
      this.#threads.set(raw, { id: raw.threadId, host: String(row?.['host'] ?? '') });
      return raw;
    } catch (error) {
      this.#drop(raw);
      throw error;
    }
  }

  #forget(raw: Connection): void {
    this.#open.delete(raw);
    const at = this.#idle.indexOf(raw);
    if (at !== -1) this.#idle.splice(at, 1);
  }
}

/**
 * READ COMMITTED: a reader sees what is there now, and an insert locks no gap that another's insert waits for.
 * `wait_timeout`: a node that stands still, or is cut off, in the middle of a transaction must not keep its locks.
 */
function settings(idleSecondsMax: number): readonly string[] {
  return [
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES', SESSION time_zone = '+00:00', SESSION innodb_lock_wait_timeout = 20",
    'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
    `SET SESSION wait_timeout = ${idleSecondsMax}`,
  ];
}
