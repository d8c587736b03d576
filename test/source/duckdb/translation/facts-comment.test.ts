import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { factsIn, withFacts, withoutFacts } from '../../../../src/source/duckdb/translation/facts-comment.ts';

describe('facts in a comment behind a statement', () => {
  const statement = 'CREATE VIEW `v` AS SELECT 1 /* one */';
  const facts = { select: 'SELECT */ /* 1', holdfast: '/*holdfast-view:{}*/', path: 'a/b' };
  const text = withFacts(statement, 'holdfast-view:', facts);

  it('are read as they were written, whatever they hold', () => {
    assert.deepEqual(factsIn(text, 'holdfast-view:'), facts);
  });

  it('end the comment nowhere but at its end', () => {
    assert.equal(text.slice(statement.length).indexOf('*/'), text.length - statement.length - 2);
    assert.equal(text.slice(statement.length).split('/*').length, 2);
  });

  it('can be taken away', () => {
    assert.equal(withoutFacts(text, 'holdfast-view:'), statement);
    assert.equal(withoutFacts(statement, 'holdfast-view:'), statement);
  });

  for (const other of [
    statement,
    `${statement} /*holdfast-function:[]*/`,
    `${statement} /*holdfast-view:{*/`,
  ]) {
    it(`are none in ${other}`, () => {
      assert.equal(factsIn(other, 'holdfast-view:'), undefined);
    });
  }
});
