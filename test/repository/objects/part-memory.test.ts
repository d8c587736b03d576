import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PartMemory } from '../../../src/repository/objects/part-memory.ts';
import { assertFails, calm } from '../../conformance/blob-store/support.ts';

describe('the memory of parts', () => {
  it('gives what is free, and the rest in order of arrival', async () => {
    const memory = new PartMemory(10);
    const first = await memory.take(8, calm);
    const order: string[] = [];
    const second = memory.take(5, calm).then(() => order.push('second'));
    const third = memory.take(2, calm).then(() => order.push('third'));
    assert.equal(memory.takenBytes, 8);
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    await Promise.all([second, third]);
    assert.deepEqual(order, ['second', 'third']);
    assert.equal(memory.takenBytes, 7);
  });

  it('lets a demand above the bound through alone', async () => {
    const memory = new PartMemory(10);
    using _held = await memory.take(50, calm);
    assert.equal(memory.takenBytes, 10);
  });

  it('forgets whoever cancels, and lets the next one in', async () => {
    const memory = new PartMemory(10);
    const held = await memory.take(6, calm);
    const controller = new AbortController();
    const large = memory.take(9, controller.signal);
    const small = memory.take(4, calm);
    controller.abort();
    await assertFails('cancelled', large);
    (await small)[Symbol.dispose]();
    held[Symbol.dispose]();
    assert.equal(memory.takenBytes, 0);
    await assertFails('cancelled', memory.take(1, controller.signal));
  });
});
