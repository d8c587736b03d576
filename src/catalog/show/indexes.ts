import type { Cell } from '../../base/rows.ts';
import type { KeyDefinition, TableDefinition } from '../../sql/ddl/definition.ts';
import type { CatalogView } from '../view.ts';
import { type ShownTable, shownTable } from './shown-table.ts';
import { findTable } from './tables.ts';

const names = [
  'Table',
  'Non_unique#',
  'Key_name',
  'Seq_in_index#',
  'Column_name',
  'Collation',
  'Cardinality#',
  'Sub_part#',
  'Packed',
  'Null',
  'Index_type',
  'Comment',
  'Index_comment',
  'Visible',
  'Expression',
];

/** SHOW INDEX FROM t. The engine keeps no statistics of keys: Cardinality is 0. */
export function showIndexes(view: CatalogView, database: string, table: string): ShownTable {
  const object = findTable(view, database, table);
  if (object.kind !== 'TABLE') return shownTable(names, []);
  const { definition } = object;
  const keys = [...(definition.primaryKey === undefined ? [] : [definition.primaryKey]), ...definition.keys];
  return shownTable(
    names,
    keys.flatMap((key) => keyRows(object.name, definition, key)),
  );
}

function keyRows(table: string, definition: TableDefinition, key: KeyDefinition): Cell[][] {
  const isUnique = key.kind === 'PRIMARY' || key.kind === 'UNIQUE';
  return key.parts.map((part, index): Cell[] => [
    table,
    isUnique ? 0 : 1,
    key.name,
    index + 1,
    part.expression === undefined ? part.column : null,
    part.descending ? 'D' : 'A',
    0,
    part.prefixLength ?? null,
    null,
    key.kind !== 'PRIMARY' && isNullable(definition, part.column) ? 'YES' : '',
    key.kind === 'FULLTEXT' || key.kind === 'SPATIAL' || key.kind === 'BITMAP'
      ? key.kind
      : (key.method ?? 'BTREE'),
    '',
    key.comment ?? '',
    'YES',
    part.expression?.text ?? null,
  ]);
}

function isNullable(definition: TableDefinition, column: string): boolean {
  const found = definition.columns.find(({ name }) => name.toLowerCase() === column.toLowerCase());
  return found?.nullable ?? true;
}
