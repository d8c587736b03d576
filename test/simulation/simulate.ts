import { EpochsSimulation, twoGroups } from './epochs-simulation.ts';
import { NodesSimulation } from './nodes-simulation.ts';
import { Simulation } from './simulation.ts';

/**
 * Many seeds of a simulation, without the test runner, which follows every promise and takes half of the time:
 * `SIMULATION=jobs|nodes-jobs|epochs|epochs-groups SEED=1 RUNS=100000 npm run simulate`. Goes on behind a seed that fails, with the
 * command that repeats it, unless UNTIL_FAILED is set; exits with 1 when there was one.
 */
const simulations: Readonly<Record<string, (seed: number) => Promise<readonly string[]>>> = {
  jobs: (seed) => new Simulation(seed).run(stepsOr(400)),
  'nodes-jobs': (seed) => new NodesSimulation(seed).run(stepsOr(500)),
  epochs: async (seed) => Object.keys(await new EpochsSimulation(seed).run(stepsOr(250))),
  'epochs-groups': async (seed) => Object.keys(await new EpochsSimulation(seed, twoGroups).run(stepsOr(250))),
};

const name = process.env['SIMULATION'] ?? 'jobs';
const first = Number(process.env['SEED'] ?? 1);
const runs = Number(process.env['RUNS'] ?? 1_000);
const isUntilFailed = process.env['UNTIL_FAILED'] !== undefined;
const run = simulations[name];
if (run === undefined) throw new Error(`SIMULATION is one of ${Object.keys(simulations).join(', ')}`);

const sums = new Map<string, number>();
const failed: number[] = [];
const startedAt = performance.now();
for (let seed = first; seed < first + runs; seed++) {
  try {
    for (const outcome of await run(seed)) sums.set(outcome, (sums.get(outcome) ?? 0) + 1);
  } catch (error) {
    failed.push(seed);
    console.log(`SEED=${seed} RUNS=1 node --test test/simulation/${name}.test.ts\n`, error);
  }
  const done = seed - first + 1;
  const isEnough = isUntilFailed && failed.length > 0;
  if (done % 1_000 === 0 || done === runs || isEnough) {
    const perSecond = (done / (performance.now() - startedAt)) * 1_000;
    console.log(`${done} seeds from ${first}, ${failed.length} failed, ${perSecond.toFixed(1)}/s`);
  }
  if (isEnough) break;
}
for (const [outcome, count] of sums) console.log(`${outcome}: ${count}`);
process.exitCode = failed.length > 0 ? 1 : 0;

function stepsOr(usual: number): number {
  return Number(process.env['STEPS'] ?? usual);
}
