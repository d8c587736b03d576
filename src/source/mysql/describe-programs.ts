import { unreachable } from '../../base/assert.ts';
import { tokenize } from '../../sql/lexer.ts';
import { quoteName, quoteText } from '../../sql/quote.ts';
import { mysqlLexing } from '../../sql/token.ts';
import type { FrozenObject } from '../frozen.ts';
import type { CreationSettings, OtherKind } from '../objects.ts';
import type { Selection } from '../source.ts';
import { SourceError } from '../source-error.ts';
import type { MysqlConnection } from './connection.ts';
import { settingsOf } from './creation-settings.ts';

type OtherObject = Exclude<FrozenObject, { kind: 'TABLE' }>;

/** Columns of SHOW CREATE that hold the text, by kind. */
const textColumns: Readonly<Record<OtherKind, string>> = {
  VIEW: 'Create View',
  MATERIALIZED_VIEW: 'Create Materialized View',
  SEQUENCE: 'Create Table',
  FUNCTION: 'Create Function',
  PROCEDURE: 'Create Procedure',
  EVENT: 'Create Event',
};

/** Describes what is no table, by kind and name. `names` are those of all objects of the database. */
export async function describePrograms(
  connection: MysqlConnection,
  selection: Selection,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, OtherObject>> {
  const described = new Map<string, OtherObject>();
  const hasViews = selection.objects.some(({ kind }) => kind === 'VIEW');
  const unreadable = hasViews ? await unreadableViews(connection, selection.database, signal) : undefined;
  for (const { kind, name } of selection.objects) {
    if (kind === 'TABLE') continue;
    const object = await describeOne(connection, { database: selection.database, kind, name }, signal);
    const others = names.filter((other) => other !== name);
    const dependsOn = kind === 'VIEW' ? namesIn(object.ddl, selection.database, others) : [];
    const why = kind === 'VIEW' ? unreadable?.get(name) : undefined;
    const read = why === undefined ? {} : { unreadable: why };
    described.set(`${kind} ${name}`, { kind, name, ...object, dependsOn, ...read });
  }
  return described;
}

/**
 * Views that the server cannot read, with its words for it: in place of a comment it shows the error 1356 (MySQL manual, "The
 * INFORMATION_SCHEMA TABLES Table"), MariaDB where a column is asked for that it has to open the view for. A server that speaks
 * another language than English names none.
 */
async function unreadableViews(
  connection: MysqlConnection,
  database: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const rows = await connection.rows(
    'SELECT TABLE_NAME, TABLE_COMMENT, TABLE_ROWS FROM information_schema.TABLES ' +
      `WHERE TABLE_SCHEMA = ${quoteText(database)} AND TABLE_TYPE = 'VIEW'`,
    signal,
  );
  return new Map(
    rows.flatMap(([name, comment]) =>
      typeof name === 'string' && typeof comment === 'string' && invalidView.test(comment)
        ? [[name, comment]]
        : [],
    ),
  );
}

/** A view has no comment of its own on these servers. */
const invalidView = /^View '.*' references invalid table/su;

type Place = Readonly<{ database: string; kind: OtherKind; name: string }>;

async function describeOne(
  connection: MysqlConnection,
  { database, kind, name }: Place,
  signal: AbortSignal,
): Promise<Readonly<{ ddl: string; settings: CreationSettings }>> {
  const place = `${quoteName(database)}.${quoteName(name)}`;
  const [record] = await connection.records(`SHOW CREATE ${kind.replace('_', ' ')} ${place}`, signal);
  const ddl = record?.[textColumns[kind]];
  if (record === undefined || typeof ddl !== 'string') {
    // The server shows the body to its definer and to accounts that may read the system tables.
    throw new SourceError(
      'failed',
      `the account may not see the definition of ${kind.toLowerCase()} '${name}'`,
    );
  }
  switch (kind) {
    case 'SEQUENCE':
      return { ddl, settings: await positionOfSequence(connection, place, signal) };
    case 'VIEW':
    case 'MATERIALIZED_VIEW':
    case 'FUNCTION':
    case 'PROCEDURE':
    case 'EVENT':
      return { ddl, settings: settingsOf(record) };
    default:
      return unreachable(kind);
  }
}

/** Where a sequence goes on: the column of this name of MariaDB's sequence tables. */
async function positionOfSequence(
  connection: MysqlConnection,
  place: string,
  signal: AbortSignal,
): Promise<CreationSettings> {
  const value = await connection.value(`SELECT next_not_cached_value FROM ${place}`, signal);
  return typeof value === 'string' ? { next_not_cached_value: value } : {};
}

/** Objects of the database that a view's text names. The server qualifies all names in it but those of functions. */
function namesIn(ddl: string, database: string, names: readonly string[]): readonly string[] {
  const tokens = tokenize(ddl, { ...mysqlLexing, versionNumber: 999_999 });
  const found = new Set<string>();
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1]?.text;
    if (token.kind === 'quoted' && next === '(') found.add(token.value);
    const name = token.value === database && next === '.' ? tokens[index + 2]?.value : undefined;
    if (name !== undefined) found.add(name);
  }
  return names.filter((name) => found.has(name));
}
