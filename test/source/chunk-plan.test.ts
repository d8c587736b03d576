import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Block, isCheapByKey, placeBorders } from '../../src/source/chunk-plan.ts';

/** Blocks of 50,000 rows: ten are one chunk. */
const blockRows = 50_000;

function table(blocks: number, shape: Partial<Block> = {}): readonly Block[] {
  return Array.from({ length: blocks }, (_, index) => block(index, shape));
}

function block(index: number, shape: Partial<Block> = {}): Block {
  const first = BigInt(index * blockRows);
  const keys = { min: first, max: first + BigInt(blockRows - 1) };
  return { firstRow: first, rows: blockRows, bytes: blockRows * 20, keys, ...shape };
}

function at(...blocks: readonly number[]): readonly bigint[] {
  return blocks.map((index) => BigInt(index * blockRows));
}

function borders(blocks: readonly Block[], previous: readonly bigint[] = []): readonly number[] {
  return placeBorders(blocks, (one) => one.firstRow, previous).map((border) => Number(border) / blockRows);
}

describe('placing borders', () => {
  it('leaves a small table whole', () => {
    assert.deepEqual(borders([]), []);
    assert.deepEqual(borders(table(1)), []);
    assert.deepEqual(borders(table(13)), []);
  });

  it('cuts a table into pieces of about one chunk', () => {
    assert.deepEqual(borders(table(20)), [10]);
    assert.deepEqual(borders(table(40)), [10, 20, 30]);
    assert.deepEqual(borders(table(14)), [7]);
  });

  it('counts bytes where rows are wide', () => {
    assert.deepEqual(borders(table(4, { bytes: 64 * 1024 * 1024 })), [1, 2, 3]);
  });

  it('keeps the borders of the snapshot before', () => {
    assert.deepEqual(borders(table(40), at(3, 17, 30)), [3, 17, 30]);
  });

  it('cuts only the range that has grown past two chunks', () => {
    const previous = at(10, 20);
    assert.deepEqual(borders(table(39), previous), [10, 20]);
    assert.deepEqual(borders(table(41), previous), [10, 20, 31]);
  });

  it('joins a range whose rows are gone with its neighbour', () => {
    const rest = table(40).filter(({ firstRow }) => firstRow < 10 * blockRows || firstRow >= 20 * blockRows);
    assert.deepEqual(borders(rest, at(10, 20, 30)), [20, 30]);
    const tail = table(40).filter(({ firstRow }) => firstRow >= 25 * blockRows);
    assert.deepEqual(borders(tail, at(10, 20, 30)), [30]);
  });

  it('gives the same answer twice, and borders that it keeps itself', () => {
    const blocks = table(137, { bytes: 7 * 1024 * 1024 });
    const first = placeBorders(blocks, (one) => one.firstRow, []);
    assert.deepEqual(
      placeBorders(blocks, (one) => one.firstRow, []),
      first,
    );
    assert.deepEqual(
      placeBorders(blocks, (one) => one.firstRow, first),
      first,
    );
  });
});

describe('reading by key', () => {
  it('is cheap when the rows lie in the order of the key, whichever block comes first', () => {
    assert.ok(isCheapByKey(table(40), at(10, 20, 30)));
    assert.ok(isCheapByKey(table(40).toReversed(), at(10, 20, 30)));
  });

  it('stays cheap when a few blocks hold keys from everywhere', () => {
    const blocks = [...table(40), { ...block(41), keys: { min: 0n, max: 2_000_000n } }];
    assert.ok(isCheapByKey(blocks, at(10, 20, 30)));
  });

  it('is not cheap when every block holds keys from everywhere', () => {
    assert.ok(!isCheapByKey(table(40, { keys: { min: 0n, max: 2_000_000n } }), at(10, 20, 30)));
  });
});
