import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { RowSum, rowChecksumAlgorithm } from '../../../src/source/mysql/row-checksum.ts';

function sumOf(rows: readonly Uint8Array[]): string {
  const sum = new RowSum();
  for (const row of rows) sum.add(row, 0, row.length);
  return sum.checksum.value;
}

const row = fc.uint8Array({ maxLength: 40 });

describe('the checksum of rows of MySQL', () => {
  it('is fixed by its name', () => {
    assert.equal(rowChecksumAlgorithm, 'mysql-row64-sum-1');
    const rows = ['', 'a', 'ab', 'abcd', 'abcdefghi'].map((text) => Buffer.from(text));
    assert.equal(sumOf(rows), '42091760954804346593');
  });

  it('of no rows is 0', () => {
    assert.deepEqual(new RowSum().checksum, { rows: 0, algorithm: rowChecksumAlgorithm, value: '0' });
  });

  it('does not depend on the order, and adds up over parts', () => {
    fc.assert(
      fc.property(fc.array(row), fc.array(row), (left, right) => {
        assert.equal(sumOf([...left, ...right]), sumOf([...right, ...left].reverse()));
        assert.equal(BigInt(sumOf(left)) + BigInt(sumOf(right)), BigInt(sumOf([...left, ...right])));
      }),
    );
  });

  it('changes with any bit, with a byte more and with the order of words', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(), (bytes, bit) => {
        const other = Uint8Array.from(bytes);
        const at = bit % (bytes.length * 8);
        other[at >> 3] = (other[at >> 3] ?? 0) ^ (1 << (at & 7));
        assert.notEqual(sumOf([bytes]), sumOf([other]));
        assert.notEqual(sumOf([bytes]), sumOf([Uint8Array.from([...bytes, 0])]));
      }),
    );
    assert.notEqual(sumOf([Buffer.from('aaaabbbb')]), sumOf([Buffer.from('bbbbaaaa')]));
  });

  it('gives no two of many small rows the same hash', () => {
    const seen = new Set<string>();
    const bytes = Buffer.alloc(8);
    for (let number = 0; number < 200_000; number += 1) {
      bytes.writeUInt32LE(number, 0);
      seen.add(sumOf([bytes]));
    }
    assert.equal(seen.size, 200_000);
  });
});
