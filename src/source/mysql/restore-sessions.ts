import { SourceError } from '../source-error.ts';
import { connectMysql } from './connect.ts';
import type { MysqlConnection } from './connection.ts';
import { serverErrorNumber } from './errors.ts';
import type { MysqlOptions } from './options.ts';

/**
 * Sessions in which a restore works. What a table may hold was decided where it was made, so nothing is checked again
 * here: zero dates, invalid ones and the number 0 in an AUTO_INCREMENT column are rows like others, and rows are compared
 * with the snapshot when all are there.
 */
const settings: readonly string[] = [
  "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION'",
  'SET SESSION foreign_key_checks = 0',
  // Without them MariaDB 10.11 sorts the rows of an INSERT into an empty table in temporary files: twice the work.
  'SET SESSION unique_checks = 1',
];

/** Those that not every server has, or lets everybody set. */
const settingsWherePossible: readonly string[] = [
  // Rows that a CHECK of today refuses may be older than it, or NOT ENFORCED.
  'SET SESSION check_constraint_checks = 0',
  // SHOW CREATE TABLE says what a TIMESTAMP column has; nothing else is meant.
  'SET SESSION explicit_defaults_for_timestamp = 1',
  'SET SESSION innodb_strict_mode = 0',
  'SET SESSION sql_generate_invisible_primary_key = 0',
  // A table comes back as it was, with or without a primary key.
  'SET SESSION sql_require_primary_key = 0',
  'SET SESSION system_versioning_insert_history = 1',
  "SET SESSION system_versioning_alter_history = 'KEEP'",
  // A file that another connection is loading is waited for: it counts once.
  'SET SESSION innodb_lock_wait_timeout = 3600',
  'SET SESSION max_error_count = 16',
];

/** More idle sessions than this are closed. */
const idleMax = 8;

/** The sessions of one restore: opened when they are needed, used again for what comes next. */
export class RestoreSessions implements AsyncDisposable {
  readonly #options: MysqlOptions;
  readonly #idle: MysqlConnection[] = [];
  #isClosed = false;

  constructor(options: MysqlOptions) {
    this.#options = options;
  }

  /** Runs `work` with a session of its own. One that failed is not used again. */
  async use<T>(signal: AbortSignal, work: (session: MysqlConnection) => Promise<T>): Promise<T> {
    const session = this.#takeIdle() ?? (await this.#open(signal));
    try {
      const result = await work(session);
      await this.#giveBack(session);
      return result;
    } catch (error) {
      await session[Symbol.asyncDispose]();
      // The idle ones are as old: each would have to find out by itself.
      if (error instanceof SourceError && error.kind === 'away') await this.keepIdle(0);
      throw error;
    }
  }

  /**
   * The same with a session that nobody uses afterwards: for work that changes the session's settings. With `charset`
   * statements travel in that character set; the session must be told so.
   */
  async useOnce<T>(
    choice: Readonly<{ charset?: string }>,
    signal: AbortSignal,
    work: (session: MysqlConnection) => Promise<T>,
  ): Promise<T> {
    // Whoever asks for it has one already: with those that wait it would be one more than the source allows.
    await this.keepIdle(0);
    await using session = await this.#open(signal, choice.charset);
    return await work(session);
  }

  /** Closes idle sessions until no more than `count` are left: others need the connections. */
  async keepIdle(count: number): Promise<void> {
    const sessions = this.#idle.splice(count);
    for (const session of sessions) await session[Symbol.asyncDispose]();
  }

  /** Closes idle sessions, and those in use when they come back. May be called twice. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.keepIdle(0);
  }

  #takeIdle(): MysqlConnection | undefined {
    for (;;) {
      const session = this.#idle.pop();
      if (session === undefined || session.isAlive) return session;
    }
  }

  async #open(signal: AbortSignal, charset?: string): Promise<MysqlConnection> {
    const choice = { mayLoadLocal: true, mayInsertInBulk: true, ...(charset !== undefined && { charset }) };
    const session = await connectMysql(this.#options, choice, signal);
    try {
      for (const setting of settings) await session.run(setting, signal);
      for (const setting of settingsWherePossible) await trySetting(session, setting, signal);
      return session;
    } catch (error) {
      await session[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #giveBack(session: MysqlConnection): Promise<void> {
    if (this.#isClosed || this.#idle.length >= idleMax) await session[Symbol.asyncDispose]();
    else this.#idle.push(session);
  }
}

/** An error of the server leaves the session as it was: this one has no such setting, or forbids it. */
async function trySetting(session: MysqlConnection, setting: string, signal: AbortSignal): Promise<void> {
  try {
    await session.run(setting, signal);
  } catch (error) {
    if (signal.aborted || serverErrorNumber(error) === undefined) throw error;
  }
}
