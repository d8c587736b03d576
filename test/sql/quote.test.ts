import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { quoteDouble, quoteName, quoteNameIfNeeded, quoteText, unquoteText } from '../../src/sql/quote.ts';
import { tokenize } from '../../src/sql/lexer.ts';

describe('quoting', () => {
  it('gives what the lexer reads back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        for (const sql of [quoteText(text), quoteName(text), quoteDouble(text)]) {
          const tokens = tokenize(sql);
          assert.equal(tokens.length, 2, sql);
          assert.equal(tokens[0]?.value, text);
        }
        assert.equal(unquoteText(quoteText(text)), text);
      }),
    );
  });

  it('knows what is no single literal', () => {
    for (const sql of ['5', "'a' 'b'", "'a", 'NOW()', "_latin1 'x'"])
      assert.equal(unquoteText(sql), undefined);
  });

  it('leaves plain names bare where MySQL does', () => {
    assert.deepEqual(
      ['p0', 'p 1', 'select', '1a', 'ü'].map((name) => quoteNameIfNeeded(name)),
      ['p0', '`p 1`', '`select`', '`1a`', '`ü`'],
    );
  });
});
