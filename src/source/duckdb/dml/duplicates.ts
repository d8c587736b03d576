import { addWarning } from '../../warnings.ts';
import { SqlError } from '../../../base/sql-error.ts';
import type { StoredTable } from '../dictionary/stored-object.ts';
import { comparedSql, partSql, sameKey, type UniqueKey } from '../physical/keys.ts';
import { physicalName } from '../physical/names.ts';
import type { StatementScope } from '../statement/scope.ts';
import { rowNumber } from './staging.ts';

/** Fails with 1062 for the first staged row whose key is taken, in the table or by an earlier staged row. */
export async function refuseDuplicates(
  scope: StatementScope,
  table: StoredTable,
  rows: string,
  keys: readonly UniqueKey[],
  excludeRowid = false,
): Promise<void> {
  const found = await findDuplicate(scope, table, rows, keys, excludeRowid);
  if (found === undefined) return;
  throw new SqlError('duplicate_entry', duplicateMessage(table, found.key, found.entry));
}

/** The first staged row whose key is taken, by that key's values as text; undefined when none is. */
export async function findDuplicate(
  scope: StatementScope,
  table: StoredTable,
  rows: string,
  keys: readonly UniqueKey[],
  excludeRowid = false,
): Promise<Readonly<{ key: UniqueKey; entry: string }> | undefined> {
  for (const key of keys) {
    const entry = await firstDuplicate(scope, table, rows, key, excludeRowid);
    if (entry !== undefined) return { key, entry };
  }
  return undefined;
}

function duplicateMessage(table: StoredTable, key: UniqueKey, entry: string): string {
  return `Duplicate entry '${entry}' for key '${table.name}.${key.name}'`;
}

/** Takes staged rows out whose key is taken, for INSERT IGNORE; each gives a warning. */
export async function dropDuplicates(
  scope: StatementScope,
  table: StoredTable,
  rows: string,
  keys: readonly UniqueKey[],
  excludeRowid = false,
): Promise<number> {
  let dropped = 0;
  for (const key of keys) {
    const duplicates = duplicateRows(table, rows, key, excludeRowid);
    const found = await scope.connection.facts(`SELECT n, entry FROM (${duplicates}) ORDER BY n`);
    if (found.length === 0) continue;
    await scope.connection.run(`DELETE FROM ${rows} WHERE ${rowNumber} IN (SELECT n FROM (${duplicates}))`);
    for (const [, entry] of found) {
      const message = duplicateMessage(table, key, String(entry));
      addWarning(scope.warnings, { level: 'Warning', number: 1062, message });
    }
    dropped += found.length;
  }
  return dropped;
}

async function firstDuplicate(
  scope: StatementScope,
  table: StoredTable,
  rows: string,
  key: UniqueKey,
  excludeRowid: boolean,
): Promise<string | undefined> {
  const found = await scope.connection.facts(
    `SELECT entry FROM (${duplicateRows(table, rows, key, excludeRowid)}) ORDER BY n LIMIT 1`,
  );
  return found[0] === undefined ? undefined : String(found[0][0]);
}

/** Staged rows (n, entry) whose key is taken. With `excludeRowid` rows that are changed themselves do not count. */
function duplicateRows(table: StoredTable, rows: string, key: UniqueKey, excludeRowid: boolean): string {
  const parts = partSql(key, 'x');
  const entry = `concat_ws('-', ${parts.map((part) => `CAST(${part} AS VARCHAR)`).join(', ')})`;
  const present = parts.map((part) => `${part} IS NOT NULL`).join(' AND ');
  const others = excludeRowid ? ` AND t.rowid NOT IN (SELECT "__rowid" FROM ${rows})` : '';
  const within =
    `SELECT n, entry FROM (SELECT x.${rowNumber} AS n, ${entry} AS entry, ` +
    `row_number() OVER (PARTITION BY ${comparedSql(key, 'x').join(', ')} ORDER BY x.${rowNumber}) AS place ` +
    `FROM ${rows} x WHERE ${present}) WHERE place > 1`;
  const against =
    `SELECT x.${rowNumber} AS n, ${entry} AS entry FROM ${rows} x ` +
    `JOIN ${physicalName(table.database, table.name)} t ON ${sameKey(key, 'x', 't')}${others}`;
  return `${within} UNION ${against}`;
}
