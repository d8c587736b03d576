import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Simulation } from './simulation.ts';

/** Fixed seeds for every run; `SEED=41 RUNS=1` repeats one. Steps are things that happen before all faults stop. */
const firstSeed = Number(process.env['SEED'] ?? 1);
const runs = Number(process.env['RUNS'] ?? 300);
const steps = Number(process.env['STEPS'] ?? 400);

const seedsFile = new URL('seeds.txt', import.meta.url);

describe('jobs in a troubled world', () => {
  it('keep their promises whatever happens', async (t) => {
    const outcomes: string[] = [];
    for (const seed of seeds()) {
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

/** Those that once found a mistake, then the range; one alone when SEED is given. */
function seeds(): readonly number[] {
  const range = Array.from({ length: runs }, (_, index) => firstSeed + index);
  if (process.env['SEED'] !== undefined) return range;
  const lines = readFileSync(seedsFile, 'utf8').split('\n');
  const found = lines.filter((line) => /^\d/.test(line)).map((line) => Number.parseInt(line, 10));
  return [...new Set([...found, ...range])];
}
