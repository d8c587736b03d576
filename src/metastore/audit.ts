import { MetastoreError, type AuditRow } from './metastore.ts';
import type { StoredAuditRow, StoredUnit } from './metadata-store.ts';

/** A follower reads the log in pages of this size (Kylin's catch-up does the same). */
export const auditPageRowsMax = 1_000;

/**
 * Rows kept when nothing else is said. Whoever follows the log, or rolls back by it, starts from a backup that is
 * younger than the oldest row; with a few rows per job this is years of daily backups.
 */
export const auditRowsKeptDefault = 100_000;

/** The audit rows of a unit, in the order of its changes, before the store gives them ids. */
export function auditRowsOf(unit: StoredUnit): readonly Omit<StoredAuditRow, 'id'>[] {
  const { at, unitId, operator, instance } = unit;
  return unit.changes.map((change) => ({
    key: change.key,
    content: change.kind === 'put' ? change.content : null,
    mvcc: change.kind === 'put' ? change.mvcc : null,
    at,
    unitId,
    operator,
    instance,
  }));
}

/** A stored row as readers of the log see it. Throws `corrupt` when its content is no JSON. */
export function decodeAuditRow(row: StoredAuditRow): AuditRow {
  return {
    ...row,
    content: row.content === null ? undefined : parseContent(row.content, `audit row ${row.id}`),
    mvcc: row.mvcc ?? undefined,
  };
}

/** JSON text as a value. `what` names the place in the error. */
export function parseContent(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new MetastoreError('corrupt', `the content of ${what} in the metastore is not JSON`, error);
  }
}
