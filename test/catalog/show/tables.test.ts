import { assertGolden, printShown } from '../../golden/golden.ts';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  findTable,
  showCreateTable,
  showCreateView,
  showTables,
  showTableStatus,
} from '../../../src/catalog/show/tables.ts';
import { viewOf } from '../support.ts';

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
const { signal } = new AbortController();
const none = (): readonly string[] => [];

describe('SHOW CREATE TABLE', () => {
  for (const name of ['item', 'sale', 'event']) {
    it(`prints ${name}`, () =>
      assertGolden(`show/show-create-table-${name}.txt`, printShown(showCreateTable(view, 'shop', name))));
  }

  it('answers a view as SHOW CREATE VIEW does', () => {
    const shown = showCreateTable(view, 'shop', 'names');
    assert.deepEqual(shown, showCreateView(view, 'shop', 'names'));
    assertGolden('show/show-create-view.txt', printShown(shown));
  });

  it('refuses what is not there, and a table that should be a view', () => {
    assert.throws(() => findTable(view, 'shop', 'ghost'), { message: "Table 'shop.ghost' doesn't exist" });
    assert.throws(() => showCreateTable(view, 'zoo', 'item'), { kind: 'unknown_table' });
    assert.throws(() => showCreateView(view, 'shop', 'item'), { message: "'shop.item' is not VIEW" });
  });
});

describe('SHOW TABLES', () => {
  it('has the database, and a pattern, in the name of its column', () => {
    const plain = showTables(view, none, { database: 'shop', full: false, pattern: undefined });
    assert.deepEqual(
      [plain.columns.map(({ name }) => name), plain.rows.flat(), plain.likeColumn],
      [['Tables_in_shop'], ['item', 'sale', 'event', 'names'], 'Tables_in_shop'],
    );
    const liked = showTables(view, none, { database: 'shop', full: true, pattern: 'i%' });
    assert.deepEqual(
      liked.columns.map(({ name }) => name),
      ['Tables_in_shop (i%)', 'Table_type'],
    );
    assert.deepEqual(liked.rows.at(-1), ['names', 'VIEW']);
  });

  it('lists the tables of system databases', () => {
    const system = (database: string): readonly string[] => [`table_of_${database}`];
    const of = { database: 'INFORMATION_SCHEMA', full: true, pattern: undefined };
    assert.deepEqual(showTables(view, system, of).rows, [['table_of_information_schema', 'SYSTEM VIEW']]);
  });

  it('refuses a database that is not there', () => {
    const of = { database: 'zoo', full: false, pattern: undefined };
    assert.throws(() => showTables(view, none, of), { kind: 'unknown_database' });
  });
});

describe('SHOW TABLE STATUS', () => {
  it('prints tables, and NULL for what a view does not have', async () => {
    assertGolden('show/show-table-status.txt', printShown(await showTableStatus(view, 'shop', signal)));
  });

  it('has no rows of system databases', async () => {
    assert.deepEqual((await showTableStatus(view, 'mysql', signal)).rows, []);
    await assert.rejects(showTableStatus(view, 'zoo', signal), { kind: 'unknown_database' });
  });
});
