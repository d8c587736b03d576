import type { DatabaseSync, StatementSync } from 'node:sqlite';

export type Statements = Readonly<
  Record<
    | 'allResources'
    | 'resource'
    | 'insertResource'
    | 'updateResource'
    | 'deleteResource'
    | 'insertAudit'
    | 'deleteAudit'
    | 'auditCounter'
    | 'oldestAudit'
    | 'audit'
    | 'epoch'
    | 'putEpoch',
    StatementSync
  >
>;

/** The number of the newest change. */
export const auditCounterSql = "SELECT seq FROM sqlite_sequence WHERE name = 'audit_log'";

/** All SQL of the store but its schema. Writes of resources compare and swap: they change one row or none. */
export function prepareStatements(database: DatabaseSync): Statements {
  return {
    allResources: database.prepare('SELECT key, content, mvcc, modified_at FROM resource ORDER BY key'),
    resource: database.prepare('SELECT key, content, mvcc, modified_at FROM resource WHERE key = ?'),
    insertResource: database.prepare(
      'INSERT INTO resource (key, content, mvcc, modified_at) VALUES (?, ?, 0, ?) ON CONFLICT DO NOTHING',
    ),
    updateResource: database.prepare(
      'UPDATE resource SET content = ?, mvcc = ?, modified_at = ? WHERE key = ? AND mvcc = ?',
    ),
    deleteResource: database.prepare('DELETE FROM resource WHERE key = ? AND mvcc = ?'),
    insertAudit: database.prepare(
      `INSERT INTO audit_log (key, content, mvcc, at, unit_id, operator, instance)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),
    deleteAudit: database.prepare('DELETE FROM audit_log WHERE id <= ?'),
    auditCounter: database.prepare(auditCounterSql),
    oldestAudit: database.prepare('SELECT id FROM audit_log ORDER BY id LIMIT 1'),
    audit: database.prepare(
      `SELECT id, key, content, mvcc, at, unit_id, operator, instance
       FROM audit_log WHERE id > ? ORDER BY id LIMIT ?`,
    ),
    epoch: database.prepare('SELECT epoch, owner, taken_at FROM epoch WHERE project = ?'),
    putEpoch: database.prepare(
      `INSERT INTO epoch (project, epoch, owner, taken_at) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET epoch = excluded.epoch, owner = excluded.owner, taken_at = excluded.taken_at`,
    ),
  };
}
