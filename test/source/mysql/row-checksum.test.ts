import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { RowBatch } from '../../../src/source/mysql/row-batch.ts';
import { RowSum, rowChecksumAlgorithm } from '../../../src/source/mysql/row-checksum.ts';

const batch = new RowBatch();

/** The rows lie behind one another, at odd places. */
function sumOf(rows: readonly Uint8Array[]): string {
  const sum = new RowSum();
  const bytes = Buffer.concat([Buffer.of(0xff), ...rows]);
  batch.clear();
  let start = 1;
  for (const row of rows) {
    if (!batch.hasRoom(bytes)) {
      sum.add(batch);
      batch.clear();
    }
    batch.add(bytes, start, start + row.length);
    start += row.length;
  }
  sum.add(batch);
  return sum.checksum.value;
}

const row = fc.uint8Array({ maxLength: 70 });

describe('the checksum of rows of MySQL', () => {
  it('is fixed by its name', () => {
    assert.equal(rowChecksumAlgorithm, 'mysql-row64-sum-2');
    const rows = ['', 'a', 'ab', 'abcd', 'abcdefghi', 'a'.repeat(16), 'b'.repeat(41)].map((text) =>
      Buffer.from(text),
    );
    assert.equal(sumOf(rows), '48440282428310790422');
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
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 70 }), fc.nat(), (bytes, bit) => {
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

  it('gives no two of many rows of which one word or two differ the same hash', () => {
    const seen = new Set<string>();
    const bytes = Buffer.alloc(60, 'same bytes ');
    for (let number = 0; number < 100_000; number += 1) {
      bytes.writeUInt32LE(number, 16);
      bytes.writeUInt32LE((number * 48_271) % 4_294_967_291, 32);
      seen.add(sumOf([bytes]));
    }
    assert.equal(seen.size, 100_000);
  });
});
