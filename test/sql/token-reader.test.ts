import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { SqlError } from '../../src/base/sql-error.ts';
import { parseAccount } from '../../src/sql/account.ts';
import { parseDescribe } from '../../src/sql/describe.ts';
import { parseKill } from '../../src/sql/kill.ts';
import { tokenize } from '../../src/sql/lexer.ts';
import { parsePrepare } from '../../src/sql/prepare.ts';
import { parseSet } from '../../src/sql/set.ts';
import { parseShow } from '../../src/sql/show.ts';
import { nestingMax, TokenReader } from '../../src/sql/token-reader.ts';
import { parseTransaction } from '../../src/sql/transaction.ts';
import { parseUse } from '../../src/sql/use.ts';

function reader(text: string): TokenReader {
  return new TokenReader(tokenize(text), text);
}

describe('token reader', () => {
  it('reads words in any case, all of a phrase or none', () => {
    const one = reader('select Distinct a');
    assert.equal(one.accept('SELECT', 'ALL'), false);
    assert.equal(one.accept('SELECT', 'DISTINCT'), true);
    assert.equal(one.name(), 'a');
    assert.equal(one.isAtEnd, true);
  });

  it('takes no quoted name for a word', () => {
    assert.equal(reader('`show`').accept('SHOW'), false);
  });

  it('joins adjacent strings', () => {
    assert.equal(reader(`'a' "b" 'c'`).string(), 'abc');
  });

  it('reads source text up to a mark outside brackets', () => {
    const one = reader('f(a, (b)) + 1, c');
    assert.deepEqual(
      one.source((rest) => rest.isOperator(',')),
      { text: 'f(a, (b)) + 1', start: 0, end: 13 },
    );
  });

  it('gives end tokens past the end, which is before a last semicolon', () => {
    const one = reader('a;');
    assert.equal(one.isAtEnd, false);
    for (let read = 0; read < 3; read += 1) one.next();
    assert.equal(one.isAtEnd, true);
    assert.equal(one.next().kind, 'end');
  });

  it('goes back to where it stood', () => {
    const one = reader('a b c');
    const { mark } = one;
    one.next();
    one.next();
    assert.deepEqual(
      one.tokensSince(mark).map(({ text }) => text),
      ['a', 'b'],
    );
    one.back(mark);
    assert.deepEqual(one.rest(), { text: 'a b c', start: 0, end: 5 });
  });

  it('reads the closing mark of two nested types from one token', () => {
    const one = reader('>> x');
    one.expectAngleClose();
    assert.equal(one.isOperator('>>'), true);
    one.expectAngleClose();
    assert.equal(one.name(), 'x');
  });

  it('fails at an open bracket, a bracket too many and an empty text', () => {
    for (const text of ['f(a', 'a)', ', a']) {
      assert.throws(() => reader(text).source((rest) => rest.isOperator(',')), { kind: 'syntax' });
    }
  });

  it('fails for what is nested beyond its limit', () => {
    const one = reader('a');
    const deep = (levels: number): string => (levels === 0 ? one.name() : one.nested(() => deep(levels - 1)));
    assert.equal(deep(nestingMax), 'a');
    assert.throws(() => deep(nestingMax + 1), { kind: 'resource_limit' });
  });

  it('fails in MySQL’s words at the next token', () => {
    const one = reader('a\n b');
    one.next();
    assert.throws(() => one.fail(), {
      kind: 'syntax',
      message: /near 'b' at line 2$/,
      position: { line: 2, column: 2, offset: 3 },
    });
  });

  it('shows no text of a statement with a secret', () => {
    const text = "SET @password = 'x' 5 'y'";
    const one = reader(text);
    assert.throws(() => one.fail(), { message: /near 'SET' at line 1$/ });
  });

  it('shows the text where a column may be called like a secret', () => {
    const text = "SELECT password = 'x' y z";
    const one = new TokenReader(tokenize(text), text, { showsSecrets: true });
    assert.throws(() => one.fail(), { message: /near 'SELECT password = 'x' y z' at line 1$/ });
  });
});

const parsers = [
  parseAccount,
  parseDescribe,
  parseKill,
  parsePrepare,
  parseSet,
  parseShow,
  parseTransaction,
  parseUse,
];

const words =
  'SHOW FULL TABLES COLUMNS FROM IN LIKE WHERE ORDER BY LIMIT SET GLOBAL NAMES COLLATE TRANSACTION READ ONLY CREATE ' +
  'ALTER USER IF EXISTS IDENTIFIED WITH BY AS PASSWORD GRANT REVOKE ALL ON TO ROLE OPTION PREPARE EXECUTE USING KILL ' +
  "QUERY START COMMIT ROLLBACK SAVEPOINT LOCK WRITE USE DESC EXPLAIN GRANTS FOR CURRENT_USER a b 1 1.5 'x' @v @@w ( ) , . = := * ; ?";

describe('parsers of session statements', () => {
  it('throw nothing but their own errors for any mixture of their words, and come to an end', () => {
    const mixture = fc
      .array(fc.constantFrom(...words.split(' ')), { maxLength: 14 })
      .map((parts) => parts.join(' '));
    fc.assert(
      fc.property(mixture, fc.constantFrom(...parsers), (text, parse) => {
        try {
          parse(tokenize(text), text);
        } catch (error) {
          if (!(error instanceof SqlError)) throw error;
        }
      }),
      { numRuns: 5000 },
    );
  });
});
