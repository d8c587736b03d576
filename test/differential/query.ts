import { type Kind, type Node, expression, kinds, pick, print, type Random, smaller } from './grammar.ts';

/** The clauses in which an expression is tried. Each gives its rows in one order only. */
const shapes = [
  'SELECT a.id, # AS x FROM a JOIN b ON a.id = b.id ORDER BY a.id',
  'SELECT a.id, # AS x FROM a LEFT JOIN b ON a.id = b.id + 3 ORDER BY a.id',
  'SELECT COUNT(*), SUM(a.id), # AS x FROM a JOIN b ON a.id = b.id GROUP BY x ORDER BY 2, 1',
  'SELECT MIN(a.id), COUNT(DISTINCT #) AS x FROM a JOIN b ON a.id <> b.id GROUP BY a.id % 3 ORDER BY 1',
  'SELECT MIN(#), MAX(a.n), COUNT(*) FROM a JOIN b ON a.id = b.id',
  'SELECT a.id, RANK() OVER (ORDER BY #) AS x FROM a JOIN b ON a.id = b.id ORDER BY a.id',
  'SELECT a.id FROM a JOIN b ON a.id = b.id WHERE # ORDER BY a.id',
  'SELECT a.id FROM a WHERE EXISTS (SELECT 1 FROM b WHERE # AND b.id < a.id) ORDER BY a.id',
  'SELECT a.id FROM a JOIN b ON a.id = b.id ORDER BY #, a.id',
  'SELECT a.id FROM a JOIN b ON a.id = b.id ORDER BY # DESC, a.id',
  'SELECT COUNT(*) FROM (SELECT DISTINCT # AS x FROM a JOIN b ON a.id = b.id) AS q',
  'SELECT COUNT(*) FROM (SELECT # AS x FROM a JOIN b ON a.id = b.id UNION SELECT # FROM a JOIN b ON a.id = b.id + 1) AS q',
  'SELECT COUNT(*) FROM (SELECT # AS x FROM a JOIN b ON a.id = b.id INTERSECT SELECT # FROM a JOIN b ON a.id = b.id + 1) AS q',
  'SELECT COUNT(*) FROM (SELECT # AS x FROM a JOIN b ON a.id = b.id EXCEPT SELECT # FROM a JOIN b ON a.id = b.id + 1) AS q',
  'SELECT a.id, SUM(a.n) OVER (PARTITION BY # ORDER BY a.id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS x FROM a JOIN b ON a.id = b.id ORDER BY a.id',
  'SELECT a.id, LAG(a.id, 2) OVER (ORDER BY #, a.id) AS x, NTILE(3) OVER (ORDER BY #, a.id) AS y FROM a JOIN b ON a.id = b.id ORDER BY a.id',
  'SELECT c, t FROM (SELECT COUNT(*) AS c, SUM(a.id) AS t FROM a JOIN b ON a.id = b.id GROUP BY # WITH ROLLUP) AS q ORDER BY c, t',
  'SELECT a.id, (SELECT COUNT(*) FROM b WHERE # ) AS x FROM a ORDER BY a.id',
  'WITH q AS (SELECT a.id, # AS x FROM a JOIN b ON a.id = b.id) SELECT COUNT(*), MAX(p.id) FROM q AS p JOIN q AS r ON p.x = r.x',
] as const;

/** Columns of three collations, of which a query has one: the default, one that pads and ignores case, and one of bytes. */
const textColumns = ['s', 's', 'g', 'k'] as const;

export type Query = Readonly<{ shape: string; node: Node; text: (typeof textColumns)[number] }>;

export function queryOf(random: Random): Query {
  const shape = pick(shapes, random);
  const kind = shape.includes('WHERE #') ? 'truth' : pick(kinds, random);
  // What sorts or groups by no column is a position to one server, and a constant or an error to another.
  const isKey = /BY #/.test(shape);
  const node = isKey ? keyOf(kind, random) : expression(kind, 3, random);
  return { shape, node, text: pick(textColumns, random) };
}

function keyOf(kind: Kind, random: Random): Node {
  for (;;) {
    const node = expression(kind, 3, random);
    if (/\b[ab]\.\w/.test(print(node))) return node;
  }
}

export function textOf({ shape, node, text }: Query): string {
  return shape.replaceAll('#', () => print(node)).replaceAll(/\b([ab])\.s\b/g, `$1.${text}`);
}

/** The smallest query that still differs. */
export async function shrink(query: Query, differs: (query: Query) => Promise<boolean>): Promise<Query> {
  const simplest = { ...query, shape: shapes[0] };
  let best = query.shape !== simplest.shape && (await differs(simplest)) ? simplest : query;
  for (let found = true; found;) {
    found = false;
    for (const node of smaller(best.node)) {
      const less = { ...best, node };
      if (textOf(less).length >= textOf(best).length || !(await differs(less))) continue;
      best = less;
      found = true;
      break;
    }
  }
  return best;
}

/** Rows that hold what conversions trip over. */
export const data: readonly string[] = [
  `CREATE TABLE a (id INT PRIMARY KEY, n BIGINT, m DECIMAL(10,2), s VARCHAR(20), day DATE, at DATETIME,
     g VARCHAR(20) COLLATE utf8mb4_general_ci, k VARCHAR(20) COLLATE utf8mb4_bin)`,
  `CREATE TABLE b (id INT PRIMARY KEY, n INT, s VARCHAR(20), day DATE,
     g VARCHAR(20) COLLATE utf8mb4_general_ci, k VARCHAR(20) COLLATE utf8mb4_bin)`,
  `INSERT INTO a (id, n, m, s, day, at) VALUES (1, 0, 0.00, '', '2024-02-29', '2024-02-29 12:30:45'), (2, -5, -1.25, 'abc', '2023-01-31', '1999-12-31 23:59:59'),
   (3, 7, 99.99, 'ABC', '2000-01-01', '2000-01-01 00:00:00'), (4, NULL, NULL, NULL, NULL, NULL), (5, 123456789, 0.05, 'äBc', '2024-12-31', '2024-12-31 00:00:01'),
   (6, 3, 2.50, '12abc', '2023-03-01', '2023-03-01 06:07:08'), (7, -1, -0.50, 'ab%', '2024-05-05', '2024-05-05 05:05:05'), (8, 2, 10.00, '😀x', '1970-01-01', '1970-01-01 00:00:01')`,
  `INSERT INTO b (id, n, s, day) VALUES (1, 1, 'abc', '2024-02-28'), (2, 0, 'Äbc', '2023-02-28'), (3, NULL, NULL, NULL), (4, -7, 'b', '2024-01-01'),
   (5, 10, '7', '2023-12-31'), (6, 3, 'ab', '2000-02-29'), (7, 2, ' a ', '1999-01-01'), (8, 100, 'straße', '2024-06-30')`,
  'UPDATE a SET g = s, k = s',
  'UPDATE b SET g = s, k = s',
];
