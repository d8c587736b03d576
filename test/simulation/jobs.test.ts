import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seedsOf } from './seeds.ts';
import { Simulation } from './simulation.ts';

const { seeds, runs } = seedsOf('jobs', 300);
/** Things that happen before all faults stop. */
const steps = Number(process.env['STEPS'] ?? 400);

describe('jobs in a troubled world', () => {
  it('keep their promises whatever happens', async (t) => {
    const outcomes: string[] = [];
    for (const seed of seeds) {
      try {
        outcomes.push(...(await new Simulation(seed).run(steps)));
      } catch (error) {
        t.diagnostic(`SEED=${seed} RUNS=1 node --test test/simulation/jobs.test.ts`);
        throw error;
      }
    }
    for (const outcome of ['backup FINISHED', 'backup CANCELLED', 'restore FINISHED', 'restore CANCELLED']) {
      const count = outcomes.filter((each) => each === outcome).length;
      t.diagnostic(`${outcome}: ${count}`);
      if (runs > 1) assert.ok(count > 0, `no ${outcome} in ${runs} runs: they prove nothing about it`);
    }
  });
});
