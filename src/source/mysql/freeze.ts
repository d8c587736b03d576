import { availableParallelism } from 'node:os';
import type { Clock } from '../../base/clock.ts';
import { quoteName } from '../../sql/quote.ts';
import type { Frozen } from '../frozen.ts';
import type { Selection } from '../source.ts';
import { SourceError } from '../source-error.ts';
import { connectMysql } from './connect.ts';
import type { MysqlConnection } from './connection.ts';
import { type Point, type PointKind, qualifiedName, takePoint } from './consistent-point.ts';
import { describe, type Described, fingerprint } from './describe.ts';
import { hasTransactions } from './describe-tables.ts';
import { serverErrorNumber } from './errors.ts';
import { FrozenDatabase, paceOf } from './frozen.ts';
import type { MysqlOptions } from './options.ts';
import { Reader } from './reader.ts';
import { ReaderPool } from './reader-pool.ts';
import type { ReaderThreads } from './reader-threads.ts';
import { hasEngines, type ServerFacts } from './server-facts.ts';
import { haveSameIds, holdStatements, identify } from './table-identity.ts';

/** More readers than this make a server slower for others and a backup hardly faster. */
const readersMax = 4;
/** Definitions that change between two looks, so often one after the other, are not a moment's bad luck. */
const attemptsMax = 4;

export type FreezeContext = Readonly<{
  options: MysqlOptions;
  facts: ServerFacts;
  clock: Clock;
  threads: ReaderThreads;
  selection: Selection;
}>;

/**
 * Takes one point in time of what is selected. Definitions are read before and after it and must be the same: then they
 * are those of the point, although no lock kept them. Throws SourceError.
 */
export async function freezeMysql(context: FreezeContext, signal: AbortSignal): Promise<Frozen> {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const frozen = await tryFreeze(context, signal);
    if (frozen !== undefined) return frozen;
  }
  const text = `definitions in database '${context.selection.database}' kept changing while a point in time was to be taken`;
  throw new SourceError('failed', text);
}

/** Undefined when a definition changed meanwhile. */
async function tryFreeze(context: FreezeContext, signal: AbortSignal): Promise<Frozen | undefined> {
  const { options, facts, clock, selection } = context;
  await using opening = new AsyncDisposableStack();
  const control = opening.use(await connectMysql(options, { severalStatements: true }, signal));
  const before = await describe(control, selection, signal);
  const identities = await identify(
    control,
    facts,
    { database: selection.database, tables: before.tables },
    signal,
  );
  const readers: Reader[] = [];
  const held = opening.use(new TableHold(context, before));
  const others = 1 + held.connections;
  for (const opened of await openReaders(context, before, others, signal)) readers.push(opening.use(opened));
  const point = await takePoint(
    {
      control,
      readers,
      facts,
      tables: before.objects.flatMap(({ kind, name }) =>
        kind === 'TABLE' ? [qualifiedName(selection.database, name)] : [],
      ),
      hold: holdStatements(selection.database, identities.held),
      whileLocked: () => held.take(signal),
      now: () => clock.now(),
    },
    signal,
  );
  const described = await describe(control, selection, signal, before);
  if (fingerprint(described) !== fingerprint(before)) return undefined;
  if (!(await haveSameIds(control, identities, signal))) return undefined;
  const unused = readers.filter((reader) => !point.readers.includes(reader));
  await Promise.all(unused.map((reader) => reader[Symbol.asyncDispose]()));
  return new FrozenDatabase({
    database: selection.database,
    described,
    ids: identities.ids,
    control,
    pool: new ReaderPool(point.readers),
    isInTransaction: transactional.includes(point.kind),
    takenAt: point.takenAt,
    position: { ...point.position, lock: point.kind, lock_held_ms: String(point.lockedMs) },
    warnings: [...warningsOf(point, selection.database), ...held.warnings, ...historyWarnings(described)],
    pace: paceOf(options, point.readers.length),
    owned: opening.move(),
  });
}

const transactional: readonly PointKind[] = ['backup_stage', 'global_lock', 'table_locks', 'one_reader'];

/** One connection coordinates, one may hold tables; the rest of those allowed read, but always one. */
async function openReaders(
  { options, threads }: FreezeContext,
  described: Described,
  others: number,
  signal: AbortSignal,
): Promise<readonly Reader[]> {
  const allowed = Math.max(1, options.connectionsMax - others);
  const wanted = Math.min(readersMax, allowed, Math.max(2, availableParallelism()));
  const count = described.tables.size === 0 ? 1 : wanted;
  const opening = await Promise.allSettled(
    Array.from({ length: count }, () => Reader.open(threads, options, signal)),
  );
  const opened = opening.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failed = opening.find((each) => each.status === 'rejected');
  // Fewer than wanted are enough: the account may have a limit of its own.
  if (failed === undefined || (opened.length > 0 && !signal.aborted)) return opened;
  await Promise.all(opened.map((reader) => reader[Symbol.asyncDispose]()));
  throw failed.reason;
}

function warningsOf({ kind }: Point, database: string): readonly string[] {
  switch (kind) {
    case 'backup_stage':
    case 'global_lock':
    case 'timestamp':
      return [];
    case 'table_locks':
      return [
        `the account may not stop commits for a moment (RELOAD): writes to the tables of '${database}' were stopped instead`,
      ];
    case 'one_reader':
      return [
        'the account may neither stop commits (RELOAD) nor lock the tables (LOCK TABLES): all was read by one connection',
      ];
    case 'none':
      return [
        'the server holds no point in time over several queries: each piece of a table is of the time at which it was read',
      ];
  }
}

/** Of servers that could not be given a history back, and of versions by transactions. */
function historyWarnings({ tables }: Described): readonly string[] {
  const versioned = [...tables.values()].filter(
    ({ object, history }) => history === undefined && /\bWITH SYSTEM VERSIONING\b/.test(object.ddl),
  );
  if (versioned.length === 0) return [];
  const names = versioned.map(({ object }) => quoteName(object.name)).join(', ');
  return [`the current rows were saved, but not the history, of the system-versioned ${names}`];
}

/**
 * Tables of engines without transactions have no point in time: they are kept from being written until all is read.
 * Held by a connection of its own, since LOCK TABLES ends a transaction.
 */
class TableHold implements AsyncDisposable {
  readonly #context: FreezeContext;
  readonly #names: readonly string[];
  #connection: MysqlConnection | undefined;
  #warnings: readonly string[] = [];

  constructor(context: FreezeContext, described: Described) {
    this.#context = context;
    this.#names = [...described.tables.values()].flatMap((table) =>
      hasEngines(context.facts) && !hasTransactions(table) ? [table.object.name] : [],
    );
  }

  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /** How many it needs. */
  get connections(): number {
    return this.#names.length === 0 ? 0 : 1;
  }

  async take(signal: AbortSignal): Promise<void> {
    if (this.#names.length === 0) return;
    const { options, selection } = this.#context;
    const list = this.#names.map((name) => quoteName(name)).join(', ');
    const connection = await connectMysql(options, { database: selection.database }, signal);
    this.#connection = connection;
    try {
      await connection.run('SET SESSION lock_wait_timeout = 5', signal);
      const locks = this.#names.map((name) => `${quoteName(name)} READ`).join(', ');
      await connection.run(`LOCK TABLES ${locks}`, signal);
      this.#warnings = [`kept from being written while they were read, for want of transactions: ${list}`];
    } catch (error) {
      if (serverErrorNumber(error) === undefined) throw error;
      this.#warnings = [
        `of a later time than the rest, for want of transactions and of the right to LOCK TABLES: ${list}`,
      ];
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection?.[Symbol.asyncDispose]();
  }
}
