import { duckdbText } from '../../../sql/duckdb-quote.ts';
import type { Connection } from '../connection/connection.ts';
import type { StoredFunction, StoredObject } from '../dictionary/stored-object.ts';
import { decodeMaterializedView, decodeOverloads, decodeTable, decodeView } from '../dictionary/json.ts';
import { dictionarySchema, nameKey } from '../physical/names.ts';

/** An object of the dictionary as one transaction sees it; the dictionary in memory may have gone on. */
export type FrozenEntry = Readonly<{ name: string; autoIncrement: string | undefined }> &
  Readonly<
    | Pick<Extract<StoredObject, { kind: 'TABLE' }>, 'kind' | 'definition'>
    | Pick<Extract<StoredObject, { kind: 'VIEW' }>, 'kind' | 'definition'>
    | Pick<Extract<StoredObject, { kind: 'MATERIALIZED_VIEW' }>, 'kind' | 'definition'>
  >;

/** The database's name as it was given at creation; undefined when there is none. */
export async function frozenDatabase(connection: Connection, database: string): Promise<string | undefined> {
  const name = await connection.fact(
    `SELECT name FROM ${dictionarySchema}.databases WHERE key = ${duckdbText(nameKey(database))}`,
  );
  return name === null ? undefined : String(name);
}

/** Tables and views of a database by the key of their names. */
export async function frozenObjects(
  connection: Connection,
  database: string,
): Promise<ReadonlyMap<string, FrozenEntry>> {
  const key = duckdbText(nameKey(database));
  const rows = await connection.facts(
    'SELECT o.name, o.kind, o.definition, CAST(max(c.next_value) AS VARCHAR) ' +
      `FROM ${dictionarySchema}.objects o LEFT JOIN ${dictionarySchema}.counters c ` +
      `ON c.database_key = o.database_key AND c.key = o.key ` +
      `WHERE o.database_key = ${key} AND o.kind <> 'FUNCTION' GROUP BY ALL`,
  );
  return new Map(
    rows.map(([name, kind, definition, next]) => {
      const common = { name: String(name), autoIncrement: next === null ? undefined : String(next) };
      const text = String(definition);
      return [nameKey(common.name), entryOf(common, String(kind), text)];
    }),
  );
}

/** All functions of a database by the key of their names, as one transaction sees them. */
export async function frozenFunctions(
  connection: Connection,
  database: string,
): Promise<ReadonlyMap<string, StoredFunction>> {
  const rows = await connection.facts(
    `SELECT name, definition FROM ${dictionarySchema}.objects ` +
      `WHERE database_key = ${duckdbText(nameKey(database))} AND kind = 'FUNCTION'`,
  );
  return new Map(
    rows.map(([name, definition]) => {
      const stored = { database, name: String(name), overloads: decodeOverloads(String(definition)) };
      return [nameKey(stored.name), stored];
    }),
  );
}

function entryOf(
  common: Pick<FrozenEntry, 'name' | 'autoIncrement'>,
  kind: string,
  definition: string,
): FrozenEntry {
  switch (kind) {
    case 'VIEW':
      return { ...common, kind, definition: decodeView(definition) };
    case 'MATERIALIZED_VIEW':
      return { ...common, kind, definition: decodeMaterializedView(definition) };
    default:
      return { ...common, kind: 'TABLE', definition: decodeTable(definition) };
  }
}
