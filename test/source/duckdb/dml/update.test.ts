import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineFixture } from '../engine-fixture.ts';

const schema = [
  'CREATE TABLE a (i INT PRIMARY KEY, n INT, v VARCHAR(20))',
  'CREATE TABLE b (i INT, w VARCHAR(20))',
  "INSERT INTO a VALUES (1, 10, 'one'), (2, 20, 'two'), (3, 30, 'three')",
  "INSERT INTO b VALUES (1, 'eins'), (3, 'drei')",
];

/** Statement, `affected/…/info`, and table a afterwards. */
const updates: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'UPDATE a SET n = n + 1 WHERE i < 3',
    '2/0/Rows matched: 2  Changed: 2  Warnings: 0',
    ['1|11|one', '2|21|two', '3|30|three'],
  ],
  [
    'UPDATE a SET n = 10',
    '2/0/Rows matched: 3  Changed: 2  Warnings: 0',
    ['1|10|one', '2|10|two', '3|10|three'],
  ],
  [
    "UPDATE a SET v = 'ONE' WHERE i = 1",
    '1/0/Rows matched: 1  Changed: 1  Warnings: 0',
    ['1|10|ONE', '2|20|two', '3|30|three'],
  ],
  [
    'UPDATE a SET n = n * 2, v = n WHERE i = 1',
    '1/0/Rows matched: 1  Changed: 1  Warnings: 0',
    ['1|20|20', '2|20|two', '3|30|three'],
  ],
  [
    'UPDATE a SET n = 0 ORDER BY i DESC LIMIT 1',
    '1/0/Rows matched: 1  Changed: 1  Warnings: 0',
    ['1|10|one', '2|20|two', '3|0|three'],
  ],
  [
    'UPDATE a SET i = i + 1',
    '3/0/Rows matched: 3  Changed: 3  Warnings: 0',
    ['2|10|one', '3|20|two', '4|30|three'],
  ],
  [
    'UPDATE a JOIN b ON a.i = b.i SET a.v = b.w',
    '2/0/Rows matched: 2  Changed: 2  Warnings: 0',
    ['1|10|eins', '2|20|two', '3|30|drei'],
  ],
  [
    'UPDATE a x, b SET x.n = 0, b.w = NULL WHERE x.i = b.i',
    '4/0/Rows matched: 4  Changed: 4  Warnings: 0',
    ['1|0|one', '2|20|two', '3|0|three'],
  ],
  [
    'UPDATE a SET n = (SELECT COUNT(*) FROM b) WHERE i IN (SELECT i FROM b)',
    '2/0/Rows matched: 2  Changed: 2  Warnings: 0',
    ['1|2|one', '2|20|two', '3|2|three'],
  ],
  [
    'UPDATE a SET n = NULL WHERE 0',
    '0/0/Rows matched: 0  Changed: 0  Warnings: 0',
    ['1|10|one', '2|20|two', '3|30|three'],
  ],
];

const deletes: readonly (readonly [string, string, readonly string[]])[] = [
  ['DELETE FROM a WHERE n > 15', '2/0/', ['1|10|one']],
  ['DELETE FROM a', '3/0/', []],
  ['DELETE FROM a ORDER BY n DESC LIMIT 2', '2/0/', ['1|10|one']],
  ['DELETE a FROM a JOIN b USING (i)', '2/0/', ['2|20|two']],
  ['DELETE x, b FROM a AS x LEFT JOIN b ON x.i = b.i', '5/0/', []],
  ['DELETE FROM a USING a JOIN b ON a.i = b.i WHERE b.w = "EINS"', '1/0/', ['2|20|two', '3|30|three']],
  [
    'WITH c AS (SELECT 2 AS i) DELETE FROM a WHERE i IN (SELECT i FROM c)',
    '1/0/',
    ['1|10|one', '3|30|three'],
  ],
];

describe('UPDATE and DELETE', () => {
  for (const [statement, answer, expected] of [...updates, ...deletes]) {
    it(statement, async () => {
      await using fixture = await EngineFixture.open();
      await fixture.all(...schema);
      assert.equal(await fixture.answer(statement), answer);
      assert.deepEqual(await fixture.lines('SELECT * FROM a ORDER BY i'), expected);
    });
  }

  const wrong: readonly (readonly [string, string])[] = [
    ['UPDATE a SET i = 3 WHERE i = 1', "duplicate_entry: Duplicate entry '3' for key 'a.PRIMARY'"],
    ['UPDATE a SET i = NULL', "column_not_null: Column 'i' cannot be null"],
    ["UPDATE a SET n = 'x'", "incorrect_value: Incorrect integer value: 'x' for column 'n' at row 1"],
    ['UPDATE a SET nope = 1', "unknown_column: Unknown column 'nope' in 'field list'"],
    ['UPDATE a, b SET i = 1', "ambiguous_column: Column 'i' in field list is ambiguous"],
    ['UPDATE nope SET i = 1', "unknown_table: Table 'shop.nope' doesn't exist"],
    ['DELETE FROM nope', "unknown_table: Table 'shop.nope' doesn't exist"],
    ['DELETE x FROM a JOIN b USING (i)', "unknown_table: Unknown table 'x' in MULTI DELETE"],
  ];
  it('leave everything as it was when they fail', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(...schema);
    for (const [statement, expected] of wrong)
      assert.equal(await fixture.error(statement), expected, statement);
    assert.deepEqual(await fixture.lines('SELECT * FROM a ORDER BY i'), [
      '1|10|one',
      '2|20|two',
      '3|30|three',
    ]);
  });

  it('touch ON UPDATE CURRENT_TIMESTAMP of changed rows only', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run('CREATE TABLE t (a INT, ts DATETIME DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP)');
    await fixture.all('INSERT INTO t (a) VALUES (1), (2)', 'UPDATE t SET a = 2');
    assert.deepEqual(await fixture.lines('SELECT * FROM t ORDER BY ts'), ['2|null', '2|2026-01-02 03:04:05']);
  });

  it('go through partitions that the statement names', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run(
      'CREATE TABLE t (a INT) PARTITION BY RANGE (a) (PARTITION p VALUES LESS THAN (10), PARTITION q VALUES LESS THAN (20))',
    );
    await fixture.all('INSERT INTO t VALUES (1), (11)', 'UPDATE t PARTITION (q) SET a = a + 1');
    assert.deepEqual(await fixture.lines('SELECT a FROM t ORDER BY a'), ['1', '12']);
    assert.equal(
      await fixture.error('UPDATE t SET a = 30'),
      'no_partition_for_value: Table has no partition for value 30',
    );
    assert.equal(await fixture.answer('DELETE FROM t PARTITION (p)'), '1/0/');
  });
});
