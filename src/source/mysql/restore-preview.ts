import type { ObjectName } from '../objects.ts';
import type { RestoreFate, RestoreOther, RestorePlan } from '../restoring.ts';
import { type DecidedFate, orRefused } from '../restore-fate.ts';
import type { MysqlConnection } from './connection.ts';
import { foreignName } from './foreign-table.ts';
import { listObjects } from './listing.ts';
import { existingIn, tableTextOf } from './restore-prepare.ts';
import { cleanedNames } from './restore-swap.ts';
import { checkOther, type Existing, leftOutOf, planTarget } from './restore-target.ts';

/**
 * What a restore would do, by the rules of its commit and from what the server has now. What only the server can say,
 * such as that it has no such index, is found out when the restore makes its shadows.
 */
export async function previewRestore(
  session: MysqlConnection,
  plan: RestorePlan,
  signal: AbortSignal,
): Promise<readonly RestoreFate[]> {
  const existing = await existingIn(session, plan, signal);
  const objects = (await listObjects(session, plan.database, signal)) ?? [];
  const fates: RestoreFate[] = [];
  for (const table of plan.tables) {
    const foreign = foreignName(plan, table);
    const decided: DecidedFate =
      foreign === undefined
        ? await orRefused(async () => {
            const text = tableTextOf(plan, table);
            const target = await planTarget(session, existing, { plan, table, text }, signal);
            if (target.kind === 'merge')
              return { action: 'replace_partitions', partitions: target.partitions };
            return { action: target.isReplacing ? 'replace' : 'create' };
          })
        : { action: 'refuse', note: `the server cannot take ${foreign}` };
    fates.push({ kind: 'TABLE', target: table.target, ...decided });
  }
  for (const other of plan.others) {
    const decided = await orRefused(async () => fateOfOther(existing, objects, other));
    fates.push({ kind: other.kind, target: other.target, ...decided });
  }
  const { tables, views } = cleanedNames({ plan, existing });
  for (const target of tables) fates.push({ kind: 'TABLE', target, action: 'drop' });
  for (const target of views) fates.push({ kind: 'VIEW', target, action: 'drop' });
  return fates;
}

function fateOfOther(existing: Existing, objects: readonly ObjectName[], other: RestoreOther): DecidedFate {
  const left = leftOutOf(other);
  if (left !== undefined) return { action: 'keep', note: left };
  checkOther(existing, other);
  const isThere = objects.some(({ kind, name }) => kind === other.kind && name === other.target);
  return { action: isThere ? 'replace' : 'create' };
}
