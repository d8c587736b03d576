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
      assert.deepEqual(parseKill(tokenize(text), text), { kind: 'kill', target, connectionId: 5 }));
  }

  for (const text of ['KILL CONNECTION_ID()', 'KILL QUERY @id']) {
    it(`names what it does not read of ${text}`, () =>
      assert.throws(() => parseKill(tokenize(text), text), { kind: 'not_supported' }));
  }

  for (const text of ['KILL', 'KILL QUERY', 'KILL x', 'KILL 1.5', 'KILL 5 6', 'KILL 99999999999999999999']) {
    it(`refuses ${text}`, () => assert.throws(() => parseKill(tokenize(text), text), { kind: 'syntax' }));
  }
});
