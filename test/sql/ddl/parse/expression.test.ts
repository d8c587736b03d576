import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canonicalText } from '../../../../src/sql/ddl/parse/expression.ts';
import { tokenize } from '../../../../src/sql/lexer.ts';
import { mysqlLexing } from '../../../../src/sql/token.ts';
import type { LexerOptions } from '../../../../src/sql/token.ts';

function canonical(sql: string, lexing: Partial<LexerOptions> = {}): string {
  return canonicalText(tokenize(sql, { ...mysqlLexing, ...lexing }).slice(0, -1));
}

describe('canonicalText', () => {
  it('writes strings and names so that they read the same under every sql_mode', () => {
    assert.equal(canonical(`a = "it's"`), "a = 'it''s'");
    assert.equal(canonical('"a" = 1', { ansiQuotes: true }), '`a` = 1');
    assert.equal(canonical("'a\\b'", { noBackslashEscapes: true }), "'a\\\\b'");
    assert.equal(canonical("_latin1 'x'"), "_latin1 'x'");
  });

  it('turns comments and runs of blanks into one blank', () => {
    assert.equal(canonical('a /* c */ +\n\t b -- end'), 'a + b');
    assert.equal(canonical('f(a,/*!50000 b */)'), 'f(a, b )');
  });

  it('keeps apart what would become one token', () => {
    assert.equal(canonical(`'a'"b"`), "'a' 'b'");
    assert.equal(canonical('n"x"'), "n 'x'");
  });
});
