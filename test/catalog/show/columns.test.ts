import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { showColumns } from '../../../src/catalog/show/columns.ts';
import { viewOf } from '../support.ts';

const view = viewOf([
  "CREATE TABLE t (id INT AUTO_INCREMENT KEY, name VARCHAR(9) NOT NULL DEFAULT 'it''s' COMMENT 'c', code CHAR(3) CHARACTER SET latin1, " +
    'bits BIT(2) DEFAULT 2, made TIMESTAMP DEFAULT NOW() ON UPDATE NOW(), uid CHAR(36) DEFAULT (uuid()), twice INT AS (id * 2) INVISIBLE, ' +
    'UNIQUE (name), KEY (code))',
  'CREATE TABLE u (a INT NOT NULL, b INT, UNIQUE (a))',
  'CREATE TABLE x (a VARCHAR(9) NOT NULL, b INT NOT NULL, UNIQUE (a(3)), UNIQUE (b))',
  'CREATE TABLE s (k INT, v INT) PRIMARY KEY (k)',
  'CREATE VIEW v (x) AS SELECT 1',
]);

const rows = (table: string, full = false) => showColumns(view, { database: 'shop', table, full }).rows;

describe('showColumns', () => {
  it('answers DESCRIBE as MySQL does', () => {
    assert.deepEqual(rows('t'), [
      ['id', 'int', 'NO', 'PRI', null, 'auto_increment'],
      ['name', 'varchar(9)', 'NO', 'UNI', "it's", ''],
      ['code', 'char(3)', 'YES', 'MUL', null, ''],
      ['bits', 'bit(2)', 'YES', '', "b'10'", ''],
      ['made', 'timestamp', 'YES', '', 'CURRENT_TIMESTAMP', 'DEFAULT_GENERATED on update CURRENT_TIMESTAMP'],
      ['uid', 'char(36)', 'YES', '', 'uuid()', 'DEFAULT_GENERATED'],
      ['twice', 'int', 'YES', '', null, 'VIRTUAL GENERATED INVISIBLE'],
    ]);
  });

  it('adds collation, privileges and comment when FULL', () => {
    const shown = rows('t', true);
    assert.deepEqual(shown[1], [
      'name',
      'varchar(9)',
      'utf8mb4_0900_ai_ci',
      'NO',
      'UNI',
      "it's",
      '',
      'select,insert,update,references',
      'c',
    ]);
    assert.equal(shown[2]?.[2], 'latin1_swedish_ci');
    assert.equal(shown[0]?.[2], null);
  });

  it('tells keys of StarRocks’ models and aggregates as StarRocks does, but in full as MySQL', () => {
    assert.deepEqual(
      rows('s').map((row) => row[3]),
      ['true', 'false'],
    );
    const aggregate = viewOf([
      'CREATE TABLE t (k INT, n BIGINT SUM DEFAULT "0", r DATE REPLACE) AGGREGATE KEY (k) DISTRIBUTED BY HASH (k)',
    ]);
    assert.deepEqual(showColumns(aggregate, { database: 'shop', table: 't', full: false }).rows, [
      ['k', 'int', 'YES', 'true', null, ''],
      ['n', 'bigint', 'YES', 'false', '0', 'SUM'],
      ['r', 'date', 'YES', 'false', null, 'REPLACE'],
    ]);
    const full = showColumns(view, { database: 'shop', table: 's', full: true }).rows;
    assert.deepEqual(
      full.map((row) => row[4]),
      ['PRI', ''],
    );
  });

  it('takes a unique key without NULLs for the primary one where there is none', () => {
    assert.deepEqual(
      rows('u').map((row) => row[3]),
      ['PRI', ''],
    );
    assert.deepEqual(
      rows('x').map((row) => row[3]),
      ['UNI', 'PRI'],
    );
  });

  it('describes views', () => assert.deepEqual(rows('v'), [['x', 'int', 'YES', '', null, '']]));

  it('fails for a table that is not there', () => {
    assert.throws(() => rows('nope'), { kind: 'unknown_table', message: "Table 'shop.nope' doesn't exist" });
  });
});
