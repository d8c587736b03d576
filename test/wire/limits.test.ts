import assert from 'node:assert/strict';
import { it } from 'node:test';
import { connectionLimits, wireLimits } from '../../src/wire/limits.ts';

it('one account and one host have four fifths of the connections, and at least one', () => {
  for (const [all, one] of [
    [3_000, 2_400],
    [10, 8],
    [1, 1],
  ] as const) {
    const { connectionsMax, connectionsPerUserMax, connectionsPerAddressMax } = connectionLimits(all);
    assert.deepEqual([connectionsMax, connectionsPerUserMax, connectionsPerAddressMax], [all, one, one]);
  }
  assert.equal(wireLimits.connectionsPerUserMax, 2_000);
});
