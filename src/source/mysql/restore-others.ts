import { isAscii } from 'node:buffer';
import { quoteName, quoteText } from '../../sql/quote.ts';
import type { CreationSettings, OtherKind } from '../objects.ts';
import type { RestorePlan } from '../restoring.ts';
import { isUnanswered, SourceError } from '../source-error.ts';
import type { MysqlConnection } from './connection.ts';
import { sourceErrorOf } from './errors.ts';
import { disabledEvent, type Move, movedText, qualified } from './object-text.ts';
import type { RestoreSessions } from './restore-sessions.ts';
import type { RestoredTrigger } from './restore-swap.ts';

/** A view, a program or a trigger with its text for the database it is made in. */
export type MadeObject = Readonly<{
  kind: OtherKind | 'TRIGGER';
  name: string;
  ddl: string;
  settings: CreationSettings;
}>;

/**
 * Kinds in the order in which they can be made: views call functions; events begin when all is there.
 */
const order: readonly (OtherKind | 'TRIGGER')[] = ['FUNCTION', 'PROCEDURE', 'VIEW', 'TRIGGER', 'EVENT'];

/** Views, programs and triggers of a restore as they are made in `database`, in order. */
export function madeObjects(
  plan: RestorePlan,
  triggers: readonly RestoredTrigger[],
  move: Move,
): readonly MadeObject[] {
  const others = plan.others.flatMap(({ kind, target: name, ddl, settings = {} }) =>
    order.includes(kind)
      ? [{ kind, name, settings, ddl: movedText(ddl, settings, { kind, name }, move) }]
      : [],
  );
  const made = triggers.map(({ name, table, ddl, settings }): MadeObject => {
    const created = { kind: 'TRIGGER', name, table } as const;
    return { kind: 'TRIGGER', name, settings, ddl: movedText(ddl, settings, created, move) };
  });
  const all: readonly MadeObject[] = [...others, ...made];
  return all.toSorted((left, right) => order.indexOf(left.kind) - order.indexOf(right.kind));
}

/** Where texts go when the restore is done. */
export function finalMove(plan: RestorePlan): Move {
  const names = new Set([...plan.tables, ...plan.others].map((object) => object.name));
  return { from: plan.originalDatabase, to: plan.database, moves: (name) => names.has(name) };
}

/** Where texts go to be tried beside the shadows. What keeps its name is found there; all else where it is. */
export function trialMove(plan: RestorePlan, shadows: string): Move {
  const objects = [...plan.tables, ...plan.others];
  const names = new Set(objects.flatMap(({ name, target }) => (name === target ? [name] : [])));
  return { from: plan.originalDatabase, to: shadows, moves: (name) => names.has(name) };
}

export type Making = Readonly<{
  objects: readonly MadeObject[];
  /** The objects are tried: events do not begin, and what the server refuses is told here instead of thrown. */
  trial?: Readonly<{ refused: (error: SourceError) => void }>;
}>;

/**
 * Makes the objects in the place of those of the same names. Events come last, and begin at once but in a trial. Throws
 * SourceError `failed` that names the object.
 */
export async function makeObjects(
  sessions: RestoreSessions,
  database: string,
  { objects, trial }: Making,
  signal: AbortSignal,
): Promise<void> {
  if (objects.length === 0) return;
  await sessions.useOnce({}, signal, async (session) => {
    for (const object of objects) {
      const charset = charsetOf(object);
      const make = (own: MysqlConnection): Promise<void> =>
        makeObject(own, database, { object, isTrial: trial !== undefined }, signal);
      try {
        if (charset === undefined) await make(session);
        else await sessions.useOnce({ charset }, signal, make);
      } catch (error) {
        if (trial === undefined || !(error instanceof SourceError) || error.kind !== 'failed') throw error;
        trial.refused(error);
      }
    }
  });
}

async function makeObject(
  session: MysqlConnection,
  database: string,
  { object, isTrial }: Readonly<{ object: MadeObject; isTrial: boolean }>,
  signal: AbortSignal,
): Promise<void> {
  const { kind, name, settings } = object;
  const ddl = isTrial && kind === 'EVENT' ? disabledEvent(object.ddl, settings) : object.ddl;
  try {
    // Names without a database in a body mean the one that is current when it is made.
    await session.run(`USE ${quoteName(database)}`, signal);
    for (const setting of settingStatements(settings)) await session.run(setting, signal);
    await session.run(`DROP ${kind} IF EXISTS ${qualified(database, name)}`, signal);
    await session.run(ddl, signal);
  } catch (error) {
    const failure = sourceErrorOf(error, 'the server refused it');
    if (isUnanswered(failure)) throw failure;
    throw new SourceError('failed', `cannot make ${kind.toLowerCase()} '${name}': ${failure.message}`, error);
  }
}

/** The character set that the text must travel in: the one it was typed in, where the text is not plain ASCII. */
function charsetOf({ ddl, settings }: MadeObject): string | undefined {
  const client = settings['character_set_client'];
  const isPlain = isAscii(Buffer.from(ddl));
  return client === undefined || client.startsWith('utf8') || isPlain ? undefined : client;
}

/** The session that the object was made in: MySQL manual, "SHOW CREATE TRIGGER Statement". */
function settingStatements(settings: CreationSettings): readonly string[] {
  const { character_set_client: client, collation_connection: collation } = settings;
  const statements = [`SET SESSION sql_mode = ${quoteText(settings['sql_mode'] ?? '')}`];
  if (settings['time_zone'] !== undefined) {
    statements.push(`SET SESSION time_zone = ${quoteText(settings['time_zone'])}`);
  }
  if (collation !== undefined) statements.push(`SET SESSION collation_connection = ${quoteText(collation)}`);
  if (client !== undefined) statements.push(`SET SESSION character_set_client = ${quoteText(client)}`);
  return statements;
}
