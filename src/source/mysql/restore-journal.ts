import { quoteText } from '../../sql/quote.ts';
import type { RestorePlan } from '../restoring.ts';
import type { MysqlConnection } from './connection.ts';
import { serverErrorNumber, serverErrors } from './errors.ts';
import { qualified } from './object-text.ts';
import { committedJournal, preparedJournal, type RestoreNames } from './restore-names.ts';
import type { SwapRecord } from './restore-swap.ts';

/**
 * What a restore must know after a crash: a table beside its shadows, on the server they are on. Its name says whether
 * the swap has happened, since the swap renames it in the one statement that renames all tables.
 */
export type JournalState = 'none' | 'prepared' | 'committed';

/** What a record is about; `name` tells records of a kind apart. */
type RecordKind = 'plan' | 'load' | 'database' | 'swap' | 'finished';

export type Load = Readonly<{ target: string; blob: string }>;
type LoadState = 'begun' | 'done';

const duplicateEntry = 1062;

function nameOf({ target, blob }: Load): string {
  return `${target}/${blob}`;
}

export class RestoreJournal {
  readonly #names: RestoreNames;

  constructor(names: RestoreNames) {
    this.#names = names;
  }

  async state(connection: MysqlConnection, signal: AbortSignal): Promise<JournalState> {
    const found = await connection.rows(
      `SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${quoteText(this.#names.shadows)} ` +
        `AND TABLE_NAME IN (${quoteText(preparedJournal)}, ${quoteText(committedJournal)})`,
      signal,
    );
    const name = found[0]?.[0];
    if (name === undefined || name === null) return 'none';
    return name === committedJournal ? 'committed' : 'prepared';
  }

  /** Makes the journal, which is the last thing to be there: without it the restore is not prepared. */
  async begin(connection: MysqlConnection, plan: RestorePlan, signal: AbortSignal): Promise<void> {
    const table = this.#table('prepared');
    await connection.run(
      `CREATE TABLE ${table} (kind VARCHAR(16) NOT NULL, name VARCHAR(250) NOT NULL, value LONGTEXT NOT NULL, ` +
        'PRIMARY KEY (kind, name)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin',
      signal,
    );
    await this.#put(connection, 'plan', '', encode(plan), signal);
  }

  /** The plan that the restore was prepared with; undefined when it was not. */
  async plan(
    connection: MysqlConnection,
    state: JournalState,
    signal: AbortSignal,
  ): Promise<RestorePlan | undefined> {
    const text = await this.#get(connection, state, 'plan', signal);
    // Only `begin` writes this record.
    return text === undefined ? undefined : (decode(text) as RestorePlan);
  }

  /**
   * Takes note of a file before it is loaded, in the transaction that loads it. Waits for another connection that is
   * loading it. `done`: it was loaded before. `begun`: a load without a transaction was cut off.
   */
  async claimLoad(
    connection: MysqlConnection,
    load: Load,
    state: LoadState,
    signal: AbortSignal,
  ): Promise<'claimed' | LoadState> {
    try {
      await this.#put(connection, 'load', nameOf(load), state, signal);
      return 'claimed';
    } catch (error) {
      if (serverErrorNumber(error) !== duplicateEntry) throw error;
      const sql = `SELECT value FROM ${this.#table('prepared')} WHERE kind = 'load' AND name = ${quoteText(nameOf(load))}`;
      return (await connection.value(sql, signal)) === 'begun' ? 'begun' : 'done';
    }
  }

  /** A load without a transaction has come to its end. */
  async endLoad(connection: MysqlConnection, load: Load, signal: AbortSignal): Promise<void> {
    await connection.run(
      `UPDATE ${this.#table('prepared')} SET value = 'done' WHERE kind = 'load' AND name = ${quoteText(nameOf(load))}`,
      signal,
    );
  }

  /** Before the database is made: a rollback may drop it again, when nobody has put anything into it. */
  async writeDatabase(connection: MysqlConnection, database: string, signal: AbortSignal): Promise<void> {
    await this.#put(connection, 'database', '', database, signal);
  }

  async madeDatabase(connection: MysqlConnection, signal: AbortSignal): Promise<string | undefined> {
    return this.#get(connection, 'prepared', 'database', signal);
  }

  /** What the swap is going to do, and the steps behind it: written before it. */
  async writeSwap(connection: MysqlConnection, swap: SwapRecord, signal: AbortSignal): Promise<void> {
    await this.#put(connection, 'swap', '', encode(swap), signal);
  }

  async swap(
    connection: MysqlConnection,
    state: JournalState,
    signal: AbortSignal,
  ): Promise<SwapRecord | undefined> {
    const text = await this.#get(connection, state, 'swap', signal);
    // Only `writeSwap` writes this record.
    return text === undefined ? undefined : (decode(text) as SwapRecord);
  }

  /** Every step behind the swap is done. */
  async writeFinished(connection: MysqlConnection, signal: AbortSignal): Promise<void> {
    await connection.run(`INSERT INTO ${this.#table('committed')} VALUES ('finished', '', '')`, signal);
  }

  async isFinished(connection: MysqlConnection, signal: AbortSignal): Promise<boolean> {
    return (await this.#get(connection, 'committed', 'finished', signal)) !== undefined;
  }

  /** The piece of RENAME TABLE that makes the swap known. */
  get renaming(): string {
    return `${this.#table('prepared')} TO ${this.#table('committed')}`;
  }

  async #put(
    connection: MysqlConnection,
    kind: RecordKind,
    name: string,
    value: string,
    signal: AbortSignal,
  ): Promise<void> {
    const values = [kind, name, value].map((text) => quoteText(text)).join(', ');
    const verb = kind === 'load' ? 'INSERT' : 'REPLACE';
    await connection.run(`${verb} INTO ${this.#table('prepared')} VALUES (${values})`, signal);
  }

  async #get(
    connection: MysqlConnection,
    state: JournalState,
    kind: RecordKind,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    if (state === 'none') return undefined;
    const sql = `SELECT value FROM ${this.#table(state)} WHERE kind = ${quoteText(kind)} AND name = ''`;
    return (await connection.value(sql, signal)) ?? undefined;
  }

  #table(state: 'prepared' | 'committed'): string {
    return qualified(this.#names.shadows, state === 'prepared' ? preparedJournal : committedJournal);
  }
}

/** True for the failure of a statement on a restore's things that are not there (any more). */
export function isGone(error: unknown): boolean {
  const number = serverErrorNumber(error);
  return number === serverErrors.unknownTable || number === serverErrors.unknownDatabase;
}

function encode(value: RestorePlan | SwapRecord): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'bigint' ? { bigint: part.toString() } : part,
  );
}

function decode(json: string): unknown {
  return JSON.parse(json, (_key, part: unknown) => {
    const isWrapped =
      typeof part === 'object' && part !== null && Object.keys(part).length === 1 && 'bigint' in part;
    return isWrapped && typeof part.bigint === 'string' ? BigInt(part.bigint) : part;
  });
}
