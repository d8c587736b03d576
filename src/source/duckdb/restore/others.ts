import type { Clock } from '../../../base/clock.ts';
import type { FunctionDefinition } from '../../../sql/ddl/function-definition.ts';
import type { LeftOut, RestoreOther, RestorePlan } from '../../restoring.ts';
import { SourceError } from '../../source-error.ts';
import type { Connection } from '../connection/connection.ts';
import type { DictionaryChange } from '../dictionary/change.ts';
import type { Dictionary } from '../dictionary/dictionary.ts';
import {
  isSameFunction,
  movedFunction,
  parseFunctions,
  signatureOfOverload,
} from '../translation/function-text.ts';
import { fateOf, notRestored, putMaterializedView } from '../materialized/restored.ts';
import type { ObjectMove } from '../translation/moved-text.ts';
import { nameKey } from '../physical/names.ts';
import { notOfKind } from './target.ts';
import { movedView, parseView } from '../translation/view-text.ts';

/** What a restore does with everything that is no table: views and functions. */
type Place = Readonly<{
  dictionary: Dictionary;
  clock: Clock;
  connection: Connection;
  change: DictionaryChange;
  database: string;
  /** The shadow table with the rows of a target; undefined for one without. */
  shadowOf: (target: string) => string | undefined;
}>;

/** Puts all of them in their places but those that are left out. Part of the commit's transaction. Throws as `checkOthers`. */
export async function putOthers(place: Place, plan: PreparedPlan): Promise<void> {
  const { dictionary, database } = place;
  checkOthers(dictionary, database, plan);
  const move = moveOf(plan, database);
  for (const other of plan.others) {
    if (isLeftOut(plan, other)) continue;
    switch (other.kind) {
      case 'FUNCTION':
        await putFunction(place, restoredFunction(other, move));
        break;
      case 'MATERIALIZED_VIEW':
        await putMaterializedView(
          { ...place, shadow: place.shadowOf(other.target), hasRows: !isWithoutRows(plan, other.target) },
          other,
          plan,
          move,
        );
        break;
      default:
        await putView(place, other, move);
    }
  }
}

/**
 * Refuses what cannot be restored: kinds the engine does not have, a view in a table's place, and a function in the
 * place of another with the same parameters. An equal function is no conflict.
 */
export function checkOthers(dictionary: Dictionary, database: string, plan: RestorePlan): void {
  for (const other of plan.others) checkOther(dictionary, database, plan, other);
}

function checkOther(dictionary: Dictionary, database: string, plan: RestorePlan, other: RestoreOther): void {
  switch (other.kind) {
    case 'VIEW': {
      parseView(other.ddl);
      const existing = dictionary.object(database, other.target);
      if (existing !== undefined && existing.kind !== 'VIEW') throw notOfKind(other.target, 'VIEW');
      break;
    }
    case 'MATERIALIZED_VIEW': // What cannot be restored is left out.
      break;
    case 'FUNCTION': {
      const isForced = plan.options?.includes('force_replace') === true;
      checkFunction(dictionary, database, restoredFunction(other, moveOf(plan, database)), isForced);
      break;
    }
    default: {
      const what = other.kind.replace('_', ' ').toLowerCase();
      throw new SourceError('failed', `the embedded engine has no ${what} such as '${other.name}'`);
    }
  }
}

/** What a commit does with one of them, which is not left out. Throws as `checkOthers`. */
export function actionOn(
  dictionary: Dictionary,
  plan: PreparedPlan,
  other: RestoreOther,
): 'create' | 'replace' | 'keep' {
  const { database } = plan;
  checkOther(dictionary, database, plan, other);
  if (other.kind !== 'FUNCTION') {
    return dictionary.object(database, other.target) === undefined ? 'create' : 'replace';
  }
  const { name, definitions } = restoredFunction(other, moveOf(plan, database));
  const existing = dictionary.function(database, name);
  if (existing === undefined) return 'create';
  const isKept = definitions.every((definition) => {
    const same = existing.overloads[indexOfSignature(existing.overloads, definition)];
    return same !== undefined && isSameFunction(same, definition);
  });
  return isKept ? 'keep' : 'replace';
}

/**
 * A plan with what is left out of it: decided once, so that what is not loaded is not swapped in either. Views
 * `withoutRows` are put in their places all the same.
 */
export type PreparedPlan = RestorePlan &
  Readonly<{ leftOut?: readonly LeftOut[]; withoutRows?: readonly LeftOut[] }>;

/** The plan with the materialized views that are to be left alone, by what lies there now. */
export function withLeftOut(dictionary: Dictionary, plan: RestorePlan): PreparedPlan {
  const leftOut: LeftOut[] = [];
  const taken = new Set(plan.tables.map(({ target }) => nameKey(target)));
  for (const other of plan.others) {
    const { kind, target } = other;
    if (kind === 'FUNCTION') continue;
    const isTaken = taken.has(nameKey(target));
    taken.add(nameKey(target));
    if (kind !== 'MATERIALIZED_VIEW') continue;
    const fate = fateOf(other, dictionary.object(plan.database, target));
    if (fate.kind === 'left') leftOut.push({ target, ...(fate.why !== undefined && { why: fate.why }) });
    else if (isTaken) leftOut.push({ target, why: notRestored(target, 'another target has its name') });
  }
  return { ...plan, leftOut };
}

/** The plan when the rows of a view cannot be had: a view that is there has rows, and stays. */
export function withoutRowsOf(
  dictionary: Dictionary,
  plan: PreparedPlan,
  target: string,
  reason: string,
): Readonly<{ plan: PreparedPlan; why: string }> {
  const { leftOut = [], withoutRows = [] } = plan;
  if (dictionary.object(plan.database, target) !== undefined) {
    const why = notRestored(target, reason);
    return { plan: { ...plan, leftOut: [...leftOut, { target, why }] }, why };
  }
  const why = `materialized view ${target} was restored without its rows, which a refresh makes again: ${reason}`;
  return { plan: { ...plan, withoutRows: [...withoutRows, { target, why }] }, why };
}

/** Whether the commit does not touch it. */
export function isLeftOut(plan: PreparedPlan, { kind, target }: RestoreOther): boolean {
  return kind === 'MATERIALIZED_VIEW' && plan.leftOut?.some((left) => left.target === target) === true;
}

/** Whether its rows were given up. */
export function isWithoutRows(plan: PreparedPlan, target: string): boolean {
  return plan.withoutRows?.some((one) => one.target === target) === true;
}

function moveOf(plan: RestorePlan, database: string): ObjectMove {
  const objects = [...plan.tables, ...plan.others].map((object) => object.name);
  return { from: plan.originalDatabase, to: database, objects };
}

async function putView(
  { dictionary, change, database }: Place,
  other: RestoreOther,
  move: ObjectMove,
): Promise<void> {
  const existing = dictionary.object(database, other.target);
  const definition = movedView(parseView(other.ddl), { ...move, name: other.target });
  if (existing !== undefined) await change.dropObject(database, existing.name);
  const createdAt = existing === undefined ? {} : { createdAt: existing.createdAt };
  await change.putObject({ kind: 'VIEW', database, name: other.target, definition, ...createdAt });
}

type RestoredFunction = Readonly<{ name: string; definitions: readonly FunctionDefinition[] }>;

function restoredFunction(other: RestoreOther, move: ObjectMove): RestoredFunction {
  const definitions = parseFunctions(other.ddl).map((definition) => movedFunction(definition, move));
  return { name: other.target, definitions };
}

/** Other overloads stay, and so do equal ones; what else has the same parameters is replaced. */
async function putFunction(
  { dictionary, clock, change, database }: Place,
  { name, definitions }: RestoredFunction,
): Promise<void> {
  const existing = dictionary.function(database, name);
  const overloads = [...(existing?.overloads ?? [])];
  const now = clock.now();
  let changes = 0;
  for (const definition of definitions) {
    const at = indexOfSignature(overloads, definition);
    const old = overloads[at];
    if (old !== undefined && isSameFunction(old, definition)) continue;
    const added = { ...definition, createdAt: old?.createdAt ?? now, updatedAt: now };
    overloads.splice(at < 0 ? overloads.length : at, at < 0 ? 0 : 1, added);
    changes += 1;
  }
  if (changes > 0) await change.putFunction({ database, name: existing?.name ?? name, overloads });
}

/** StarRocks fails a restore whose function cannot be added. */
function checkFunction(
  dictionary: Dictionary,
  database: string,
  { name, definitions }: RestoredFunction,
  isForced: boolean,
): void {
  const existing = dictionary.function(database, name)?.overloads ?? [];
  for (const definition of definitions) {
    const same = existing[indexOfSignature(existing, definition)];
    if (same === undefined || isForced || isSameFunction(same, definition)) continue;
    const signature = `${name}(${signatureOfOverload(definition)})`;
    throw new SourceError('conflict', `Function ${signature} already exist but with different definition`);
  }
}

function indexOfSignature(overloads: readonly FunctionDefinition[], wanted: FunctionDefinition): number {
  const signature = signatureOfOverload(wanted);
  return overloads.findIndex((overload) => signatureOfOverload(overload) === signature);
}
