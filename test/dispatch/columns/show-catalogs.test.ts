import assert from 'node:assert/strict';
import { it } from 'node:test';
import { catalogTable } from '../../../src/dispatch/columns/show-catalogs.ts';

it('SHOW CATALOGS has StarRocks’ columns, the embedded engine first', () => {
  const common = { id: 1, properties: [], missing: [], createdAt: 0 };
  const { columns, rows } = catalogTable([
    { ...common, name: 'prod', type: 'mysql', comment: 'the shop' },
    { ...common, name: 'old', type: 'jdbc' },
  ]);
  assert.deepEqual(
    columns.map(({ name }) => name),
    ['Catalog', 'Type', 'Comment'],
  );
  assert.deepEqual(
    rows.map(([name, type]) => [name, type]),
    [
      ['default_catalog', 'Internal'],
      ['prod', 'Mysql'],
      ['old', 'Jdbc'],
    ],
  );
  assert.deepEqual(rows.map((row) => row[2]).slice(1), ['the shop', null]);
});
