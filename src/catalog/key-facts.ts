import type { KeyDefinition, KeyPart, TableDefinition } from '../sql/ddl/definition.ts';

/** What SHOW INDEX and information_schema tell of a key alike. */

/** The primary key first. */
export function keysOf({ primaryKey, keys }: TableDefinition): readonly KeyDefinition[] {
  return primaryKey === undefined ? keys : [primaryKey, ...keys];
}

export function isUnique(key: KeyDefinition): boolean {
  return key.kind === 'PRIMARY' || key.kind === 'UNIQUE';
}

/** BTREE, or another method that was asked for; the kind of keys that are no trees. */
export function indexType(key: KeyDefinition): string {
  if (isUnique(key) || key.kind === 'INDEX') return key.method ?? 'BTREE';
  return key.kind;
}

export function isVisibleKey(key: KeyDefinition): boolean {
  return !(key.other ?? []).some(([name]) => name === 'INVISIBLE');
}

/** Ascending or descending; null for FULLTEXT, which is not sorted. */
export function keyOrder(key: KeyDefinition, part: KeyPart): 'A' | 'D' | null {
  if (key.kind === 'FULLTEXT') return null;
  return part.descending ? 'D' : 'A';
}

/** An expression may always be NULL. */
export function isNullable(definition: TableDefinition, part: KeyPart): boolean {
  const name = part.column.toLowerCase();
  return definition.columns.find((column) => column.name.toLowerCase() === name)?.nullable ?? true;
}
