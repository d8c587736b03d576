import { tokenize } from '../../sql/lexer.ts';
import { quoteName, quoteText } from '../../sql/quote.ts';
import type { MysqlConnection } from './connection.ts';
import { qualified } from './object-text.ts';
import { readTable } from './restore-target.ts';

/** A foreign key that is to be there when the restore is done. */
export type ForeignKey = Readonly<{
  database: string;
  table: string;
  name: string;
  /** What follows ALTER TABLE … ADD. */
  clause: string;
}>;

export type Reference = Readonly<{ database: string | undefined; table: string }>;

/** The clause under another name, with the table that it refers to named by `refersTo`. */
export function foreignKeyClause(
  text: string,
  name: string,
  refersTo: (reference: Reference) => string,
): string {
  const tokens = tokenize(text);
  const at = tokens.findIndex((token) => token.upper === 'REFERENCES');
  const [first, dot, second] = [tokens[at + 1], tokens[at + 2], tokens[at + 3]];
  const own = tokens[1];
  if (at < 0 || first === undefined || own === undefined) return text;
  const isQualified = dot?.text === '.' && second !== undefined;
  const reference = isQualified
    ? { database: first.value, table: second.value }
    : { database: undefined, table: first.value };
  const end = isQualified ? second.end : first.end;
  const head = text.slice(0, own.start) + quoteName(name);
  return head + text.slice(own.end, first.start) + refersTo(reference) + text.slice(end);
}

/**
 * Foreign keys of tables outside of `tables` that refer to one of them. They follow a table that is renamed, so that the
 * swap leaves them with the old one.
 */
export async function foreignKeysInto(
  connection: MysqlConnection,
  database: string,
  tables: readonly string[],
  signal: AbortSignal,
): Promise<readonly ForeignKey[]> {
  if (tables.length === 0) return [];
  const schema = quoteText(database);
  const list = tables.map((table) => quoteText(table)).join(', ');
  const rows = await connection.rows(
    'SELECT DISTINCT TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME FROM information_schema.KEY_COLUMN_USAGE ' +
      `WHERE REFERENCED_TABLE_SCHEMA = ${schema} AND REFERENCED_TABLE_NAME IN (${list}) ` +
      `AND NOT (TABLE_SCHEMA = ${schema} AND TABLE_NAME IN (${list}))`,
    signal,
  );
  const found: ForeignKey[] = [];
  for (const [from, table, name] of rows) {
    if (!from || !table || !name) continue;
    const { items } = await readTable(connection, from, table, signal);
    const item = items.find((each) => each.kind === 'foreign' && each.name === name);
    if (item === undefined) continue;
    const refersTo = (reference: Reference): string => qualified(reference.database ?? from, reference.table);
    found.push({ database: from, table, name, clause: foreignKeyClause(item.text, name, refersTo) });
  }
  return found;
}

/** The tables that a table's foreign keys refer to, by the names of the keys. */
export async function referencesOf(
  connection: MysqlConnection,
  database: string,
  table: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const { items } = await readTable(connection, database, table, signal);
  const found = new Map<string, string>();
  for (const item of items) {
    if (item.kind !== 'foreign') continue;
    foreignKeyClause(item.text, item.name, (reference) => {
      found.set(item.name, qualified(reference.database ?? database, reference.table));
      return '';
    });
  }
  return found;
}
