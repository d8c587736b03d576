import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineFixture } from '../engine-fixture.ts';

const types =
  'CREATE TABLE all_types (id INT AUTO_INCREMENT PRIMARY KEY, ti TINYINT, tu TINYINT UNSIGNED, mi MEDIUMINT, ' +
  'bu BIGINT UNSIGNED, de DECIMAL(20,5), fl FLOAT, dbl DOUBLE, dt DATE, dtm DATETIME, dt3 DATETIME(3), tm TIME, y YEAR, ' +
  "b BIT(10), c CHAR(5), v VARCHAR(10), tx TEXT, bi BINARY(4), vb VARBINARY(10), bl BLOB, e ENUM('Red','green'), " +
  "s SET('a','b','c'), j JSON, bo BOOL)";

describe('INSERT', () => {
  it('leaves out columns of a _bin collation, and computes them', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(
      "CREATE TABLE b (a INT, s VARCHAR(9) COLLATE utf8mb4_bin, g VARCHAR(9) COLLATE utf8mb4_bin AS (CONCAT(a, 'x')))",
      'INSERT INTO b (a) VALUES (1)',
      'INSERT INTO b (a) SELECT 2',
      'ALTER TABLE b ADD COLUMN h VARCHAR(9) COLLATE utf8mb4_bin AS (UPPER(g))',
    );
    assert.deepEqual(await fixture.lines('SELECT a, s, g, h FROM b'), ['1|null|1x|1X', '2|null|2x|2X']);
  });

  it('keeps a value of every type', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run(types);
    await fixture.run(
      "INSERT INTO all_types VALUES (NULL,-128,255,8388607,18446744073709551615,123456789012345.12345,1.5,2.25,'2024-02-29'," +
        "'2024-02-29 23:59:59.6','2024-02-29 23:59:59.6789','-838:59:59',2024,b'1010101010','ab   ','ünïcödé','text'," +
        `x'0102',x'00ff',_binary'\\0\\1','GREEN','c,a','{"a": 1}',true)`,
    );
    assert.deepEqual(
      await fixture.lines(
        'SELECT id,ti,tu,mi,bu,de,fl,dbl,dt,dtm,dt3,tm,y,b,c,v,tx,HEX(bi),HEX(vb),HEX(bl),e,s,j,bo FROM all_types',
      ),
      [
        '1|-128|255|8388607|18446744073709551615|123456789012345.12345|1.5|2.25|2024-02-29|2024-03-01 00:00:00|' +
          '2024-02-29 23:59:59.679|-838:59:59|2024|682|ab|ünïcödé|text|01020000|00FF|0031|green|a,c|{"a": 1}|1',
      ],
    );
  });

  it('reads a long statement as a short one', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run('CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(40) DEFAULT "d", n INT)');
    const row = (id: number): string => `(${id}, 'a; b\\'c', ${id} + 1)`;
    const rows = Array.from({ length: 4_000 }, (_, id) => row(id)).join(', ');
    await fixture.run(`INSERT INTO t VALUES ${rows}, (5000, DEFAULT, -7)`);
    const all =
      "SELECT COUNT(*), SUM(n), MAX(v), (SELECT v FROM t WHERE id = 5000) FROM t WHERE v = 'a; b\\'c'";
    assert.deepEqual(await fixture.lines(all), ["4000|8002000|a; b'c|d"]);
    await fixture.run(`REPLACE INTO t (id, v, n) VALUES ${rows};`);
    await fixture.run(`INSERT INTO t VALUES ${rows} ON DUPLICATE KEY UPDATE n = 0`);
    assert.deepEqual(await fixture.lines('SELECT COUNT(*), SUM(n) FROM t'), ['4001|-7']);
    const wrong = [
      [`${rows}, (1, 2)`, /Column count doesn't match value count at row 4001/],
      [`${rows}, (1, 2, ?)`, /near '\?\)'/],
      [`${rows} AND MORE`, /near 'AND MORE'/],
      [`${rows}, (6000, 'open`, /syntax/],
    ] as const;
    for (const [values, message] of wrong)
      assert.match(await fixture.error(`INSERT INTO t VALUES ${values}`), message);
    assert.deepEqual(await fixture.lines('SELECT COUNT(*), SUM(n) FROM t'), ['4001|-7']);
  });

  /** Statement, and the error MySQL gives in strict mode. */
  const wrong: readonly (readonly [string, string])[] = [
    ["(ti) VALUES (1), ('300')", "out_of_range: Out of range value for column 'ti' at row 2"],
    ["(ti) VALUES ('x1')", "incorrect_value: Incorrect integer value: 'x1' for column 'ti' at row 1"],
    ['(tu) VALUES (-1)', "out_of_range: Out of range value for column 'tu' at row 1"],
    ["(v) VALUES ('12345678901')", "data_too_long: Data too long for column 'v' at row 1"],
    ["(bi) VALUES ('12345')", "data_too_long: Data too long for column 'bi' at row 1"],
    [
      "(dt) VALUES ('2024-02-30')",
      "truncated_value: Incorrect date value: '2024-02-30' for column 'dt' at row 1",
    ],
    [
      "(dt) VALUES ('0000-00-00')",
      "truncated_value: Incorrect date value: '0000-00-00' for column 'dt' at row 1",
    ],
    [
      "(tm) VALUES ('839:00:00')",
      "truncated_value: Incorrect time value: '839:00:00' for column 'tm' at row 1",
    ],
    ["(e) VALUES ('blue')", "data_truncated: Data truncated for column 'e' at row 1"],
    ["(s) VALUES ('a,x')", "data_truncated: Data truncated for column 's' at row 1"],
    [
      "(j) VALUES ('{')",
      `invalid_json_column: Invalid JSON text: "Missing a name for object member." at position 1 in value for column 'j'.`,
    ],
    ['(b) VALUES (1024)', "data_too_long: Data too long for column 'b' at row 1"],
    ['(ti, ti) VALUES (1, 2)', "duplicate_column: Column 'ti' specified twice"],
    ['(nope) VALUES (1)', "unknown_column: Unknown column 'nope' in 'field list'"],
    ['(ti) VALUES (1, 2)', "column_count_mismatch: Column count doesn't match value count at row 1"],
    ['(ti) SELECT 1, 2', "column_count_mismatch: Column count doesn't match value count at row 1"],
    ['(ti) SELECT 400', "out_of_range: Out of range value for column 'ti' at row 1"],
  ];
  it('refuses what does not fit, and leaves nothing behind', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run(types);
    for (const [statement, expected] of wrong) {
      assert.equal(await fixture.error(`INSERT INTO all_types ${statement}`), expected, statement);
    }
    assert.deepEqual(await fixture.lines('SELECT COUNT(*) FROM all_types'), ['0']);
  });

  it('adjusts values with warnings outside of strict mode', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run(types);
    fixture.variables.set('sql_mode', '');
    const answer = await fixture.run(
      "INSERT INTO all_types (ti, v, dt, e) VALUES ('300', '12345678901', 'x', 'blue')",
    );
    assert.deepEqual(
      answer.warnings.map((warning) => warning.number),
      [1264, 1292, 1265, 1265],
    );
    assert.deepEqual(await fixture.lines('SELECT ti, v, dt, e FROM all_types'), ['127|1234567890|null|']);
  });

  it('wants a value where there is no default', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run(
      'CREATE TABLE t (a INT NOT NULL, b INT NOT NULL DEFAULT 7, c TIMESTAMP DEFAULT CURRENT_TIMESTAMP, d INT)',
    );
    assert.equal(
      await fixture.error('INSERT INTO t (b) VALUES (1)'),
      "no_default: Field 'a' doesn't have a default value",
    );
    assert.equal(
      await fixture.error('INSERT INTO t (a, b) VALUES (1, NULL)'),
      "column_not_null: Column 'b' cannot be null",
    );
    await fixture.all(
      'INSERT INTO t (a) VALUES (1)',
      'INSERT INTO t VALUES (2, DEFAULT, DEFAULT, DEFAULT(b))',
    );
    assert.deepEqual(await fixture.lines('SELECT * FROM t ORDER BY a'), [
      '1|7|2026-01-02 03:04:05|null',
      '2|7|2026-01-02 03:04:05|7',
    ]);
  });

  it('numbers rows as AUTO_INCREMENT does', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run('CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, v INT) AUTO_INCREMENT=10');
    assert.equal(
      await fixture.answer('INSERT INTO t (v) VALUES (1), (2)'),
      '2/10/Records: 2  Duplicates: 0  Warnings: 0',
    );
    assert.equal(await fixture.answer('INSERT INTO t VALUES (NULL, 3)'), '1/12/');
    assert.equal(await fixture.answer('INSERT INTO t VALUES (0, 4)'), '1/13/');
    assert.equal(await fixture.answer('INSERT INTO t VALUES (50, 5)'), '1/0/');
    assert.equal(await fixture.answer('INSERT INTO t (v) VALUES (6)'), '1/51/');
    await fixture.run('DELETE FROM t WHERE id = 51');
    await fixture.reopen();
    assert.equal(await fixture.answer('INSERT INTO t (v) VALUES (7)'), '1/52/');
    fixture.variables.set('sql_mode', 'NO_AUTO_VALUE_ON_ZERO');
    assert.equal(await fixture.answer('INSERT INTO t VALUES (0, 8)'), '1/0/');
    assert.deepEqual(await fixture.lines('SELECT id FROM t ORDER BY id'), [
      '0',
      '10',
      '11',
      '12',
      '13',
      '50',
      '52',
    ]);
  });

  it('gives sessions side by side different numbers', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run('CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, v INT)');
    const others = Array.from({ length: 4 }, () => fixture.other());
    await Promise.all(
      others.map(async (each, index) => {
        if (index % 2 === 0) await each.run('BEGIN');
        for (let round = 0; round < 5; round++) await each.run('INSERT INTO t (v) VALUES (1), (2)');
        await each.run('COMMIT');
      }),
    );
    assert.deepEqual(await fixture.lines('SELECT COUNT(*), COUNT(DISTINCT id), MAX(id) FROM t'), [
      '40|40|40',
    ]);
    for (const each of others) await each.session[Symbol.asyncDispose]();
  });

  it('names the key and the value of a double entry', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run(
      'CREATE TABLE t (a INT, b VARCHAR(9), c VARCHAR(9), PRIMARY KEY (a, b), UNIQUE KEY cc (c(2)))',
    );
    await fixture.run("INSERT INTO t VALUES (1, 'x', 'one'), (1, 'y', NULL), (2, 'x', NULL)");
    const cases = [
      ["(1, 'X', 'z')", "Duplicate entry '1-X' for key 't.PRIMARY'"],
      ["(5, 'x', 'only')", "Duplicate entry 'on' for key 't.cc'"],
      ["(7, 'a', NULL), (7, 'A', NULL)", "Duplicate entry '7-A' for key 't.PRIMARY'"],
    ];
    for (const [rows, expected] of cases) {
      assert.equal(await fixture.error(`INSERT INTO t VALUES ${rows}`), `duplicate_entry: ${expected}`);
    }
    assert.equal(
      await fixture.answer("INSERT IGNORE INTO t VALUES (1, 'x', 'q'), (9, 'n', 'q')"),
      '1/0/Records: 2  Duplicates: 1  Warnings: 1',
    );
  });

  it('takes rows from a SELECT with the conversions of literals', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.all(
      'CREATE TABLE a (i INT, t VARCHAR(20), d DATETIME)',
      'CREATE TABLE b (t VARCHAR(20), i INT, d DATE)',
      "INSERT INTO a VALUES (1, '20', '2024-01-01 10:11:12'), (2, NULL, NULL)",
      'INSERT INTO b SELECT i, t, d FROM a',
    );
    assert.deepEqual(await fixture.lines('SELECT * FROM b ORDER BY t'), ['1|20|2024-01-01', '2|null|null']);
  });

  it('takes a statement of many thousand rows', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run('CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(40))');
    const rows = Array.from({ length: 5000 }, (_, i) => `(${i}, 'row number ${i}')`).join(',');
    assert.equal(
      await fixture.answer(`INSERT INTO t VALUES ${rows}`),
      '5000/0/Records: 5000  Duplicates: 0  Warnings: 0',
    );
    assert.deepEqual(await fixture.lines('SELECT COUNT(*), MIN(v), MAX(id) FROM t'), [
      '5000|row number 0|4999',
    ]);
  });

  it('computes generated columns and enforces CHECK', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run(
      'CREATE TABLE g (a INT, b INT AS (a * 2) STORED, c VARCHAR(9) AS (CONCAT("v", a)), CHECK (a < 100))',
    );
    await fixture.all(
      'INSERT INTO g (a) VALUES (1)',
      'INSERT INTO g VALUES (2, DEFAULT, DEFAULT)',
      'UPDATE g SET a = 3 WHERE a = 2',
    );
    assert.deepEqual(await fixture.lines('SELECT * FROM g ORDER BY a'), ['1|2|v1', '3|6|v3']);
    assert.match(await fixture.error('INSERT INTO g (a, b) VALUES (1, 1)'), /^generated_column: /);
    assert.equal(
      await fixture.error('INSERT INTO g (a) VALUES (100)'),
      "check_violated: Check constraint 'g_chk_1' is violated.",
    );
  });
});
