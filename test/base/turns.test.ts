import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Turns } from '../../src/base/turns.ts';

describe('turns', () => {
  it('let no more than the limit work at once, and in order', async () => {
    const turns = new Turns(2);
    const begun: number[] = [];
    const gates = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
    const works = gates.map((gate, index) =>
      turns.run(async () => {
        begun.push(index);
        await gate.promise;
        return index;
      }),
    );
    await Promise.resolve();
    assert.deepEqual(begun, [0, 1]);
    gates[1]?.resolve();
    await works[1];
    assert.deepEqual(begun, [0, 1, 2]);
    for (const gate of gates) gate.resolve();
    assert.deepEqual(await Promise.all(works), [0, 1, 2, 3]);
  });

  it('go on after work that failed', async () => {
    const turns = new Turns(1);
    const failing = turns.run(async () => {
      await Promise.resolve();
      throw new Error('no');
    });
    const next = turns.run(async () => Promise.resolve('yes'));
    await assert.rejects(failing, /no/);
    assert.equal(await next, 'yes');
  });
});
