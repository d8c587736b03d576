import { namespaceOf } from '../../objects.ts';
import type { RestoreOther, RestoreTable } from '../../restoring.ts';
import { SourceError } from '../../source-error.ts';
import type { Dictionary } from '../dictionary/dictionary.ts';
import { nameKey } from '../physical/names.ts';
import { checkOthers, isLeftOut, type PreparedPlan } from './others.ts';
import { planTarget, type TargetPlan } from './target.ts';

/** Refuses early what the commit would refuse. Throws SourceError. */
export function checkPlan(dictionary: Dictionary, plan: PreparedPlan): readonly TargetPlan[] {
  if (dictionary.database(plan.database) === undefined && !plan.createDatabase) {
    throw new SourceError('missing', `Unknown database '${plan.database}'`);
  }
  refuseForeign(plan);
  const [twice] = namedTwice(plan).values();
  if (twice !== undefined) throw new SourceError('conflict', twice);
  checkOthers(dictionary, plan.database, plan);
  return plan.tables.map((table) => planTarget(dictionary, plan.database, table, plan.options));
}

/** Names all that only a server of the snapshot's kind can take, before anything is written. */
function refuseForeign(plan: PreparedPlan): void {
  const all = [...plan.tables, ...plan.others].flatMap((object) => foreignName(plan, object) ?? []);
  if (all.length === 0) return;
  const text = `the embedded engine cannot take ${all.join(', ')} of a MySQL server: leave them out with EXCLUDE, or name the others in ON`;
  throw new SourceError('failed', text);
}

/** What an object is called that only a server of the snapshot's kind can take; undefined for one that comes here. */
export function foreignName(plan: PreparedPlan, object: RestoreTable | RestoreOther): string | undefined {
  if (plan.origin.kind === 'duckdb') return undefined;
  if ('kind' in object) {
    return isLeftOut(plan, object) ? undefined : `${object.kind.toLowerCase()} '${object.name}'`;
  }
  return object.definition === undefined ? `table '${object.name}'${whyUnread(object.ddl)}` : undefined;
}

/** The parser knows the words, but an engine without a past would take its rows for those of now. */
function whyUnread(ddl: string): string {
  return ddl.includes('WITH SYSTEM VERSIONING') ? ' (it is system-versioned)' : '';
}

/** Objects whose name another one has here, with what is said of them: another server may tell names apart by their case. */
export function namedTwice(plan: PreparedPlan): ReadonlyMap<RestoreTable | RestoreOther, string> {
  const seen = new Map<string, string>();
  const found = new Map<RestoreTable | RestoreOther, string>();
  const others = plan.others.filter((other) => !isLeftOut(plan, other));
  for (const object of [...plan.tables, ...others]) {
    const key = `${namespaceOf('kind' in object ? object.kind : 'TABLE')} ${nameKey(object.target)}`;
    const other = seen.get(key);
    if (other === undefined) seen.set(key, object.target);
    else found.set(object, `'${other}' and '${object.target}' are the same name here`);
  }
  return found;
}
