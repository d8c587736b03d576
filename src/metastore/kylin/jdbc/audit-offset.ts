import type { KylinConnection } from './connection.ts';
import { auditEnding, type KylinTables } from './tables.ts';

/** For so long Kylin's followers wait for the row of a gap. */
const gapMs = 5 * 60 * 1_000;
/** Rows that are searched for gaps, newest first: more are not written in five minutes. */
const searchedMax = 20_000;

export type AuditMark = Readonly<{ id: number; at: number }>;

/**
 * The id from which a follower may start without losing a row. Not simply the newest: a transaction that is still open
 * may own a smaller id. So the id before the first gap younger than five minutes; rows applied twice do no harm.
 * `marks` are in the order of their ids.
 */
export function safeOffset(marks: readonly AuditMark[], now: number): number {
  for (const [index, mark] of marks.entries()) {
    const before = marks[index - 1];
    if (before !== undefined && mark.id !== before.id + 1 && mark.at > now - gapMs) return before.id;
  }
  return marks.at(-1)?.id ?? 0;
}

/** The offset in the transaction's own view. Zero for an empty log, undefined for a store without one. */
export async function readOffset(
  connection: KylinConnection,
  tables: KylinTables,
  signal: AbortSignal,
): Promise<number | undefined> {
  const ending = auditEnding(tables.generation);
  if (!tables.columns.has(ending)) return undefined;
  const rows = await connection.rows(
    `SELECT id, meta_ts AS at, ${connection.dialect.nowMs} AS now FROM ${tables.nameOf(ending)}
     ORDER BY id DESC LIMIT ${searchedMax}`,
    [],
    signal,
  );
  const marks = rows.map((row) => ({ id: Number(row['id']), at: Number(row['at']) })).reverse();
  return safeOffset(marks, Number(rows[0]?.['now'] ?? 0));
}
