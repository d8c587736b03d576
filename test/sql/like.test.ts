import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { likeMatcher } from '../../src/sql/like.ts';
import { cpuMsOf } from '../support/cpu-time.ts';

const cases: readonly (readonly [pattern: string, fitting: readonly string[], other: readonly string[]])[] = [
  ['', [''], ['a']],
  ['%', ['', 'a', 'a\nb'], []],
  ['a%', ['a', 'ABC'], ['ba', '']],
  ['%a', ['a', 'bba', 'aba'], ['ab']],
  ['%a%b%', ['ab', 'xaxbx'], ['ba']],
  ['_b_', ['abc', '😀b😀'], ['bc', 'abcd']],
  ['a\\%', ['a%'], ['ab']],
  ['a\\_b', ['a_b'], ['axb']],
  ['a\\\\', ['a\\'], ['a']],
  ['a\\', ['a\\'], ['a']],
  ['a.*(', ['a.*('], ['abc(']],
  ['É%', ['éa'], ['ea']],
];

describe('LIKE', () => {
  for (const [pattern, fitting, other] of cases) {
    it(`${JSON.stringify(pattern)} fits what it should`, () => {
      const fits = likeMatcher(pattern);
      for (const text of fitting) assert.equal(fits(text), true, text);
      for (const text of other) assert.equal(fits(text), false, text);
    });
  }

  it('takes bounded time for a pattern made to take long', async () => {
    const fits = likeMatcher(`${'%a'.repeat(50)}%b`);
    const tookMs = await cpuMsOf(() => assert.equal(fits('a'.repeat(20_000)), false));
    assert.ok(tookMs < 1000, `${tookMs} ms`);
  });
});
