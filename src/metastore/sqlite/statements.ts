import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** All SQL of the store but its schema. Writes of resources compare and swap: they change one row or none. */
const texts: Readonly<Record<StatementName, string>> = {
  allResources: 'SELECT key, content, mvcc, modified_at FROM resource ORDER BY key',
  resource: 'SELECT key, content, mvcc, modified_at FROM resource WHERE key = ?',
  insertResource:
    'INSERT INTO resource (key, content, mvcc, modified_at) VALUES (?, ?, 0, ?) ON CONFLICT DO NOTHING',
  updateResource: 'UPDATE resource SET content = ?, mvcc = ?, modified_at = ? WHERE key = ? AND mvcc = ?',
  deleteResource: 'DELETE FROM resource WHERE key = ? AND mvcc = ?',
  insertAudit:
    'INSERT INTO audit_log (key, content, mvcc, at, unit_id, operator, instance) VALUES (?, ?, ?, ?, ?, ?, ?)',
  deleteAudit: 'DELETE FROM audit_log WHERE id <= ?',
  auditCounter: "SELECT seq FROM sqlite_sequence WHERE name = 'audit_log'",
  audit:
    'SELECT id, key, content, mvcc, at, unit_id, operator, instance FROM audit_log WHERE id > ? ORDER BY id LIMIT ?',
  epoch: 'SELECT epoch, owner, taken_at FROM epoch WHERE project = ?',
  putEpoch:
    'INSERT INTO epoch (project, epoch, owner, taken_at) VALUES (?, ?, ?, ?) ' +
    'ON CONFLICT DO UPDATE SET epoch = excluded.epoch, owner = excluded.owner, taken_at = excluded.taken_at',
};

type StatementName =
  | 'allResources'
  | 'resource'
  | 'insertResource'
  | 'updateResource'
  | 'deleteResource'
  | 'insertAudit'
  | 'deleteAudit'
  | 'auditCounter'
  | 'audit'
  | 'epoch'
  | 'putEpoch';

export type Statements = Readonly<Record<StatementName, StatementSync>>;

export function prepareStatements(database: DatabaseSync): Statements {
  const prepared = Object.entries(texts).map(([name, text]) => [name, database.prepare(text)]);
  // The entries have the names of `texts`, which Object.fromEntries forgets.
  return Object.fromEntries(prepared) as Statements;
}
