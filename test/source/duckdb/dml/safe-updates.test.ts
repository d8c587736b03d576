import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { World } from '../../../dispatch/world.ts';

const setup = [
  'CREATE DATABASE safe',
  'USE safe',
  'CREATE TABLE t (id INT PRIMARY KEY, v INT, k INT, s VARCHAR(10), KEY by_k (k, v))',
  'CREATE TABLE u (id INT PRIMARY KEY, v INT)',
  'INSERT INTO t VALUES (1, 1, 1, NULL), (2, 2, 2, NULL)',
  'CREATE VIEW w AS SELECT id AS number, v FROM t',
  'SET sql_safe_updates = 1',
];

describe('sql_safe_updates', () => {
  let world: World;
  before(async () => {
    world = await World.open();
    for (const sql of setup) await world.run(sql);
  });
  after(() => world[Symbol.asyncDispose]());

  for (const sql of [
    'UPDATE t SET v = 5 WHERE id = 1',
    'UPDATE t SET v = 5 WHERE 2 > id AND s IS NULL',
    'UPDATE t SET v = 5 WHERE k IN (1, 2)',
    'UPDATE t SET v = 5 WHERE id BETWEEN 1 AND 2',
    'UPDATE t SET v = 5 WHERE id = 1 OR k = 2',
    'UPDATE t SET v = 5 WHERE v = 1 LIMIT 1',
    'UPDATE t SET v = 5 LIMIT 1',
    'UPDATE t JOIN u ON t.id = u.id SET t.v = 5',
    'UPDATE w SET v = 5 WHERE number = 1',
    'DELETE FROM u WHERE id = 9',
    'DELETE FROM u LIMIT 3',
    'INSERT INTO u VALUES (1, 1)',
  ]) {
    it(`lets ${sql} pass`, async () => {
      await world.run(sql);
    });
  }

  for (const sql of [
    'UPDATE t SET v = 5',
    'UPDATE t SET v = 5 WHERE v = 1',
    'UPDATE t SET v = 5 WHERE id <> 1',
    'UPDATE t SET v = 5 WHERE id = v',
    'UPDATE t SET v = 5 WHERE id = 1 OR v = 2',
    'UPDATE t SET v = 5 WHERE id + 1 = 2',
    'UPDATE t JOIN u ON t.v = u.id SET t.v = 5',
    'UPDATE w SET v = 5',
    'DELETE FROM t',
    "DELETE FROM t WHERE s = 'x'",
    'DELETE t FROM t JOIN u ON t.v = u.v',
  ]) {
    it(`refuses ${sql}`, () => world.refuses(sql, 'safe_update', /safe update mode/));
  }

  it('is off again with 0', async () => {
    await world.run('SET sql_safe_updates = 0');
    await world.run('UPDATE t SET v = 6');
    assert.deepEqual(await world.rows('SELECT COUNT(*) FROM t WHERE v = 6'), [['2']]);
  });
});
