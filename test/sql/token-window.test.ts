import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tokenize } from '../../src/sql/lexer.ts';
import { TokenReader } from '../../src/sql/token-reader.ts';
import { TokenWindow } from '../../src/sql/token-window.ts';
import { mysqlLexing } from '../../src/sql/token.ts';

function windowOn(text: string): TokenReader {
  return new TokenReader(new TokenWindow(text, mysqlLexing), text, { showsSecrets: true });
}

describe('a window on the tokens of a long text', () => {
  const text = `INSERT INTO t VALUES ${"(1, 'a;b', x'00'), ".repeat(3_000)}(-1.5e3, t.1a, NULL) ;`;

  it('gives the tokens that there are, to the semicolon at the end', () => {
    const reader = windowOn(text);
    const read: string[] = [];
    while (!reader.isAtEnd) {
      read.push(reader.next().text);
      reader.giveUpRead();
    }
    const all = tokenize(text).map((token) => token.text);
    assert.deepEqual(read, all.slice(0, -2));
    assert.equal(reader.next().kind, 'end');
    reader.expectEnd();
  });

  it('goes back to what has not been given up', () => {
    const reader = windowOn('a (b, c) d; e');
    reader.next();
    const { mark } = reader;
    assert.deepEqual(
      reader.parenthesized(() => reader.list(() => reader.name())),
      ['b', 'c'],
    );
    assert.deepEqual(
      reader.tokensSince(mark).map((token) => token.text),
      ['(', 'b', ',', 'c', ')'],
    );
    reader.back(mark);
    assert.equal(reader.sourceFrom(0).text, 'a');
    assert.equal(reader.rest().text, '(b, c) d; e');
  });

  it('knows what is behind long after it was given up', () => {
    const tokens = new TokenWindow('x '.repeat(20_000), mysqlLexing);
    assert.equal(tokens.at(15_000)?.start, 30_000);
    tokens.giveUp(15_000);
    assert.equal(tokens.at(15_000)?.start, 30_000);
    assert.equal(tokens.at(14_999), undefined);
    assert.equal(tokens.at(15_002)?.text, 'x');
    assert.deepEqual(
      tokens.slice(15_001, 15_003).map(({ start }) => start),
      [30_002, 30_004],
    );
  });

  it('shows no text that may hold a password', () => {
    assert.throws(
      () => windowOn("INSERT x IDENTIFIED BY 'secret'").fail(),
      (error: Error) => {
        assert.doesNotMatch(error.message, /secret/);
        return true;
      },
    );
  });
});
