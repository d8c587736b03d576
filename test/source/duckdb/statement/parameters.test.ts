import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mysqlLexing } from '../../../../src/sql/token.ts';
import { tokenize } from '../../../../src/sql/lexer.ts';
import {
  bindParameters,
  bindWritten,
  describingParameters,
} from '../../../../src/source/duckdb/statement/parameters.ts';

describe('parameters of a prepared statement', () => {
  it('become literals that read back as the value', () => {
    assert.equal(
      bindParameters(
        'SELECT ?, ?, ?, ?, ?',
        ["it's \\ %", 5n, null, Buffer.from([0, 255]), true],
        mysqlLexing,
      ),
      "SELECT 'it''s \\\\ %', 5, NULL, _binary x'00ff', TRUE",
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

  it('of LIMIT are whole numbers, however a client sends them', () => {
    const text = 'SELECT ? FROM t LIMIT ?, ?';
    assert.equal(bindParameters(text, ['1', '20', 10], mysqlLexing), "SELECT '1' FROM t LIMIT 20, 10");
    assert.equal(bindParameters('TABLE t LIMIT 1 OFFSET ?', ['3'], mysqlLexing), 'TABLE t LIMIT 1 OFFSET 3');
    assert.throws(() => bindParameters(text, [1, 'x', 2], mysqlLexing), /Incorrect arguments to LIMIT/);
    assert.deepEqual(describingParameters(tokenize(text)), [null, 0, 0]);
  });

  it('leave behind what the client wrote', () => {
    const { text, written } = bindWritten("SELECT ? + 1, '?'", [100], mysqlLexing);
    assert.equal(text, "SELECT 100 + 1, '?'");
    assert.equal(written(7, 14), '? + 1');
    assert.equal(written(16, 19), "'?'");
  });
});
