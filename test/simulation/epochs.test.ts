import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { EpochsSimulation, type Groups, type Outcome, twoGroups } from './epochs-simulation.ts';
import { seedsOf } from './seeds.ts';

/** Things that happen before all troubles end. */
const steps = Number(process.env['STEPS'] ?? 250);

describe('epochs, units of work and replay in a troubled world', () => {
  it('keep their promises whatever happens', async (t) => {
    await runAll(t, seedsOf('epochs', 300));
  });

  it('keep them with three nodes in two groups, each with projects of its own', async (t) => {
    await runAll(t, seedsOf('epochs-groups', 60), twoGroups);
  });
});

async function runAll(
  t: TestContext,
  { seeds, runs }: ReturnType<typeof seedsOf>,
  groups?: Groups,
): Promise<void> {
  const sums = new Map<string, number>();
  for (const seed of seeds) {
    try {
      const outcome: Outcome = await new EpochsSimulation(seed, groups).run(steps);
      for (const [what, count] of Object.entries(outcome)) sums.set(what, (sums.get(what) ?? 0) + count);
    } catch (error) {
      t.diagnostic(`SEED=${seed} RUNS=1 node --test test/simulation/epochs.test.ts`);
      throw error;
    }
  }
  for (const [what, count] of sums) {
    t.diagnostic(`${what}: ${count}`);
    if (runs > 1) assert.ok(count > 0, `no ${what} in ${runs} runs: they prove nothing about it`);
  }
}
