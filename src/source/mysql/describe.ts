import type { FrozenObject } from '../frozen.ts';
import type { ObjectKind } from '../objects.ts';
import type { Selection } from '../source.ts';
import { SourceError } from '../source-error.ts';
import type { DescribedColumn } from './column-plan.ts';
import type { MysqlConnection } from './connection.ts';
import { describePrograms } from './describe-programs.ts';
import { type DescribedTable, describeTables } from './describe-tables.ts';
import { comparableDdl } from './definition-text.ts';
import { listObjects } from './listing.ts';
import { quoteName } from '../../sql/quote.ts';
import { serverErrorNumber, serverErrors } from './errors.ts';

export type { DescribedColumn };

/** What a selection consists of at one moment. */
export type Described = Readonly<{
  tables: ReadonlyMap<string, DescribedTable>;
  /** In the order of the selection. */
  objects: readonly FrozenObject[];
  databaseDdl: string;
}>;

/**
 * Reads the definitions of all that is selected. Throws SourceError `missing` for what is not there. What `before` has of
 * a table is not worked out anew where the server shows the same text. Needs a connection of `severalStatements`.
 */
export async function describe(
  connection: MysqlConnection,
  selection: Selection,
  signal: AbortSignal,
  before?: Described,
): Promise<Described> {
  const { database } = selection;
  const known = await listObjects(connection, database, signal);
  if (known === undefined) throw new SourceError('missing', `Unknown database '${database}'`);
  const kinds = new Set(known.map(({ kind, name }) => keyOf(kind, name)));
  for (const { kind, name } of selection.objects) {
    if (!kinds.has(keyOf(kind, name))) throw new SourceError('missing', `Unknown ${wordOf(kind)} '${name}'`);
  }
  const tables = await describeTables(connection, selection, signal, before?.tables);
  const names = known.map(({ name }) => name);
  const programs = await describePrograms(connection, selection, names, signal);
  const objects = selection.objects.map(({ kind, name }) => {
    const found = kind === 'TABLE' ? tables.get(name)?.object : programs.get(keyOf(kind, name));
    if (found === undefined) throw new SourceError('missing', `Unknown ${wordOf(kind)} '${name}'`);
    return found;
  });
  return { tables, objects, databaseDdl: await databaseDdl(connection, database, signal) };
}

/** A text that differs when any definition does. Where a counter or a sequence stands is no definition. */
export function fingerprint({ objects, tables, databaseDdl }: Described): string {
  const columns = [...tables.values()].map(({ plans, created }) => [
    created,
    plans.map(({ source }) => source),
  ]);
  const parts = objects.map((object) =>
    object.kind === 'TABLE'
      ? { ...object, ddl: comparableDdl(object.ddl), definition: undefined, autoIncrement: undefined }
      : { ...object, settings: object.kind === 'SEQUENCE' ? undefined : object.settings },
  );
  return JSON.stringify([databaseDdl, parts, columns]);
}

function keyOf(kind: ObjectKind, name: string): string {
  return `${kind} ${name}`;
}

function wordOf(kind: ObjectKind): string {
  return kind.toLowerCase().replace('_', ' ');
}

async function databaseDdl(
  connection: MysqlConnection,
  database: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    const [row] = await connection.rows(`SHOW CREATE DATABASE ${quoteName(database)}`, signal);
    return row?.[1] ?? `CREATE DATABASE ${quoteName(database)}`;
  } catch (error) {
    if (serverErrorNumber(error) !== serverErrors.unknownDatabase) throw error;
    throw new SourceError('missing', `Unknown database '${database}'`, error);
  }
}
