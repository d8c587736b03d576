import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, it } from 'node:test';
import { CursorDisk, RowSpool } from '../../src/wire/row-spool.ts';
import { PacketWriter } from '../../src/wire/writer.ts';

const limits = { cursorMemoryBytesMax: 100, cursorBytesMax: 40_000_000 };
const disk = new CursorDisk(40_000_000);

/** Packets of payloads of these lengths, filled with their number. */
function packets(lengths: readonly number[]): Buffer {
  const writer = new PacketWriter(1_000);
  lengths.forEach((length, index) => writer.packet((each) => each.raw(Buffer.alloc(length, index))));
  return Buffer.from(writer.take());
}

async function take(spool: RowSpool, count: number): Promise<Readonly<{ taken: number; bytes: Buffer }>> {
  const pieces: Buffer[] = [];
  const taken = await spool.take(count, async (piece) => void pieces.push(Buffer.from(piece)));
  return { taken, bytes: Buffer.concat(pieces) };
}

describe('the rows of a cursor', () => {
  it('come in their order, as many as are asked for, and then no more', async () => {
    using spool = new RowSpool(limits, disk);
    await spool.add(packets([3, 0, 5]));
    await spool.add(packets([7]));
    assert.deepEqual(await take(spool, 2), { taken: 2, bytes: packets([3, 0]) });
    assert.deepEqual(await take(spool, 0), { taken: 0, bytes: Buffer.alloc(0) });
    assert.equal((await take(spool, 9)).taken, 2);
    assert.deepEqual(await take(spool, 1), { taken: 0, bytes: Buffer.alloc(0) });
  });

  it('go through a file without a name when they are many', async () => {
    const lengths = Array.from({ length: 2_000 }, (_, index) => index % 700);
    using spool = new RowSpool(limits, disk);
    for (const length of lengths) await spool.add(packets([length]));
    assert.deepEqual(
      readdirSync(tmpdir()).filter((name) => name.startsWith('holdfast-cursor-')),
      [],
    );
    const all: Buffer[] = [];
    for (;;) {
      const { taken, bytes } = await take(spool, 37);
      all.push(bytes);
      if (taken < 37) break;
    }
    assert.deepEqual(Buffer.concat(all), Buffer.concat(lengths.map((length) => packets([length]))));
  });

  it('keep a row of several frames together', async () => {
    using spool = new RowSpool(limits, disk);
    const row = packets([17_000_000]);
    await spool.add(row);
    await spool.add(packets([1]));
    const { taken, bytes } = await take(spool, 1);
    assert.equal(taken, 1);
    assert.ok(bytes.equals(row));
    assert.equal((await take(spool, 5)).taken, 1);
  });

  it('are bounded', async () => {
    using spool = new RowSpool({ cursorMemoryBytesMax: 10, cursorBytesMax: 20 }, disk);
    await spool.add(packets([8]));
    await assert.rejects(spool.add(packets([8])), { kind: 'cursor_too_large' });
  });

  it('share the disk with those of all other cursors, and give it back', async () => {
    const shared = new CursorDisk(250);
    const first = new RowSpool(limits, shared);
    using second = new RowSpool(limits, shared);
    await first.add(packets([100]));
    await second.add(packets([100]));
    await assert.rejects(second.add(packets([100])), { kind: 'cursor_too_large' });
    assert.equal((await take(second, 5)).taken, 1);
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    using third = new RowSpool(limits, shared);
    await third.add(packets([100]));
    assert.equal((await take(third, 1)).taken, 1);
  });
});
