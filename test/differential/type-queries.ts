/** Columns of each type, by what they are beside others. */
const columns = {
  number: ['i', 'u', 'bi', 'bu', 'ti', 'd2', 'd5', 'db', 'y', 'f'],
  moment: ['dt', 'dtt', 'dt3', 'tm'],
  text: ['s', 'tx', 'j', 'e'],
  bytes: ['vb', 'bt'],
} as const;

type Kind = keyof typeof columns;
type Column = Readonly<{ name: string; kind: Kind }>;

/** Of which MySQL 9.7 makes what no type is, such as the date 16383-15-31, or whose union depends on lengths; ours is error 1235. */
const refused: readonly (readonly [shape: string, left: RegExp, right: RegExp])[] = [
  ['GREATEST', /^(?:dt|dtt|dt3)$/, /^(?:i|u|bi|bu|ti|d2|d5|db|y|f|vb|bt)$/],
  ['GREATEST', /^(?:dt|dtt|dt3)$/, /^(?:s|tx|j|e)$/],
  ['UNION', /^(?:f|bt)$/, /^(?:dt|dtt|dt3|tm|s|tx|j|e|vb)$/],
  ['UNION', /^f$/, /^bt$/],
  ['IF', /^bt$/, /^(?:i|u|bi|bu|ti|d2|d5|db|y|f)$/],
];

export const typeData: readonly string[] = [
  `CREATE TABLE typed (id INT PRIMARY KEY, i INT, u INT UNSIGNED, bi BIGINT, bu BIGINT UNSIGNED, ti TINYINT, d2 DECIMAL(10,2), d5 DECIMAL(12,5),
     f FLOAT, db DOUBLE, dt DATE, dtt DATETIME, dt3 DATETIME(3), tm TIME, y YEAR, s VARCHAR(20), tx TEXT, vb VARBINARY(20), j JSON, bt BIT(9), e ENUM('x','y'))`,
  `INSERT INTO typed VALUES (1, -5, 7, -9, 12, 3, 1.25, 2.12345, 1.5, 2.5e0, '2024-01-02', '2024-01-02 03:04:05', '2024-01-02 03:04:05.123', '10:11:12', 2024,
     'abc', 'text', 'bin', '{"a": 1}', b'101', 'y'),
   (2, 2147483647, 4294967295, 9223372036854775807, 18446744073709551615, -128, 99999999.99, 9999999.99999, 0.1, 1e100, '1999-12-31', '1999-12-31 23:59:59',
     '1999-12-31 23:59:59.999', '-838:59:59', 1999, '12', '3.5', x'00ff', '[1, 2]', b'111111111', 'x')`,
  'INSERT INTO typed (id) VALUES (3)',
  'CREATE TABLE singles (id INT PRIMARY KEY, f FLOAT)',
  `INSERT INTO singles VALUES (1,16777216),(2,0.1),(3,1e10),(4,1e15),(5,1.234567e-10),(6,123456.789),(7,3.4e38),(8,-0.000012345678),(9,1e-15),(10,1e-16),
   (11,999999.5),(12,1234567),(13,0),(14,1e14),(15,1e-38),(16,NULL),(17,12345678912345),(18,1.5e16),(19,-1e20),(20,0.0000123457),(21,100000000000),(22,-100000000000)`,
  'CREATE TABLE amounts (id INT PRIMARY KEY, price DECIMAL(10,2), factor DECIMAL(15,4), whole DECIMAL(18,0), cents DECIMAL(18,2))',
  `INSERT INTO amounts VALUES (1,12345678.99,12345678.9999,999999999999999999,9999999999999999.99),(2,-99999999.99,99999999999.9999,900000000000000000,0.01),
   (3,NULL,1.5,-999999999999999999,-9999999999999999.99),(4,0.01,-0.0001,7,-0.01)`,
];

const all: readonly Column[] = Object.entries(columns).flatMap(([kind, names]) =>
  names.map((name) => ({ name, kind: kind as Kind })),
);

/** What stands for two columns of different types, in each function that makes one of several. */
function pairQueries(left: Column, right: Column): readonly string[] {
  const [a, b] = [left.name, right.name];
  const queries: readonly (readonly [shape: string, sql: string])[] = [
    [
      'IF',
      `SELECT IF(id = 1, ${a}, ${b}), IF(id = 1, ${b}, ${a}), IFNULL(${a}, ${b}), IFNULL(${b}, ${a}), COALESCE(${a}, NULL, ${b}), CASE id WHEN 2 THEN ${a} ELSE ${b} END FROM typed ORDER BY id`,
    ],
    ['GREATEST', `SELECT GREATEST(${a}, ${b}), LEAST(${b}, ${a}) FROM typed ORDER BY id`],
    [
      'UNION',
      `SELECT r FROM (SELECT id, ${a} AS r FROM typed UNION ALL SELECT id + 10, ${b} FROM typed) AS q ORDER BY id`,
    ],
  ];
  return queries.filter(([shape]) => !isRefused(shape, a, b)).map(([, sql]) => sql);
}

function isRefused(shape: string, a: string, b: string): boolean {
  return refused.some(
    ([of, one, other]) => of === shape && ((one.test(a) && other.test(b)) || (one.test(b) && other.test(a))),
  );
}

const pairs = all.flatMap((left, index) => all.slice(index + 1).flatMap((right) => pairQueries(left, right)));

const others: readonly string[] = [
  'SELECT IF(1,1,2.50), CONCAT(IF(1,1,2.50)), IF(1,1,2.50)+0, IF(1,1,2.50)*2.0, -IF(1,1,2.50), ABS(IF(1,1,2.50)), ROUND(IF(1,1,2.50),2), CAST(IF(1,1,2.50) AS CHAR), COALESCE(1,2.50), CASE WHEN 1 THEN 1 ELSE 2.5 END, IFNULL(1,2.5), GREATEST(1,2.50), ELT(1,1,2.50), IF(1,IF(1,1,2.50),3.125), IF(1,1,2.50)/3',
  'SELECT IF(id=1,i,d2) r FROM typed ORDER BY r',
  'SELECT IF(id=1,i,d2) r FROM typed ORDER BY 1 DESC',
  'SELECT IF(id=1,i,d2) r, COUNT(*) FROM typed GROUP BY r ORDER BY r',
  'SELECT IF(id=1,i,d2) r FROM typed UNION ALL SELECT 1',
  'SELECT DISTINCT IF(id=1,i,d2) r FROM typed ORDER BY r',
  'SELECT MAX(IF(id=1,i,d2)), SUM(IF(id=1,i,d2)), IF(COUNT(*)=3, COUNT(*), 1.5), IF(1,SUM(i),1.5), COALESCE(SUM(i),0.00) FROM typed',
  'SELECT LAG(i,1,2.50) OVER (ORDER BY id), LEAD(i,1,0.5e0) OVER (ORDER BY id), LAG(d2,1,7) OVER (ORDER BY id) FROM typed',
  "SELECT GREATEST(dt,'2024-03-01'), GREATEST(dt,'2024-01-01'), LEAST(dtt,'2024-03-01'), GREATEST(dtt,'2024-03-01 10:00:00'), GREATEST(dtt,'2024-03-01 10:00:00.5'), GREATEST(dt, 20240506), GREATEST(dtt, 20240506), LEAST(dtt, s), LEAST(dtt, '') FROM typed ORDER BY id",
  "SELECT GREATEST(tm,'09:00:00'), LEAST(tm,'9:00:00'), GREATEST(tm, 101113), GREATEST(y, 2000), GREATEST(y,'2000'), GREATEST(tm,s) FROM typed ORDER BY id",
  'SELECT CONCAT(bt), CONCAT(bt, s), COLLATION(CONCAT(bt, s)), LENGTH(bt), HEX(bt), bt + 0, ELT(1, bt), CONCAT(IF(id=1,f,i)), CONCAT(IFNULL(f,1)) FROM typed ORDER BY id',
  'SELECT id, CONCAT(f), CAST(f AS CHAR), f + 0, LENGTH(f), LEFT(f,3), MAX(f), MIN(f), SUM(f), AVG(f) FROM singles GROUP BY id ORDER BY id',
  "SELECT id, f, IF(1,f,NULL), COALESCE(f,0), COALESCE(0,f), GREATEST(f,f), CAST(f AS DOUBLE), f + f, f * 2, f = 0.1, CAST(0.1 AS FLOAT), JSON_ARRAY(f), QUOTE(f), f LIKE '0.1' FROM singles ORDER BY id",
  'SELECT GROUP_CONCAT(f ORDER BY id) FROM singles',
  'SELECT CONCAT(GREATEST(f,f)), CONCAT(COALESCE(f,NULL)), CONCAT(IFNULL(f,f)), CONCAT(NULLIF(f,1)), CONCAT(CAST(0.1 AS FLOAT)), CONCAT((SELECT MAX(f) FROM singles)), CONCAT(IF(1,f,f)), CONCAT((SELECT f FROM singles ORDER BY id LIMIT 1)) FROM singles ORDER BY id',
  'SELECT CONCAT(MAX(f)), CONCAT(MIN(f)) FROM singles WHERE id = 1 GROUP BY f',
  'CREATE TABLE single_texts (s VARCHAR(30), c VARCHAR(30)) AS SELECT f AS s, CONCAT(f) AS c FROM singles WHERE id < 5',
  'SELECT * FROM single_texts',
  'SELECT price * price, price * factor, factor * factor, whole * 7, whole * 1.5, cents * 0.01, price * price * price, -price * price FROM amounts ORDER BY id',
  'SELECT whole + whole, whole - cents, cents + factor, cents + cents + cents, whole + 0.5, cents - 1, price + price FROM amounts ORDER BY id',
  'SELECT SUM(price * price), AVG(price * price), SUM(price * (1 - factor)), MAX(price * factor), MIN(factor * factor), SUM(DISTINCT price * price) FROM amounts',
  'SELECT id, SUM(price * price) OVER (ORDER BY id), AVG(price * factor) OVER (ORDER BY id) FROM amounts ORDER BY id',
  'SELECT IF(id = 1, price, factor) * price, COALESCE(price, factor) * factor, GREATEST(price, factor) * price, ABS(price) * factor, ROUND(price * factor, 3), price * price DIV 7, price * price % 7 FROM amounts ORDER BY id',
  'SELECT id FROM amounts WHERE price * price > 152415789724127 AND factor * factor > 1 ORDER BY price * price DESC',
  'SELECT AVG(factor * 0.01), AVG(factor * 0.1), AVG(factor * 0.001), AVG(0.123456789 * id) FROM amounts WHERE id <> 1',
  'SET div_precision_increment = 8',
  'SELECT id, 1/3, 1.5/7, whole/3, price/3, id/7, -id/7, id/0 FROM amounts ORDER BY id',
  'SELECT AVG(id), AVG(price), SUM(id)/COUNT(*), ROUND(AVG(id),3) FROM amounts',
  'SELECT id, AVG(id) OVER (ORDER BY id) FROM amounts ORDER BY id',
  'SET div_precision_increment = 0',
  'SELECT id, 1/3, 10/4, 2/3, 1.5/7, price/3, 7/2, -7/2, FLOOR(id/3) FROM amounts ORDER BY id',
  'SELECT AVG(id), AVG(price), AVG(1.5) FROM amounts',
  'SET div_precision_increment = 2',
  'SELECT 1/3, 10/4/2, CONCAT(2/3), AVG(id) FROM amounts',
  'SET div_precision_increment = DEFAULT',
  'SELECT q.r * q.r FROM (SELECT price AS r FROM amounts UNION ALL SELECT factor FROM amounts WHERE id = 3) AS q ORDER BY 1',
  'SELECT COUNT(*), price * price AS p FROM amounts GROUP BY p HAVING p > 0 ORDER BY p',
];

/** Values of different types in one column: by pairs of types, and what once was answered otherwise. */
export const typeQueries: readonly string[] = [...pairs, ...others];
