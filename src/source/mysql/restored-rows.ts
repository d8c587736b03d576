import { quoteText } from '../../sql/quote.ts';
import type { RowChecksum } from '../frozen.ts';
import { type DescribedColumn, planColumns, selectList } from './column-plan.ts';
import type { MysqlConnection } from './connection.ts';
import { type History, rowsOf } from './history.ts';
import type { MysqlOptions } from './options.ts';
import { qualified } from './object-text.ts';
import { Reader } from './reader.ts';
import type { ReaderThreads } from './reader-threads.ts';

/** Nothing slows the reading down: these rows are nobody's yet. */
const unlimited = {};

export type RestoredPlace = Readonly<{
  database: string;
  table: string;
  /** Where the snapshot has rows of the past. */
  history: History | undefined;
}>;

/**
 * Adds up the rows of shadows through the same readers as a backup: threads with a connection of their own, kept for the
 * next table.
 */
export class RestoredRows implements AsyncDisposable {
  readonly #options: MysqlOptions;
  readonly #threads: ReaderThreads;
  readonly #idle: Reader[] = [];

  constructor(options: MysqlOptions, threads: ReaderThreads) {
    this.#options = options;
    this.#threads = threads;
  }

  async checksum(session: MysqlConnection, place: RestoredPlace, signal: AbortSignal): Promise<RowChecksum> {
    const plans = planColumns([
      ...(await columnsOf(session, place, signal)),
      ...(place.history?.hiddenColumns ?? []),
    ]);
    const from = rowsOf(qualified(place.database, place.table), undefined, place.history);
    const sql = `SELECT ${selectList(plans)} FROM ${from}`;
    const reader = (await this.#takeIdle()) ?? (await Reader.open(this.#threads, this.#options, signal));
    try {
      const { checksum } = await reader.read({ sql, plans, isInTransaction: false, pace: unlimited }, signal);
      this.#idle.push(reader);
      return checksum;
    } catch (error) {
      await reader[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #takeIdle(): Promise<Reader | undefined> {
    for (;;) {
      const reader = this.#idle.pop();
      if (reader === undefined || reader.isAlive) return reader;
      await reader[Symbol.asyncDispose]();
    }
  }

  /** Ends the connections; those that are needed again are opened again. May be called twice. */
  async [Symbol.asyncDispose](): Promise<void> {
    const readers = this.#idle.splice(0);
    for (const reader of readers) await reader[Symbol.asyncDispose]();
  }
}

async function columnsOf(
  session: MysqlConnection,
  { database, table }: RestoredPlace,
  signal: AbortSignal,
): Promise<readonly DescribedColumn[]> {
  const rows = await session.rows(
    'SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, NUMERIC_PRECISION, NUMERIC_SCALE, CHARACTER_SET_NAME ' +
      `FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ${quoteText(database)} ` +
      `AND TABLE_NAME = ${quoteText(table)} ORDER BY ORDINAL_POSITION`,
    signal,
  );
  return rows.map(([name, dataType, columnType, precision, scale, characterSet]) => ({
    name: name ?? '',
    dataType: (dataType ?? '').toLowerCase(),
    columnType: columnType ?? '',
    precision: Number(precision ?? 0),
    scale: Number(scale ?? 0),
    characterSet: characterSet ?? undefined,
  }));
}
