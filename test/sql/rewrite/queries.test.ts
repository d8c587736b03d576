import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Engine } from './support.ts';

/** Statements over the fixture, and MySQL's rows: columns by `|`, rows by blanks. */
const cases: readonly (readonly [name: string, statement: string, rows: string])[] = [
  ['names compare without case and accents', "SELECT id FROM people WHERE name = 'ANN' ORDER BY id", '1 3 5'],
  ['a query may begin an expression in parentheses', 'SELECT ((SELECT 1) + 1), (((SELECT 2)) * 3)', '2|6'],
  [
    'also in conditions and lists',
    'SELECT id FROM people WHERE ((SELECT 1) = 1) AND ((SELECT 2) > 1) AND id IN ((SELECT 3), 4) ORDER BY id',
    '3 4',
  ],
  [
    'parentheses may be those of a query',
    'SELECT (((SELECT 1) UNION (SELECT 1)) LIMIT 1), ((SELECT 4))',
    '1|4',
  ],
  ['and of a join', 'SELECT a.n FROM ((SELECT 5 AS n) a JOIN ((SELECT 5 AS n)) b ON a.n = b.n)', '5'],
  ['TABLE is all of a table', 'TABLE orders ORDER BY number DESC LIMIT 1', '103|9|3.00'],
  [
    'also in a subquery, a union and WITH',
    'WITH o AS (TABLE shop.orders) SELECT COUNT(*), (SELECT COUNT(*) FROM ((TABLE o) UNION ALL TABLE o) x) FROM o',
    '4|8',
  ],
  ['BINARY compares bytes', "SELECT id FROM people WHERE BINARY name = 'ann'", '3'],
  [
    'a binary collation compares bytes',
    "SELECT id FROM people WHERE name COLLATE utf8mb4_bin IN ('ann', 'x')",
    '3',
  ],
  ['groups follow the collation', 'SELECT COUNT(*) FROM people GROUP BY name ORDER BY 1', '1 1 3'],
  ['DISTINCT follows the collation', 'SELECT COUNT(DISTINCT name) FROM people', '3'],
  [
    'texts sort without case, and the underscore before letters',
    'SELECT id FROM people ORDER BY name, id',
    '4 1 3 5 2',
  ],
  ['least and greatest texts follow that order', 'SELECT MIN(name) = "a_b", MAX(name) FROM people', '1|bob'],
  [
    'NULL sorts first, and last when descending',
    'SELECT id FROM people ORDER BY points DESC, id',
    '2 1 5 4 3',
  ],
  ['a text column is read as a number', 'SELECT id FROM people WHERE code = 10 ORDER BY id', '1 5'],
  ['and summed as one', 'SELECT SUM(code) FROM people', '27'],
  ['division shows four digits more', 'SELECT pay / points FROM people WHERE id = 1', '3.500000'],
  [
    'division by zero is NULL',
    'SELECT pay / points, points % 0, 1 DIV 0 FROM people WHERE id = 4',
    'NULL|NULL|NULL',
  ],
  ['averages show four digits more', 'SELECT AVG(points), AVG(pay) FROM people', '2.7500|33.935000'],
  ['conditions add up', 'SELECT SUM(points > 2), SUM(name = "ann") FROM people', '3|3'],
  [
    'GROUP_CONCAT gives equal keys backward',
    "SELECT GROUP_CONCAT(name ORDER BY name SEPARATOR '|') FROM people WHERE id < 4",
    'ann|Ann|bob',
  ],
  [
    'GROUP_CONCAT DISTINCT keeps the first',
    'SELECT GROUP_CONCAT(DISTINCT name ORDER BY name DESC) FROM people',
    'bob,Ann,A_b',
  ],
  [
    'GROUP_CONCAT DISTINCT sorts by another column',
    'SELECT GROUP_CONCAT(DISTINCT points ORDER BY id DESC) FROM people',
    '0,5,3',
  ],
  ['GROUP_CONCAT of nothing is NULL', 'SELECT GROUP_CONCAT(name) FROM people WHERE id > 9', 'NULL'],
  [
    'columns outside of the groups take some value',
    'SELECT points, COUNT(*), name IS NOT NULL FROM people GROUP BY points ORDER BY points',
    'NULL|1|1 0|1|1 3|2|1 5|1|1',
  ],
  [
    'rollup rows stand behind their groups',
    'SELECT points, COUNT(*) FROM people WHERE points > 0 GROUP BY points WITH ROLLUP',
    '3|2 5|1 NULL|3',
  ],
  [
    'GROUP BY prefers columns, ORDER BY names of the list',
    'SELECT -id AS points FROM people WHERE points = 3 ORDER BY points',
    '-5 -1',
  ],
  [
    'HAVING filters rows by names of the list',
    'SELECT id * 2 AS twice FROM people HAVING twice > 7 ORDER BY twice',
    '8 10',
  ],
  [
    'HAVING filters groups by names of the list',
    'SELECT name, COUNT(*) c FROM people GROUP BY name HAVING c > 1',
    'Ann|3',
  ],
  [
    'a position of a star counts its columns',
    'SELECT o.*, 1 FROM orders o ORDER BY 3 LIMIT 1',
    '102|2|1.00|1',
  ],
  [
    'rows compare item by item',
    "SELECT id FROM people WHERE (name, points) IN (('ANN', 3), ('BOB', 5)) ORDER BY id",
    '1 2 5',
  ],
  [
    'a subquery of rows follows the collation',
    "SELECT id FROM people WHERE (name, id) IN (SELECT 'ANN', 1)",
    '1',
  ],
  [
    'correlated subqueries see the outer row',
    'SELECT id, (SELECT COUNT(*) FROM orders WHERE person = id) FROM people WHERE id < 3 ORDER BY id',
    '1|2 2|1',
  ],
  [
    'joins keep rows without a partner',
    'SELECT o.number, p.id FROM orders o LEFT JOIN people p ON p.id = o.person WHERE o.number > 101 ORDER BY 1',
    '102|2 103|NULL',
  ],
  [
    'a join without condition goes before the next',
    'SELECT COUNT(*) FROM people a JOIN people b JOIN orders o ON o.person = a.id',
    '15',
  ],
  [
    'a recursive table counts',
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n',
    '1 2 3',
  ],
  [
    'a union sorts by its names',
    "SELECT id k, name FROM people WHERE id = 1 UNION SELECT 9, 'zoe' ORDER BY k DESC",
    '9|zoe 1|Ann',
  ],
  ['a union of a number and a text is text', "SELECT 1 UNION ALL SELECT 'x'", '1 x'],
  [
    'windows run over groups',
    'SELECT person, SUM(total), RANK() OVER (ORDER BY SUM(total) DESC) FROM orders GROUP BY person ORDER BY 3',
    '1|12.50|1 9|3.00|2 2|1.00|3',
  ],
  ['dates compare with texts', "SELECT id FROM people WHERE born = '1990-1-15' ORDER BY id", '1 5'],
  ['dates compare with numbers', 'SELECT id FROM people WHERE born < 19900101', '2'],
  ['dates compare with the time of a text', "SELECT id FROM people WHERE born >= '1990-01-15 10:00:00'", '3'],
  [
    'a date plus a day is a date',
    'SELECT born + INTERVAL 1 DAY, seen - INTERVAL 1 HOUR FROM people WHERE id = 1',
    '1990-01-16|2024-02-06_06:11:01',
  ],
  [
    'an enumeration compares as text and sorts by its members',
    "SELECT color FROM colors WHERE color <> 'RED' ORDER BY color",
    'green blue',
  ],
  [
    'a difference of times ends where TIME ends',
    "SELECT TIMEDIFF('2024-03-01 00:00:00', '2023-01-01 00:00:00')",
    '838:59:59',
  ],
  ['an enumeration is a number in arithmetic', 'SELECT color + 0 FROM colors ORDER BY id', '3 1 2'],
  [
    'JSON arrows reach into documents',
    "SELECT extra->'$.a', extra->>'$.a' FROM colors ORDER BY id",
    '1|1 "x"|x NULL|NULL',
  ],
  ['LIKE has the backslash as its escape', "SELECT id FROM people WHERE name LIKE '%\\_%'", '4'],
  [
    'a named window is shared',
    'SELECT id, COUNT(*) OVER w FROM people WINDOW w AS (PARTITION BY points) ORDER BY id',
    '1|2 2|1 3|1 4|1 5|2',
  ],
];

describe('queries answer as MySQL', () => {
  let engine: Engine;
  before(async () => {
    engine = await Engine.open();
  });
  after(async () => {
    await engine[Symbol.asyncDispose]();
  });

  for (const [name, statement, expected] of cases) {
    it(name, async () => {
      const rows = await engine.ask(statement);
      assert.equal(rows.map((row) => row.join('|').replaceAll(' ', '_')).join(' '), expected);
    });
  }

  it('a user variable and NOW are one value in a statement', async () => {
    const rows = await engine.ask('SELECT @answer, NOW() = NOW(), CURDATE(), UNIX_TIMESTAMP()');
    assert.deepEqual(rows, [['42', '1', '2024-03-05', '1709622489']]);
  });
});
