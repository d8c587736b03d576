import { type DecidedFate, orRefused } from '../../restore-fate.ts';
import type { RestoreFate, RestoreOther, RestorePlan, RestoreTable } from '../../restoring.ts';
import type { Engine } from '../engine/engine.ts';
import { interruptible } from '../connection/interruptible.ts';
import { foreignName, namedTwice } from './check.ts';
import { objectsToClean } from './commit.ts';
import { actionOn, type PreparedPlan, withLeftOut } from './others.ts';
import { planTarget } from './target.ts';
import { refuseOccupied } from '../partitions/split.ts';

/** What a restore would do, by the rules of its commit and from what the dictionary holds now. */
export async function previewRestore(
  engine: Engine,
  given: RestorePlan,
  signal: AbortSignal,
): Promise<readonly RestoreFate[]> {
  const plan = withLeftOut(engine.dictionary, given);
  const twice = namedTwice(plan);
  const fates: RestoreFate[] = [];
  const add = async (
    object: RestoreTable | RestoreOther,
    fate: () => Promise<DecidedFate>,
  ): Promise<void> => {
    const foreign = foreignName(plan, object);
    const why =
      foreign === undefined
        ? twice.get(object)
        : `the embedded engine cannot take ${foreign} of a MySQL server`;
    const decided = why === undefined ? await orRefused(fate) : ({ action: 'refuse', note: why } as const);
    fates.push({ kind: 'kind' in object ? object.kind : 'TABLE', target: object.target, ...decided });
  };
  for (const table of plan.tables) await add(table, () => fateOfTable(engine, plan, table, signal));
  for (const other of plan.others) await add(other, async () => fateOfOther(engine, plan, other));
  for (const { kind, name } of objectsToClean(engine.dictionary, plan.database, plan)) {
    fates.push({ kind, target: name, action: 'drop' });
  }
  return fates;
}

async function fateOfTable(
  engine: Engine,
  plan: PreparedPlan,
  table: RestoreTable,
  signal: AbortSignal,
): Promise<DecidedFate> {
  const target = planTarget(engine.dictionary, plan.database, table, plan.options);
  if (target.kind === 'swap') return { action: target.replaced === undefined ? 'create' : 'replace' };
  using connection = await engine.connect();
  await interruptible(connection, 'comparing tables', signal, () =>
    refuseOccupied({ engine, connection }, target.existing, target.splits),
  );
  return { action: 'replace_partitions', partitions: target.partitions };
}

function fateOfOther({ dictionary }: Engine, plan: PreparedPlan, other: RestoreOther): DecidedFate {
  const left =
    other.kind === 'MATERIALIZED_VIEW'
      ? plan.leftOut?.find(({ target }) => target === other.target)
      : undefined;
  if (left === undefined) return { action: actionOn(dictionary, plan, other) };
  return { action: 'keep', ...(left.why !== undefined && { note: left.why }) };
}
