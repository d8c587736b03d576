import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { showIndexes } from '../../../src/catalog/show/indexes.ts';
import { assertGolden, printShown } from '../../golden/golden.ts';
import { viewOf } from '../support.ts';

const view = viewOf([
  `CREATE TABLE item (
    id INT NOT NULL, name VARCHAR(40), body TEXT, price DECIMAL(10,2) NOT NULL,
    PRIMARY KEY (id), UNIQUE KEY by_name (name, price DESC),
    KEY by_start (body(10)) COMMENT 'the beginning', FULLTEXT KEY words (body)
  )`,
  'CREATE TABLE bare (id INT)',
  'CREATE VIEW names AS SELECT name FROM item',
]);

describe('SHOW INDEX', () => {
  it('prints each part of each key', () => {
    assertGolden('show/show-index.txt', printShown(showIndexes(view, 'shop', 'item')));
  });

  it('is empty without keys, and of a view', () => {
    assert.deepEqual(showIndexes(view, 'shop', 'bare').rows, []);
    assert.deepEqual(showIndexes(view, 'shop', 'names').rows, []);
    assert.throws(() => showIndexes(view, 'shop', 'ghost'), { kind: 'unknown_table' });
  });
});
