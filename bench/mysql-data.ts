import type { Connection } from 'mysql2/promise';

/** Tables that stress a reader in one way, and the statements that fill them. */
export type DataSet = Readonly<{ name: string; tables: readonly string[]; statements: readonly string[] }>;

/** Those sets of data whose name has `only` in it. */
export function chosenSets({ scale, only }: Readonly<{ scale: number; only: string }>): readonly DataSet[] {
  const chosen = dataSets(scale).filter(({ name }) => name.includes(only));
  if (chosen.length === 0) throw new Error(`no set of data has '${only}' in its name`);
  return chosen;
}

/** The sets of data at a scale; 1 is about 200 MB for the first, 500 MB for `lineitem`. */
function dataSets(scale: number): readonly DataSet[] {
  const rows = (count: number): number => Math.max(10, Math.round(count * scale));
  const sysbench = ['sbtest1', 'sbtest2', 'sbtest3', 'sbtest4'];
  const small = Array.from({ length: 1000 }, (_, index) => `small${index}`);
  return [
    {
      name: 'sysbench-like, 4 tables',
      tables: sysbench,
      statements: sysbench.map(
        (table) =>
          `CREATE TABLE ${table} (id INT PRIMARY KEY AUTO_INCREMENT, k INT NOT NULL, c CHAR(120) NOT NULL, pad CHAR(60) NOT NULL, KEY (k)) ` +
          `SELECT seq AS id, seq * 7919 % 250000 AS k, ${digits(10)} AS c, ${digits(5)} AS pad FROM seq_1_to_${rows(250_000)}`,
      ),
    },
    {
      name: 'narrow, one table',
      tables: ['narrow'],
      statements: [
        'CREATE TABLE narrow (id INT PRIMARY KEY, a INT, b BIGINT, d DATE, e DECIMAL(10,2)) ' +
          "SELECT seq AS id, seq % 1000 AS a, seq * 31 AS b, '2020-01-01' + INTERVAL seq % 2000 DAY AS d, seq % 100000 / 100 AS e " +
          `FROM seq_1_to_${rows(3_000_000)}`,
      ],
    },
    {
      name: 'TPC-H-like lineitem',
      tables: ['lineitem'],
      statements: [
        'CREATE TABLE lineitem (orderkey BIGINT, linenumber INT, partkey INT, quantity DECIMAL(15,2), price DECIMAL(15,2), ' +
          'flag CHAR(1), shipdate DATE, mode CHAR(10), instruct CHAR(25), comment VARCHAR(44), PRIMARY KEY (orderkey, linenumber)) ' +
          'SELECT seq DIV 4 AS orderkey, seq % 4 AS linenumber, seq * 48271 % 200000 AS partkey, seq % 50 + 1 AS quantity, ' +
          "seq * 7919 % 10000000 / 100 AS price, elt(seq % 3 + 1, 'A', 'N', 'R') AS flag, '1992-01-01' + INTERVAL seq * 31 % 2500 DAY AS shipdate, " +
          "elt(seq % 5 + 1, 'AIR', 'TRUCK', 'MAIL', 'SHIP', 'RAIL') AS mode, elt(seq % 3 + 1, 'DELIVER IN PERSON', 'COLLECT COD', 'NONE') AS instruct, " +
          "concat(elt(seq * 31 % 7 + 1, 'quickly final', 'slyly ironic', 'carefully', 'furiously', 'blithely bold', 'express', 'even'), " +
          "' deposits ', seq * 16807 % 100000) AS comment " +
          `FROM seq_1_to_${rows(4_000_000)}`,
      ],
    },
    {
      name: 'wide text',
      tables: ['wide'],
      statements: [
        'CREATE TABLE wide (id INT PRIMARY KEY, t TEXT) ' +
          `SELECT seq AS id, concat_ws(' ', ${Array.from({ length: 30 }, (_, at) => `md5(seq + ${at})`).join(', ')}) AS t FROM seq_1_to_${rows(100_000)}`,
      ],
    },
    {
      name: '1,000 small tables',
      tables: small,
      statements: small.map(
        (table) =>
          `CREATE TABLE ${table} (id INT PRIMARY KEY, v VARCHAR(20)) SELECT seq AS id, concat('row ', seq) AS v FROM seq_1_to_20`,
      ),
    },
  ];
}

export async function fill(connection: Connection, set: DataSet): Promise<void> {
  for (const statement of set.statements) await connection.query(statement);
  for (const table of set.tables.slice(0, 10)) await connection.query(`ANALYZE TABLE ${table}`);
}

/** Groups of eleven digits as sysbench makes them. */
function digits(groups: number): string {
  return `concat_ws('-', ${Array.from({ length: groups }, (_, at) => elevenDigits(at)).join(', ')})`;
}

function elevenDigits(at: number): string {
  return `lpad(seq * ${48_271 + at * 7919} % 99999999977, 11, '0')`;
}
