export const wireTypeData: readonly string[] = [
  'CREATE TABLE kinds (id INT PRIMARY KEY, b1 BIT(1), b8 BIT(8), b60 BIT(60), y YEAR, ts TIMESTAMP NULL, ts3 TIMESTAMP(3) NULL)',
  "INSERT INTO kinds VALUES (1, b'1', b'10101010', 5, 2024, '2024-01-02 03:04:05', '2024-01-02 03:04:05.678'), (2, NULL, NULL, NULL, NULL, NULL, NULL)",
  'CREATE VIEW kinds_seen AS SELECT * FROM kinds',
];

/** BIT, YEAR and TIMESTAMP, whose values a client reads by their type: wherever they come from. */
export const wireTypeQueries: readonly string[] = [
  'SELECT * FROM kinds ORDER BY id',
  'SELECT * FROM kinds_seen ORDER BY id',
  'SELECT * FROM (SELECT * FROM kinds) q ORDER BY id',
  'WITH c AS (SELECT * FROM kinds) SELECT * FROM c ORDER BY id',
  'SELECT b1, b8, b60, y, ts, ts3 FROM kinds UNION SELECT b1, b8, b60, y, ts, ts3 FROM kinds ORDER BY y',
  'SELECT * FROM (SELECT b8 AS x FROM kinds UNION ALL SELECT b8 FROM kinds_seen) q ORDER BY x',
  'SELECT a.b8, b.y, b.ts FROM kinds a LEFT JOIN kinds b ON b.id = a.id + 1 ORDER BY a.id',
  'SELECT MAX(b8), MIN(y), MAX(ts), MAX(ts3) FROM kinds',
  'SELECT (SELECT b8 FROM kinds WHERE id = 1), (SELECT y FROM kinds WHERE id = 1), (SELECT ts FROM kinds WHERE id = 1)',
  'SELECT LAG(b8) OVER (ORDER BY id) AS b, FIRST_VALUE(ts) OVER (ORDER BY id) AS t FROM kinds ORDER BY id',
  'SELECT COALESCE(y), COALESCE(ts), IF(id = 1, y, y) FROM kinds ORDER BY id',
  'SELECT b8 AS bits, y AS year_of, ts AS moment FROM kinds ORDER BY id',
  'SELECT y, ts, b8 FROM kinds GROUP BY y, ts, b8 HAVING y > 2000',
];
