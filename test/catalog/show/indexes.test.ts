import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { showIndexes } from '../../../src/catalog/show/indexes.ts';
import { viewOf } from '../support.ts';

const view = viewOf([
  "CREATE TABLE t (a INT, b VARCHAR(9), PRIMARY KEY (a), KEY k (b(3) DESC, (a + 1)) COMMENT 'c' INVISIBLE, FULLTEXT f (b))",
  'CREATE VIEW v AS SELECT 1',
]);

describe('showIndexes', () => {
  it('has MySQL’s columns and values', () => {
    const shown = showIndexes(view, 'shop', 't');
    assert.equal(
      shown.columns.map((column) => column.name).join(),
      'Table,Non_unique,Key_name,Seq_in_index,Column_name,Collation,Cardinality,Sub_part,Packed,Null,Index_type,Comment,Index_comment,Visible,Expression',
    );
    assert.deepEqual(shown.rows, [
      ['t', 0, 'PRIMARY', 1, 'a', 'A', 0, null, null, '', 'BTREE', '', '', 'YES', null],
      ['t', 1, 'k', 1, 'b', 'D', 0, 3, null, 'YES', 'BTREE', '', 'c', 'NO', null],
      ['t', 1, 'k', 2, null, 'A', 0, null, null, 'YES', 'BTREE', '', 'c', 'NO', 'a + 1'],
      ['t', 1, 'f', 1, 'b', null, 0, null, null, 'YES', 'FULLTEXT', '', '', 'YES', null],
    ]);
  });

  it('is empty for a view', () => assert.deepEqual(showIndexes(view, 'shop', 'v').rows, []));
});
