import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { refuseUnasked } from '../../../../src/source/duckdb/engine/names-in-sql.ts';
import type { StoredObject } from '../../../../src/source/duckdb/dictionary/stored-object.ts';
import { EngineFixture } from '../engine-fixture.ts';

describe('the names in a statement of DuckDB', () => {
  let fixture: EngineFixture;
  before(async () => {
    fixture = await EngineFixture.open();
    await fixture.all('CREATE TABLE orders (id INT)', 'CREATE TABLE `odd.na"me AS x` (id INT)');
  });
  after(() => fixture[Symbol.asyncDispose]());

  const cases: readonly (readonly [sql: string, names: readonly string[]])[] = [
    ['SELECT 1', []],
    ['SELECT * FROM "db:shop"."Orders" AS o', ['db:shop\0orders']],
    ['WITH orders AS (SELECT 1 AS a) SELECT * FROM orders', []],
    ['SELECT (SELECT max(id) FROM "db:shop"."orders")', ['db:shop\0orders']],
    ['SELECT * FROM "db:shop"."odd.na""me AS x" AS y', ['db:shop\0odd.na"me as x']],
    ['SELECT * FROM temp.main."information_schema.tables"', ['temp\0main\0information_schema.tables']],
    [`SELECT * FROM query('SELECT * FROM "db:shop".orders')`, ['db:shop\0orders']],
    ['SELECT * FROM orders', ['orders']],
  ];
  for (const [sql, names] of cases) {
    it(`are found in ${sql}`, () => {
      assert.deepEqual(fixture.engine.names.of(sql), names);
      assert.deepEqual(fixture.engine.names.of(sql), names);
    });
  }

  it('are kept for statements that differ in numbers alone, and not for those that differ in names', () => {
    const { names } = fixture.engine;
    const first = names.of('SELECT 1, 2.5 FROM "db:shop"."orders" WHERE id = 17');
    assert.equal(names.of('SELECT 2, 9 FROM "db:shop"."orders" WHERE id = 4711'), first);
    assert.deepEqual(names.of('SELECT 1 FROM "db:shop"."t1"'), ['db:shop\0t1']);
    assert.deepEqual(names.of('SELECT 1 FROM "db:shop"."t2"'), ['db:shop\0t2']);
    assert.deepEqual(names.of('SELECT 1 FROM "db:shop"."1"'), ['db:shop\x001']);
    assert.deepEqual(names.of('SELECT 1 FROM "db:shop"."2"'), ['db:shop\x002']);
    assert.deepEqual(names.of('SELECT 1 FROM t1'), ['t1']);
    assert.deepEqual(names.of('SELECT 1 FROM t2'), ['t2']);
    for (const name of ['a', 'b']) {
      assert.deepEqual(names.of(`SELECT * FROM query('SELECT 1 FROM "${name}"')`), [name]);
    }
  });

  it('are refused when no privilege was asked for, by whatever way they came there', () => {
    const orders = fixture.engine.dictionary.object('shop', 'orders') as StoredObject;
    const nothing = { objects: [], reads: [], systemTables: [], substitutes: [] };
    const sql = 'SELECT * FROM "db:shop"."orders"';
    refuseUnasked(fixture.engine.names, sql, { ...nothing, objects: [orders] });
    refuseUnasked(fixture.engine.names, sql, { ...nothing, reads: [orders] });
    refuseUnasked(fixture.engine.names, sql, { ...nothing, substitutes: [{ sql: '"db:shop".orders' }] });
    assert.throws(() => refuseUnasked(fixture.engine.names, sql, nothing), { kind: 'table_access_denied' });
    const other = { ...nothing, systemTables: [{ schema: 'mysql', table: 'user' }] };
    assert.throws(() => refuseUnasked(fixture.engine.names, sql, other), { kind: 'table_access_denied' });
  });
});
