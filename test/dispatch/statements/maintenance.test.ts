import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { collectRows } from '../../../src/base/cells.ts';
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

  it('CHECKSUM TABLE is of the rows, in whatever order they are', async () => {
    const sum = async (sql: string): Promise<unknown> => (await world.rows(sql))[0]?.[1];
    await world.run('CREATE TABLE a (id INT, s VARCHAR(9))');
    await world.run('CREATE TABLE b (id INT, s VARCHAR(9))');
    assert.deepEqual(await world.rows('CHECKSUM TABLE a'), [['d.a', '0']]);
    await world.run("INSERT INTO a VALUES (1, 'x'), (2, NULL), (2, NULL)");
    await world.run("INSERT INTO b VALUES (2, NULL), (1, 'x'), (2, NULL)");
    assert.equal(await sum('CHECKSUM TABLE a EXTENDED'), await sum('CHECKSUM TABLES b'));
    assert.match(String(await sum('CHECKSUM TABLE a')), /^[1-9]\d*$/);
    await world.run('UPDATE b SET id = 3 WHERE id = 1');
    assert.notEqual(await sum('CHECKSUM TABLE a'), await sum('CHECKSUM TABLE b'));
    assert.deepEqual(await world.rows('CHECKSUM TABLE a QUICK'), [['d.a', null]]);
  });

  it('CHECKSUM TABLE tells of tables that are not there in its warnings', async () => {
    await world.run('CREATE VIEW v AS SELECT id FROM t');
    const answer = await world.run('CHECKSUM TABLE v, nope, nowhere.t, information_schema.tables');
    assert.ok(answer.kind === 'rows');
    assert.deepEqual(await collectRows(answer.result, 10), [
      ['d.v', null],
      ['d.nope', null],
      ['nowhere.t', null],
      ['information_schema.tables', null],
    ]);
    assert.deepEqual(
      answer.warnings.map(({ level, number }) => `${level} ${number}`),
      ['Error 1347', 'Error 1146', 'Error 1049', 'Error 1235'],
    );
    await world.refuses('CHECKSUM TABLE t FAST', 'syntax', /FAST/);
  });

  it('give nothing to accounts without privileges', async () => {
    await world.refuses('CHECKSUM TABLE d.t', 'table_access_denied', /SELECT/, await world.stranger('bob'));
    await world.refuses('CHECK TABLE d.t', 'table_access_denied', /SELECT/, await world.stranger('eve'));
  });
});
