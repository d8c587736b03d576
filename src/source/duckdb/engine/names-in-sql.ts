import { makeRoom } from '../../../base/make-room.ts';
import { SqlError } from '../../../base/sql-error.ts';
import type { Connection } from '../connection/connection.ts';
import type { StoredObject } from '../dictionary/stored-object.ts';
import { nameKey, physicalPath } from '../physical/names.ts';
import { type SystemTableName, systemTableName } from './system-tables.ts';

/** Statements whose names are kept; a client has a few hundred texts that it sends again and again. */
const keptMax = 1_000;
/** A longer statement is read anew rather than kept. */
const keptLengthMax = 16_384;

/** Which tables a statement of DuckDB names, by DuckDB's own parser and binder; kept by the text, which decides it alone. */
export class NamesInSql implements Disposable {
  readonly #connection: Connection;
  readonly #kept = new Map<string, readonly string[]>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** `schema.name`s in lower case, their parts parted by NUL. Common tables are none. */
  of(sql: string): readonly string[] {
    const key = sql.length <= keptLengthMax ? withoutNumbers(sql) : undefined;
    const known = key === undefined ? undefined : this.#kept.get(key);
    if (known !== undefined) return known;
    const names = this.#connection.tableNames(sql).map((name) => keyOf(name));
    if (key !== undefined) this.#keep(key, names);
    return names;
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }

  #keep(key: string, names: readonly string[]): void {
    makeRoom(this.#kept, keptMax);
    this.#kept.set(key, names);
  }
}

/** Statements that differ in numbers alone, as a client's that looks up one key after another, name the same tables. */
function withoutNumbers(sql: string): string {
  return sql.replaceAll(numberPattern, (match) => (/^['"]/.test(match) ? match : '0'));
}

const numberPattern = /'(?:[^']|'')*'|"(?:[^"]|"")*"|(?<![\w$.])\d+(?:\.\d+)?(?![\w$])/gu;

/** What privileges were asked for while a statement was translated. */
export type Asked = Readonly<{
  objects: readonly StoredObject[];
  reads: readonly StoredObject[];
  systemTables: readonly SystemTableName[];
  /** DuckDB's SQL of what stands for tables: our own staging. */
  substitutes: readonly Readonly<{ sql: string }>[];
}>;

/**
 * The second look at a translated statement, by another reader than the one that asked for privileges: a table in it
 * that was not asked for is an error, whatever way it came there. Throws SqlError `table_access_denied`.
 */
export function refuseUnasked(names: NamesInSql, sql: string, asked: Asked): void {
  const named = names.of(sql);
  if (named.length === 0) return;
  const allowed = new Set([
    ...[...asked.objects, ...asked.reads].map(({ database, name }) => pathKey(physicalPath(database, name))),
    ...asked.systemTables.map((table) => keyOf(systemTableName(table))),
    ...asked.substitutes.flatMap((substitute) => names.of(`SELECT * FROM ${substitute.sql} AS s`)),
  ]);
  if (named.every((name) => allowed.has(name))) return;
  throw new SqlError('table_access_denied', 'SELECT command denied: the tables that it reads are not clear');
}

const pathPattern = /^((?:"(?:[^"]|"")*"|[^\s."]+)(?:\.(?:"(?:[^"]|"")*"|[^\s."]+))*)(?: AS .*)?$/su;
const partPattern = /"((?:[^"]|"")*)"|([^\s."]+)/gu;

/** DuckDB's text of a name, `"db:shop".orders AS o`, as a key. What does not read as one equals no other. */
function keyOf(text: string): string {
  const path = pathPattern.exec(text)?.[1];
  if (path === undefined) return text;
  return pathKey(
    [...path.matchAll(partPattern)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? ''),
  );
}

function pathKey(path: readonly string[]): string {
  return path.map((part) => nameKey(part)).join('\0');
}
