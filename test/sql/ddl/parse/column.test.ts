import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { columnOf, failsWith, tableOf } from '../support.ts';

describe('parseColumn', () => {
  it('reads attributes in any order', () => {
    const orders = [
      "c INT NOT NULL DEFAULT 5 COMMENT 'x' INVISIBLE",
      "c INT INVISIBLE COMMENT 'x' DEFAULT 5 NOT NULL",
      "c INT DEFAULT 5 NOT NULL /*!80023 INVISIBLE */ COMMENT 'x'",
    ];
    for (const text of orders) {
      const { type: _, ...rest } = columnOf(text);
      assert.deepEqual(rest, {
        name: 'c',
        nullable: false,
        default: { text: "'5'" },
        autoIncrement: false,
        isKey: false,
        invisible: true,
        comment: 'x',
      });
    }
  });

  it('knows which columns may be NULL', () => {
    assert.equal(columnOf('c INT').nullable, true);
    assert.equal(columnOf('c INT NULL').nullable, true);
    assert.equal(columnOf('c INT NOT NULL').nullable, false);
    assert.equal(columnOf('c INT PRIMARY KEY').nullable, false);
    assert.equal(columnOf('c INT KEY').nullable, false);
    assert.equal(columnOf('c INT, PRIMARY KEY (C)').nullable, false);
    assert.equal(columnOf('c INT UNIQUE').nullable, true);
    assert.equal(columnOf('c SERIAL').nullable, false);
  });

  it('reads generated columns', () => {
    assert.deepEqual(columnOf('c INT GENERATED ALWAYS AS (a + (b * 2)) STORED').generated, {
      expression: { text: 'a + (b * 2)' },
      stored: true,
    });
    assert.deepEqual(columnOf('c INT AS (a) VIRTUAL NOT NULL').generated, {
      expression: { text: 'a' },
      stored: false,
    });
    assert.deepEqual(columnOf("c INT AS lower(x) COMMENT 'y'").generated, {
      expression: { text: 'lower(x)' },
      stored: false,
    });
  });

  it('reads the current time in all its names', () => {
    const { default: value, onUpdate } = columnOf('c DATETIME(3) DEFAULT NOW(3) ON UPDATE LOCALTIME(3)');
    assert.deepEqual([value?.text, onUpdate?.text], ['CURRENT_TIMESTAMP(3)', 'CURRENT_TIMESTAMP(3)']);
  });

  it('reads StarRocks’ aggregates and key word', () => {
    const table = tableOf(
      'CREATE TABLE t (k INT KEY, v BIGINT SUM DEFAULT "0", w INT REPLACE_IF_NOT_NULL) AGGREGATE KEY (k) ' +
        'DISTRIBUTED BY HASH (k)',
    );
    assert.deepEqual(
      table.columns.map((column) => [column.isKey, column.aggregate, column.default?.text]),
      [
        [true, undefined, undefined],
        [false, 'SUM', "'0'"],
        [false, 'REPLACE_IF_NOT_NULL', undefined],
      ],
    );
    assert.equal(table.primaryKey, undefined);
  });

  it('passes over what has no meaning here', () => {
    const column = columnOf('c INT COLUMN_FORMAT FIXED STORAGE DISK NOT NULL');
    assert.equal(column.nullable, false);
    assert.equal(columnOf('c GEOMETRY SRID 4326').srid, 4326);
  });

  it('refuses attributes that are cut short', () => {
    for (const text of [
      'c INT NOT',
      'c INT DEFAULT',
      'c INT ON',
      'c INT COMMENT',
      'c INT CHECK',
      'c INT GENERATED',
    ]) {
      failsWith(`CREATE TABLE t (${text})`, 'syntax');
    }
  });
});
