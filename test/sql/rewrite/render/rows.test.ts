import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { describeAnswers, Engine } from '../support.ts';

/** What MySQL 9 answers. */
describeAnswers('rows compare value by value', [
  ['(1, 2) = (SELECT 1, 2)', '1'],
  ['ROW(1, 2) = (SELECT 1, 3)', '0'],
  ['(1, 2) <> (SELECT 1, 3)', '1'],
  ['(1, 2) < (SELECT 1, 3)', '1'],
  ['(1, 2) <=> (SELECT 1, NULL)', '0'],
  ['(SELECT 1, 2) = (1, 2)', '1'],
  ['(SELECT 1, 2) = (SELECT 1, 2)', '1'],
  ["(1, 'A') = (SELECT 1, 'a')", '1'],
  ['(1, 2) = (SELECT id, points FROM people WHERE id = 99)', 'NULL'],
  ['(1, (2, 3)) = (1, (2, 3))', '1'],
  ['(1, NULL) = (2, NULL)', '0'],
  ['(1, NULL) = (1, NULL)', 'NULL'],
  ['(1, 2) NOT IN (SELECT 2, NULL)', '1'],
  ['(1, 2) NOT IN (SELECT 1, NULL)', 'NULL'],
  ['(1, 2) = ANY (SELECT 1, 2)', '1'],
  ['(1, 2) <> ALL (SELECT 2, NULL)', '1'],
  ["(1, 'x') IN ((2, 'x'), (1, 'X'))", '1'],
]);

describe('rows of a table', () => {
  let engine: Engine;
  before(async () => {
    engine = await Engine.open();
  });
  after(async () => {
    await engine[Symbol.asyncDispose]();
  });

  it('compare with a query that names them', async () => {
    const sql =
      'SELECT id FROM people p WHERE (id, points) = (SELECT o.person, 3 FROM orders o WHERE o.person = p.id AND total = 5)';
    assert.deepEqual(await engine.ask(sql), [['1']]);
  });

  it('are not in a query when a value of each row differs', async () => {
    const sql =
      'SELECT id FROM people WHERE (id, code) NOT IN (SELECT id, code FROM people WHERE id > 3) ORDER BY id';
    assert.deepEqual(await engine.ask(sql), [['1'], ['2'], ['3']]);
  });

  it('are false, and not unknown, where the answer is a part of a condition', async () => {
    const isIn = '(id, points) IN (SELECT 1, 4)';
    assert.deepEqual(await engine.ask(`SELECT id FROM people WHERE (${isIn}) IS NULL`), []);
    const sql = `SELECT id FROM people WHERE NOT (${isIn}) AND points IS NULL`;
    assert.deepEqual(await engine.ask(sql), [['3']]);
  });

  it('refuse a query of several rows', async () => {
    await assert.rejects(engine.ask('SELECT (1, 2) = (SELECT id, points FROM people)'), /More than one row/);
  });
});
