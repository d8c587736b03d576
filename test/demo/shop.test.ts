import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { insertsOf, shopSchema, shopTables } from '../../src/demo/shop.ts';
import { splitStatements } from '../../src/sql/splitter.ts';

describe('the shop of the demo', () => {
  for (const table of shopTables) {
    it(`has all rows of ${table.name}, the same in every run`, () => {
      const inserts = [...insertsOf(table, 999)];
      assert.equal(inserts.length, Math.ceil(table.rows / 999));
      assert.deepEqual(inserts, [...insertsOf(table, 999)]);
      for (const insert of inserts.slice(-1)) assert.equal(splitStatements(insert).length, 1);
    });
  }

  it('is made by one statement for each object', () => {
    assert.deepEqual(
      shopSchema.map((sql) => splitStatements(sql).length),
      [1, 1, 1, 1, 1],
    );
    for (const { name } of shopTables)
      assert.ok(shopSchema.some((sql) => sql.startsWith(`CREATE TABLE ${name} `)));
  });
});
