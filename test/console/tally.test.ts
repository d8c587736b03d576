import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Histogram, Tally } from '../../src/console/tally.ts';

it('a tally sums by labels', () => {
  const tally = new Tally();
  tally.add({ kind: 'a' });
  tally.add({ kind: 'b' }, 0);
  tally.add({ kind: 'a' }, 5);
  assert.deepEqual(tally.samples(), [
    { labels: { kind: 'a' }, value: 6 },
    { labels: { kind: 'b' }, value: 0 },
  ]);
});

it('a histogram counts at each bound all that lie at or below it', () => {
  const histogram = new Histogram([1, 10]);
  for (const value of [0.5, 1, 7, 70]) histogram.observe({ kind: 'a' }, value);
  assert.deepEqual(
    histogram.samples().map(({ labels, value, suffix }) => [suffix, labels['le'], value]),
    [
      ['_bucket', '1', 2],
      ['_bucket', '10', 3],
      ['_bucket', '+Inf', 4],
      ['_sum', undefined, 78.5],
      ['_count', undefined, 4],
    ],
  );
});
