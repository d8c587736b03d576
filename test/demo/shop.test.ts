import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { insertsOf, shopSchema, type ShopTable, shopTables } from '../../src/demo/shop.ts';

/** What the rows have always been. Change these when you change the shop, and only then. */
const known: readonly Readonly<{ name: string; rows: number; sha256: string; first: string }>[] = [
  {
    name: 'customer',
    rows: 12000,
    sha256: '494b13f90d99c92f',
    first: "1,'Bo 1','c1@example.org','KE','2025-01-01 01:00:01',4022.35",
  },
  {
    name: 'product',
    rows: 1000,
    sha256: '94bcf3af5011b2ef',
    first: '1,\'article no 1\',323.35,319.2857142857143,\'{"rack": 1, "new": false}\'',
  },
  { name: 'orders', rows: 50000, sha256: 'c8c9153db154b76a', first: "1,2236,'2025-01-01','open',NULL" },
  { name: 'order_line', rows: 150000, sha256: '3fc3ed96a12e505d', first: '1,1,236,7,164.54' },
];

const table = (name: string): ShopTable => {
  const found = shopTables.find((one) => one.name === name);
  assert.ok(found, `no table ${name}`);
  return found;
};

describe('the shop of the demo', () => {
  for (const { name, rows, sha256, first } of known) {
    it(`has the same ${rows} rows of ${name} in every run`, () => {
      const hash = createHash('sha256');
      for (let id = 1; id <= rows; id++) hash.update(`${table(name).row(id)}\n`);
      assert.equal(table(name).rows, rows);
      assert.equal(table(name).row(1), first);
      assert.equal(hash.digest('hex').slice(0, 16), sha256);
    });
  }

  it('has 200,000 rows and more, so that a backup takes long enough to be watched', () => {
    assert.ok(shopTables.reduce((sum, { rows }) => sum + rows, 0) >= 200_000);
  });

  it('fills every table that its schema makes', () => {
    const made = shopSchema.flatMap((sql) => /^CREATE TABLE (\w+)/.exec(sql)?.[1] ?? []);
    assert.deepEqual(
      made,
      shopTables.map(({ name }) => name),
    );
  });

  it('has NULLs, quotes, texts beyond Latin and days in every partition', () => {
    const rows = (name: string): string =>
      Array.from({ length: 2_100 }, (_, index) => table(name).row(index * 23 + 1)).join('\n');
    assert.match(rows('customer'), /NULL/);
    assert.match(rows('customer'), /光/);
    assert.match(rows('orders'), /it''s/);
    for (const day of ['2025-0', '2026-02', '2026-05', '2026-08', '2026-10']) {
      assert.ok(rows('orders').includes(`'${day}`), `no order of ${day}`);
    }
  });
});

describe('the INSERTs of a table', () => {
  const small: ShopTable = { name: 't', key: 'id', rows: 5, row: String };
  const cases = [
    { rowsEach: 1, statements: ['(1)', '(2)', '(3)', '(4)', '(5)'] },
    { rowsEach: 2, statements: ['(1),(2)', '(3),(4)', '(5)'] },
    { rowsEach: 5, statements: ['(1),(2),(3),(4),(5)'] },
    { rowsEach: 99, statements: ['(1),(2),(3),(4),(5)'] },
  ];
  for (const { rowsEach, statements } of cases) {
    it(`are ${statements.length} with up to ${rowsEach} rows each`, () => {
      assert.deepEqual(
        [...insertsOf(small, rowsEach)],
        statements.map((values) => `INSERT INTO t VALUES ${values}`),
      );
    });
  }

  it('are none for an empty table', () => assert.deepEqual([...insertsOf({ ...small, rows: 0 }, 10)], []));
});
