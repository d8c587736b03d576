import { failpoint } from '../../base/failpoint.ts';
import { quoteName } from '../../sql/quote.ts';
import type { RowChecksum } from '../frozen.ts';
import type { LeftOut, Remark, RestorePlan, Restoring } from '../restoring.ts';
import { SourceError } from '../source-error.ts';
import type { MysqlConnection } from './connection.ts';
import type { History } from './history.ts';
import type { MysqlOptions } from './options.ts';
import { readFooter } from '../parquet/footer.ts';
import { qualified } from './object-text.ts';
import { inWordsOf, type TargetServer, type WordedPlan } from './other-vendor.ts';
import { KnownShadows } from './known-shadows.ts';
import { ParquetText } from './parquet-text.ts';
import { swapIn } from './restore-commit.ts';
import { finishRestore } from './restore-finish.ts';
import { isGone, type JournalState, type Load, RestoreJournal } from './restore-journal.ts';
import { loadRows, type LoadTools } from './restore-load.ts';
import { ownPrefix, restoreNames, type RestoreNames } from './restore-names.ts';
import { historyRefusals, savedHistory } from './restore-history.ts';
import { prepareRestore, tableTextOf, type RestoreParts, type RestorePoint } from './restore-prepare.ts';
import { sealTable } from './restore-seal.ts';
import { RestoreSessions } from './restore-sessions.ts';
import type { ReaderThreads } from './reader-threads.ts';
import { RestoredRows } from './restored-rows.ts';
import { leftOutOf, readTable } from './restore-target.ts';
import type { ServerFacts } from './server-facts.ts';

export type RestoreOptions = Readonly<{
  options: MysqlOptions;
  facts: ServerFacts;
  /** Who runs the job: see `restore-names.ts`. */
  owner: string;
  threads: ReaderThreads;
  restoreId: string;
  /** For tests that end a commit in its middle. */
  reached?: (point: RestorePoint) => void;
}>;

/** Tables that hold the rows of files for a moment, to add them up; each with a number, for several go on at once. */
const checkedPrefix = `${ownPrefix}checked_`;

/**
 * One restore into a MySQL-protocol server: shadows and the journal lie in a database of their own on that server, so that
 * nobody sees anything in the target database before the swap, and whoever comes back after a crash finds all of it.
 */
export class MysqlRestore implements Restoring {
  readonly #given: RestoreOptions;
  readonly #names: RestoreNames;
  readonly #journal: RestoreJournal;
  readonly #sessions: RestoreSessions;
  readonly #rows: RestoredRows;
  readonly #shadows: KnownShadows;
  readonly #parquet = new ParquetText();
  #plan: WordedPlan | undefined;
  #checks = 0;
  /** Loads of one file wait for each other, so that it counts once. */
  readonly #loading = new Map<string, Promise<void>>();

  constructor(given: RestoreOptions) {
    this.#given = given;
    this.#names = restoreNames(given.owner, given.restoreId);
    this.#journal = new RestoreJournal(this.#names);
    this.#shadows = new KnownShadows(this.#names.shadows);
    this.#sessions = new RestoreSessions(given.options);
    this.#rows = new RestoredRows(given.options, given.threads);
  }

  get loaders(): number {
    return this.#given.options.connectionsMax;
  }

  /** A table that is added up takes two connections: one that looks and one that reads. */
  get checkers(): number {
    return Math.max(1, Math.floor(this.#given.options.connectionsMax / 2));
  }

  async isCommitted(signal: AbortSignal): Promise<boolean> {
    const state = await this.#state(signal);
    if (state !== 'committed') return false;
    await this.#finish(signal);
    return true;
  }

  async prepare(given: RestorePlan, signal: AbortSignal): Promise<void> {
    await this.#dropOwn(signal);
    const plan = inWordsOf(given, await this.#target(signal));
    try {
      const refusals = await historyRefusals(this.#sessions, this.#given.facts, plan, signal);
      await prepareRestore(this.#parts, { plan, refusals }, signal);
    } catch (error) {
      // After an abort the job's rollback drops it.
      if (!signal.aborted) await this.#dropOwn(signal);
      throw error;
    }
    this.#plan = plan;
  }

  async remarks(signal: AbortSignal): Promise<readonly Remark[]> {
    return (await this.#prepared(signal)).remarks ?? [];
  }

  async leftOut(signal: AbortSignal): Promise<readonly LeftOut[]> {
    const { others } = await this.#prepared(signal);
    return others.flatMap((other) => {
      const why = leftOutOf(other);
      return why === undefined ? [] : [{ target: other.target, why }];
    });
  }

  async load(
    target: string,
    _partition: string | undefined,
    blob: string,
    path: string,
    signal: AbortSignal,
  ): Promise<void> {
    const key = `${target}\0${blob}`;
    const before = this.#loading.get(key);
    const load = async (): Promise<void> => {
      await before?.catch(() => undefined);
      await this.#load(target, { blob, path }, signal);
    };
    const loading = load();
    this.#loading.set(key, loading);
    try {
      await loading;
    } finally {
      if (this.#loading.get(key) === loading) this.#loading.delete(key);
    }
  }

  async countRows(paths: readonly string[]): Promise<number> {
    let rows = 0;
    for (const path of paths) rows += (await readFooter(path)).rows;
    return rows;
  }

  async seal(target: string, signal: AbortSignal): Promise<void> {
    const plan = await this.#prepared(signal);
    const table = plan.tables.find((one) => one.target === target);
    if (table === undefined) throw new SourceError('missing', `table '${target}' is not part of the restore`);
    try {
      await this.#sessions.use(signal, async (session) => {
        const shadow = await this.#shadows.find(session, target, signal);
        const wanted = { table: qualified(this.#names.shadows, target), text: tableTextOf(plan, table) };
        await sealTable(session, shadow.text, wanted, signal);
      });
    } finally {
      // The indexes may be there although the answer was lost.
      this.#shadows.forget(target);
    }
  }

  async checksum(target: string, _algorithm: string, signal: AbortSignal): Promise<RowChecksum> {
    const history = historyIn(await this.#prepared(signal), target);
    const place = { database: this.#names.shadows, table: target, history };
    return this.#check(signal, (session) => this.#rows.checksum(session, place, signal));
  }

  /** Through the server as well: only there the rows are what the checksum is of. */
  async checksumOfFiles(target: string, paths: readonly string[], signal: AbortSignal): Promise<RowChecksum> {
    const history = historyIn(await this.#prepared(signal), target);
    const { shadows } = this.#names;
    this.#checks += 1;
    const place = { database: shadows, table: `${checkedPrefix}${this.#checks}`, history };
    const into = qualified(shadows, place.table);
    return this.#check(signal, async (session) => {
      await session.run(`DROP TABLE IF EXISTS ${into}`, signal);
      await session.run(`CREATE TABLE ${into} LIKE ${qualified(shadows, target)}`, signal);
      const text = await readTable(session, shadows, place.table, signal);
      for (const path of paths) await loadRows(session, { into, text, path }, this.#loadTools, signal);
      const checksum = await this.#rows.checksum(session, place, signal);
      await session.run(`DROP TABLE ${into}`, signal);
      return checksum;
    });
  }

  async commit(signal: AbortSignal): Promise<void> {
    // They have read everything, and what is to come needs connections of its own.
    await this.#rows[Symbol.asyncDispose]();
    if (await this.isCommitted(signal)) return;
    await swapIn(this.#parts, await this.#prepared(signal), signal);
    await this.#finish(signal);
  }

  async rollback(signal: AbortSignal): Promise<void> {
    if ((await this.#state(signal)) === 'committed') return;
    await this.#dropOwn(signal);
    this.#plan = undefined;
  }

  /** Takes away what remembers the commit. Does nothing before one. */
  async forget(signal: AbortSignal): Promise<void> {
    if (await this.isCommitted(signal)) {
      await this.#sessions.use(signal, (session) => dropDatabases(session, this.#names, signal));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rows[Symbol.asyncDispose]();
    await this.#parquet[Symbol.asyncDispose]();
    await this.#sessions[Symbol.asyncDispose]();
  }

  get #parts(): RestoreParts {
    const { options, reached = (point: RestorePoint): void => failpoint(`swap.${point}`) } = this.#given;
    const own = { sessions: this.#sessions, names: this.#names, journal: this.#journal };
    return { ...own, sessionsMax: options.connectionsMax, reached };
  }

  get #loadTools(): LoadTools {
    const { loadsLocalFiles, packetBytesMax } = this.#given.facts;
    return { parquet: this.#parquet, loadsLocalFiles, packetBytesMax };
  }

  async #target(signal: AbortSignal): Promise<TargetServer> {
    const sql = 'SELECT COLLATION_NAME FROM information_schema.COLLATIONS';
    const rows = await this.#sessions.use(signal, (session) => session.rows(sql, signal));
    // MariaDB names those of Unicode 14.0 without a character set.
    const names = rows.flatMap(([name = '']) => [name ?? '', `utf8mb4_${name}`]);
    return { facts: this.#given.facts, collations: new Set(names) };
  }

  async #state(signal: AbortSignal): Promise<JournalState> {
    return this.#sessions.use(signal, (session) => this.#journal.state(session, signal));
  }

  async #prepared(signal: AbortSignal): Promise<WordedPlan> {
    this.#plan ??= await this.#sessions.use(signal, (session) =>
      this.#journal.plan(session, 'prepared', signal).catch((error: unknown) => {
        if (isGone(error)) return undefined;
        throw error;
      }),
    );
    if (this.#plan !== undefined) return this.#plan;
    throw new SourceError('missing', 'the restore has no shadow tables: it was not prepared');
  }

  /** The readers' connections are taken from those that rows were loaded by. */
  async #check(
    signal: AbortSignal,
    work: (session: MysqlConnection) => Promise<RowChecksum>,
  ): Promise<RowChecksum> {
    await this.#sessions.keepIdle(this.checkers);
    return this.#sessions.use(signal, work);
  }

  async #load(
    target: string,
    { blob, path }: Readonly<{ blob: string; path: string }>,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#prepared(signal);
    await this.#sessions.use(signal, async (session) => {
      const { text, hasTransactions } = await this.#shadows.find(session, target, signal);
      const into = qualified(this.#names.shadows, target);
      const load = (): Promise<void> => loadRows(session, { into, text, path }, this.#loadTools, signal);
      if (hasTransactions) {
        await this.#loadInTransaction(session, { target, blob }, load, signal);
      } else {
        await this.#loadAtOnce(session, { target, blob }, load, signal);
      }
    });
  }

  async #loadInTransaction(
    session: MysqlConnection,
    file: Load,
    load: () => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    await session.run('BEGIN', signal);
    if ((await this.#journal.claimLoad(session, file, 'done', signal)) === 'claimed') await load();
    await session.run('COMMIT', signal);
  }

  /** What was loaded of a file cannot be taken back: such a table is filled in one go, or not at all. */
  async #loadAtOnce(
    session: MysqlConnection,
    file: Load,
    load: () => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const claim = await this.#journal.claimLoad(session, file, 'begun', signal);
    if (claim === 'done') return;
    if (claim === 'begun') {
      const text = `loading table '${file.target}' was cut off, and its engine cannot take rows back: restore it again`;
      throw new SourceError('failed', text);
    }
    await load();
    await this.#journal.endLoad(session, file, signal);
  }

  /** Does the steps behind the swap that are not done yet. */
  async #finish(signal: AbortSignal): Promise<void> {
    const record = await this.#sessions.use(signal, async (session) => {
      if (await this.#journal.isFinished(session, signal)) return undefined;
      const plan = await this.#journal.plan(session, 'committed', signal);
      const swap = await this.#journal.swap(session, 'committed', signal);
      return plan === undefined || swap === undefined ? undefined : { plan, swap };
    });
    if (record !== undefined) await finishRestore(this.#parts, record.plan, record.swap, signal);
  }

  /** Drops everything of a restore that was not committed. */
  async #dropOwn(signal: AbortSignal): Promise<void> {
    await this.#sessions.use(signal, async (session) => {
      const state = await this.#journal.state(session, signal);
      const made = state === 'prepared' ? await this.#journal.madeDatabase(session, signal) : undefined;
      if (made !== undefined) await dropIfEmpty(session, made, signal);
      await dropDatabases(session, this.#names, signal);
    });
  }
}

function historyIn(plan: RestorePlan, target: string): History | undefined {
  const table = plan.tables.find((one) => one.target === target);
  return table && savedHistory(plan, table);
}

async function dropDatabases(
  session: MysqlConnection,
  names: RestoreNames,
  signal: AbortSignal,
): Promise<void> {
  // The journal goes last: while it is there, so is the knowledge of what else there is.
  await session.run(`DROP DATABASE IF EXISTS ${quoteName(names.replaced)}`, signal);
  await session.run(`DROP DATABASE IF EXISTS ${quoteName(names.shadows)}`, signal);
}

/** A database that the restore made is nobody's as long as nothing is in it. */
async function dropIfEmpty(session: MysqlConnection, database: string, signal: AbortSignal): Promise<void> {
  const found = await session
    .rows(`SHOW TABLES FROM ${quoteName(database)}`, signal)
    .catch((error: unknown) => {
      if (isGone(error)) return undefined;
      throw error;
    });
  if (found?.length === 0) await session.run(`DROP DATABASE IF EXISTS ${quoteName(database)}`, signal);
}
