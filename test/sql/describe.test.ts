import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDescribe } from '../../src/sql/describe.ts';
import { tokenize } from '../../src/sql/lexer.ts';

const tables: readonly (readonly [text: string, expected: object])[] = [
  ['DESC t', { table: ['t'] }],
  ['DESCRIBE `d`.t', { table: ['d', 't'] }],
  ['EXPLAIN c.d.t', { table: ['c', 'd', 't'] }],
  ['DESC t a', { table: ['t'], column: { text: 'a', isPattern: false } }],
  ["DESCRIBE `shop`.`customer` '%'", { table: ['shop', 'customer'], column: { text: '%', isPattern: true } }],
];

describe('DESCRIBE', () => {
  for (const [text, expected] of tables) {
    it(`reads ${text}`, () =>
      assert.deepEqual(parseDescribe(tokenize(text), text), { kind: 'describe', ...expected }));
  }

  for (const text of ['DESC', 'DESC t a b', "DESC 't'", 'DESC t.']) {
    it(`refuses ${text}`, () => assert.throws(() => parseDescribe(tokenize(text), text), { kind: 'syntax' }));
  }
});
