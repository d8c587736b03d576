import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineFixture } from '../engine-fixture.ts';

const schema = [
  'CREATE TABLE t (id INT PRIMARY KEY, a INT)',
  'INSERT INTO t VALUES (1, 5)',
  'CREATE VIEW plain AS SELECT id, a FROM t WHERE a < 10',
  'CREATE VIEW checked AS SELECT id, a AS n FROM t WHERE a < 10 WITH CHECK OPTION',
  'CREATE VIEW own AS SELECT id, a FROM plain WHERE a > 2 WITH LOCAL CHECK OPTION',
  'CREATE VIEW both_of AS SELECT id, a FROM plain WHERE a > 2 WITH CASCADED CHECK OPTION',
  'CREATE VIEW over_checked AS SELECT id, n FROM checked WHERE n > 2',
];

describe('WITH CHECK OPTION', () => {
  const statements: readonly (readonly [string, string])[] = [
    ['INSERT INTO checked VALUES (2, 11)', "check_option: CHECK OPTION failed 'shop.checked'"],
    ['INSERT INTO checked VALUES (2, NULL)', "check_option: CHECK OPTION failed 'shop.checked'"],
    ['INSERT INTO checked VALUES (2, 9)', 'no error'],
    ['UPDATE checked SET n = n + 5', "check_option: CHECK OPTION failed 'shop.checked'"],
    ['UPDATE checked SET n = n + 4', 'no error'],
    ['REPLACE INTO checked VALUES (1, 11)', "check_option: CHECK OPTION failed 'shop.checked'"],
    [
      'INSERT INTO checked VALUES (1, 1) ON DUPLICATE KEY UPDATE n = 50',
      "check_option: CHECK OPTION failed 'shop.checked'",
    ],
    ['INSERT INTO plain VALUES (2, 11)', 'no error'],
    ['INSERT INTO own VALUES (2, 11)', 'no error'],
    ['INSERT INTO own VALUES (2, 1)', "check_option: CHECK OPTION failed 'shop.own'"],
    ['INSERT INTO both_of VALUES (2, 11)', "check_option: CHECK OPTION failed 'shop.both_of'"],
    ['INSERT INTO both_of VALUES (2, 1)', "check_option: CHECK OPTION failed 'shop.both_of'"],
    ['INSERT INTO over_checked VALUES (2, 1)', 'no error'],
    ['INSERT INTO over_checked VALUES (2, 11)', "check_option: CHECK OPTION failed 'shop.over_checked'"],
    [
      'CREATE VIEW grouped AS SELECT a FROM t GROUP BY a WITH CHECK OPTION',
      "check_option_of_fixed_view: CHECK OPTION on non-updatable view 'shop.grouped'",
    ],
  ];
  for (const [sql, outcome] of statements) {
    it(`${outcome}: ${sql}`, async () => {
      await using fixture = await EngineFixture.open();
      await fixture.all(...schema);
      assert.equal(await fixture.error(sql), outcome);
    });
  }

  it('leaves rows out with a warning each statement where errors are ignored', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(...schema);
    const answer = await fixture.run('INSERT IGNORE INTO checked VALUES (2, 11), (3, 1)');
    assert.ok(answer.kind === 'ok');
    assert.equal(answer.info, 'Records: 1  Duplicates: 0  Warnings: 1');
    assert.deepEqual(
      answer.warnings.map(({ number }) => number),
      [1369],
    );
    assert.equal(
      await fixture.answer('UPDATE IGNORE checked SET n = 70 WHERE id = 1'),
      '0/0/Rows matched: 1  Changed: 0  Warnings: 1',
    );
    assert.deepEqual(await fixture.lines('SELECT * FROM t ORDER BY id'), ['1|5', '3|1']);
  });

  it('is kept over a restart', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(...schema);
    await fixture.reopen();
    assert.match(await fixture.error('INSERT INTO checked VALUES (2, 11)'), /^check_option:/);
  });
});
