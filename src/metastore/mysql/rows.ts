import { MetastoreError } from '../metastore.ts';
import type { ProjectEpoch, StoredAuditRow, StoredResource } from '../metadata-store.ts';
import type { AskedQuestion, Lease, NodeState } from '../shared-store.ts';
import type { Row } from './connections.ts';

/** Rows of our tables as the store gives them out. Columns of bytes hold UTF-8. Throws `corrupt` for any other. */
export function resourceOf(row: Row): StoredResource {
  return {
    key: text(row, 'key'),
    content: text(row, 'content'),
    mvcc: integer(row, 'mvcc'),
    modifiedAt: integer(row, 'modified_at'),
  };
}

export function auditRowOf(row: Row): StoredAuditRow {
  return {
    id: integer(row, 'id'),
    key: text(row, 'key'),
    content: row['content'] === null ? null : text(row, 'content'),
    mvcc: row['mvcc'] === null ? null : integer(row, 'mvcc'),
    at: integer(row, 'at'),
    unitId: text(row, 'unit_id'),
    operator: text(row, 'operator'),
    instance: text(row, 'instance'),
  };
}

export function epochOf(row: Row): ProjectEpoch {
  return {
    project: text(row, 'project'),
    epoch: integer(row, 'epoch'),
    owner: text(row, 'owner'),
    takenAt: integer(row, 'taken_at'),
  };
}

export function leaseOf(row: Row): Lease {
  return { ...epochOf(row), leftMs: integer(row, 'left_ms'), home: text(row, 'home') };
}

export function nodeOf(row: Row): NodeState {
  return {
    node: text(row, 'node'),
    folder: text(row, 'folder'),
    address: text(row, 'address'),
    httpPort: integer(row, 'http_port'),
    role: text(row, 'role'),
    group: text(row, 'node_group'),
    version: text(row, 'version'),
    auditId: integer(row, 'audit_id'),
    startedAt: integer(row, 'started_at'),
    seenAt: integer(row, 'seen_at'),
    isAlive: integer(row, 'left_ms') > 0,
  };
}

export function questionOf(row: Row): AskedQuestion {
  return {
    id: integer(row, 'id'),
    project: text(row, 'project'),
    body: text(row, 'body'),
    node: text(row, 'asked_by'),
    askedAt: integer(row, 'asked_at'),
  };
}

export function text(row: Row, column: string): string {
  const value = row[column];
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  throw new MetastoreError('corrupt', `column ${column} of the metastore is no text`);
}

export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new MetastoreError('corrupt', `column ${column} of the metastore is no integer`);
}
