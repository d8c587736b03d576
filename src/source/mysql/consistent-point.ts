import { unreachable } from '../../base/assert.ts';
import { quoteName } from '../../sql/quote.ts';
import type { MysqlConnection } from './connection.ts';
import { serverErrorNumber, serverErrors } from './errors.ts';
import type { Reader } from './reader.ts';
import { readSavepoint } from './reader-protocol.ts';
import type { ServerFacts } from './server-facts.ts';

/**
 * How several connections come to see the same state. The first that the server has and the account may use is taken:
 * `backup_stage` and `global_lock` stop all commits for a moment, `table_locks` writes to the selected tables; with
 * `timestamp` (TiDB) readers name the moment; `one_reader` needs nothing; with `none` there are no transactions.
 */
export type PointKind = 'backup_stage' | 'global_lock' | 'table_locks' | 'timestamp' | 'one_reader' | 'none';

export type Point = Readonly<{
  kind: PointKind;
  /** Readers that share the point. The others were not needed. */
  readers: readonly Reader[];
  /** How long others could not commit. */
  lockedMs: number;
  takenAt: number;
  position: Readonly<Record<string, string>>;
}>;

export type PointRequest = Readonly<{
  control: MysqlConnection;
  readers: readonly Reader[];
  facts: ServerFacts;
  /** Qualified names in backquotes. */
  tables: readonly string[];
  /** What each reader's transaction begins with, to keep definitions from changing until it ends. */
  hold: readonly string[];
  /** Called while nothing can be written: for locks that outlive the point. */
  whileLocked: () => Promise<void>;
  now: () => number;
}>;

/** A server must not stand still because a long query keeps us from a lock that all others then wait behind. */
const lockWaitSeconds = 5;

const deniedNumbers: readonly number[] = [
  serverErrors.privilegeDenied,
  serverErrors.accessDenied,
  serverErrors.accessDeniedDatabase,
  serverErrors.tableAccessDenied,
];

/** Takes one point in time on all readers. Throws SourceError `unavailable` when a lock could not be had in time. */
export async function takePoint(request: PointRequest, signal: AbortSignal): Promise<Point> {
  for (const kind of kindsOf(request.facts)) {
    const point = await tryPoint(kind, request, signal);
    if (point !== undefined) return point;
  }
  return oneReader(request, signal);
}

/** No lock keeps definitions between the beginning of the transaction and its own hold; so another one does. */
async function oneReader(request: PointRequest, signal: AbortSignal): Promise<Point> {
  const { control, hold } = request;
  if (hold.length === 0) return await beginAt('one_reader', request, signal);
  for (const statement of ['START TRANSACTION', ...hold]) await control.run(statement, signal);
  const point = await beginAt('one_reader', request, signal);
  await control.run('COMMIT', signal);
  return point;
}

/** In the order of preference. */
function kindsOf(facts: ServerFacts): readonly PointKind[] {
  if (facts.vendor === 'tidb') return ['timestamp'];
  if (!facts.hasSnapshots) return ['none'];
  return [
    ...(facts.hasBackupStage ? (['backup_stage'] as const) : []),
    ...(facts.hasGlobalLock ? (['global_lock'] as const) : []),
    'table_locks',
  ];
}

/** Undefined when the account has no right to this kind of lock. */
async function tryPoint(
  kind: PointKind,
  request: PointRequest,
  signal: AbortSignal,
): Promise<Point | undefined> {
  const { control, now } = request;
  const { lock, unlock } = statementsOf(kind, request.tables);
  await control.run(`SET SESSION lock_wait_timeout = ${lockWaitSeconds}`, signal);
  let lockedAt = now();
  for (const [index, statement] of lock.entries()) {
    if (index === lock.length - 1) lockedAt = now();
    try {
      await control.run(statement, signal);
    } catch (error) {
      await release(control, index > 0 ? unlock : [], signal);
      if (deniedNumbers.includes(serverErrorNumber(error) ?? 0)) return undefined;
      throw error;
    }
  }
  try {
    const point = await beginAt(kind, request, signal);
    await release(control, unlock, signal);
    return { ...point, lockedMs: lock.length === 0 ? 0 : now() - lockedAt };
  } catch (error) {
    await release(control, unlock, signal);
    throw error;
  }
}

async function release(
  control: MysqlConnection,
  statements: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  // The end of an aborted connection lets its locks go.
  if (signal.aborted) return;
  for (const statement of statements) await control.run(statement, signal);
}

function statementsOf(
  kind: PointKind,
  tables: readonly string[],
): Readonly<{ lock: readonly string[]; unlock: readonly string[] }> {
  switch (kind) {
    case 'backup_stage':
      return {
        lock: ['BACKUP STAGE START', 'BACKUP STAGE BLOCK_DDL', 'BACKUP STAGE BLOCK_COMMIT'],
        unlock: ['BACKUP STAGE END'],
      };
    case 'global_lock':
      return { lock: ['FLUSH TABLES WITH READ LOCK'], unlock: ['UNLOCK TABLES'] };
    case 'table_locks':
      return tables.length === 0
        ? { lock: [], unlock: [] }
        : {
            lock: [`LOCK TABLES ${tables.map((table) => `${table} READ`).join(', ')}`],
            unlock: ['UNLOCK TABLES'],
          };
    case 'timestamp':
    case 'one_reader':
    case 'none':
      return { lock: [], unlock: [] };
    default:
      return unreachable(kind);
  }
}

/** Begins a transaction on each reader that is to share the point, one right after the other. */
async function beginAt(kind: PointKind, request: PointRequest, signal: AbortSignal): Promise<Point> {
  const { control, facts, now } = request;
  const readers = kind === 'one_reader' ? request.readers.slice(0, 1) : request.readers;
  const takenAt = now();
  const begin = await beginOf(kind, request, signal);
  await Promise.all(readers.map((reader) => reader.run(begin, signal)));
  await request.whileLocked();
  const position = await readPosition(control, facts, signal);
  return { kind, readers, takenAt, position, lockedMs: 0 };
}

async function beginOf(
  kind: PointKind,
  { control, hold }: PointRequest,
  signal: AbortSignal,
): Promise<readonly string[]> {
  switch (kind) {
    case 'none':
      return [];
    case 'timestamp': {
      // TiDB: a transaction knows its timestamp; readers are set back to it.
      await control.run('START TRANSACTION', signal);
      const timestamp = await control.value('SELECT @@tidb_current_ts', signal);
      await control.run('ROLLBACK', signal);
      return [`SET SESSION tidb_snapshot = '${BigInt(timestamp ?? 0)}'`];
    }
    case 'backup_stage':
    case 'global_lock':
    case 'table_locks':
    case 'one_reader':
      return beginStatements(hold);
    default:
      return unreachable(kind);
  }
}

function beginStatements(hold: readonly string[]): readonly string[] {
  return [
    'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ',
    'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY',
    ...hold,
    // Each read goes back to it, which lets go of what the read has locked, while the point and what is held stay.
    `SAVEPOINT ${readSavepoint}`,
  ];
}

/** Where the binary log stands, in the server's words; empty without one, or without the right to see it. */
async function readPosition(
  control: MysqlConnection,
  { vendor, numbers }: ServerFacts,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  if (vendor === 'starrocks' || vendor === 'doris') return {};
  // MySQL 8.4 has no SHOW MASTER STATUS any more; MariaDB keeps it.
  const isNew = vendor === 'mysql' && ((numbers[0] ?? 0) > 8 || (numbers[0] === 8 && (numbers[1] ?? 0) >= 4));
  const found = await orNothing(
    control.records(isNew ? 'SHOW BINARY LOG STATUS' : 'SHOW MASTER STATUS', signal),
  );
  const record = found?.[0] ?? {};
  const gtid =
    vendor === 'mariadb'
      ? await orNothing(control.value('SELECT @@gtid_binlog_pos', signal))
      : record['Executed_Gtid_Set']?.replaceAll('\n', '');
  return {
    ...(record['File'] && { binlog_file: record['File'] }),
    ...(record['Position'] && { binlog_position: record['Position'] }),
    ...(gtid && { gtid }),
  };
}

/** A position is good to have; the backup does not fail where the account may not see it. */
async function orNothing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (serverErrorNumber(error) === undefined) throw error;
    return undefined;
  }
}

/** A table's name as statements of locks need it. */
export function qualifiedName(database: string, table: string): string {
  return `${quoteName(database)}.${quoteName(table)}`;
}
