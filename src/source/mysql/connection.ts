import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { Connection as Mysql2Connection } from 'mysql2/promise';
import { assert } from '../../base/assert.ts';
import { SourceError } from '../source-error.ts';
import { serverErrorNumber, serverErrors, sourceErrorOf } from './errors.ts';
import { PeerWatch } from './peer-watch.ts';

/** A value as the server prints it; NULL is null. */
export type TextRow = readonly (string | null)[];

/**
 * Of an answer that is kept as a whole: definitions of a database, at most. A server that sends more is broken or hostile,
 * and would fill our memory.
 */
const answerBytesMax = 256 * 1024 * 1024;
/** How often it is looked at while one comes. */
const answerLookMs = 100;
/** A server closes its end a tenth of a second after a goodbye at most; one that is gone never does. */
const farewellMsMax = 1_000;

export type ConnectionOptions = Readonly<{
  /** The server takes rows by `BulkInsert`. */
  insertsInBulk: boolean;
  /** How a server that has gone without a word is found out: see `PeerWatch`. */
  probe: () => Promise<boolean>;
  silenceMs: number;
  /** Whoever has opened it: once this aborts, its end is not waited for. */
  opener: AbortSignal;
}>;

/** A session with a MySQL-protocol server. One statement at a time; an aborted one closes the connection. */
export class MysqlConnection implements AsyncDisposable {
  /** For what this class has no method for, such as LOAD DATA LOCAL from a stream. */
  readonly raw: Mysql2Connection;
  /** The server takes rows by `BulkInsert`. */
  readonly insertsInBulk: boolean;
  #isClosed = false;
  readonly #watch: PeerWatch;
  readonly #opener: AbortSignal;
  /** Rejects when the connection was given up for what the server has sent, or for its silence. */
  readonly #broken = Promise.withResolvers<never>();
  #brokenBy: SourceError | undefined;

  constructor(raw: Mysql2Connection, { insertsInBulk, probe, silenceMs, opener }: ConnectionOptions) {
    this.raw = raw;
    this.#opener = opener;
    this.insertsInBulk = insertsInBulk;
    const { stream } = coreOf(raw);
    this.#watch = new PeerWatch({ received: () => stream.bytesRead, probe, silenceMs });
    // mysql2 reports a connection that dies between statements only here; the next statement fails with it.
    raw.on('error', () => {
      this.#isClosed = true;
    });
    this.#broken.promise.catch(() => undefined);
    // mysql2 goes on, with a line on standard error for each packet that is out of order.
    coreOf(raw).on('warn', () => this.#giveUp('unavailable', 'the server sends packets out of order'));
  }

  /** False once the connection is known to have ended. */
  get isAlive(): boolean {
    return !this.#isClosed;
  }

  /** The id by which another connection may kill this one. */
  get threadId(): number {
    return this.raw.threadId;
  }

  /** Runs a statement whose rows do not matter. Throws SourceError. */
  async run(sql: string, signal: AbortSignal): Promise<void> {
    await this.#query(sql, signal);
  }

  /** Runs a statement that not every server and account can. Says whether it worked. */
  async tryRun(sql: string, signal: AbortSignal): Promise<boolean> {
    try {
      await this.run(sql, signal);
      return true;
    } catch (error) {
      const number = serverErrorNumber(error);
      // An error of the server leaves the session as it was.
      if (number === undefined || number === serverErrors.queryInterrupted) throw error;
      return false;
    }
  }

  /** All rows of a small result, each value as the server prints it. Throws SourceError. */
  async rows(sql: string, signal: AbortSignal): Promise<readonly TextRow[]> {
    const found = await this.#query(sql, signal);
    return Array.isArray(found) ? found.map(textRow) : [];
  }

  /**
   * All rows of each of several small results: the statements are sent together, since each round trip takes as long as a
   * short statement itself. Needs `severalStatements`. Fails with the first that fails; those behind it do not run.
   */
  async rowsOfEach(
    statements: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (readonly TextRow[])[]> {
    if (statements.length === 0) return [];
    const found = await this.#query(statements.join('; '), signal);
    const results: unknown = statements.length === 1 ? [found] : found;
    assert(Array.isArray(results) && results.length === statements.length, 'each statement has an answer');
    return results.map((rows: unknown) => (Array.isArray(rows) ? rows.map(textRow) : []));
  }

  /** The first value of the first row; undefined when there is no row. */
  async value(sql: string, signal: AbortSignal): Promise<string | null | undefined> {
    const [first] = await this.rows(sql, signal);
    return first === undefined ? undefined : (first[0] ?? null);
  }

  /** Rows by the names of their columns: for SHOW statements, whose columns differ between versions. */
  async records(
    sql: string,
    signal: AbortSignal,
  ): Promise<readonly Readonly<Record<string, string | null>>[]> {
    const [found, fields] = await this.#both(sql, signal);
    if (!Array.isArray(found)) return [];
    const names = fields.map((field) => field.name);
    return found.map((row) => {
      const values = textRow(row);
      return Object.fromEntries(names.map((name, index) => [name, values[index] ?? null]));
    });
  }

  /** Runs a LOAD DATA LOCAL that reads what `open` gives. Needs `mayLoadLocal`. Throws SourceError. */
  async loadLocal(sql: string, open: () => Readable, signal: AbortSignal): Promise<void> {
    await this.#both(sql, signal, { infileStreamFactory: open });
  }

  /**
   * Runs `work` that waits for the server on the connection's socket. A server that is silent and cannot be reached any more
   * ends it with SourceError `away`.
   */
  async awaiting<T>(work: () => Promise<T>): Promise<T> {
    using _watch = this.#watch.begin((silentMs) => {
      const seconds = Math.round(silentMs / 1000);
      this.#giveUp('away', `the server has not been heard of for ${seconds} s and cannot be reached`);
    });
    try {
      return await work();
    } catch (error) {
      throw this.#brokenBy ?? error;
    }
  }

  /** Ends the connection without a word. */
  destroy(): void {
    this.#isClosed = true;
    this.raw.destroy();
  }

  /**
   * Says goodbye when the connection still works, and waits until the server has closed its end: it counts a session until
   * then, and the next one might be one too many. May be called twice.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) {
      this.raw.destroy();
      return;
    }
    this.#isClosed = true;
    const { stream } = coreOf(this.raw);
    const closed = closedWithin(stream, AbortSignal.any([this.#opener, AbortSignal.timeout(farewellMsMax)]));
    await this.raw.end().catch(() => this.raw.destroy());
    await closed;
    // A server that is gone never closes its end, and the socket would keep the process alive.
    stream.destroySoon();
  }

  async #query(sql: string, signal: AbortSignal): Promise<unknown> {
    const [found] = await this.#both(sql, signal);
    return found;
  }

  async #both(
    sql: string,
    signal: AbortSignal,
    more: Readonly<{ infileStreamFactory?: () => Readable }> = {},
  ): Promise<[unknown, readonly { readonly name: string }[]]> {
    if (signal.aborted) throw interrupted('running a statement', signal);
    if (this.#isClosed) throw new SourceError('away', 'the connection to the server is lost');
    // mysql2 never settles the statement of a connection that was destroyed.
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => {
      this.#isClosed = true;
      this.raw.destroy();
      aborted.reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const watch = this.#watchAnswer();
    try {
      const [found, fields] = await this.awaiting(() => {
        const query = this.raw.query({ sql, rowsAsArray: true, ...more });
        return Promise.race([query, aborted.promise, this.#broken.promise]);
      });
      return [found, Array.isArray(fields) ? fields.filter((field) => field !== undefined) : []];
    } catch (error) {
      if (signal.aborted) throw interrupted('running a statement', signal);
      throw sourceErrorOf(error, `the server refused '${firstWords(sql)}'`);
    } finally {
      clearInterval(watch);
      signal.removeEventListener('abort', onAbort);
    }
  }

  #watchAnswer(): NodeJS.Timeout {
    const { stream } = coreOf(this.raw);
    const before = stream.bytesRead;
    return setInterval(() => {
      if (stream.bytesRead - before <= answerBytesMax) return;
      const text = `the server sends more than ${answerBytesMax / 1024 / 1024} MiB for one small answer`;
      this.#giveUp('unavailable', text);
    }, answerLookMs);
  }

  /** mysql2 never settles the statement of a connection that was destroyed. */
  #giveUp(kind: 'unavailable' | 'away', why: string): void {
    this.#brokenBy ??= new SourceError(kind, `${why}: the connection was given up`);
    this.#broken.reject(this.#brokenBy);
    this.destroy();
  }
}

type Core = Readonly<{
  on: (event: 'warn', listener: () => void) => void;
  stream: Pick<Socket, 'bytesRead' | 'closed' | 'destroySoon' | 'once'>;
}>;

/** What mysql2's promises stand on. Its types leave the stream out. */
function coreOf(raw: Mysql2Connection): Core {
  const core: unknown = Reflect.get(raw, 'connection');
  return core as Core;
}

/** Resolves at the latest when `patience` aborts. */
async function closedWithin(stream: Core['stream'], patience: AbortSignal): Promise<void> {
  if (stream.closed || patience.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  stream.once('close', resolve);
  patience.addEventListener('abort', () => resolve(), { once: true });
  await promise;
}

export function interrupted(doing: string, signal: AbortSignal): SourceError {
  return new SourceError('interrupted', `${doing} was interrupted`, signal.reason);
}

/** Enough of a statement to recognise it. What follows may be a secret or a value. */
function firstWords(sql: string): string {
  return sql.split(/\s+/, 3).join(' ').slice(0, 60);
}

function textRow(row: unknown): TextRow {
  if (!Array.isArray(row)) return [];
  return row.map((value: unknown) => {
    if (value === null || value === undefined) return null;
    return Buffer.isBuffer(value) ? value.toString('utf8') : String(value);
  });
}
