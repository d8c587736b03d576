import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NodesSimulation } from './nodes-simulation.ts';
import { seedsOf } from './seeds.ts';

const { seeds, runs } = seedsOf('nodes-jobs', 60);
const steps = Number(process.env['STEPS'] ?? 500);

describe('jobs of two nodes in a troubled world', () => {
  it('keep their promises whatever happens', async (t) => {
    const outcomes: string[] = [];
    for (const seed of seeds) {
      try {
        outcomes.push(...(await new NodesSimulation(seed).run(steps)));
      } catch (error) {
        t.diagnostic(`SEED=${seed} RUNS=1 node --test test/simulation/nodes-jobs.test.ts`);
        throw error;
      }
    }
    const kinds = ['backup FINISHED', 'backup CANCELLED', 'restore FINISHED', 'restore CANCELLED'];
    for (const outcome of [...kinds, 'dropped', 'moved']) {
      const count = outcomes.filter((each) => each === outcome).length;
      t.diagnostic(`${outcome}: ${count}`);
      if (runs > 1) assert.ok(count > 0, `no ${outcome} in ${runs} runs: they prove nothing about it`);
    }
  });
});
