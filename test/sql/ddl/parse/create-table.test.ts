import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failsWith, parseAs, tableOf } from '../support.ts';

describe('parseCreateTable', () => {
  it('reads name, words and options', () => {
    const statement = parseAs(
      "CREATE TEMPORARY TABLE IF NOT EXISTS `d`.`t` (a INT) ENGINE=InnoDB, DEFAULT CHARSET=utf8 COMMENT='c' ROW_FORMAT=dynamic",
      'create_table',
    );
    assert.deepEqual(statement.name, { database: 'd', name: 't' });
    assert.equal(statement.temporary && statement.ifNotExists, true);
    assert.deepEqual(statement.definition.options, {
      engine: 'InnoDB',
      characterSet: 'utf8mb3',
      comment: 'c',
      other: [['ROW_FORMAT', 'DYNAMIC']],
    });
  });

  it('reads LIKE with and without parentheses', () => {
    for (const sql of ['CREATE TABLE t LIKE d.o', 'CREATE TABLE t (LIKE d.o)']) {
      assert.deepEqual(parseAs(sql, 'create_table').like, { database: 'd', name: 'o' });
    }
  });

  it('keeps the text of the SELECT that fills the table', () => {
    const cases = [
      ['CREATE TABLE t AS SELECT 1 a', 0, 'SELECT 1 a', undefined],
      ['CREATE TABLE t (SELECT 1 a)', 0, '(SELECT 1 a)', undefined],
      [
        'CREATE TABLE t (a INT) IGNORE WITH c AS (SELECT 1) SELECT * FROM c',
        1,
        'WITH c AS (SELECT 1) SELECT * FROM c',
        'IGNORE',
      ],
      ['CREATE TABLE t DISTRIBUTED BY HASH(a) AS SELECT 1 a', 0, 'SELECT 1 a', undefined],
    ] as const;
    for (const [sql, columns, select, onDuplicate] of cases) {
      const statement = parseAs(sql, 'create_table');
      assert.equal(statement.definition.columns.length, columns, sql);
      assert.equal(statement.asSelect?.text, select);
      assert.equal(statement.onDuplicate, onDuplicate);
      assert.equal(sql.slice(statement.asSelect?.start, statement.asSelect?.end), select);
    }
  });

  it('reads StarRocks’ clauses in any order', () => {
    const table = tableOf(
      'CREATE TABLE sales (id BIGINT, d DATE, ok BOOLEAN, v DECIMAL(10, 2)) ENGINE=olap PRIMARY KEY (id, d) COMMENT "c" ' +
        'PARTITION BY RANGE (d) (PARTITION p1 VALUES LESS THAN ("2024-01-01")) DISTRIBUTED BY HASH (id) BUCKETS 4 ' +
        'ORDER BY (v) PROPERTIES ("replication_num" = "1")',
    );
    const { columns, ...rest } = table;
    assert.deepEqual(
      columns.map((column) => [column.name, column.type.name, column.nullable]),
      [
        ['id', 'BIGINT', false],
        ['d', 'DATE', false],
        ['ok', 'BOOLEAN', true],
        ['v', 'DECIMAL', true],
      ],
    );
    assert.deepEqual(rest, {
      name: 'sales',
      keys: [],
      foreignKeys: [],
      checks: [],
      model: { kind: 'PRIMARY', columns: ['id', 'd'] },
      partitioning: {
        kind: 'RANGE',
        spelling: 'RANGE',
        columns: ['d'],
        partitions: [
          {
            name: 'p1',
            bounds: { kind: 'less_than', values: [{ kind: 'literal', text: "'2024-01-01'" }] },
            properties: [],
          },
        ],
      },
      distribution: { kind: 'HASH', columns: ['id'], buckets: 4 },
      orderBy: ['v'],
      properties: [['replication_num', '1']],
      options: { engine: 'olap', comment: 'c', other: [] },
    });
  });

  it('takes KEY after a type for a primary key in a MySQL table', () => {
    const table = tableOf('CREATE TABLE t (a INT KEY, b INT UNIQUE)');
    assert.deepEqual(table.primaryKey?.parts, [{ column: 'a', descending: false }]);
    assert.deepEqual(
      table.keys.map((key) => [key.kind, key.name]),
      [['UNIQUE', 'b']],
    );
    assert.equal(table.columns[0]?.isKey, false);
  });

  it('refuses two primary keys', () => {
    failsWith(
      'CREATE TABLE t (a INT PRIMARY KEY, b INT PRIMARY KEY)',
      'multiple_primary_key',
      'Multiple primary key defined',
    );
    failsWith('CREATE TABLE t (a INT KEY, PRIMARY KEY (a))', 'multiple_primary_key');
  });

  it('names what it cannot do yet', () => {
    failsWith('CREATE TABLE t (a INT) DISTRIBUTED BY HASH (a) ROLLUP (r (a))', 'not_supported');
    failsWith(
      'CREATE TABLE t (a INT) PARTITION BY RANGE (a) SUBPARTITION BY HASH (a) (PARTITION p VALUES LESS THAN (1))',
      'not_supported',
    );
  });
});
