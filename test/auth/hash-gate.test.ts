import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HashGate } from '../../src/auth/hash-gate.ts';

describe('the gate of slow hashes', () => {
  it('runs a few at a time, in order, and refuses what does not fit into the line', async () => {
    const gate = new HashGate({ runningMax: 2, waitingMax: 2 });
    const begun: number[] = [];
    const ends = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
    const runs = ends.map(({ promise }, index) =>
      gate.run(async () => {
        begun.push(index);
        await promise;
        return index;
      }),
    );
    await assert.rejects(runs[4] as Promise<number>, { kind: 'resource_limit' });
    assert.deepEqual(begun, [0, 1]);
    ends[1]?.resolve();
    assert.equal(await runs[1], 1);
    await Promise.resolve();
    assert.deepEqual(begun, [0, 1, 2]);
    for (const end of ends) end.resolve();
    assert.deepEqual(await Promise.all(runs.slice(0, 4)), [0, 1, 2, 3]);
    assert.equal(await gate.run(async () => 'free again'), 'free again');
  });

  it('gives the place of a hash that failed to the next', async () => {
    const gate = new HashGate({ runningMax: 1, waitingMax: 1 });
    const failing = gate.run(async () => Promise.reject(new Error('out of memory')));
    const next = gate.run(async () => 'next');
    await assert.rejects(failing, /out of memory/);
    assert.equal(await next, 'next');
  });
});
