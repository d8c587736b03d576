import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isOfConnection, parseExplainConnection } from '../../src/sql/explain-connection.ts';
import { tokenize } from '../../src/sql/lexer.ts';

describe('EXPLAIN FOR CONNECTION', () => {
  for (const text of [
    'EXPLAIN FOR CONNECTION 5',
    'DESC FORMAT = json FOR CONNECTION 5',
    'explain for connection 5;',
  ]) {
    it(`reads ${text}`, () => {
      assert.ok(isOfConnection(tokenize(text)));
      assert.equal(parseExplainConnection(tokenize(text), text), 5);
    });
  }

  for (const text of ['EXPLAIN FOR CONNECTION x', 'EXPLAIN FOR CONNECTION 5 6', 'EXPLAIN FOR CONNECTION']) {
    it(`refuses ${text}`, () =>
      assert.throws(() => parseExplainConnection(tokenize(text), text), { kind: 'syntax' }));
  }

  it('is no EXPLAIN of a statement', () => {
    assert.ok(!isOfConnection(tokenize('EXPLAIN FOR DATABASE d SELECT 1')));
    assert.ok(!isOfConnection(tokenize('EXPLAIN FORMAT=TREE SELECT 1')));
  });
});
