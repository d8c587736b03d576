import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TextBounds } from '../../../src/source/mysql/bounds.ts';

const long = 'x'.repeat(200);

describe('bounds of texts', () => {
  const cases: readonly Readonly<{ name: string; values: readonly string[]; expected: object }>[] = [
    { name: 'are none without values', values: [], expected: {} },
    { name: 'are one value twice', values: ['b'], expected: { min: 'b', max: 'b' } },
    { name: 'begin with the empty text', values: ['a', '', 'b'], expected: { min: '', max: 'b' } },
    { name: 'may be empty both', values: [''], expected: { min: '', max: '' } },
    { name: 'follow rising values', values: ['a', 'aa', 'ab', 'b'], expected: { min: 'a', max: 'b' } },
    { name: 'follow falling values', values: ['b', 'ab', 'aa', 'a'], expected: { min: 'a', max: 'b' } },
    {
      name: 'tell short texts from those with zeros',
      values: ['a\0', 'a', 'a\0\0'],
      expected: { min: 'a', max: 'a\0\0' },
    },
    {
      name: 'differ behind what they share',
      values: ['same1', 'same3', 'same2'],
      expected: { min: 'same1', max: 'same3' },
    },
    { name: 'go by bytes', values: ['Z', 'é', 'a'], expected: { min: 'Z', max: 'é' } },
    { name: 'are left out when one is long', values: ['a', long, long], expected: {} },
    {
      name: 'have what a longer one hides',
      values: [`a${long}`, 'a', 'b'],
      expected: { min: 'a', max: 'b' },
    },
  ];
  for (const { name, values, expected } of cases) {
    it(name, () => {
      const bounds = new TextBounds();
      for (const value of values) {
        const bytes = Buffer.from(`>${value}<`, 'utf8');
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
        bounds.add(bytes, view, 1, bytes.length - 1);
        if (bytes.length % 2 === 0) continue;
        bounds.settle();
        bytes.fill(0);
      }
      assert.deepEqual(bounds.texts(), expected);
    });
  }
});
