import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { printColumnType } from '../../../../src/sql/ddl/print.ts';
import { EngineFixture } from '../engine-fixture.ts';

/** As MySQL 9.7 shows them, but for what is said in docs/decisions/0095. */
const cases: readonly (readonly [select: string, columns: readonly string[]])[] = [
  [
    'SELECT * FROM src',
    [
      "id int unsigned NOT NULL '0'",
      "s varchar(20) NOT NULL 'x'",
      'c char(5)',
      "d decimal(10,2) NOT NULL '0.00'",
      'f float',
      'dt datetime NOT NULL',
      'dt3 datetime(3)',
      'y year',
      "e enum('a','b')",
      'tx text',
      'vb varbinary(10)',
      'sb varchar(10) noted',
    ],
  ],
  [
    'SELECT a.s, b.s AS s2, b.id FROM src a LEFT JOIN src b ON a.id = b.id',
    ["s varchar(20) NOT NULL 'x'", "s2 varchar(20) 'x'", "id int unsigned '0'"],
  ],
  [
    'SELECT * FROM (SELECT 1 AS n, s FROM src) a NATURAL RIGHT JOIN (SELECT id, s FROM src) b',
    ["s varchar(20) NOT NULL ''", "id int unsigned NOT NULL '0'", "n int '0'"],
  ],
  [
    'SELECT id + 1 AS a, id / 3 AS b, d * 2 AS c, d + 1 AS e, d / 3 AS f, d * d AS g, f + 1 AS h, -d AS i FROM src',
    [
      "a bigint unsigned NOT NULL '0'",
      'b decimal(14,4)',
      "c decimal(11,2) NOT NULL '0.00'",
      "e decimal(11,2) NOT NULL '0.00'",
      'f decimal(14,6)',
      "g decimal(20,4) NOT NULL '0.0000'",
      'h double',
      "i decimal(10,2) NOT NULL '0.00'",
    ],
  ],
  [
    'SELECT COUNT(*) n, SUM(id) a, SUM(d) b, AVG(d) c, AVG(id) e, MAX(s) f, MIN(id) g, SUM(f) h FROM src',
    [
      "n bigint NOT NULL '0'",
      'a decimal(32,0)',
      'b decimal(32,2)',
      'c decimal(14,6)',
      'e decimal(14,4)',
      'f varchar(20)',
      'g int unsigned',
      'h double',
    ],
  ],
  [
    "SELECT 1 one, 'abc' t, 1.5 e, 1e0 f, NOW() n, CURDATE() c, 12345678901 big, -5 neg, 'a' = 'b' cmp",
    [
      "one int NOT NULL '0'",
      "t varchar(3) NOT NULL ''",
      "e decimal(2,1) NOT NULL '0.0'",
      "f double NOT NULL '0'",
      'n datetime NOT NULL',
      'c date NOT NULL',
      "big bigint NOT NULL '0'",
      "neg int NOT NULL '0'",
      "cmp int NOT NULL '0'",
    ],
  ],
  [
    "SELECT UPPER(s) a, CONCAT(s, c) b, CONCAT_WS(',', s, c) e, LEFT(s, 3) f, LPAD(s, 30, 'x') g, REPEAT(s, 3) h, HEX(s) i, LENGTH(s) l, CONCAT(d, '-', s) m, DATE_FORMAT(dt, '%Y-%m') n FROM src",
    [
      'a varchar(20)',
      'b varchar(25)',
      'e varchar(26)',
      'f varchar(3)',
      'g varchar(30)',
      'h varchar(60)',
      'i varchar(160)',
      "l int NOT NULL '0'",
      'm varchar(33)',
      'n varchar(7)',
    ],
  ],
  [
    'SELECT CAST(s AS CHAR(5)) a, CAST(id AS SIGNED) b, CAST(d AS DECIMAL(9,1)) c, CAST(dt AS DATE) e, CAST(s AS BINARY(3)) f, CAST(dt AS DATETIME(2)) g FROM src',
    [
      'a varchar(5)',
      "b bigint NOT NULL '0'",
      "c decimal(9,1) NOT NULL '0.0'",
      'e date',
      'f varbinary(3)',
      'g datetime(2)',
    ],
  ],
  [
    "SELECT IFNULL(c, 'zz') a, COALESCE(d, 0) b, IF(id > 1, 'yes', 'no') e, CASE WHEN id = 1 THEN 'one' END f, NULLIF(id, 1) g, IF(id > 1, 1, 2.5) h FROM src",
    [
      "a varchar(5) NOT NULL ''",
      "b decimal(10,2) NOT NULL '0.00'",
      "e varchar(3) NOT NULL ''",
      'f varchar(3)',
      'g int unsigned',
      "h decimal(2,1) NOT NULL '0.0'",
    ],
  ],
  [
    'SELECT ROUND(d, 1) a, ROUND(d) b, FLOOR(d) c, ABS(d) e, YEAR(dt) f, DATE_ADD(dt, INTERVAL 1 DAY) g, DATEDIFF(dt, dt3) h, MOD(d, 3) i FROM src',
    [
      "a decimal(10,1) NOT NULL '0.0'",
      "b decimal(9,0) NOT NULL '0'",
      "c bigint NOT NULL '0'",
      "e decimal(10,2) NOT NULL '0.00'",
      'f year',
      'g datetime',
      'h int',
      'i decimal(10,2)',
    ],
  ],
  [
    "SELECT id, s FROM src UNION ALL SELECT 1000000000000, 'longer than twenty letters'",
    ["id bigint NOT NULL '0'", "s varchar(26) NOT NULL ''"],
  ],
  [
    'SELECT * FROM (SELECT id, s, d FROM src) q',
    ["id int unsigned NOT NULL '0'", "s varchar(20) NOT NULL ''", "d decimal(10,2) NOT NULL '0.00'"],
  ],
  [
    'WITH q(a, b) AS (SELECT c, SUM(d) FROM src GROUP BY c) SELECT * FROM q',
    ['a char(5)', 'b decimal(32,2)'],
  ],
  [
    'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n',
    ['i int'],
  ],
  [
    'SELECT s, COUNT(*) n, ROW_NUMBER() OVER (ORDER BY s) rn, LAG(s) OVER (ORDER BY s) lg FROM src GROUP BY s',
    [
      "s varchar(20) NOT NULL 'x'",
      "n bigint NOT NULL '0'",
      "rn bigint unsigned NOT NULL '0'",
      'lg varchar(20)',
    ],
  ],
  ['SELECT s, SUM(d) t FROM src GROUP BY s WITH ROLLUP', ["s varchar(20) 'x'", 't decimal(32,2)']],
];

describe('columns of CREATE TABLE … AS', () => {
  let fixture: EngineFixture;
  before(async () => {
    fixture = await EngineFixture.open();
    await fixture.all(
      "CREATE TABLE src (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, s VARCHAR(20) NOT NULL DEFAULT 'x', " +
        'c CHAR(5), d DECIMAL(10,2) NOT NULL DEFAULT 0, f FLOAT, dt DATETIME NOT NULL, dt3 DATETIME(3), y YEAR, ' +
        "e ENUM('a','b'), tx TEXT, vb VARBINARY(10), sb VARCHAR(10) COLLATE utf8mb4_bin COMMENT 'noted')",
      "INSERT INTO src (s, c, d, f, dt, e) VALUES ('one', 'c', 1234567.89, 1.5, '2026-01-02 03:04:05', 'b'), ('two', NULL, -1, NULL, '2026-01-01', NULL)",
    );
  });
  after(async () => fixture[Symbol.asyncDispose]());

  const columnsOf = (table: string): readonly string[] =>
    (fixture.engine.dictionary.table('shop', table)?.definition.columns ?? []).map((column) =>
      [
        column.name,
        printColumnType(column.type),
        ...(column.nullable ? [] : ['NOT NULL']),
        ...(column.default === undefined ? [] : [column.default.text]),
        ...(column.comment === undefined ? [] : [column.comment]),
      ].join(' '),
    );

  for (const [select, columns] of cases) {
    it(`${select} has MySQL’s types, and its rows fit`, async () => {
      const rows = await fixture.lines(select);
      await fixture.all('DROP TABLE IF EXISTS made', `CREATE TABLE made AS ${select}`);
      assert.deepEqual(columnsOf('made'), columns);
      assert.equal((await fixture.lines('SELECT * FROM made')).length, rows.length);
    });
  }

  it('put those that the SELECT does not fill first', async () => {
    await fixture.run(
      'CREATE TABLE mixed (id BIGINT NOT NULL, extra INT DEFAULT 7, PRIMARY KEY (id)) AS SELECT id, s FROM src',
    );
    assert.deepEqual(columnsOf('mixed'), [
      "extra int '7'",
      'id bigint NOT NULL',
      "s varchar(20) NOT NULL 'x'",
    ]);
    assert.deepEqual(await fixture.lines('SELECT * FROM mixed ORDER BY id'), ['7|1|one', '7|2|two']);
  });

  it('can have a key, as a text without a bound cannot', async () => {
    await fixture.all('CREATE TABLE keyed AS SELECT s FROM src', 'ALTER TABLE keyed ADD PRIMARY KEY (s)');
    assert.deepEqual(columnsOf('keyed'), ["s varchar(20) NOT NULL 'x'"]);
  });
});
