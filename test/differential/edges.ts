/** Rows at the ends of their types. */
export const edgeData: readonly string[] = [
  `CREATE TABLE numbers (id INT PRIMARY KEY, b BIGINT, u BIGINT UNSIGNED, i INT, ui INT UNSIGNED, d DOUBLE,
     t TINYINT UNSIGNED, m DECIMAL(20,2))`,
  `INSERT INTO numbers VALUES (1, 9223372036854775807, 18446744073709551615, 2147483647, 4294967295, 1e308, 255, 1.5),
     (2, 1, 1, 1, 1, 1, 1, 1), (3, -7, 7, -7, 7, -7, 7, -7.35), (4, 0, 0, 0, 0, 0, 0, 0)`,
];

const outOfRange: readonly string[] = [
  'SELECT 1e308 * 10',
  'SELECT -1e308 - 1e308',
  'SELECT 1 / 1e-320',
  'SELECT 1e3 / (1e308 * 10)',
  'SELECT POW(10, 400), EXP(1)',
  'SELECT POW(-2, 0.5)',
  'SELECT EXP(1000)',
  'SELECT COT(0)',
  'SELECT 9223372036854775807 + 1',
  'SELECT -9223372036854775807 - 10',
  'SELECT ABS(-9223372036854775808)',
  'SELECT -9223372036854775808 DIV -1',
  'SELECT CAST(1 AS UNSIGNED) - 2',
  'SELECT CAST(5 AS UNSIGNED) * -1',
  'SELECT 18446744073709551615 + 1, 18446744073709551615 - 1',
  'SELECT ~0 + 1',
  'SELECT ~0 - 1, CAST(5 AS UNSIGNED) + -1, CAST(5 AS UNSIGNED) % -3, -5 % CAST(3 AS UNSIGNED)',
  'SELECT 0xFF - 300',
  'SELECT LAST_INSERT_ID() - 1',
  'SELECT b + 1 FROM numbers ORDER BY id',
  'SELECT u - 2 FROM numbers WHERE id = 2',
  'SELECT t - i - 1 FROM numbers WHERE id = 2',
  'SELECT d * 10 FROM numbers WHERE id = 1',
  'SELECT id FROM numbers WHERE d * 10 > 5',
  'SELECT id FROM numbers WHERE d * 1 > 5',
  'SELECT -u FROM numbers WHERE id = 1',
  'SELECT -u FROM numbers WHERE id = 3',
  'SELECT MIN(u) - 1 FROM numbers',
  'SELECT ROW_NUMBER() OVER (ORDER BY id) - 5 FROM numbers',
  'SELECT i + 1, ui + 1, t + 1, i * i, ui * ui FROM numbers ORDER BY id',
  'SELECT u / 2, b / 3, i / 7, m / 3, u DIV 2, m DIV 0.5, u % 7, b % -5 FROM numbers ORDER BY id',
  'SELECT SUM(b) / 3, SUM(u) / SUM(b), AVG(u) FROM numbers',
  'SELECT IF(id > 2, u, i), COALESCE(u, -1), GREATEST(u, 3) FROM numbers ORDER BY id',
  'SELECT u > -1, u = 18446744073709551615, u & 1, ~u, u >> 1 FROM numbers ORDER BY id',
];

/** Statements that once were answered otherwise than by MySQL. */
export const edges: readonly string[] = [...outOfRange];
