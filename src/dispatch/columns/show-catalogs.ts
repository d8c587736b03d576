import { type Cell, textColumn } from '../../base/rows.ts';
import type { CatalogDefinition } from '../../catalog/external/definition.ts';
import { internalCatalog } from '../../catalog/external/external-catalogs.ts';
import type { Table } from '../answer.ts';

const columns = ['Catalog', 'Type', 'Comment'].map((name) => textColumn(name, 256));
const internalComment = "An internal catalog contains this cluster's self-managed tables.";

/** SHOW CATALOGS in StarRocks' columns; the embedded engine's catalog comes first. */
export function catalogTable(definitions: readonly CatalogDefinition[]): Table {
  const external = definitions.map(({ name, type, comment }): Cell[] => [
    name,
    `${type.slice(0, 1).toUpperCase()}${type.slice(1)}`,
    comment ?? null,
  ]);
  return { columns, rows: [[internalCatalog, 'Internal', internalComment], ...external] };
}
