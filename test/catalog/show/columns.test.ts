import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { columnFacts, showColumns } from '../../../src/catalog/show/columns.ts';
import { findTable } from '../../../src/catalog/show/tables.ts';
import { assertGolden, printShown } from '../../golden/golden.ts';
import { viewOf } from '../support.ts';

const view = viewOf([
  `CREATE TABLE item (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT,
    name VARCHAR(40) NOT NULL DEFAULT 'it''s' COMMENT 'said aloud',
    code CHAR(3) CHARACTER SET latin1 COLLATE latin1_bin,
    price DECIMAL(10,2) DEFAULT 1.50,
    changed DATETIME(3) DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
    tags SET('a','b'),
    twice INT AS (price * 2) STORED,
    once INT AS (price) VIRTUAL,
    hidden INT INVISIBLE,
    other INT,
    PRIMARY KEY (id), UNIQUE KEY name (name), UNIQUE KEY pair (code, price), KEY other (other)
  )`,
  'CREATE TABLE event (id BIGINT NOT NULL, v INT) PRIMARY KEY (id)',
  'CREATE VIEW names (n) AS SELECT name FROM item',
]);

describe('SHOW COLUMNS', () => {
  it('prints keys, defaults and what is extra', () => {
    const of = { database: 'shop', table: 'item' };
    assertGolden('show/show-columns.txt', printShown(showColumns(view, { ...of, full: false })));
    assertGolden('show/show-full-columns.txt', printShown(showColumns(view, { ...of, full: true })));
  });

  it('prints a view', () => {
    const shown = showColumns(view, { database: 'shop', table: 'names', full: false });
    assert.deepEqual(shown.rows, [['n', 'int', 'YES', '', null, '']]);
  });

  it('knows the key of a PRIMARY KEY table of StarRocks', () => {
    const keys = columnFacts(findTable(view, 'shop', 'event')).map(({ name, key, nullable }) => [
      name,
      key,
      nullable,
    ]);
    assert.deepEqual(keys, [
      ['id', 'PRI', false],
      ['v', '', true],
    ]);
  });

  it('refuses a table that is not there', () => {
    assert.throws(() => showColumns(view, { database: 'shop', table: 'ghost', full: false }), {
      message: "Table 'shop.ghost' doesn't exist",
    });
  });
});
