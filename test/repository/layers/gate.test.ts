import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Gate } from '../../../src/repository/layers/gate.ts';
import { assertFails, calm } from '../../conformance/blob-store/support.ts';

/** How many of `wanted` entrants get in at once. */
async function placesOf(gate: Gate, wanted: number): Promise<number> {
  const inside: Disposable[] = [];
  const waiting = new AbortController();
  const entering = Array.from({ length: wanted }, async () => {
    inside.push(await gate.enter(waiting.signal));
  });
  await new Promise(setImmediate);
  const count = inside.length;
  waiting.abort();
  await Promise.allSettled(entering);
  for (const place of inside) place[Symbol.dispose]();
  return count;
}

describe('Gate', () => {
  it('lets in as many as there are places', async () => {
    assert.equal(await placesOf(new Gate(() => 5), 9), 5);
  });

  it('has one place at least', async () => {
    assert.equal(await placesOf(new Gate(() => 0), 3), 1);
  });

  it('follows a changed setting', async () => {
    let places = 2;
    const gate = new Gate(() => places);
    assert.equal(await placesOf(gate, 9), 2);
    places = 4;
    assert.equal(await placesOf(gate, 9), 4);
  });

  it('halves after throttling, and recovers call by call', async () => {
    const gate = new Gate(() => 8);
    const inside = await Promise.all(Array.from({ length: 8 }, () => gate.enter(calm)));
    gate.narrow();
    for (const place of inside) place[Symbol.dispose]();
    assert.equal(await placesOf(gate, 9), 4);
    for (let call = 0; call < 100; call++) (await gate.enter(calm))[Symbol.dispose]();
    assert.equal(await placesOf(gate, 9), 8);
  });

  it('lets in those who wait in their order', async () => {
    const gate = new Gate(() => 1);
    const order: number[] = [];
    await Promise.all(
      [1, 2, 3, 4].map(async (number) => {
        using _place = await gate.enter(calm);
        await new Promise(setImmediate);
        order.push(number);
      }),
    );
    assert.deepEqual(order, [1, 2, 3, 4]);
  });

  it('forgets who cancels, and a place that is given back twice counts once', async () => {
    const gate = new Gate(() => 1);
    const place = await gate.enter(calm);
    const controller = new AbortController();
    const waiting = gate.enter(controller.signal);
    controller.abort();
    await assertFails('cancelled', waiting);
    await assertFails('cancelled', gate.enter(AbortSignal.abort()));
    place[Symbol.dispose]();
    place[Symbol.dispose]();
    assert.equal(await placesOf(gate, 3), 1);
  });
});
