import { setTimeout as sleep } from 'node:timers/promises';
import { checkMaintenance, isFirstEpoch } from '../epoch.ts';
import { maintenanceKey } from '../key.ts';
import type { ProjectEpoch, StoredUnit } from '../metadata-store.ts';
import { MetastoreError } from '../metastore.ts';
import { CommitLostError, type Connections, type Session, type Thread } from './connections.ts';
import { isConnectionLost, isDuplicateKey, isUnknownThread } from './errors.ts';
import { epochOf, integer, text } from './rows.ts';
import { writeAuditRows, writeChanges } from './write-rows.ts';

export type Commits = Readonly<{ connections: Connections; prefix: string }>;

/** Between two looks for the outcome of a commit whose connection was lost. */
const outcomeRetryMs = 200;

/**
 * Writes a unit in one transaction, guarded by the epoch of its project. The id of its last audit row. A commit whose
 * connection was lost is looked for, and run again when nothing of it is there.
 */
export async function commitUnit(commits: Commits, unit: StoredUnit): Promise<number> {
  for (;;) {
    try {
      return await commits.connections.transaction('START TRANSACTION', (session) =>
        write(session, commits.prefix, unit),
      );
    } catch (error) {
      if (!(error instanceof CommitLostError)) throw error;
      const auditId = await outcomeOf(commits, unit, error.thread);
      if (auditId !== undefined) return auditId;
    }
  }
}

/** The row of a project's epoch, locked until the transaction has ended: nobody can take the project in between. */
export async function lockEpoch(
  session: Session,
  prefix: string,
  project: string,
): Promise<ProjectEpoch | undefined> {
  const [row] = await session.rows(
    `SELECT project, epoch, owner, taken_at FROM ${prefix}epoch WHERE project = ? FOR UPDATE`,
    [project],
  );
  return row && epochOf(row);
}

async function write(session: Session, prefix: string, unit: StoredUnit): Promise<number> {
  await checkEpoch(session, prefix, unit);
  await writeChanges(session, prefix, unit);
  await writeAuditRows(session, prefix, unit);
  const id = await lastIdOf(session, prefix, unit.unitId);
  if (id === undefined) throw new MetastoreError('corrupt', 'the audit log has lost the rows of a unit');
  return id;
}

async function checkEpoch(session: Session, prefix: string, unit: StoredUnit): Promise<void> {
  const { project, epoch, instance, at } = unit;
  const current = await lockEpoch(session, prefix, project);
  if (isFirstEpoch(unit, current) || current === undefined) {
    try {
      await session.change(
        `INSERT INTO ${prefix}epoch (project, epoch, owner, taken_at) VALUES (?, ?, ?, ?)`,
        epoch === 0 ? [project, 0, '', 0] : [project, epoch, instance, at],
      );
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      throw new MetastoreError('conflict', `another node has taken project '${project}'`);
    }
  }
  const [maintenance] = await session.rows(
    `SELECT content FROM ${prefix}resource WHERE \`key\` = ? LOCK IN SHARE MODE`,
    [maintenanceKey],
  );
  checkMaintenance(unit, maintenance && text(maintenance, 'content'));
}

/**
 * Whether a unit lasts whose connection was lost during COMMIT: the id of its last audit row, or undefined. Its old
 * connection is ended first, and the lock of the epoch's row waited for, so that the answer cannot change any more.
 * Asks until the database answers, or the store is closed.
 */
async function outcomeOf(
  { connections, prefix }: Commits,
  unit: StoredUnit,
  thread: Thread,
): Promise<number | undefined> {
  for (;;) {
    try {
      return await connections.transaction('START TRANSACTION', async (session) => {
        await endThread(session, thread);
        await lockEpoch(session, prefix, unit.project);
        return lastIdOf(session, prefix, unit.unitId);
      });
    } catch (error) {
      if (connections.isClosed) {
        const reason = `the outcome of a write to metastore '${connections.place}' is not known: it was closed`;
        throw new MetastoreError('unavailable', reason, error);
      }
      if (!isPassing(error)) throw error;
    }
    await sleep(outcomeRetryMs);
  }
}

async function lastIdOf(session: Session, prefix: string, unitId: string): Promise<number | undefined> {
  const [row] = await session.rows(`SELECT MAX(id) AS id FROM ${prefix}audit_log WHERE unit_id = ?`, [
    unitId,
  ]);
  return row === undefined || row['id'] === null ? undefined : integer(row, 'id');
}

/** Ends the server's side of a connection that is lost for us: it may not have noticed yet. */
async function endThread(session: Session, { id, host }: Thread): Promise<void> {
  const sql = 'SELECT 1 FROM information_schema.processlist WHERE id = ? AND host = ?';
  if ((await session.rows(sql, [id, host])).length === 0) return;
  try {
    await session.change(`KILL ${id}`);
  } catch (error) {
    // It has gone since.
    if (!isUnknownThread(error)) throw error;
  }
}

function isPassing(error: unknown): boolean {
  const isStoreAway = error instanceof MetastoreError && error.kind === 'unavailable';
  return isStoreAway || error instanceof CommitLostError || isConnectionLost(error);
}
