import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mysqlLexing } from '../../../src/sql/token.ts';
import { readRowChoice, usesKey } from '../../../src/sql/rewrite/key-conditions.ts';

describe('how rows are chosen', () => {
  for (const [text, hasLimit, byKey] of [
    ['t', false, false],
    ['t LIMIT 1', true, false],
    ['t WHERE id = 1', false, true],
    ['t WHERE 1 <= id', false, true],
    ['t WHERE v = 1 AND id IN (1, 2)', false, true],
    ['t WHERE id NOT IN (1, 2)', false, false],
    ['t WHERE id = (SELECT MAX(id) FROM u)', false, true],
    ['t WHERE t.id = t.v', false, false],
    ['t JOIN u ON t.id = u.v', false, true],
    ["t WHERE id LIKE 'a%'", false, true],
    ["t WHERE id LIKE '%a'", false, false],
    ['t WHERE id IS NULL ORDER BY v LIMIT 5', true, true],
    ['t WHERE id = 1 XOR id = 2', false, false],
  ] as const) {
    it(`of ${text}`, () => {
      const choice = readRowChoice(text, mysqlLexing, new Set());
      assert.equal(choice.hasLimit, hasLimit);
      const isKey = ({ name, table = 't' }: Readonly<{ name: string; table?: string }>): boolean =>
        name === 'id' && table === 't';
      assert.equal(
        choice.conditions.some((condition) => usesKey(condition, isKey)),
        byKey,
      );
    });
  }
});
