import type { Cell } from '../../base/rows.ts';
import type { KeyDefinition, TableDefinition } from '../../sql/ddl/definition.ts';
import { indexType, isNullable, isUnique, isVisibleKey, keyOrder, keysOf } from '../key-facts.ts';
import type { CatalogView } from '../view.ts';
import { type ShownTable, shownTable, typed } from './shown-table.ts';
import { findTable } from './tables.ts';

const names = [
  'Table',
  ...typed('int', 'Non_unique'),
  'Key_name',
  ...typed('int unsigned', 'Seq_in_index'),
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
  return shownTable(
    names,
    keysOf(definition).flatMap((key) => keyRows(object.name, definition, key)),
  );
}

function keyRows(table: string, definition: TableDefinition, key: KeyDefinition): Cell[][] {
  return key.parts.map((part, index): Cell[] => [
    table,
    isUnique(key) ? 0 : 1,
    key.name,
    index + 1,
    part.expression === undefined ? part.column : null,
    keyOrder(key, part),
    0,
    part.prefixLength ?? null,
    null,
    isNullable(definition, part) ? 'YES' : '',
    indexType(key),
    '',
    key.comment ?? '',
    isVisibleKey(key) ? 'YES' : 'NO',
    part.expression?.text ?? null,
  ]);
}
