import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seedsOf } from './seeds.ts';
import { Simulation } from './simulation.ts';

const { seeds, runs } = seedsOf('jobs', 300);
/** Things that happen before all faults stop. */
const steps = Number(process.env['STEPS'] ?? 400);
/** Seeds of one test: some seconds, so that no test needs minutes where a machine is slow. */
const seedsAtOnce = 50;
const ends = ['backup FINISHED', 'backup CANCELLED', 'restore FINISHED', 'restore CANCELLED'];

describe('jobs in a troubled world', () => {
  const outcomes: string[] = [];
  for (let at = 0; at < seeds.length; at += seedsAtOnce) {
    const some = seeds.slice(at, at + seedsAtOnce);
    it(`keep their promises whatever happens, with ${some.length} seeds from ${some[0]}`, async (t) => {
      for (const seed of some) {
        try {
          outcomes.push(...(await new Simulation(seed).run(steps)));
        } catch (error) {
          t.diagnostic(`SEED=${seed} RUNS=1 node --test test/simulation/jobs.test.ts`);
          throw error;
        }
      }
    });
  }

  it('come to every end', { skip: runs === 1 && 'one run has not all of them' }, (t) => {
    for (const end of ends) {
      const count = outcomes.filter((each) => each === end).length;
      t.diagnostic(`${end}: ${count}`);
      assert.ok(count > 0, `no ${end} in ${runs} runs: they prove nothing about it`);
    }
  });
});
