import assert from 'node:assert/strict';
import type { OpenSource, SourceClause } from '../source.ts';
import { copyOf, restored } from './support.ts';

/** Values as literals of MySQL, for each type those at its edges. NULL is tried with every type. */
const types: Readonly<Record<string, readonly string[]>> = {
  TINYINT: ['-128', '0', '127'],
  'TINYINT UNSIGNED': ['0', '255'],
  SMALLINT: ['-32768', '32767'],
  'SMALLINT UNSIGNED': ['65535'],
  MEDIUMINT: ['-8388608', '8388607'],
  INT: ['-2147483648', '2147483647'],
  'INT UNSIGNED': ['4294967295'],
  BIGINT: ['-9223372036854775808', '9223372036854775807'],
  'BIGINT UNSIGNED': ['9223372036854775807', '18446744073709551615'],
  'DECIMAL(38,10)': ['-9999999999999999999999999999.9999999999', '0.0000000001'],
  'DECIMAL(5,2)': ['-999.99', '0.00'],
  FLOAT: ['1.5', '-3.4e38', '1.1754944e-38'],
  DOUBLE: ['0.1', '-1.7976931348623157e308', '2.2250738585072014e-308', '-0e0'],
  BIT: ["b'0'", "b'1'"],
  'BIT(64)': ["b'1111111111111111111111111111111111111111111111111111111111111111'"],
  YEAR: ['1901', '2155'],
  DATE: ["'1000-01-01'", "'9999-12-31'"],
  DATETIME: ["'1000-01-01 00:00:00'", "'9999-12-31 23:59:59'"],
  'DATETIME(6)': ["'2024-02-29 23:59:59.999999'"],
  TIMESTAMP: ["'2024-01-01 00:00:01'"],
  TIME: ["'-838:59:59'", "'838:59:59'", "'00:00:00'", "'23:59:59'", "'24:00:00'"],
  'TIME(6)': ["'-00:00:00.000001'", "'23:59:59.999999'", "'24:00:00.000001'"],
  'CHAR(5)': ["''", "'a b'"],
  'VARCHAR(100)': ["''", "'NULL'", "'null'", String.raw`'a\0b\n\t\\\'"'`, "'Grüße 备份 😀'", "' blanks '"],
  TEXT: [`'${'long '.repeat(2000)}'`],
  'VARBINARY(20)': ["x''", "x'00ff7f80'", "'text'"],
  'BINARY(3)': ["x'00'", "x'010203'"],
  BLOB: ["x'deadbeef'"],
  JSON: [`'{"a": [1, 2.50, "x", null, {"b": {}}]}'`, "'null'", `'"text"'`],
  "ENUM('b','a','','c d')": ["'a'", "'b'", "''", "'c d'"],
  "SET('x','y','z')": ["''", "'x'", "'x,z'"],
};

export const valueClauses: readonly SourceClause[] = [
  ...Object.entries(types).map(([type, values]) => ({
    sentence: `values of ${type} come back as they were`,
    check: (subject: OpenSource) => roundTrip(subject, type, values),
  })),
  { sentence: 'names of columns may be anything', check: oddNames },
  { sentence: 'tables, columns and databases may have odd names', check: oddTables },
];

async function roundTrip(subject: OpenSource, type: string, values: readonly string[]): Promise<void> {
  const { run, rows } = subject;
  await run(`CREATE TABLE t (n INT, v ${type})`);
  for (const [index, value] of [...values, 'NULL'].entries())
    await run(`INSERT INTO t VALUES (${index}, ${value})`);
  await restored(subject, await copyOf(subject, ['t']), { database: 'then', createDatabase: true });
  const before = await rows('SELECT n, v, v IS NULL FROM shop.t ORDER BY n');
  assert.equal(before.length, values.length + 1);
  assert.deepEqual(await rows('SELECT n, v, v IS NULL FROM `then`.t ORDER BY n'), before);
}

async function oddNames(subject: OpenSource): Promise<void> {
  const { run, rows } = subject;
  const columns = [
    '`select`',
    '`a b`',
    '`quote"d`',
    '`tick``ed`',
    '`rowid`',
    '`t`',
    '`t__raw`',
    '`größe`',
    '`file`',
  ];
  await run(`CREATE TABLE t (${columns.map((column) => `${column} TIME`).join(', ')})`);
  await run(`INSERT INTO t VALUES (${columns.map((_, index) => `'${30 + index}:00:00'`).join(', ')})`);
  await restored(subject, await copyOf(subject, ['t']), { database: 'then', createDatabase: true });
  assert.deepEqual(await rows('SELECT * FROM `then`.t'), await rows('SELECT * FROM t'));
}

async function oddTables(subject: OpenSource): Promise<void> {
  const { run, rows } = subject;
  const name = `it's "odd" ünd ;--`;
  await run(`CREATE TABLE \`${name}\` (id INT PRIMARY KEY)`);
  await run(`INSERT INTO \`${name}\` VALUES (1)`);
  const copy = await copyOf(subject, [name]);
  await restored(subject, copy, { database: `d'b "x"`, createDatabase: true });
  assert.deepEqual(await rows(`SELECT * FROM \`d'b "x"\`.\`${name}\``), [[1]]);
}
