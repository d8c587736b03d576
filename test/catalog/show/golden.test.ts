import { assertGolden, printShown } from '../../golden/golden.ts';
import { describe, it } from 'node:test';
import { showColumns } from '../../../src/catalog/show/columns.ts';
import { showIndexes } from '../../../src/catalog/show/indexes.ts';
import { showPartitions } from '../../../src/catalog/show/partitions.ts';
import { showCreateTable, showCreateView, showTableStatus } from '../../../src/catalog/show/tables.ts';
import { viewOf } from '../support.ts';

const { signal } = new AbortController();

describe('what SHOW prints of columns', () => {
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
  const of = { database: 'shop', table: 'item' };

  it('shows keys, defaults and what is extra', () => {
    assertGolden('show/show-columns.txt', printShown(showColumns(view, { ...of, full: false })));
    assertGolden('show/show-full-columns.txt', printShown(showColumns(view, { ...of, full: true })));
  });
});

describe('what SHOW prints of keys', () => {
  const view = viewOf([
    `CREATE TABLE item (
    id INT NOT NULL, name VARCHAR(40), body TEXT, price DECIMAL(10,2) NOT NULL,
    PRIMARY KEY (id), UNIQUE KEY by_name (name, price DESC),
    KEY by_start (body(10)) COMMENT 'the beginning', FULLTEXT KEY words (body)
  )`,
    'CREATE TABLE bare (id INT)',
    'CREATE VIEW names AS SELECT name FROM item',
  ]);

  it('has a row for each part of each key', () => {
    assertGolden('show/show-index.txt', printShown(showIndexes(view, 'shop', 'item')));
  });
});

describe('what SHOW prints of partitions', () => {
  const view = viewOf([
    `CREATE TABLE by_range (id INT, sold DATE) PARTITION BY RANGE COLUMNS (sold)
    (PARTITION p1 VALUES LESS THAN ('2026-01-01'), PARTITION p2 VALUES LESS THAN (MAXVALUE))`,
    `CREATE TABLE by_list (id INT, land CHAR(2)) PARTITION BY LIST COLUMNS (land)
    (PARTITION west VALUES IN ('FR', 'DE'), PARTITION rest VALUES IN (NULL))`,
    'CREATE TABLE plain (id INT)',
    'CREATE VIEW names AS SELECT id FROM plain',
  ]);

  for (const name of ['by_range', 'by_list', 'plain']) {
    it(`shows those of ${name}`, async () => {
      const shown = await showPartitions(view, { database: 'shop', table: name }, signal);
      assertGolden(`show/show-partitions-${name.replace('_', '-')}.txt`, printShown(shown));
    });
  }
});

describe('what SHOW prints of tables', () => {
  const view = viewOf([
    `CREATE TABLE item (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT,
    name VARCHAR(40) NOT NULL DEFAULT 'it''s' COMMENT 'as \\'printed\\'',
    price DECIMAL(10,2),
    changed DATETIME(3) DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
    kind ENUM('a','b') DEFAULT 'a',
    twice INT AS (price * 2) VIRTUAL,
    PRIMARY KEY (id), UNIQUE KEY name (name), KEY price (price DESC)
  ) COMMENT='things for sale'`,
    `CREATE TABLE sale (id INT, sold DATE) PARTITION BY RANGE COLUMNS (sold)
    (PARTITION p1 VALUES LESS THAN ('2026-01-01'), PARTITION p2 VALUES LESS THAN (MAXVALUE))`,
    'CREATE TABLE event (id BIGINT NOT NULL, at DATETIME) PRIMARY KEY (id) DISTRIBUTED BY HASH (id) BUCKETS 4 PROPERTIES ("replication_num" = "1")',
    'CREATE VIEW names AS SELECT name FROM item',
  ]);

  for (const name of ['item', 'sale', 'event']) {
    it(`shows how ${name} was made`, () =>
      assertGolden(`show/show-create-table-${name}.txt`, printShown(showCreateTable(view, 'shop', name))));
  }

  it('shows how a view was made', () => {
    assertGolden('show/show-create-view.txt', printShown(showCreateView(view, 'shop', 'names')));
  });

  it('shows the status of tables, and NULL for what a view does not have', async () => {
    assertGolden('show/show-table-status.txt', printShown(await showTableStatus(view, 'shop', signal)));
  });
});
