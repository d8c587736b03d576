import { SqlError } from '../../base/sql-error.ts';
import type { ForeignKeyDefinition, KeyDefinition, TableDefinition } from './definition.ts';
import { constraintName, isStarRocksTable, nameKey } from './settle.ts';

/**
 * The table with the key that MySQL makes for a foreign key whose columns begin no other one: clients list it, and
 * migrations drop it. It has the constraint's name where the statement gave one, else that of the first column.
 */
export function withForeignKeyIndexes(definition: TableDefinition): TableDefinition {
  const { foreignKeys } = definition;
  if (isStarRocksTable(definition)) return definition;
  const needed = foreignKeys.filter(
    ({ columns }, index) => !foreignKeys.slice(index + 1).some((later) => begins(columns, later.columns)),
  );
  return needed.reduce(withIndex, definition);
}

/**
 * The same behind an ALTER TABLE. A key of the statement takes the place of one that was made for a foreign key.
 * Throws SqlError `needed_column` and `needed_key` when a column of a foreign key, or its key, is gone.
 */
export function keptForeignKeyIndexes(before: TableDefinition, after: TableDefinition): TableDefinition {
  refuseWithoutColumns(before, after);
  const known = new Set(before.foreignKeys.map(({ name }) => name.toLowerCase()));
  const fresh = after.foreignKeys.filter(({ name }) => !known.has(name.toLowerCase()));
  const settled = fresh.reduce(withIndex, withoutReplaced(before, after));
  for (const foreignKey of after.foreignKeys) {
    const needed = before.foreignKeys.some(({ name }) => same(name, foreignKey.name));
    const gone = needed ? coveringKey(before, foreignKey) : undefined;
    if (gone === undefined || coveringKey(settled, foreignKey) !== undefined) continue;
    throw new SqlError('needed_key', `Cannot drop index '${gone.name}': needed in a foreign key constraint`);
  }
  return settled;
}

function refuseWithoutColumns(before: TableDefinition, after: TableDefinition): void {
  for (const { name, columns } of after.foreignKeys) {
    const gone = columns.find((column) => !after.columns.some((each) => same(each.name, column)));
    if (gone === undefined || !before.foreignKeys.some((each) => same(each.name, name))) continue;
    const message = `Cannot drop column '${gone}': needed in a foreign key constraint '${name}'`;
    throw new SqlError('needed_column', message);
  }
}

function withIndex(definition: TableDefinition, foreignKey: ForeignKeyDefinition): TableDefinition {
  if (isStarRocksTable(definition) || coveringKey(definition, foreignKey) !== undefined) return definition;
  const { keys } = definition;
  const made: KeyDefinition = {
    kind: 'INDEX',
    name: hasGivenName(definition, foreignKey) ? foreignKey.name : '',
    parts: foreignKey.columns.map((column) => ({ column, descending: false })),
  };
  const key = nameKey(
    made,
    keys.map(({ name }) => name),
  );
  if (!keys.some(({ name }) => same(name, key.name))) return { ...definition, keys: [...keys, key] };
  throw new SqlError('duplicate_key_name', `Duplicate key name '${key.name}'`);
}

function withoutReplaced(before: TableDefinition, after: TableDefinition): TableDefinition {
  const added = after.keys.filter((key) => !before.keys.some(({ name }) => same(name, key.name)));
  const isReplaced = (key: KeyDefinition): boolean =>
    after.foreignKeys.some(
      (foreignKey) =>
        isMadeFor(after, foreignKey, key) && added.some((other) => covers(other, foreignKey.columns)),
    );
  return { ...after, keys: after.keys.filter((key) => added.includes(key) || !isReplaced(key)) };
}

/** A key does not tell whether MySQL made it; one of the same columns and name is as good as made. */
function isMadeFor(
  definition: TableDefinition,
  foreignKey: ForeignKeyDefinition,
  key: KeyDefinition,
): boolean {
  const { columns, name } = foreignKey;
  if (key.kind !== 'INDEX' || key.parts.length !== columns.length || !covers(key, columns)) return false;
  if (hasGivenName(definition, foreignKey)) return same(key.name, name);
  return key.name.replace(/_\d+$/, '').toLowerCase() === columns[0]?.toLowerCase();
}

function hasGivenName({ name: table }: TableDefinition, { name }: ForeignKeyDefinition): boolean {
  const made = constraintName(table, 'ibfk', []).replace(/\d+$/, '').toLowerCase();
  return !(name.toLowerCase().startsWith(made) && /^\d+$/.test(name.slice(made.length)));
}

function coveringKey(
  { primaryKey, keys }: TableDefinition,
  { columns }: ForeignKeyDefinition,
): KeyDefinition | undefined {
  return [...(primaryKey === undefined ? [] : [primaryKey]), ...keys].find((key) => covers(key, columns));
}

function covers({ kind, parts }: KeyDefinition, columns: readonly string[]): boolean {
  if (kind !== 'PRIMARY' && kind !== 'UNIQUE' && kind !== 'INDEX') return false;
  const plain = parts.map((part) =>
    part.expression === undefined && part.prefixLength === undefined ? part.column : '',
  );
  return begins(columns, plain);
}

function begins(columns: readonly string[], others: readonly string[]): boolean {
  return columns.every((column, index) => same(column, others[index] ?? ''));
}

function same(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
