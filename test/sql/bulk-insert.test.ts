import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bulkInsertHead, bulkLengthMin } from '../../src/sql/bulk-insert.ts';
import { tokenize } from '../../src/sql/lexer.ts';
import { mysqlLexing } from '../../src/sql/token.ts';

describe('the head of a bulk INSERT', () => {
  const values = '(1, 2), '.repeat(bulkLengthMin / 8);

  it('is that of a long INSERT or REPLACE, also behind a comment', () => {
    for (const start of ['INSERT INTO t VALUES ', '/* of a dump */ replace into t values ']) {
      const text = `${start}${values}(3, 4)`;
      const head = bulkInsertHead(text, mysqlLexing);
      assert.deepEqual(head, tokenize(text).slice(0, 64));
    }
  });

  it('may be all of it', () => {
    const text = `INSERT INTO t VALUES ('${'x'.repeat(bulkLengthMin)}')`;
    assert.deepEqual(bulkInsertHead(text, mysqlLexing), tokenize(text));
  });

  for (const [what, text] of [
    ['a short one', 'INSERT INTO t VALUES (1)'],
    ['another statement', `SELECT ${values} 1`],
    ['comments', `-- ${values}`],
  ] as const) {
    it(`is not there for ${what}`, () => assert.equal(bulkInsertHead(text, mysqlLexing), undefined));
  }
});
