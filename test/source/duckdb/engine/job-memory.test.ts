import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { JobMemory, jobLimitBytes } from '../../../../src/source/duckdb/engine/job-memory.ts';
import { EngineFixture } from '../engine-fixture.ts';

const usual = 2 * jobLimitBytes;

function recorded(usualBytes = usual): Readonly<{
  limits: readonly number[];
  working: readonly boolean[];
  memory: JobMemory;
}> {
  const limits: number[] = [];
  const working: boolean[] = [];
  const memory = new JobMemory(usualBytes, {
    setLimit: async (bytes) => void limits.push(bytes),
    setWorking: async (isWorking) => void working.push(isWorking),
  });
  return { limits, working, memory };
}

describe('the memory of jobs', () => {
  it('is lower from the first job on, and as usual after the last', async () => {
    const { limits, working, memory } = recorded();
    const first = await memory.take();
    const second = await memory.take();
    await first[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
    assert.equal(limits.at(-1), jobLimitBytes);
    await second[Symbol.asyncDispose]();
    assert.equal(limits.at(-1), usual);
    assert.deepEqual(working, [true, false]);
  });

  it('stays as it is where the engine has less than that', async () => {
    const { limits, working, memory } = recorded(jobLimitBytes);
    await using _held = await memory.take();
    assert.deepEqual(limits, []);
    assert.deepEqual(working, [true]);
  });

  it('stays as it was where statements hold more, and fails for anything else', async () => {
    const failing = (text: string): JobMemory =>
      new JobMemory(usual, {
        setLimit: () => Promise.reject(new Error(text)),
        setWorking: async () => undefined,
      });
    const full = failing('Failed to change memory limit to 1: could not free up enough memory');
    await using _held = await full.take();
    const broken = failing('the disk is gone');
    await assert.rejects(broken.take(), /the disk is gone/);
  });

  it('is the limit of the engine while a consistent read is open', async () => {
    await using fixture = await EngineFixture.open({ memoryLimitBytes: usual });
    using connection = await fixture.engine.connect();
    const limit = (): Promise<unknown> => connection.fact("SELECT current_setting('memory_limit')");
    const external = (): Promise<unknown> => connection.fact("SELECT current_setting('external_threads')");
    const before = await limit();
    const held = await fixture.engine.jobMemory.take();
    assert.equal(await limit(), '320.0 MiB');
    assert.equal(await external(), 0n);
    await held[Symbol.asyncDispose]();
    assert.equal(await limit(), before);
    assert.equal(await external(), 1n);
  });
});
