import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Queue } from '../../src/job/queue.ts';

const sameSign = (first: number, next: number): boolean => Math.sign(first) === Math.sign(next);

describe('a queue', () => {
  const cases: readonly Readonly<{
    name: string;
    items: readonly number[];
    max: number;
    taken: number[][];
  }>[] = [
    { name: 'all that go with the first', items: [1, 2, 3], max: 9, taken: [[1, 2, 3]] },
    {
      name: 'those behind others, too',
      items: [1, -1, 2, -2],
      max: 9,
      taken: [
        [1, 2],
        [-1, -2],
      ],
    },
    { name: 'no more than so many', items: [1, 2, -1, 3], max: 2, taken: [[1, 2], [-1], [3]] },
    { name: 'one alone', items: [1, 2], max: 1, taken: [[1], [2]] },
  ];
  for (const { name, items, max, taken } of cases) {
    it(`gives ${name}`, async () => {
      const queue = new Queue<number>();
      for (const item of items) queue.push(item);
      queue.close();
      for (const expected of taken) assert.deepEqual(await queue.nextWith(sameSign, max), expected);
      assert.deepEqual(await queue.nextWith(sameSign, max), []);
    });
  }

  it('does not wait for more than there is', async () => {
    const queue = new Queue<number>();
    const waiting = queue.nextWith(sameSign, 9);
    queue.push(1);
    assert.deepEqual(await waiting, [1]);
  });
});
