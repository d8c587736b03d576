import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineFixture } from '../engine-fixture.ts';

const schema = [
  "CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, a INT NOT NULL, b VARCHAR(10) DEFAULT 'x', c INT)",
  'CREATE TABLE u (id INT PRIMARY KEY)',
  "INSERT INTO t VALUES (1, 1, 'p', 1), (2, 2, 'q', 2), (30, 30, 'r', 3)",
  'INSERT INTO u VALUES (2)',
  'CREATE VIEW v AS SELECT id, a, b FROM t WHERE a < 10',
  'CREATE VIEW renamed (n, m, twice) AS SELECT x.id, x.a, a * 2 FROM t AS x',
  'CREATE VIEW doubled AS SELECT a AS a1, a AS a2, id FROM t',
  'CREATE VIEW upon AS SELECT id AS k, a AS v FROM v WHERE id <> 2',
  'CREATE VIEW everything AS SELECT * FROM t',
  'CREATE VIEW no_number AS SELECT a, b FROM t',
];
const all = 'SELECT id, a, b, c FROM t ORDER BY id';
const rows = ['1|1|p|1', '2|2|q|2', '30|30|r|3'];

/** Statement, `affected/lastInsertId/info`, and the table afterwards; as MySQL 9.7 has them. */
const changes: readonly (readonly [string, string, readonly string[]])[] = [
  ["INSERT INTO v VALUES (5, 5, 'z')", '1/0/', [...rows.slice(0, 2), '5|5|z|null', ...rows.slice(2)]],
  ['INSERT INTO v (a) VALUES (99)', '1/31/', [...rows, '31|99|x|null']],
  ['INSERT INTO v SET id = 40, a = 3', '1/0/', [...rows, '40|3|x|null']],
  ['INSERT INTO no_number (a) VALUES (7)', '1/0/', [...rows, '31|7|x|null']],
  [
    'INSERT INTO v SELECT id + 100, a, b FROM v',
    '2/0/Records: 2  Duplicates: 0  Warnings: 0',
    [...rows, '101|1|p|null', '102|2|q|null'],
  ],
  ["REPLACE INTO v VALUES (1, 6, 'zz')", '2/0/', ['1|6|zz|null', ...rows.slice(1)]],
  ["INSERT INTO everything VALUES (40, 4, 'e', 5)", '1/0/', [...rows, '40|4|e|5']],
  [
    'UPDATE v SET a = a + 1',
    '2/0/Rows matched: 2  Changed: 2  Warnings: 0',
    ['1|2|p|1', '2|3|q|2', rows[2] ?? ''],
  ],
  [
    'UPDATE v AS w SET w.a = 11, b = CONCAT(w.b, a) WHERE w.id = 1',
    '1/0/Rows matched: 1  Changed: 1  Warnings: 0',
    ['1|11|p11|1', ...rows.slice(1)],
  ],
  [
    'UPDATE renamed SET m = twice + m WHERE n > 1 ORDER BY n LIMIT 1',
    '1/0/Rows matched: 1  Changed: 1  Warnings: 0',
    [rows[0] ?? '', '2|6|q|2', rows[2] ?? ''],
  ],
  [
    'UPDATE doubled SET a1 = 5, a2 = a1 + 1 WHERE id = 2',
    '1/0/Rows matched: 1  Changed: 1  Warnings: 0',
    [rows[0] ?? '', '2|6|q|2', rows[2] ?? ''],
  ],
  ['UPDATE upon SET v = 8', '1/0/Rows matched: 1  Changed: 1  Warnings: 0', ['1|8|p|1', ...rows.slice(1)]],
  [
    'UPDATE v JOIN u ON u.id = v.id SET v.a = 9',
    '1/0/Rows matched: 1  Changed: 1  Warnings: 0',
    [rows[0] ?? '', '2|9|q|2', rows[2] ?? ''],
  ],
  ['DELETE FROM v', '2/0/', rows.slice(2)],
  ['DELETE FROM renamed WHERE twice = 4', '1/0/', [rows[0] ?? '', rows[2] ?? '']],
  ['DELETE v FROM v JOIN u ON u.id = v.id', '1/0/', [rows[0] ?? '', rows[2] ?? '']],
  ['DELETE FROM upon WHERE k = 2', '0/0/', rows],
  [
    "INSERT INTO v (id, a) VALUES (1, 77) ON DUPLICATE KEY UPDATE a = VALUES(a) + a, b = CONCAT(v.b, '!')",
    '2/0/',
    ['1|78|p!|1', ...rows.slice(1)],
  ],
  [
    'INSERT INTO v (id, a) VALUES (30, 7) ON DUPLICATE KEY UPDATE a = VALUES(a)',
    '2/0/',
    [...rows.slice(0, 2), '30|7|r|3'],
  ],
  [
    'INSERT INTO upon (k, v) VALUES (1, 77) AS n ON DUPLICATE KEY UPDATE v = n.v + upon.v',
    '2/0/',
    ['1|78|p|1', ...rows.slice(1)],
  ],
];

describe('changes through a view', () => {
  for (const [sql, answer, after] of changes) {
    it(sql, async () => {
      await using fixture = await EngineFixture.open();
      await fixture.all(...schema);
      assert.equal(await fixture.answer(sql), answer);
      assert.deepEqual(await fixture.lines(all), after);
    });
  }

  it('see the rows of their transaction and go with it', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(...schema, 'BEGIN', 'UPDATE v SET a = 5 WHERE id = 1');
    fixture.session.savepoints.set('s');
    await fixture.run('DELETE FROM v');
    assert.deepEqual(await fixture.lines('SELECT id FROM v'), []);
    await fixture.session.rollBackTo('s');
    assert.deepEqual(await fixture.lines('SELECT id, a FROM v ORDER BY id'), ['1|5', '2|2']);
    await fixture.run('ROLLBACK');
    assert.deepEqual(await fixture.lines(all), rows);
  });

  it('go on after the table got other columns, and fail after it lost them', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(
      ...schema,
      'ALTER TABLE t ADD COLUMN d INT',
      "INSERT INTO everything VALUES (50, 1, 'y', 1)",
    );
    assert.deepEqual(await fixture.lines('SELECT d FROM t WHERE id = 50'), ['null']);
    await fixture.run('ALTER TABLE t DROP COLUMN b');
    assert.match(
      await fixture.error('UPDATE v SET a = 1'),
      /^view_invalid: View 'shop\.v' references invalid/,
    );
  });

  it('are not limited by sql_select_limit', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(...schema);
    fixture.variables.set('sql_select_limit', 1n);
    assert.equal(await fixture.answer('DELETE FROM v'), '2/0/');
    assert.equal(await fixture.answer('UPDATE t SET a = 0'), '1/0/Rows matched: 1  Changed: 1  Warnings: 0');
  });
});
