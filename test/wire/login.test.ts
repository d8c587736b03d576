import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { printable, printableAttributes, printableName } from '../../src/wire/login.ts';

describe('what a client says of itself', () => {
  const cases = [
    { text: 'root', expected: 'root' },
    { text: 'Jürgen 😀', expected: 'Jürgen 😀' },
    { text: 'a\nb\tc\u001b[31m', expected: 'a\ufffdb\ufffdc\ufffd[31m' },
    { text: 'a\u202eb\u2028', expected: 'a\ufffdb\ufffd' },
    { text: '\udcff', expected: '\ufffd' },
  ];
  for (const { text, expected } of cases) {
    it(`is printed as ${JSON.stringify(expected)}`, () => assert.equal(printableName(text), expected));
  }

  it('is cut, never in the middle of a character', () => {
    assert.equal(printableName('x'.repeat(1_000)).length, 128);
    assert.equal(printable('ab😀', 3), 'ab\ufffd');
  });

  it('holds for names and values of attributes', () => {
    const attributes = printableAttributes(new Map([['a\0', 'b\r']]));
    assert.deepEqual([...attributes], [['a\ufffd', 'b\ufffd']]);
  });
});
