import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { World } from '../../dispatch/world.ts';

describe('assignments in a query of information_schema', () => {
  let world: World;
  before(async () => {
    world = await World.open();
    await world.run('CREATE DATABASE d');
    await world.run('CREATE TABLE d.t (id INT PRIMARY KEY, name VARCHAR(30), price DECIMAL(10,2))');
  });
  after(() => world[Symbol.asyncDispose]());

  const from = "FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'd' ORDER BY ORDINAL_POSITION";
  const cases: readonly (readonly [string, string, readonly (readonly (string | null)[])[]])[] = [
    [
      'are read behind them in the same row',
      '@n := ORDINAL_POSITION, @n * 10, @N + 1',
      [
        ['1', '10', '2'],
        ['2', '20', '3'],
        ['3', '30', '4'],
      ],
    ],
    [
      'are made by the branch that is taken',
      "CASE DATA_TYPE WHEN 'int' THEN @dt := 4 WHEN 'varchar' THEN @dt := (-9) ELSE @dt := 3 END AS a, @dt + 0 AS b",
      [
        ['4', '4'],
        ['-9', '-9'],
        ['3', '3'],
      ],
    ],
    [
      'may lie in an IF and in another call',
      "CAST(IF(DATA_TYPE = 'int', @x := 1, @x := @y := 2) AS SIGNED) AS a, @x AS b",
      [
        ['1', '1'],
        ['2', '2'],
        ['2', '2'],
      ],
    ],
    [
      'may be made of each other',
      '@a := 1, @b := @a + 1, @a := @b + 1, @a',
      Array.from({ length: 3 }, () => ['1', '2', '3', '3']),
    ],
  ];
  for (const [name, items, expected] of cases) {
    it(name, async () => assert.deepEqual(await world.rows(`SELECT ${items} ${from}`), expected));
  }

  const refused: readonly (readonly [string, string])[] = [
    ['a variable that the row before has set', `SELECT @n := @n + 1 ${from}`],
    ['a variable that only a branch sets', `SELECT IF(DATA_TYPE = 'int', @x := 1, 0), @x ${from}`],
    ['an assignment that may not be reached', `SELECT DATA_TYPE = 'int' AND @x := 1, @x ${from}`],
    ['an assignment in a condition', `SELECT CASE WHEN @x := 1 THEN 2 ELSE 3 END ${from}`],
    ['an assignment behind WHERE', 'SELECT 1 FROM information_schema.TABLES WHERE @x := 1'],
    ['an assignment in a query inside', 'SELECT (SELECT @n := MAX(id) FROM d.t)'],
    ['a variable that the row before has set, over other tables', 'SELECT @n := @n + 1 FROM d.t'],
    [
      'variables that double',
      `SELECT @a := ORDINAL_POSITION, ${Array.from({ length: 40 }, () => '@a := @a + @a').join(', ')} ${from}`,
    ],
  ];
  for (const [name, sql] of refused) {
    it(`refuses ${name}`, () => world.refuses(sql, 'not_supported', /assignment of (the user|a) variable/));
  }
});
