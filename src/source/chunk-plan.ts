import { assert } from '../base/assert.ts';

/** A run of a table's rows as they lie in the file: where it begins, how many rows and bytes it has. */
export type Block = Readonly<{
  /** First row number of the block. */
  firstRow: bigint;
  rows: number;
  bytes: number;
  /** Least and greatest key in the block; undefined without a key. */
  keys?: Readonly<{ min: bigint; max: bigint }>;
}>;

/** A chunk is one row group of its file, so that equal rows give equal bytes whatever lies around them. */
const chunkRows = 500_000;
const chunkBytes = 64 * 1024 * 1024;
/** A range larger than this many chunks is cut when it has no borders yet. */
const freshLimit = 4 / 3;
/** A range that was a chunk before is cut when it has grown past this. */
const grownLimit = 2;
/** Reading by key may cost this many times a plain read before borders by row number are better. */
const keyCostMax = 2;

/**
 * Places borders so that each range is about one chunk. Positions are row numbers or keys; `at` gives a block's.
 * Borders of `previous` stay where they are, except that ranges without rows are joined with the next one and ranges
 * that have grown past two chunks are cut.
 */
export function placeBorders(
  blocks: readonly Block[],
  at: (block: Block) => bigint,
  previous: readonly bigint[],
): readonly bigint[] {
  const ordered = blocks.toSorted((left, right) => compare(at(left), at(right)));
  const limit = previous.length === 0 ? freshLimit : grownLimit;
  const borders: bigint[] = [];
  for (const range of rangesOf(ordered, at, previous)) {
    if (range.blocks.length === 0) continue;
    if (range.lower !== undefined && borders.at(-1) !== range.lower) borders.push(range.lower);
    borders.push(...cutsOf(range, at, limit));
  }
  // The first range has no lower border: rows below the first one found belong to it too.
  const first = ordered[0];
  return first === undefined ? [] : borders.filter((border) => border > at(first));
}

/**
 * How many times the blocks would be read when each range between `borders` reads every block whose keys overlap it:
 * 1 when the rows lie in the order of the key.
 */
export function isCheapByKey(blocks: readonly Block[], borders: readonly bigint[]): boolean {
  let reads = 0;
  for (const block of blocks) {
    assert(block.keys, 'a block without keys cannot be read by key');
    reads += countUpTo(borders, block.keys.max) - countUpTo(borders, block.keys.min) + 1;
  }
  return reads <= keyCostMax * blocks.length + borders.length;
}

type Range = Readonly<{ lower: bigint | undefined; blocks: readonly Block[] }>;

function rangesOf(
  ordered: readonly Block[],
  at: (block: Block) => bigint,
  previous: readonly bigint[],
): readonly Range[] {
  const ranges = [undefined, ...previous].map((lower) => ({ lower, blocks: new Array<Block>() }));
  for (const block of ordered) ranges[countUpTo(previous, at(block))]?.blocks.push(block);
  return ranges;
}

/** Cuts a range into pieces of about equal size when it is larger than `limit` chunks. */
function cutsOf(range: Range, at: (block: Block) => bigint, limit: number): readonly bigint[] {
  const total = range.blocks.reduce((sum, block) => sum + sizeOf(block), 0);
  if (total <= limit) return [];
  const piece = total / Math.max(2, Math.round(total));
  const cuts: bigint[] = [];
  let size = 0;
  let last = at(range.blocks[0] as Block);
  for (const block of range.blocks) {
    if (size >= piece * (1 - 1e-9) && at(block) > last) {
      cuts.push(at(block));
      last = at(block);
      size = 0;
    }
    size += sizeOf(block);
  }
  return cuts;
}

/** A block's part of a chunk. */
function sizeOf(block: Block): number {
  return Math.max(block.rows / chunkRows, block.bytes / chunkBytes);
}

/** How many of the ascending borders are at or below a position: the index of its range. */
function countUpTo(borders: readonly bigint[], position: bigint): number {
  let low = 0;
  let high = borders.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((borders[middle] as bigint) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compare(left: bigint, right: bigint): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
