import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tokenize } from '../../src/sql/lexer.ts';
import { parseReset } from '../../src/sql/reset.ts';

describe('RESET', () => {
  for (const [text, expected] of [
    ['RESET PERSIST', { kind: 'persist', ifExists: false }],
    ['reset persist x', { kind: 'persist', ifExists: false, variable: 'x' }],
    ['RESET PERSIST IF EXISTS a.b', { kind: 'persist', ifExists: true, variable: 'a.b' }],
    ['RESET REPLICA ALL', { kind: 'replication', what: 'REPLICA' }],
    ['RESET BINARY LOGS AND GTIDS TO 7', { kind: 'replication', what: 'BINARY LOGS AND GTIDS' }],
  ] as const) {
    it(`reads ${text}`, () => assert.deepEqual(parseReset(tokenize(text), text), expected));
  }

  for (const text of [
    'RESET',
    'RESET MASTER',
    'RESET QUERY CACHE',
    'RESET PERSIST IF EXISTS',
    'RESET PERSIST a b',
  ]) {
    it(`refuses ${text}`, () => assert.throws(() => parseReset(tokenize(text), text), { kind: 'syntax' }));
  }
});
