import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { mutants } from './mutants.ts';

/** Ten times as many as any of them was seen to need. */
const runs = 500;
const run = promisify(execFile);
const [mutate, simulate] = ['mutate.ts', 'simulate.ts'].map(
  (name) => new URL(name, import.meta.url).pathname,
);

describe('a mutant', () => {
  for (const { name, file, from } of mutants) {
    it(`has one place in its file: ${name}`, () => {
      const text = readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8');
      assert.equal(text.split(from).length - 1, 1, `places of \`${from}\` in src/${file}`);
    });
  }
});

describe('the simulations of several nodes find it when', { concurrency: 2 }, () => {
  for (const { name, simulation, seed = 1 } of mutants.filter(({ isQuick }) => isQuick)) {
    it(name, async () => {
      assert.ok(mutate !== undefined && simulate !== undefined);
      const what = {
        MUTANT: name,
        SIMULATION: simulation,
        SEED: String(seed),
        RUNS: String(runs),
        UNTIL_FAILED: '1',
      };
      // Without the options of the test runner, which this process has from its own.
      const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, ...inherited } = process.env;
      const env = { ...inherited, ...what };
      const failed: unknown = await run(process.execPath, ['--import', mutate, simulate], { env }).then(
        () => undefined,
        (error: unknown) => error,
      );
      const text = failed instanceof Error && 'stdout' in failed ? String(failed.stdout) : '';
      assert.match(text, /seeds from \d+, 1 failed/, 'nothing was found');
    });
  }
});
