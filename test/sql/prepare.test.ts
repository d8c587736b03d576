import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tokenize } from '../../src/sql/lexer.ts';
import { parsePrepare } from '../../src/sql/prepare.ts';
import type { Prepare } from '../../src/sql/prepare.ts';

function prepare(text: string): Prepare {
  return parsePrepare(tokenize(text), text);
}

const cases: readonly (readonly [text: string, expected: Prepare])[] = [
  ["PREPARE S FROM 'SELECT ?'", { kind: 'prepare', name: 's', from: { kind: 'text', text: 'SELECT ?' } }],
  ["PREPARE s FROM 'SELECT ' '1'", { kind: 'prepare', name: 's', from: { kind: 'text', text: 'SELECT 1' } }],
  ['PREPARE s FROM @Sql', { kind: 'prepare', name: 's', from: { kind: 'variable', variable: 'sql' } }],
  ['EXECUTE s', { kind: 'execute', name: 's', variables: [] }],
  ['EXECUTE s USING @a, @`b`', { kind: 'execute', name: 's', variables: ['a', 'b'] }],
  ['DEALLOCATE PREPARE s', { kind: 'deallocate', name: 's' }],
  ['DROP PREPARE `S`', { kind: 'deallocate', name: 's' }],
];

const refused = [
  'PREPARE',
  'PREPARE s',
  'PREPARE s FROM 1',
  'EXECUTE',
  'EXECUTE s USING',
  'EXECUTE s USING 1',
  'DEALLOCATE s',
];

describe('prepared statements in text', () => {
  for (const [text, expected] of cases) {
    it(`read ${text}`, () => assert.deepEqual(prepare(text), expected));
  }

  for (const text of refused) {
    it(`refuse ${text}`, () => assert.throws(() => prepare(text), { name: 'SqlError', kind: 'syntax' }));
  }
});
