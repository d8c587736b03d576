/**
 * The shop that the demo backs up: four tables and a view, made from row numbers alone, so that every run holds
 * the same rows.
 */

export type ShopTable = Readonly<{
  name: string;
  /** Columns by which a dump of the table is put into one order. */
  key: string;
  rows: number;
  /** The values of one row as SQL text, without parentheses; `id` counts from 1. */
  row: (id: number) => string;
}>;

export const shopSchema: readonly string[] = [
  `CREATE TABLE customer (
  id INT NOT NULL AUTO_INCREMENT,
  name VARCHAR(80) NOT NULL,
  email VARCHAR(120),
  country CHAR(2) NOT NULL,
  joined DATETIME NOT NULL,
  credit DECIMAL(12,2) NOT NULL DEFAULT 0.00,
  PRIMARY KEY (id),
  UNIQUE KEY email (email)
) COMMENT='people who bought something'`,
  `CREATE TABLE product (
  id INT NOT NULL AUTO_INCREMENT,
  name VARCHAR(80) NOT NULL,
  price DECIMAL(10,2) NOT NULL,
  weight DOUBLE,
  tags JSON,
  PRIMARY KEY (id)
)`,
  `CREATE TABLE orders (
  id BIGINT NOT NULL,
  customer_id INT NOT NULL,
  ordered_on DATE NOT NULL,
  status VARCHAR(10) NOT NULL,
  note TEXT,
  PRIMARY KEY (id, ordered_on),
  KEY customer_id (customer_id)
)
PARTITION BY RANGE COLUMNS (ordered_on) (
  PARTITION p2025 VALUES LESS THAN ('2026-01-01'),
  PARTITION p2026q1 VALUES LESS THAN ('2026-04-01'),
  PARTITION p2026q2 VALUES LESS THAN ('2026-07-01'),
  PARTITION p2026q3 VALUES LESS THAN ('2026-10-01'),
  PARTITION pnow VALUES LESS THAN (MAXVALUE)
)`,
  `CREATE TABLE order_line (
  order_id BIGINT NOT NULL,
  line INT NOT NULL,
  product_id INT NOT NULL,
  quantity SMALLINT NOT NULL,
  price DECIMAL(10,2) NOT NULL,
  PRIMARY KEY (order_id, line)
)`,
  `CREATE VIEW revenue AS
SELECT o.status, COUNT(*) AS order_lines, SUM(l.quantity * l.price) AS total
FROM orders o JOIN order_line l ON l.order_id = o.id
GROUP BY o.status`,
];

const countries = ['DE', 'FR', 'JP', 'BR', 'IN', 'CN', 'US', 'KE'];
const states = ['paid', 'shipped', 'returned', 'open'];
const firstNames = ['Ann', 'Bo', 'Chloé', 'Dārta', 'Emre', 'Fatou', '光', 'Íris'];
const dayMs = 86_400_000;
const firstOrder = Date.UTC(2025, 0, 1);

export const shopTables: readonly ShopTable[] = [
  { name: 'customer', key: 'id', rows: 12_000, row: customerRow },
  { name: 'product', key: 'id', rows: 1_000, row: productRow },
  { name: 'orders', key: 'id', rows: 50_000, row: orderRow },
  { name: 'order_line', key: 'order_id, line', rows: 150_000, row: orderLineRow },
];

/** INSERT statements for a table, `rowsEach` rows at a time. */
export function* insertsOf(table: ShopTable, rowsEach: number): Generator<string> {
  for (let first = 1; first <= table.rows; first += rowsEach) {
    const last = Math.min(first + rowsEach - 1, table.rows);
    const rows = Array.from({ length: last - first + 1 }, (_, index) => `(${table.row(first + index)})`);
    yield `INSERT INTO ${table.name} VALUES ${rows.join(',')}`;
  }
}

function customerRow(id: number): string {
  const name = `${pick(firstNames, id)} ${id}`;
  const email = id % 17 === 0 ? 'NULL' : `'c${id}@example.org'`;
  const joined = new Date(firstOrder + id * 3_601_000).toISOString().slice(0, 19).replace('T', ' ');
  return `${id},'${name}',${email},'${pick(countries, id * 7)}','${joined}',${money(scatter(id) % 500_000)}`;
}

function productRow(id: number): string {
  const weight = id % 11 === 0 ? 'NULL' : String((scatter(id) % 10_000) / 7);
  return `${id},'article no ${id}',${money(100 + (scatter(id) % 90_000))},${weight},'{"rack": ${id % 40}, "new": ${id % 2 === 0}}'`;
}

function orderRow(id: number): string {
  const day = new Date(firstOrder + Math.floor(id / 74) * dayMs).toISOString().slice(0, 10);
  const note = id % 5 === 0 ? `'it''s a gift for no ${scatter(id) % 1_000}'` : 'NULL';
  return `${id},${(scatter(id) % 12_000) + 1},'${day}','${pick(states, scatter(id))}',${note}`;
}

function orderLineRow(id: number): string {
  const order = Math.ceil(id / 3);
  const product = (scatter(id) % 1_000) + 1;
  return `${order},${((id - 1) % 3) + 1},${product},${(scatter(id) % 9) + 1},${money(100 + (scatter(product) % 90_000))}`;
}

/** A number that looks random and is the same in every run (Knuth's multiplicative hash). */
function scatter(id: number): number {
  return Math.imul(id, 2_654_435_761) >>> 4;
}

function pick<T>(values: readonly T[], index: number): T {
  return values[index % values.length] as T;
}

function money(cents: number): string {
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}
