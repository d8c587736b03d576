import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mysqlLexing } from '../../../src/sql/token.ts';
import { bindParameters } from '../../../src/source/duckdb/parameters.ts';

describe('parameters of a prepared statement', () => {
  it('become literals that read back as the value', () => {
    assert.equal(
      bindParameters(
        'SELECT ?, ?, ?, ?, ?',
        ["it's \\ %", 5n, null, Buffer.from([0, 255]), true],
        mysqlLexing,
      ),
      "SELECT 'it''s \\\\ %', 5, NULL, x'00ff', TRUE",
    );
  });

  it('leave question marks in texts and comments alone', () => {
    assert.equal(bindParameters("SELECT '?', ? -- ?", [1], mysqlLexing), "SELECT '?', 1 -- ?");
  });

  it('must be as many as the statement has', () => {
    assert.throws(() => bindParameters('SELECT ?', [1, 2], mysqlLexing), /Incorrect arguments to EXECUTE/);
    assert.throws(() => bindParameters('SELECT ?, ?', [1], mysqlLexing), /Incorrect arguments to EXECUTE/);
  });

  it('keep backslashes as they are under NO_BACKSLASH_ESCAPES', () => {
    const lexing = { ...mysqlLexing, noBackslashEscapes: true };
    assert.equal(bindParameters('SELECT ?', ['a\\b'], lexing), "SELECT 'a\\b'");
  });
});
