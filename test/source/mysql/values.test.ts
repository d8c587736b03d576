import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { parquetColumns } from '../../../src/source/duckdb/files/parquet-columns.ts';
import { MariadbServer, mariadbSkipReason } from '../../support/mariadb-server.ts';
import { MysqlFixture } from './mysql-fixture.ts';

const calm = new AbortController().signal;

/** Values of a type as literals of MySQL, what DuckDB reads of them, and what stands in the raw column. */
type Case = Readonly<{
  type: string;
  values: readonly (readonly [literal: string, typed: string | null, raw?: string])[];
  /** How a value is shown; CAST(… AS VARCHAR) by default. */
  show?: string;
  showRaw?: string;
}>;

const nines = (digits: number): string => '9'.repeat(digits);

const cases: readonly Case[] = [
  {
    type: 'TINYINT',
    values: [
      ['-128', '-128'],
      ['127', '127'],
    ],
  },
  {
    type: 'TINYINT UNSIGNED ZEROFILL',
    values: [
      ['0', '0'],
      ['255', '255'],
    ],
  },
  {
    type: 'BOOL',
    values: [
      ['true', '1'],
      ['false', '0'],
    ],
  },
  {
    type: 'SMALLINT',
    values: [
      ['-32768', '-32768'],
      ['32767', '32767'],
    ],
  },
  { type: 'SMALLINT UNSIGNED', values: [['65535', '65535']] },
  {
    type: 'MEDIUMINT',
    values: [
      ['-8388608', '-8388608'],
      ['8388607', '8388607'],
    ],
  },
  { type: 'MEDIUMINT UNSIGNED', values: [['16777215', '16777215']] },
  {
    type: 'INT',
    values: [
      ['-2147483648', '-2147483648'],
      ['2147483647', '2147483647'],
    ],
  },
  { type: 'INT UNSIGNED', values: [['4294967295', '4294967295']] },
  {
    type: 'BIGINT',
    values: [
      ['-9223372036854775808', '-9223372036854775808'],
      ['9223372036854775807', '9223372036854775807'],
    ],
  },
  {
    type: 'BIGINT UNSIGNED',
    values: [
      ['18446744073709551615', '18446744073709551615'],
      ['0', '0'],
    ],
  },
  {
    type: 'DECIMAL(1,0)',
    values: [
      ['-9', '-9'],
      ['0', '0'],
    ],
  },
  {
    type: 'DECIMAL(9,9)',
    values: [
      ['-0.999999999', '-.999999999'],
      ['0.000000001', '.000000001'],
    ],
  },
  {
    type: 'DECIMAL(10,2)',
    values: [
      ['-99999999.99', '-99999999.99'],
      ['0.01', '0.01'],
    ],
  },
  { type: 'DECIMAL(18,9)', values: [[`-${nines(9)}.${nines(9)}`, `-${nines(9)}.${nines(9)}`]] },
  {
    type: 'DECIMAL(19,0)',
    values: [
      [nines(19), nines(19)],
      [`-${nines(19)}`, `-${nines(19)}`],
    ],
  },
  {
    type: 'DECIMAL(38,38)',
    values: [
      [`-0.${nines(38)}`, `-.${nines(38)}`],
      ['0', `.${'0'.repeat(38)}`],
    ],
  },
  {
    type: 'DECIMAL(65,30)',
    values: [
      [`${nines(8)}.${nines(30)}`, `${nines(8)}.${nines(30)}`],
      [`-${nines(35)}.${nines(30)}`, null, `-${nines(35)}.${nines(30)}`],
      ['0', `0.${'0'.repeat(30)}`],
    ],
  },
  {
    type: 'FLOAT',
    values: [
      ['1.1', '1066192077'],
      ['-3.4028234663852886e38', '-8388609'],
      ['1e-45', '1'],
    ],
  },
  {
    type: 'DOUBLE',
    values: [
      ['0.1', '0.1'],
      ['-1.7976931348623157e308', '-1.7976931348623157e+308'],
      ['5e-324', '5e-324'],
    ],
  },
  {
    type: 'BIT(1)',
    values: [
      ["b'1'", '1'],
      ["b'0'", '0'],
    ],
  },
  {
    type: 'BIT(64)',
    values: [
      [`b'${'1'.repeat(64)}'`, '18446744073709551615'],
      ["b'10'", '2'],
    ],
  },
  {
    type: 'YEAR',
    values: [
      ['1901', '1901'],
      ['2155', '2155'],
      ['0', '0'],
    ],
  },
  {
    type: 'DATE',
    values: [
      ["'0001-01-01'", '0001-01-01'],
      ["'9999-12-31'", '9999-12-31'],
      ["'0000-00-00'", null, '0000-00-00'],
      ["'2024-00-31'", null, '2024-00-31'],
      ["'0000-12-24'", null, '0000-12-24'],
      ["'2000-02-29'", '2000-02-29'],
      ["'1900-03-01'", '1900-03-01'],
      ["'2024-12-31'", '2024-12-31'],
    ],
  },
  {
    type: 'DATETIME',
    values: [
      ["'1000-01-01 00:00:00'", '1000-01-01 00:00:00'],
      ["'9999-12-31 23:59:59'", '9999-12-31 23:59:59'],
      ["'0000-00-00 00:00:00'", null, '0000-00-00 00:00:00'],
      ["'2024-01-00 10:11:12'", null, '2024-01-00 10:11:12'],
    ],
  },
  {
    type: 'DATETIME(6)',
    values: [
      ["'1969-12-31 23:59:59.999999'", '1969-12-31 23:59:59.999999'],
      ["'2024-02-00 00:00:00.000001'", null, '2024-02-00 00:00:00.000001'],
    ],
  },
  {
    type: 'TIMESTAMP(3) NULL',
    values: [
      ["'1970-01-01 00:00:01.001'", '1970-01-01 00:00:01.001'],
      ["'2038-01-19 03:14:07.999'", '2038-01-19 03:14:07.999'],
      ["'0000-00-00 00:00:00'", null, '0000-00-00 00:00:00'],
    ],
  },
  {
    type: 'TIME',
    values: [
      ["'-838:59:59'", null, '-838:59:59'],
      ["'838:59:59'", null, '838:59:59'],
      ["'23:59:59'", '23:59:59'],
      ["'00:00:00'", '00:00:00'],
      ["'24:00:00'", null, '24:00:00'],
      ["'-00:00:01'", null, '-00:00:01'],
    ],
  },
  {
    type: 'TIME(6)',
    values: [
      ["'-00:00:00.000001'", null, '-00:00:00.000001'],
      ["'23:59:59.999999'", '23:59:59.999999'],
    ],
  },
  {
    type: 'CHAR(10)',
    values: [
      ["''", ''],
      ["'a b '", 'a b'],
    ],
  },
  {
    type: 'VARCHAR(100)',
    values: [
      ["''", ''],
      ["'NULL'", 'NULL'],
      ["' b '", ' b '],
      ["'Grüße 备份 😀'", 'Grüße 备份 😀'],
      [String.raw`'\0\n\\\''`, "\0\n\\'"],
    ],
  },
  {
    type: 'TEXT CHARACTER SET latin1',
    values: [
      ["'é€'", 'é€'],
      ["''", ''],
    ],
  },
  { type: 'TEXT CHARACTER SET utf16', values: [["'😀'", '😀']] },
  {
    type: 'TEXT CHARACTER SET sjis',
    values: [
      ["'あ'", 'あ'],
      ["_sjis x'815f'", '\\'],
    ],
  },
  { type: 'VARCHAR(10) CHARACTER SET utf8mb3', values: [["'ü'", 'ü']] },
  { type: 'BINARY(3)', values: [["x'01'", '010000']], show: 'hex(v)' },
  {
    type: 'VARBINARY(9)',
    values: [
      ["x''", ''],
      ["x'00ff7f80'", '00FF7F80'],
    ],
    show: 'hex(v)',
  },
  { type: 'LONGBLOB', values: [["x'00'", '00']], show: 'hex(v)' },
  {
    type: 'GEOMETRY',
    values: [["ST_GeomFromText('POINT(1 2)', 4326)", 'E6100000']],
    show: 'left(hex(v), 8)',
  },
  { type: 'JSON', values: [[`'{"a": [1, 2.50, null]}'`, '{"a": [1, 2.50, null]}']] },
  {
    type: "ENUM('b','a','c d')",
    values: [
      ["'a'", 'a'],
      ['0', ''],
    ],
  },
  {
    type: "ENUM('x','')",
    values: [
      ["'x'", 'x'],
      ["''", ''],
      ['0', '', '0'],
    ],
  },
  {
    type: "SET('x','y','z')",
    values: [
      ["''", ''],
      ["'z,x'", 'x,z'],
    ],
  },
  {
    type: "SET('','x')",
    values: [
      ['1', '', '1'],
      ['0', '', '0'],
      ['3', 'x', '3'],
    ],
  },
  {
    type: 'INET6',
    values: [
      ["'::1'", '::1'],
      ["'2001:db8::ff00:42:8329'", '2001:db8::ff00:42:8329'],
    ],
  },
  { type: 'INET4', values: [["'255.0.0.1'", '255.0.0.1']] },
  {
    type: 'UUID',
    values: [["'123e4567-e89b-12d3-a456-426655440000'", '123e4567-e89b-12d3-a456-426655440000']],
  },
];

describe('values of a MariaDB table in Parquet', { skip: mariadbSkipReason(), concurrency: 1 }, () => {
  let server: MariadbServer;
  let fixture: MysqlFixture;
  let files = 0;
  before(async () => {
    server = await MariadbServer.start();
    fixture = await MysqlFixture.open(server);
  });
  after(async () => {
    await fixture[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  async function extract(table: string): Promise<string> {
    await using frozen = await fixture.source.freeze(
      { database: 'shop', objects: [{ kind: 'TABLE', name: table }] },
      calm,
    );
    files += 1;
    const file = `${fixture.folder}/${files}.parquet`;
    await frozen.extract(table, undefined, { kind: 'all' }, file, calm);
    return file;
  }

  it('are all there, and those that a type cannot hold stand beside it', async () => {
    const columns = cases.map(({ type }, at) => `v${at} ${type}`).join(', ');
    const longest = Math.max(...cases.map(({ values }) => values.length));
    await fixture.run(
      `SET sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00'; CREATE TABLE v (n INT PRIMARY KEY, ${columns})`,
    );
    for (let row = 0; row <= longest; row += 1) {
      const list = cases.map(({ values }) => values[row]?.[0] ?? 'NULL').join(', ');
      await fixture.run(`INSERT INTO v VALUES (${row}, ${list})`);
    }
    const file = await extract('v');
    const names = (await duckdb(`SELECT column_name FROM (DESCRIBE SELECT * FROM '${file}')`)).flat();
    for (const [at, { type, values, show }] of cases.entries()) {
      const typed =
        type === 'FLOAT' ? floatBits(`v${at}`) : (show ?? 'CAST(v AS VARCHAR)').replace(/\bv\b/, `v${at}`);
      const raw = names.includes(`v${at}__raw`) ? `v${at}__raw` : 'NULL';
      const rows = await duckdb(`SELECT ${typed}, CAST(${raw} AS VARCHAR) FROM '${file}' ORDER BY n`);
      const expected = Array.from({ length: longest + 1 }, (_, row) => {
        const value = values[row];
        return value === undefined ? [null, null] : [value[1], value[2] ?? null];
      });
      assert.deepEqual(rows, expected, type);
    }
  });

  it('have the types that the embedded engine writes of the same definition', async () => {
    const known = cases.filter(({ type }) => !/INET|UUID|DECIMAL\(65|BOOL/.test(type));
    await fixture.run(`CREATE TABLE types (${known.map(({ type }, at) => `v${at} ${type}`).join(', ')})`);
    await using frozen = await fixture.source.freeze(
      { database: 'shop', objects: [{ kind: 'TABLE', name: 'types' }] },
      calm,
    );
    const [table] = frozen.objects;
    assert.ok(table?.kind === 'TABLE' && table.definition !== undefined);
    assert.deepEqual(
      table.columns.map(({ parquetType }) => parquetType),
      parquetColumns(table.definition).map(({ parquetType }) => parquetType),
    );
  });

  it('of every character of every character set come back from their bytes', async () => {
    const sets = (await fixture.rows("SHOW CHARACTER SET WHERE Charset NOT IN ('binary', 'filename')")).map(
      ([name]) => String(name),
    );
    const list = sets.map((set) => `${set} VARCHAR(4) CHARACTER SET ${set}`).join(', ');
    await fixture.run(`CREATE TABLE sets (n INT PRIMARY KEY, ${list})`);
    // One byte, and two of the upper half: with the check of a character set off, whatever they mean there.
    const singles = sets.map((set) => {
      const width = /ucs2|utf16/.test(set) ? 2 : set === 'utf32' ? 4 : 1;
      return `CONVERT(UNHEX(LPAD(HEX(seq), ${width * 2}, '0')) USING ${set})`;
    });
    await fixture.run(`INSERT IGNORE INTO sets SELECT seq, ${singles.join(', ')} FROM seq_0_to_255`);
    const file = await extract('sets');
    const names = (await duckdb(`SELECT column_name FROM (DESCRIBE SELECT * FROM '${file}')`)).flat();
    for (const set of sets) {
      const bytes = await fixture.rows(
        `SELECT n, hex(${set}), hex(convert(${set} USING utf8mb4)) FROM sets ORDER BY n`,
      );
      const raw = names.includes(`${set}__raw`) ? `hex("${set}__raw")` : 'NULL';
      const found = await duckdb(`SELECT hex(encode("${set}")), ${raw} FROM '${file}' ORDER BY n`);
      for (const [at, [n, own, utf8]] of bytes.entries()) {
        const [typed, kept] = found[at] ?? [];
        if (kept !== null) assert.equal(kept, own, `${set} ${String(n)}`);
        else assert.equal(typed, utf8, `${set} ${String(n)}`);
      }
    }
  });

  it('of 16 MB and of no bytes are whole, in rows of any size', async () => {
    await fixture.run(
      "CREATE TABLE big (id INT PRIMARY KEY, b LONGBLOB, t LONGTEXT); INSERT INTO big VALUES (1, '', ''), (2, repeat('ab', 8388608), repeat('ü', 100000)), " +
        "(3, repeat('x', 16777215), NULL), (4, repeat('y', 16777200), 'z'), (5, NULL, repeat('y', 33554500))",
    );
    for (const at of [65_520, 65_525, 65_530, 65_535, 65_540]) {
      await fixture.run(
        `INSERT INTO big SELECT seq, repeat(char(seq % 26 + 65), ${at}), 'end' FROM seq_${at * 10}_to_${at * 10 + 3}`,
      );
    }
    const file = await extract('big');
    const expected = await fixture.rows('SELECT id, md5(b), md5(t) FROM big ORDER BY id');
    assert.deepEqual(await duckdb(`SELECT id, md5(b), md5(t) FROM '${file}' ORDER BY id`), expected);
  });

  it('of a table with a thousand columns, and of names that are hard to quote, are in their places', async () => {
    const odd = [
      'a`b',
      "it's",
      'a"b',
      'a.b',
      'a b',
      String.raw`a\b`,
      'größe',
      'select',
      't',
      't__raw',
      '备份',
    ];
    const names = [...odd, ...Array.from({ length: 989 }, (_, at) => `c${at}`)];
    const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
    await fixture.run(
      `CREATE TABLE \`wide \\\`\`'"\` (${names.map((name) => `${quoted(name)} ${name === 't' ? 'TIME' : 'SMALLINT'}`).join(', ')})`,
    );
    await fixture.run(
      `INSERT INTO \`wide \\\`\`'"\` VALUES (${names.map((_, at) => (names[at] === 't' ? "'99:00:00'" : at)).join(', ')})`,
    );
    const file = await extract(`wide \\\`'"`);
    const found = (await duckdb(`SELECT column_name FROM (DESCRIBE SELECT * FROM '${file}')`)).flat();
    assert.deepEqual(
      found.filter((name) => name !== 't__raw_'),
      names,
    );
    const [row] = await duckdb(`SELECT * EXCLUDE (t, t__raw_), t__raw_ FROM '${file}'`);
    assert.deepEqual(
      row,
      [...names.keys()]
        .filter((at) => names[at] !== 't')
        .map(Number)
        .concat([])
        .map((at): unknown => at)
        .concat(['99:00:00']),
    );
  });
});

function floatBits(column: string): string {
  // DuckDB prints the shortest text; MariaDB's literals of FLOAT are checked by their exact value.
  return `CASE WHEN CAST(${column} AS DOUBLE) = 1.10000002384185791015625 THEN '1066192077' WHEN CAST(${column} AS DOUBLE) = -3.4028234663852886e38 THEN '-8388609' WHEN CAST(${column} AS DOUBLE) = 1.401298464324817e-45 THEN '1' END`;
}

async function duckdb(sql: string): Promise<readonly (readonly unknown[])[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return await (await connection.runAndReadAll(sql)).getRowsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
