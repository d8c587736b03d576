import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { constraintName, isStarRocksTable, nameKey, withDefaults } from '../../../src/sql/ddl/settle.ts';
import { tableOf } from './support.ts';

describe('isStarRocksTable', () => {
  const words: readonly (readonly [text: string, expected: boolean])[] = [
    ['(a INT)', false],
    ["(a INT) ENGINE=InnoDB COMMENT 'x'", false],
    ['(a INT) PARTITION BY RANGE (a) (PARTITION p VALUES LESS THAN (1))', false],
    ['(a INT, b INT) PARTITION BY RANGE COLUMNS (a, b) (PARTITION p VALUES LESS THAN (1, 2))', false],
    ['(a INT) ENGINE=olap', true],
    ['(a INT) DUPLICATE KEY (a)', true],
    ['(a INT) DISTRIBUTED BY RANDOM', true],
    ['(a INT) PROPERTIES ("replication_num" = "1")', true],
    ['(a LARGEINT)', true],
    ['(a ARRAY<INT>)', true],
    ['(a INT, b INT SUM)', true],
    ['(a INT, INDEX i (a) USING BITMAP)', true],
    ['(a INT) PARTITION BY (a)', true],
    ['(a INT) PARTITION BY RANGE (a) (PARTITION p VALUES [(1), (2)))', true],
    ['(a INT, b INT) PARTITION BY LIST (a, b) (PARTITION p VALUES IN ((1, 2)))', true],
  ];
  for (const [text, expected] of words) {
    it(`is ${expected} for ${text}`, () =>
      assert.equal(isStarRocksTable(tableOf(`CREATE TABLE t ${text}`)), expected));
  }
});

describe('withDefaults', () => {
  const plain = tableOf('CREATE TABLE t (a INT)');

  it('adds what MySQL always shows', () => {
    assert.deepEqual(withDefaults(plain).options, {
      engine: 'InnoDB',
      characterSet: 'utf8mb4',
      collation: 'utf8mb4_0900_ai_ci',
      other: [],
    });
  });

  it('takes the database’s character set where the table names none', () => {
    const database = { characterSet: 'latin1', collation: 'latin1_bin' };
    assert.deepEqual(withDefaults(plain, database).options, { engine: 'InnoDB', ...database, other: [] });
    const named = tableOf('CREATE TABLE t (a INT) CHARSET ascii');
    assert.deepEqual(withDefaults(named, database).options, {
      engine: 'InnoDB',
      characterSet: 'ascii',
      other: [],
    });
  });
});

describe('names that the text leaves out', () => {
  it('are numbered as MySQL numbers them', () => {
    assert.equal(constraintName('t', 'chk', ['t_chk_2', 'other']), 't_chk_3');
    assert.equal(constraintName('t', 'ibfk', []), 't_ibfk_1');
    const key = { kind: 'INDEX', name: '', parts: [{ column: 'a', descending: false }] } as const;
    assert.equal(nameKey(key, ['A', 'a_2']).name, 'a_3');
    assert.equal(
      nameKey({ ...key, parts: [{ column: 'primary', descending: false }] }, []).name,
      'primary_2',
    );
  });
});
