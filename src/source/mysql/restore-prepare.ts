import { mapBounded } from '../../base/bounded.ts';
import { quoteName } from '../../sql/quote.ts';
import type { RestoreOther, RestorePlan, RestoreTable } from '../restoring.ts';
import { isUnanswered, SourceError } from '../source-error.ts';
import type { MysqlConnection } from './connection.ts';
import { sourceErrorOf } from './errors.ts';
import { qualified } from './object-text.ts';
import { foreignTableText, refuseForeign } from './foreign-table.ts';
import type { WordedPlan } from './other-vendor.ts';
import type { RestoreJournal } from './restore-journal.ts';
import type { RestoreNames } from './restore-names.ts';
import { madeObjects, makeObjects, trialMove } from './restore-others.ts';
import type { RestoreSessions } from './restore-sessions.ts';
import { shadowText } from './restore-shadow.ts';
import { makeSequence } from './restore-sequence.ts';
import { checkOther, Existing, planTarget, type Target } from './restore-target.ts';
import { parseTableText, printTableText, type TableText, withoutDirectories } from './table-text.ts';

export type RestoreParts = Readonly<{
  sessions: RestoreSessions;
  names: RestoreNames;
  journal: RestoreJournal;
  /** Sessions that may be used at the same time. */
  sessionsMax: number;
  /** Called between the steps of a commit. What it throws ends the commit there, as a crash would. */
  reached: (point: RestorePoint) => void;
}>;

/** Places between the steps of a commit. */
export const restorePoints = [
  'swap_journalled',
  'database_made',
  'swapped',
  'partitions_exchanged',
  'followers_pointed',
  'replaced_dropped',
  'foreign_keys_added',
  'objects_made',
] as const;
export type RestorePoint = (typeof restorePoints)[number];

/**
 * Compares with what is there, makes the shadows, and tries everything that the commit will make behind its swap, so that
 * what the server would refuse then is refused now, all of it at once, with `refusals` that are known already.
 */
export async function prepareRestore(
  parts: RestoreParts,
  { plan, refusals }: Readonly<{ plan: WordedPlan; refusals: readonly SourceError[] }>,
  signal: AbortSignal,
): Promise<void> {
  const { sessions, names, journal } = parts;
  refuseForeign(plan);
  const targets = await sessions.use(signal, async (session) => {
    const planned = await planTargets(session, plan, signal);
    await session.run(`CREATE DATABASE ${quoteName(names.shadows)} DEFAULT CHARACTER SET utf8mb4`, signal);
    return planned;
  });
  const tables = await makeShadows(parts, plan, targets, signal);
  await sessions.use(signal, async (session) => {
    const sequences: (SourceError | undefined)[] = [];
    for (const other of plan.others) {
      if (other.kind === 'SEQUENCE') sequences.push(await trySequence(session, names.shadows, other, signal));
    }
    refuse([...refusals, ...tables, ...sequences, ...(await tryObjects(parts, plan, session, signal))]);
    await journal.begin(session, plan, signal);
  });
}

async function trySequence(
  session: MysqlConnection,
  shadows: string,
  other: RestoreOther,
  signal: AbortSignal,
): Promise<SourceError | undefined> {
  const making = makeSequence(session, shadows, other, signal).catch((error: unknown) => {
    throw named(error, 'sequence', other.name);
  });
  return refusalOf(making);
}

/** What is to happen to each table, from what the server has now. Throws SourceError. */
export async function planTargets(
  session: MysqlConnection,
  plan: RestorePlan,
  signal: AbortSignal,
): Promise<readonly Target[]> {
  const existing = await existingIn(session, plan, signal);
  for (const other of plan.others) checkOther(existing, other);
  const targets: Target[] = [];
  for (const table of plan.tables) {
    const text = tableTextOf(plan, table);
    targets.push(await planTarget(session, existing, { plan, table, text }, signal));
  }
  return targets;
}

/** The table in the server's words. */
export function tableTextOf({ origin }: Pick<RestorePlan, 'origin'>, table: RestoreTable): TableText {
  return parseTableText(origin.kind === 'mysql' ? table.ddl : foreignTableText(table));
}

/** What the target database has; nothing where it is going to be made. */
export async function existingIn(
  session: MysqlConnection,
  plan: RestorePlan,
  signal: AbortSignal,
): Promise<Existing> {
  const existing = await Existing.read(session, plan.database, signal);
  if (existing !== undefined) return existing;
  if (!plan.createDatabase) throw new SourceError('missing', `Unknown database '${plan.database}'`);
  return new Existing();
}

/** In several sessions: the server writes what one CREATE changes to its disk, and others wait for the same write. */
async function makeShadows(
  { sessions, names, sessionsMax }: RestoreParts,
  { remarks }: WordedPlan,
  targets: readonly Target[],
  signal: AbortSignal,
): Promise<readonly (SourceError | undefined)[]> {
  const makeOne = async (session: MysqlConnection, target: Target, inner: AbortSignal): Promise<void> => {
    // Another vendor's server may have indexes that this one has not.
    if (remarks !== undefined) await tryWhole(session, names, target, inner);
    await makeShadow(session, names, target, inner);
  };
  const make = (target: Target, _index: number, inner: AbortSignal): Promise<SourceError | undefined> =>
    sessions.use(inner, async (session) => refusalOf(makeOne(session, target, inner)));
  return mapBounded(targets, sessionsMax, make, signal);
}

/** What the server refuses for good. Throws everything else. */
async function refusalOf(making: Promise<void>): Promise<SourceError | undefined> {
  try {
    await making;
    return undefined;
  } catch (error) {
    if (!(error instanceof SourceError) || error.kind !== 'failed') throw error;
    return error;
  }
}

/** Names all that the server refused at once: whoever leaves one out need not find the next one by trying. */
function refuse(refusals: readonly (SourceError | undefined)[]): void {
  const all = refusals.filter((refusal) => refusal !== undefined);
  const [first] = all;
  if (first === undefined) return;
  throw new SourceError('failed', all.map(({ message }) => message).join('; '), first);
}

/** Makes the table with its indexes, which the shadow gets only when its rows are there, and takes it away again. */
async function tryWhole(
  session: MysqlConnection,
  names: RestoreNames,
  { table, ...target }: Target,
  signal: AbortSignal,
): Promise<void> {
  if (target.kind !== 'swap') return;
  const items = target.text.items.filter(({ kind }) => kind !== 'foreign');
  const place = qualified(names.shadows, table.target);
  try {
    await session.run(printTableText({ ...target.text, items }, place), signal);
  } catch (error) {
    throw named(error, 'table', table.target);
  }
  await session.run(`DROP TABLE ${place}`, signal);
}

async function makeShadow(
  session: MysqlConnection,
  names: RestoreNames,
  target: Target,
  signal: AbortSignal,
): Promise<void> {
  const text = shadowText(target);
  const { target: name } = target.table;
  const shadow = qualified(names.shadows, name);
  try {
    await session.run(printTableText(text, shadow), signal);
  } catch (error) {
    const plain = withoutDirectories(text);
    const hasOther = printTableText(plain, shadow) !== printTableText(text, shadow);
    // The folder of the snapshot's server may not be there.
    if (!hasOther || isUnanswered(error)) throw named(error, 'table', name);
    await session.run(`DROP TABLE IF EXISTS ${shadow}`, signal);
    await session.run(printTableText(plain, shadow), signal).catch((again: unknown) => {
      throw named(again, 'table', name);
    });
  }
  if (target.kind === 'merge') await addPartitions(session, shadow, target, signal);
}

/** The partitions that the table lacks; those that do not fit between its own are refused. */
async function addPartitions(
  session: MysqlConnection,
  shadow: string,
  target: Extract<Target, { kind: 'merge' }>,
  signal: AbortSignal,
): Promise<void> {
  for (const partition of target.added) {
    try {
      await session.run(`ALTER TABLE ${shadow} ADD PARTITION (${partition})`, signal);
    } catch (error) {
      if (isUnanswered(error)) throw error;
      const name = partition.split(/\s+/, 2)[1]?.replaceAll('`', '') ?? '';
      const table = target.table.target;
      const text = `Partition ${name} in table ${table} has conflict range with existing ranges`;
      throw new SourceError('conflict', text, error);
    }
  }
}

/** Makes views, programs and triggers beside the shadows, and takes them away again. */
async function tryObjects(
  parts: RestoreParts,
  plan: RestorePlan,
  session: MysqlConnection,
  signal: AbortSignal,
): Promise<readonly SourceError[]> {
  const { sessions, names } = parts;
  const refusals: SourceError[] = [];
  const triggers = plan.tables.flatMap((table) =>
    (table.triggers ?? []).map(({ name, ddl, settings }) => ({ name, table: table.target, ddl, settings })),
  );
  const objects = madeObjects(plan, triggers, trialMove(plan, names.shadows));
  const refused = (error: SourceError): void => void refusals.push(error);
  await makeObjects(sessions, names.shadows, { objects, trial: { refused } }, signal);
  for (const { kind, name } of objects.toReversed()) {
    await session.run(`DROP ${kind} IF EXISTS ${qualified(names.shadows, name)}`, signal);
  }
  return refusals;
}

function named(error: unknown, kind: string, name: string): SourceError {
  if (isUnanswered(error)) return sourceErrorOf(error, '');
  const { message } = sourceErrorOf(error, 'the server refused it');
  return new SourceError('failed', `cannot make ${kind} '${name}': ${message}`, error);
}
