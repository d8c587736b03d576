import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { EngineFixture } from '../engine-fixture.ts';

describe('numbers that a statement leaves to its client', () => {
  let fixture: EngineFixture;
  before(async () => {
    fixture = await EngineFixture.open();
    await fixture.all(
      'CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY, k VARCHAR(10) UNIQUE, n INT)',
      'CREATE TABLE seq (n INT)',
      'INSERT INTO seq VALUES (7)',
    );
  });
  after(async () => fixture[Symbol.asyncDispose]());

  /** Of LAST_INSERT_ID() afterwards, 0 for as before, and of the OK packet, as MySQL 9 has them but for the gaps. */
  const cases: readonly (readonly [sql: string, lastInsertId: bigint, insertId: bigint])[] = [
    ["INSERT INTO a (k) VALUES ('a'), ('b')", 1n, 1n],
    ["INSERT INTO a (id, k) VALUES (50, 'c')", 0n, 50n],
    ["INSERT INTO a (id, k) VALUES (70, 'd'), (60, 'e')", 0n, 60n],
    ["INSERT INTO a (id, k) VALUES (80, 'f'), (NULL, 'g')", 81n, 81n],
    ["INSERT INTO a (k) VALUES ('a') ON DUPLICATE KEY UPDATE n = 1", 0n, 1n],
    ["INSERT INTO a (k) VALUES ('a') ON DUPLICATE KEY UPDATE n = 1", 0n, 0n],
    ["INSERT INTO a (k) VALUES ('c') ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id), n = 2", 50n, 50n],
    ["INSERT INTO a (k) VALUES ('a'), ('new') ON DUPLICATE KEY UPDATE n = 3", 86n, 86n],
    ["INSERT IGNORE INTO a (k) VALUES ('a'), ('next')", 88n, 88n],
    ["INSERT IGNORE INTO a (k) VALUES ('a')", 0n, 0n],
    ["REPLACE INTO a (id, k) VALUES (50, 'c2')", 0n, 50n],
    ['UPDATE seq SET n = LAST_INSERT_ID(n + 1)', 8n, 8n],
    ['UPDATE seq SET n = LAST_INSERT_ID(n + 1) WHERE n > 100', 0n, 0n],
    ["INSERT INTO a VALUES (LAST_INSERT_ID(700), 'h', 1)", 700n, 700n],
    ["INSERT INTO a (k, n) VALUES ('i', LAST_INSERT_ID(9))", 701n, 701n],
    ["INSERT INTO a VALUES (800, 'j', LAST_INSERT_ID(2 * 5)), (801, 'k', LAST_INSERT_ID(11))", 11n, 11n],
    ["INSERT INTO a SET id = 900, k = 'l', n = LAST_INSERT_ID(12)", 12n, 12n],
    ["REPLACE INTO a VALUES (900, 'm', LAST_INSERT_ID(13))", 13n, 13n],
  ];
  for (const [sql, lastInsertId, insertId] of cases) {
    it(`${sql}: ${lastInsertId}, ${insertId}`, async () => {
      const answer = await fixture.run(sql);
      assert.ok(answer.kind === 'ok');
      assert.deepEqual(
        [answer.lastInsertId, answer.insertId ?? answer.lastInsertId],
        [lastInsertId, insertId],
      );
    });
  }

  it('are refused where the expression is more than that call', async () => {
    assert.match(
      await fixture.error('UPDATE seq SET n = LAST_INSERT_ID(n) + 1'),
      /^not_supported: LAST_INSERT_ID/,
    );
    assert.match(
      await fixture.error('UPDATE seq SET n = LAST_INSERT_ID(1) + (2)'),
      /^not_supported: LAST_INSERT_ID/,
    );
    for (const values of [
      '(LAST_INSERT_ID(1) + 1)',
      '(LAST_INSERT_ID(1)), (LAST_INSERT_ID())',
      '(LAST_INSERT_ID(NULL))',
    ]) {
      assert.match(
        await fixture.error(`INSERT INTO seq VALUES ${values}`),
        /^not_supported: .*LAST_INSERT_ID/,
      );
    }
    assert.deepEqual(await fixture.lines('SELECT n FROM seq'), ['8']);
  });
});
