import type { AuditRow, Metastore, Resource } from '../metastore.ts';
import { MetadataError } from './metadata-error.ts';

const pageRows = 1_000;

/**
 * The resources of our metastore as they were at a time, from the audit log and what has not changed since. Throws
 * MetadataError `refused` for a time in the future, or one that the audit log does not reach back to.
 */
export async function stateAt(
  metastore: Metastore,
  at: number,
  now: number,
  signal: AbortSignal,
): Promise<readonly Resource[]> {
  if (at > now) throw new MetadataError('refused', 'the time to go back to lies in the future');
  const log = await readLog(metastore, at, signal);
  if (log.isRotated) throw tooOld();
  const found: Resource[] = [];
  for (const [key, row] of log.before) {
    const { content, mvcc, at: modifiedAt } = row;
    if (mvcc !== undefined) found.push({ key, content, mvcc, modifiedAt });
  }
  for (const resource of metastore.list('/')) {
    if (log.before.has(resource.key)) continue;
    const first = log.firstAfter.get(resource.key);
    if (first === undefined && resource.modifiedAt <= at) found.push(resource);
    else if (first?.mvcc !== 0) throw tooOld();
  }
  if (found.length === 0) throw youngerThanThat();
  return found;
}

type Log = Readonly<{
  /** The last row of each key up to the time. */
  before: ReadonlyMap<string, AuditRow>;
  /** The first row after it of keys that have none before. */
  firstAfter: ReadonlyMap<string, AuditRow>;
  /** Rows after the time may be missing. */
  isRotated: boolean;
}>;

async function readLog(metastore: Metastore, at: number, signal: AbortSignal): Promise<Log> {
  const before = new Map<string, AuditRow>();
  const firstAfter = new Map<string, AuditRow>();
  let oldest: AuditRow | undefined;
  for await (const row of auditRows(metastore, signal)) {
    oldest ??= row;
    if (row.at <= at) before.set(row.key, row);
    else if (!firstAfter.has(row.key)) firstAfter.set(row.key, row);
  }
  return { before, firstAfter, isRotated: oldest !== undefined && oldest.id > 1 && oldest.at > at };
}

/** All rows that the log still has, oldest first. */
export async function* auditRows(
  metastore: Metastore,
  signal: AbortSignal,
): AsyncGenerator<AuditRow, void, undefined> {
  for (let after = 0; ;) {
    const page = await metastore.audit(after, pageRows, signal);
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

function youngerThanThat(): MetadataError {
  return new MetadataError('refused', 'there was no metadata yet at that time: nothing was changed');
}

function tooOld(): MetadataError {
  return new MetadataError('refused', 'the audit log does not reach back to that time: nothing was changed', {
    hint: 'Restore an older backup: SHOW METADATA BACKUPS.',
  });
}
