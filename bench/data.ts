/**
 * TPC-H-like tables: integers, decimals, dates, codes of few values and free text. Made by SQL from a table of
 * numbers, with arithmetic instead of randomness, so that Holdfast, DuckDB and MariaDB hold the same rows.
 */
export type Table = Readonly<{ name: string; columns: string; rows: number; select: string }>;

/** Rows of `numbers`; two of them joined count to a million. */
const numbersCount = 1_000;

/** Spreads consecutive numbers over 0 … 2^31, without a pattern that a compressor finds: squares modulo a prime. */
const spread = (seed: number): string => `((k * 48271 + ${seed * 15_485_863}) % 2147483647)`;
const hash = (seed: number): string => `(${spread(seed)} * ${spread(seed)} % 2147483629)`;
const below = (seed: number, limit: number): string => `(${hash(seed)} % ${limit})`;
const code = (seed: number, values: readonly string[]): string =>
  `CASE ${below(seed, values.length)} ${values.map((value, at) => `WHEN ${at} THEN '${value}'`).join(' ')} END`;
const money = (seed: number, limit: number): string => `CAST(${below(seed, limit)} AS DECIMAL(15,2)) * 0.01`;
const day = (seed: number): string => `DATE '1992-01-01' + INTERVAL ${below(seed, 2_526)} DAY`;

/** Comments are pieces of this text, as TPC-H's own generator cuts them from a pool. */
const pool =
  'carefully final deposits detect slyly agains the furiously regular accounts. quickly ironic packages sleep ' +
  'blithely along the even theodolites; bold requests haggle above the silent instructions. express foxes nag ' +
  'never according to the pending dependencies. fluffily special pinto beans wake among the unusual ideas. ' +
  'daring platelets cajole across the enticing excuses, doggedly thin asymptotes integrate under the ruthless ' +
  'dolphins. sauternes boost stealthily past the quiet courts. permanently brave waters use the idle sheaves.';
const comment = (seed: number, longest: number): string =>
  `SUBSTRING('${pool}', ${below(seed, pool.length - longest)} + 1, ${below(seed + 1, longest - 9)} + 10)`;

/** Rows at scale 1: some 150 MB as text, 26 MB as Parquet with zstd. */
export function tables(scale: number): readonly Table[] {
  return [
    lineitem(Math.round(1_200_000 * scale)),
    orders(Math.round(300_000 * scale)),
    customer(Math.round(30_000 * scale)),
  ];
}

/** Some 100 bytes a row as text. */
export function lineitem(rows: number): Table {
  return {
    name: 'lineitem',
    rows,
    columns:
      'l_orderkey BIGINT NOT NULL, l_linenumber INT NOT NULL, l_partkey BIGINT, l_suppkey INT, ' +
      'l_quantity DECIMAL(15,2), l_extendedprice DECIMAL(15,2), l_discount DECIMAL(15,2), l_returnflag CHAR(1), ' +
      'l_shipdate DATE, l_commitdate DATE, l_shipmode VARCHAR(10), l_comment VARCHAR(44)',
    select: [
      '(k - k % 4)',
      'k % 4 + 1',
      below(1, 200_000),
      below(2, 10_000),
      money(3, 5_000),
      money(4, 10_000_000),
      money(5, 10),
      code(6, ['R', 'A', 'N']),
      day(7),
      day(8),
      code(9, ['REG AIR', 'AIR', 'RAIL', 'SHIP', 'TRUCK', 'MAIL', 'FOB']),
      comment(10, 44),
    ].join(', '),
  };
}

function orders(rows: number): Table {
  return {
    name: 'orders',
    rows,
    columns:
      'o_orderkey BIGINT NOT NULL, o_custkey BIGINT, o_orderstatus CHAR(1), o_totalprice DECIMAL(15,2), ' +
      'o_orderdate DATE, o_orderpriority VARCHAR(15), o_clerk VARCHAR(15), o_comment VARCHAR(79)',
    select: [
      'k * 4',
      below(21, 30_000),
      code(22, ['O', 'F', 'P']),
      money(23, 50_000_000),
      day(24),
      code(25, ['1-URGENT', '2-HIGH', '3-MEDIUM', '4-NOT SPECIFIED', '5-LOW']),
      `CONCAT('Clerk#', ${below(26, 1_000)})`,
      comment(27, 79),
    ].join(', '),
  };
}

function customer(rows: number): Table {
  return {
    name: 'customer',
    rows,
    columns:
      'c_custkey BIGINT NOT NULL, c_name VARCHAR(25), c_nationkey INT, c_acctbal DECIMAL(15,2), ' +
      'c_mktsegment VARCHAR(10), c_comment VARCHAR(117)',
    select: [
      'k',
      "CONCAT('Customer#', k)",
      below(31, 25),
      money(32, 1_000_000),
      code(33, ['BUILDING', 'AUTOMOBILE', 'MACHINERY', 'HOUSEHOLD', 'FURNITURE']),
      comment(34, 117),
    ].join(', '),
  };
}

/** One million rows of six columns of different types, to be read by a client. */
export function wideResult(rows: number): Table {
  return {
    name: 'facts',
    rows,
    columns:
      'id BIGINT NOT NULL, quantity INT, price DECIMAL(15,2), shipped DATE, segment VARCHAR(10), note VARCHAR(44)',
    select: [
      'k',
      below(1, 50),
      money(2, 10_000_000),
      day(3),
      code(4, ['A', 'BB', 'CCC']),
      comment(5, 44),
    ].join(', '),
  };
}

/** Statements that make and fill `tables` in the current database. */
export function fill(tables: readonly Table[]): readonly string[] {
  const numbers = Array.from({ length: numbersCount }, (_, number) => `(${number})`).join(',');
  return [
    'CREATE TABLE numbers (i BIGINT NOT NULL)',
    `INSERT INTO numbers VALUES ${numbers}`,
    ...tables.flatMap((table) => [`CREATE TABLE ${table.name} (${table.columns})`, ...inserts(table)]),
    'DROP TABLE numbers',
  ];
}

/** A million rows to a statement: more would keep one transaction of a row store open for long. */
function inserts({ name, rows, select }: Table): readonly string[] {
  const statements: string[] = [];
  for (let from = 0; from < rows; from += numbersCount ** 2) {
    const count = Math.min(rows - from, numbersCount ** 2);
    statements.push(
      `INSERT INTO ${name} SELECT ${select} FROM (` +
        `SELECT b.i * ${numbersCount} + a.i + ${from} AS k FROM numbers a CROSS JOIN numbers b ` +
        `WHERE b.i * ${numbersCount} + a.i < ${count}) AS counted`,
    );
  }
  return statements;
}
