import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addChecksums } from '../../src/snapshot/checksum.ts';

describe('checksums', () => {
  it('add without losing digits', () => {
    const half = { rows: 2, algorithm: 'a', value: '340282366920938463463374607431768211455' };
    assert.deepEqual(addChecksums([half, half]), {
      rows: 4,
      algorithm: 'a',
      value: '680564733841876926926749214863536422910',
    });
  });

  it('of nothing are nothing', () => assert.equal(addChecksums([]), undefined));

  it('of different algorithms cannot be added', () => {
    const sums = ['a', 'b'].map((algorithm) => ({ rows: 1, algorithm, value: '1' }));
    assert.throws(() => addChecksums(sums), /'a' and 'b' cannot be added/);
  });
});
