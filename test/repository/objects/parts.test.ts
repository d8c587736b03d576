import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cutParts, multipartBytesMax, partBytes } from '../../../src/repository/objects/parts.ts';
import { PartMemory } from '../../../src/repository/objects/part-memory.ts';
import { calm } from '../../conformance/blob-store/support.ts';

const mebibyte = 1024 * 1024;
const gibibyte = 1024 * mebibyte;
const limits = { singleBytesMax: 5 * gibibyte, partBytesMin: 5 * mebibyte, partsMax: 10_000 };

describe('the size of a part', () => {
  const cases = [
    { name: 'is 8 MiB for most bodies', number: 1, sizeBytes: gibibyte, expected: 8 * mebibyte },
    {
      name: 'is equal for all parts of a huge body',
      number: 5,
      sizeBytes: 200 * gibibyte,
      expected: 23 * mebibyte,
    },
    {
      name: 'is 8 MiB at the beginning of a stream',
      number: 1000,
      sizeBytes: undefined,
      expected: 8 * mebibyte,
    },
    { name: 'grows in a stream', number: 2001, sizeBytes: undefined, expected: 32 * mebibyte },
    { name: 'stops growing', number: 9999, sizeBytes: undefined, expected: 64 * mebibyte },
  ];
  for (const { name, number, sizeBytes, expected } of cases) {
    it(name, () => assert.equal(partBytes(number, sizeBytes, limits), expected));
  }

  it('lets a body of the largest size fit', () => {
    const largest = multipartBytesMax(limits);
    assert.ok(Math.ceil(largest / partBytes(1, largest, limits)) <= limits.partsMax);
  });
});

describe('cutting a body', () => {
  const cases = [
    { pieces: [], parts: [''] },
    { pieces: ['', ''], parts: [''] },
    { pieces: ['ab'], parts: ['ab'] },
    { pieces: ['abcd'], parts: ['abcd'] },
    { pieces: ['ab', 'cd', ''], parts: ['abcd'] },
    { pieces: ['abcde'], parts: ['abcd', 'e'] },
    { pieces: ['a', 'bcdefghi', 'j'], parts: ['abcd', 'efgh', 'ij'] },
  ];
  for (const { pieces, parts } of cases) {
    it(`gives ${JSON.stringify(parts)} for ${JSON.stringify(pieces)}`, async () => {
      const memory = new PartMemory(100);
      const seen: string[] = [];
      const last: boolean[] = [];
      async function* source(): AsyncGenerator<Uint8Array> {
        for (const piece of pieces) yield Buffer.from(piece);
      }
      for await (const part of cutParts(source(), () => 4, memory, calm)) {
        using _held = part;
        seen.push(Buffer.from(part.bytes).toString());
        last.push(part.isLast);
      }
      assert.deepEqual(seen, parts);
      assert.deepEqual(
        last,
        parts.map((_, at) => at === parts.length - 1),
      );
      assert.equal(memory.takenBytes, 0);
    });
  }

  it('gives back the memory when the source fails', async () => {
    const memory = new PartMemory(100);
    async function* source(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('ab');
      throw new Error('broken');
    }
    await assert.rejects(Array.fromAsync(cutParts(source(), () => 4, memory, calm)), /broken/);
    assert.equal(memory.takenBytes, 0);
  });
});
