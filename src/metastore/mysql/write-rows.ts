import { auditRowsOf } from '../audit.ts';
import { changedByAnother } from '../epoch.ts';
import type { StoredChange, StoredUnit } from '../metadata-store.ts';
import type { Session, Value } from './connections.ts';
import { isDuplicateKey } from './errors.ts';

/** Rows of one INSERT: a restore of the metadata writes many thousands, and each statement costs a round trip. */
const rowsMax = 500;
/** A larger row travels alone and unescaped. Together they stay far below the smallest common max_allowed_packet (4 MiB). */
const charactersMax = 500_000;

/** Writes what a unit changes. Throws `conflict` when a version is not the expected one. */
export async function writeChanges(session: Session, prefix: string, unit: StoredUnit): Promise<void> {
  const inserted: Value[][] = [];
  for (const change of unit.changes) {
    if (change.kind === 'put' && change.mvcc === 0) inserted.push([change.key, change.content, 0, unit.at]);
    else if ((await changeOne(session, prefix, change, unit.at)) !== 1) throw changedByAnother(change.key);
  }
  try {
    await insertRows(session, `${prefix}resource (\`key\`, content, mvcc, modified_at)`, inserted);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    throw changedByAnother(String(inserted[0]?.[0]) + (inserted.length > 1 ? ' or one written with it' : ''));
  }
}

export async function writeAuditRows(session: Session, prefix: string, unit: StoredUnit): Promise<void> {
  const rows = auditRowsOf(unit).map(({ key, content, mvcc, at, unitId, operator, instance }) => [
    key,
    content,
    mvcc,
    at,
    unitId,
    operator,
    instance,
  ]);
  const columns = '(`key`, content, mvcc, at, unit_id, operator, instance)';
  await insertRows(session, `${prefix}audit_log ${columns}`, rows);
}

async function changeOne(
  session: Session,
  prefix: string,
  change: StoredChange,
  at: number,
): Promise<number> {
  const { key, mvcc } = change;
  if (change.kind === 'delete') {
    return session.change(`DELETE FROM ${prefix}resource WHERE \`key\` = ? AND mvcc = ?`, [key, mvcc]);
  }
  const sql = `UPDATE ${prefix}resource SET content = ?, mvcc = ?, modified_at = ? WHERE \`key\` = ? AND mvcc = ?`;
  const values = [change.content, mvcc, at, key, mvcc - 1];
  return change.content.length > charactersMax
    ? session.changeLarge(sql, values)
    : session.change(sql, values);
}

async function insertRows(
  session: Session,
  target: string,
  rows: readonly (readonly Value[])[],
): Promise<void> {
  let batch: (readonly Value[])[] = [];
  let characters = 0;
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    const places = batch.map((row) => `(${row.map(() => '?').join(', ')})`).join(', ');
    const sql = `INSERT INTO ${target} VALUES ${places}`;
    const values = batch.flat();
    await (characters > charactersMax ? session.changeLarge(sql, values) : session.change(sql, values));
    batch = [];
    characters = 0;
  };
  for (const row of rows) {
    const size = row.reduce<number>((sum, value) => sum + String(value).length, 0);
    if (batch.length === rowsMax || characters + size > charactersMax) await flush();
    batch.push(row);
    characters += size;
  }
  await flush();
}
