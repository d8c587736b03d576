import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { answerBytes, PackingThread } from '../../../src/metastore/kylin/packing-thread.ts';

describe('a thread that packs', () => {
  let thread: PackingThread;
  before(() => {
    thread = new PackingThread();
  });
  after(() => thread[Symbol.asyncDispose]());

  const contents = ['', '{"name":"sales"}', 'x'.repeat(100_000)].map((text) => Buffer.from(text));

  it('gives back what it packed, of cells and of entries', async () => {
    const cells = await thread.pack('cell', contents);
    assert.ok(cells.every((cell) => cell.subarray(0, 4).toString() === 'GZIP'));
    assert.deepEqual(await thread.unpack('cell', cells), contents);
    const [empty, short, long = Buffer.alloc(0)] = await thread.pack('entry', contents);
    assert.deepEqual([empty, short], contents.slice(0, 2), 'what would not be smaller stays');
    assert.ok(long.length < 1_000);
    assert.deepEqual(await thread.unpack('entry', [long], [100_000]), contents.slice(2));
  });

  it('reads cells that were never packed', async () => {
    assert.deepEqual(await thread.unpack('cell', contents), contents);
  });

  it('tells what cannot be unpacked, or is more than its size, from what is empty', async () => {
    const broken = Buffer.from('GZIP and no stream');
    assert.deepEqual(await thread.unpack('cell', [broken, Buffer.alloc(0)]), [undefined, Buffer.alloc(0)]);
    const packed = await thread.pack('entry', contents.slice(2));
    assert.deepEqual(await thread.unpack('entry', packed, [99_999]), [undefined]);
  });

  it('unpacks no more at once than an answer may have', async () => {
    const cells = await thread.pack(
      'cell',
      [1, 2, 3].map((digit) => Buffer.alloc(answerBytes / 2, digit)),
    );
    const unpacked = await thread.unpack('cell', cells);
    assert.deepEqual(
      unpacked.map((content) => content?.[0]),
      [1, 2],
    );
  });
});
