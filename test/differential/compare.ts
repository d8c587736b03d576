import type { Connection, RowDataPacket } from 'mysql2/promise';

export type Outcome = Readonly<
  { rows: readonly (readonly unknown[])[] } | { errno: number; message: string }
>;

export async function outcomeOf(connection: Connection, sql: string): Promise<Outcome> {
  try {
    const [rows] = await connection.query<RowDataPacket[][]>({ sql, rowsAsArray: true });
    // A statement without rows answers what no test asks for.
    return { rows: Array.isArray(rows) ? rows.map((row) => Object.values(row)) : [] };
  } catch (error) {
    if (error instanceof Error && 'errno' in error)
      return { errno: Number(error.errno), message: error.message };
    throw error;
  }
}

/**
 * Errors of MySQL's and MariaDB's that no answer of ours is wrong beside: a negative number times one without a sign, mixes of
 * collations that come of literals alone, and a NULL that REGEXP takes for bytes.
 */
const ownErrors: ReadonlySet<number> = new Set([1690, 1267, 1270, 1271, 3995]);

/** What the engine says is no difference, when it refuses by name or both refuse. */
export function agree(ours: Outcome, theirs: Outcome): boolean {
  if ('errno' in ours) return ours.errno === 1235 || 'errno' in theirs;
  if ('errno' in theirs) return ownErrors.has(theirs.errno);
  if (ours.rows.length !== theirs.rows.length) return false;
  return ours.rows.every((row, index) => row.every((value, at) => same(value, theirs.rows[index]?.[at])));
}

/** Numbers may differ in the digits that a double has not, and in zeros behind the point. */
function same(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (left === null || right === null) return false;
  const [a, b] = [String(left), String(right)];
  if (a === b) return true;
  if (!/^-?[\d.]+(e[-+]?\d+)?$/i.test(a) || !/^-?[\d.]+(e[-+]?\d+)?$/i.test(b)) return false;
  return Math.abs(Number(a) - Number(b)) <= 1e-9 * Math.max(1, Math.abs(Number(a)));
}
