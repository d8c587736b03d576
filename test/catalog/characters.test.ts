import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { charactersOf } from '../../src/catalog/characters.ts';

describe('character set and collation', () => {
  const cases = [
    { named: {}, expected: ['utf8mb4', 'utf8mb4_0900_ai_ci'] },
    { named: { characterSet: 'latin1' }, expected: ['latin1', 'latin1_swedish_ci'] },
    { named: { characterSet: 'utf8mb4', collation: 'utf8mb4_bin' }, expected: ['utf8mb4', 'utf8mb4_bin'] },
    { named: { characterSet: 'klingon' }, expected: ['klingon', 'utf8mb4_0900_ai_ci'] },
  ];
  for (const { named, expected } of cases) {
    it(`are ${expected.join(' and ')} where ${JSON.stringify(named)} is named`, () => {
      const { characterSet, collation } = charactersOf(named);
      assert.deepEqual([characterSet, collation], expected);
    });
  }
});
