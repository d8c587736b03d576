import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { World } from '../world.ts';

describe('statements that look after tables', () => {
  let world: World;
  before(async () => {
    world = await World.open();
    for (const sql of [
      'CREATE DATABASE d',
      'USE d',
      'CREATE TABLE t (id INT PRIMARY KEY)',
      'INSERT INTO t VALUES (1), (2)',
      'CREATE TABLE `order` (id INT)',
    ]) {
      await world.run(sql);
    }
  });
  after(() => world[Symbol.asyncDispose]());

  const note = "The storage engine for the table doesn't support";
  const cases: readonly (readonly [string, readonly (readonly string[])[]])[] = [
    ['CHECK TABLE t', [['d.t', 'check', 'status', 'OK']]],
    [
      'CHECK TABLE d.t, nope',
      [
        ['d.t', 'check', 'status', 'OK'],
        ['d.nope', 'check', 'Error', "Table 'd.nope' doesn't exist"],
        ['d.nope', 'check', 'status', 'Operation failed'],
      ],
    ],
    ['CHECK TABLE `order`', [['d.order', 'check', 'status', 'OK']]],
    ['ANALYZE TABLE t', [['d.t', 'analyze', 'note', `${note} analyze`]]],
    ['OPTIMIZE TABLE t', [['d.t', 'optimize', 'note', `${note} optimize`]]],
    ['REPAIR TABLE t', [['d.t', 'repair', 'note', `${note} repair`]]],
  ];
  for (const [sql, expected] of cases) {
    it(sql, async () => assert.deepEqual(await world.rows(sql), expected));
  }

  it('give no checksum yet, and nothing to accounts without privileges', async () => {
    await world.refuses('CHECKSUM TABLE t', 'not_supported', /CHECKSUM/);
    await world.refuses('CHECK TABLE d.t', 'table_access_denied', /SELECT/, await world.stranger('eve'));
  });
});
