import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readIntoVariables } from '../../src/sql/into-variables.ts';
import { tokenize } from '../../src/sql/lexer.ts';

describe('SELECT … INTO user variables', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['SELECT a, b INTO @X, @`y` FROM t', 'SELECT a, b   FROM t', ['x', 'y']],
    ['SELECT a FROM t LIMIT 1 INTO @a;', 'SELECT a FROM t LIMIT 1  ;', ['a']],
    ['SELECT (SELECT 1) INTO @a', 'SELECT (SELECT 1)  ', ['a']],
  ];
  for (const [text, select, variables] of cases) {
    it(text, () => assert.deepEqual(readIntoVariables(tokenize(text), text), { text: select, variables }));
  }

  for (const text of [
    'SELECT 1',
    "SELECT 1 INTO OUTFILE '/tmp/x'",
    'SELECT (SELECT 1 INTO @a)',
    'SELECT 1 INTO @a, b',
    'SELECT `into`, @a FROM t',
  ]) {
    it(`leaves ${text} alone`, () => assert.equal(readIntoVariables(tokenize(text), text), undefined));
  }
});
