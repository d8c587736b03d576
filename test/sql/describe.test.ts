import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDescribe, parseExplain } from '../../src/sql/describe.ts';
import { tokenize } from '../../src/sql/lexer.ts';

const tables: readonly (readonly [text: string, expected: object])[] = [
  ['DESC t', { table: ['t'] }],
  ['DESCRIBE `d`.t', { table: ['d', 't'] }],
  ['EXPLAIN c.d.t', { table: ['c', 'd', 't'] }],
  ['DESC t a', { table: ['t'], column: { text: 'a', isPattern: false } }],
  ["DESCRIBE `shop`.`customer` '%'", { table: ['shop', 'customer'], column: { text: '%', isPattern: true } }],
];

const statements: readonly (readonly [text: string, expected: object])[] = [
  ['EXPLAIN SELECT 1', { analyze: false, statement: { text: 'SELECT 1', start: 8, end: 16 } }],
  ['EXPLAIN ANALYZE (SELECT 1)', { analyze: true, statement: { text: '(SELECT 1)', start: 16, end: 26 } }],
  [
    'DESC FORMAT = json SELECT 1',
    { analyze: false, format: 'JSON', statement: { text: 'SELECT 1', start: 19, end: 27 } },
  ],
  [
    'EXPLAIN VERBOSE SELECT 1;',
    { analyze: false, level: 'VERBOSE', statement: { text: 'SELECT 1', start: 16, end: 24 } },
  ],
];

describe('DESCRIBE and EXPLAIN', () => {
  for (const [text, expected] of tables) {
    it(`read ${text}`, () =>
      assert.deepEqual(parseDescribe(tokenize(text), text), { kind: 'describe', ...expected }));
  }

  for (const [text, expected] of statements) {
    it(`read ${text}`, () =>
      assert.deepEqual(parseExplain(tokenize(text), text), { kind: 'explain', ...expected }));
  }

  for (const text of ['DESC', 'DESC t a b', "DESC 't'", 'DESC t.']) {
    it(`refuse ${text}`, () => assert.throws(() => parseDescribe(tokenize(text), text), { kind: 'syntax' }));
  }

  it('refuse an EXPLAIN of nothing', () => {
    assert.throws(() => parseExplain(tokenize('EXPLAIN ANALYZE'), 'EXPLAIN ANALYZE'), { kind: 'syntax' });
  });
});
