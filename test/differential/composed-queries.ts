/** Tables that `composedQueries` reads. */
export const composedData: readonly string[] = [
  'CREATE TABLE parts (id INT PRIMARY KEY, a INT, b DECIMAL(10,2), c DECIMAL(20,8), s VARCHAR(20), d DATETIME, x DOUBLE)',
  `INSERT INTO parts VALUES (1, 7, 2.00, 123456.12345678, '12', '2024-02-29 10:11:12', 2.5),
   (2, -7, 2.50, 0.00000003, '3.5', '2024-12-31 23:59:59', -0.5), (3, 0, 0.00, 99.5, 'x', NULL, 0), (4, NULL, 1.10, NULL, NULL, '2000-01-01', NULL)`,
];

/** Expressions that may warn, and so are computed before what reads them. */
const values = ['a / b', 'b / id', 'c / b', 's + 0', 'a DIV b', 'a % b', 'x / b'];

/** What reads them, as `?`. */
const readers = [
  'ROUND(?, 2)',
  'ROUND(?)',
  'ROUND(?, -1)',
  'ROUND(?, a)',
  'TRUNCATE(?, 1)',
  'CEIL(?), FLOOR(?), ABS(?), SIGN(?)',
  '- (?), (?) + 1, (?) * 2, 1 - (?), (?) / 3, (?) DIV 2, (?) % 2',
  'FORMAT(?, 2)',
  'IF(? > 1, ?, 0), IFNULL(?, -1), NULLIF(?, 2), COALESCE(?, a)',
  'CASE WHEN ? > 2 THEN ? ELSE 0 END',
  'GREATEST(?, 1), LEAST(?, 1)',
  'CAST(? AS SIGNED), CAST(? AS CHAR), CAST(? AS DECIMAL(12, 3)), CAST(? AS DOUBLE)',
  "CONCAT(?, '%'), LPAD(?, 12, '0'), LEFT(?, 3), LENGTH(?)",
  '? BETWEEN 1 AND 3, ? IN (1, 2), ? IS NULL, ? <=> 2, NOT ?',
  'POWER(?, 2), SQRT(ABS(?))',
  'DATE_ADD(d, INTERVAL ? DAY)',
  "SUBSTRING('abcdefgh', ?, 2), REPEAT('a', ?)",
  "ELT(?, 'a', 'b'), FIELD(?, 2, 3)",
  'SEC_TO_TIME(?), MAKEDATE(2024, ?), FROM_DAYS(738000 + (?))',
  'BIN(?), HEX(?), CONV(?, 10, 2)',
  'JSON_ARRAY(?)',
];

/** What reads many of them. */
const aggregates = [
  'ROUND(SUM(?), 2)',
  'ROUND(AVG(?), 2)',
  'ROUND(100 * SUM(a) / SUM(b), 1)',
  'ROUND(SUM(?) / COUNT(*), 2)',
  'MIN(?), MAX(?), COUNT(?), COUNT(DISTINCT ?)',
  'GROUP_CONCAT(? ORDER BY id)',
  'SUM(IF(? > 1, 1, 0)) / COUNT(*)',
  'ROUND(STDDEV_POP(?), 4)',
];

export const composedQueries: readonly string[] = values.flatMap((value) => [
  ...readers.map((reader) => `SELECT id, ${reader.replaceAll('?', value)} FROM parts ORDER BY id`),
  ...aggregates.map((aggregate) => `SELECT ${aggregate.replaceAll('?', value)} FROM parts`),
  `SELECT id, SUM(${value}) OVER (ORDER BY id), ROUND(AVG(${value}) OVER (), 3) FROM parts ORDER BY id`,
  `SELECT ROUND(${value}, 1) AS r, COUNT(*) FROM parts GROUP BY r ORDER BY r`,
  `SELECT id FROM parts WHERE ROUND(${value}, 1) > 1 ORDER BY ${value}`,
]);
