import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseKill } from '../../src/sql/kill.ts';
import { tokenize } from '../../src/sql/lexer.ts';

describe('KILL', () => {
  for (const [text, target] of [
    ['KILL 5', 'CONNECTION'],
    ['KILL CONNECTION 5', 'CONNECTION'],
    ['kill query 5;', 'QUERY'],
  ] as const) {
    it(`reads ${text}`, () =>
      assert.deepEqual(parseKill(tokenize(text), text), { kind: 'kill', target, connection: 5 }));
  }

  for (const [text, target, connection] of [
    ['KILL CONNECTION_ID()', 'CONNECTION', 'CONNECTION_ID()'],
    ['KILL QUERY @id + 1;', 'QUERY', '@id + 1'],
    ["kill 'seven'", 'CONNECTION', "'seven'"],
  ] as const) {
    it(`leaves the expression of ${text} to be computed`, () =>
      assert.deepEqual(parseKill(tokenize(text), text), { kind: 'kill', target, connection }));
  }

  for (const text of ['KILL', 'KILL QUERY', 'KILL 1.5', 'KILL 5 6', 'KILL 99999999999999999999']) {
    it(`refuses ${text}`, () => assert.throws(() => parseKill(tokenize(text), text), { kind: 'syntax' }));
  }
});
