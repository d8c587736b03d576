import { unreachable } from '../../../base/assert.ts';
import { SqlError } from '../../../base/sql-error.ts';
import type { ColumnDefinition, KeyDefinition, TableDefinition } from '../../../sql/ddl/definition.ts';
import type { AlterAction, ColumnPosition } from '../../../sql/ddl/statement.ts';
import { notYet } from '../../../sql/not-yet.ts';
import { columnIndex, sameName } from '../physical/names.ts';
import { readsRow, refuseNeeded } from '../physical/row-defaults.ts';
import { alteredPartitions, isPartitionAction } from './altered-partitions.ts';

/** A definition on its way through the actions of one ALTER TABLE. */
export type Alteration = Readonly<{
  definition: TableDefinition;
  /** Where each column comes from: the name it had before, undefined for a new one. By position. */
  origins: readonly (string | undefined)[];
}>;

/** Applies one action to the definition. Pure; what moves rows is decided later from the two definitions. */
export function alter(alteration: Alteration, action: AlterAction): Alteration {
  const { definition } = alteration;
  if (isPartitionAction(action)) return changed(alteration, alteredPartitions(definition, action));
  switch (action.kind) {
    case 'add_column':
    case 'drop_column':
    case 'modify_column':
    case 'change_column':
    case 'rename_column':
    case 'set_default':
    case 'drop_default':
    case 'set_column_visibility':
      return alterColumn(alteration, action);
    case 'add_key':
    case 'drop_key':
    case 'drop_primary_key':
    case 'rename_key':
    case 'add_foreign_key':
    case 'drop_foreign_key':
    case 'add_check':
    case 'drop_check':
    case 'enforce_check':
    case 'drop_constraint':
      return changed(alteration, alteredKeys(definition, action));
    case 'set_options':
      return changed(alteration, alteredOptions(definition, action.options));
    case 'convert_character_set':
      return changed(alteration, converted(definition, action));
    case 'set_properties':
      return changed(alteration, {
        ...definition,
        properties: merged(definition.properties, action.properties),
      });
    case 'sort_key':
      return changed(alteration, { ...definition, orderBy: action.columns });
    case 'distributed_by':
      return changed(alteration, { ...definition, distribution: action.distribution });
    case 'set_key_visibility':
    case 'toggle_keys':
    case 'order_rows':
    case 'no_effect':
    case 'rename_table':
      return alteration;
    case 'swap_with':
      throw notYet('ALTER TABLE … SWAP WITH');
    default:
      return unreachable(action);
  }
}

function changed(alteration: Alteration, definition: TableDefinition): Alteration {
  return { ...alteration, definition };
}

type ActionOf<Kind extends AlterAction['kind']> = Extract<AlterAction, { kind: Kind }>;

type ColumnAction = ActionOf<
  | 'add_column'
  | 'drop_column'
  | 'modify_column'
  | 'change_column'
  | 'rename_column'
  | 'set_default'
  | 'drop_default'
  | 'set_column_visibility'
>;

function alterColumn(alteration: Alteration, action: ColumnAction): Alteration {
  switch (action.kind) {
    case 'add_column':
      return addColumn(alteration, action);
    case 'drop_column':
      return dropColumn(alteration, action);
    case 'modify_column':
      return replaceColumn(alteration, action.column.name, action.column, action.position);
    case 'change_column':
      return replaceColumn(alteration, action.from, action.column, action.position);
    case 'rename_column': {
      const column = columnAt(alteration.definition, action.from);
      return replaceColumn(alteration, action.from, { ...column, name: action.to }, undefined);
    }
    case 'set_default': {
      const column = columnAt(alteration.definition, action.column);
      return replaceColumn(alteration, action.column, { ...column, default: action.default }, undefined);
    }
    case 'drop_default': {
      const { default: _dropped, ...column } = columnAt(alteration.definition, action.column);
      return replaceColumn(alteration, action.column, column, undefined);
    }
    case 'set_column_visibility': {
      const column = columnAt(alteration.definition, action.column);
      return replaceColumn(alteration, action.column, { ...column, invisible: !action.visible }, undefined);
    }
  }
}

function addColumn(alteration: Alteration, action: ActionOf<'add_column'>): Alteration {
  const { definition, origins } = alteration;
  if (columnIndex(definition, action.column.name) >= 0) {
    if (action.ifNotExists) return alteration;
    throw new SqlError('duplicate_column', `Duplicate column name '${action.column.name}'`);
  }
  if (readsRow(action.column))
    throw notYet(
      'ADD COLUMN with a column in its DEFAULT',
      'Make another table with it, and INSERT … SELECT.',
    );
  const at = place(definition.columns, action.position);
  return {
    definition: { ...definition, columns: definition.columns.toSpliced(at, 0, action.column) },
    origins: origins.toSpliced(at, 0, undefined),
  };
}

function dropColumn(alteration: Alteration, action: ActionOf<'drop_column'>): Alteration {
  const { definition, origins } = alteration;
  const at = columnIndex(definition, action.column);
  if (at < 0) {
    if (action.ifExists) return alteration;
    throw new SqlError('unknown_key', `Can't DROP '${action.column}'; check that column/key exists`);
  }
  refuseNeeded(definition, action.column);
  if (definition.columns.length === 1) {
    throw new SqlError('analysis', "You can't delete all columns with ALTER TABLE; use DROP TABLE instead");
  }
  return {
    definition: withoutKeyColumn(
      { ...definition, columns: definition.columns.toSpliced(at, 1) },
      action.column,
    ),
    origins: origins.toSpliced(at, 1),
  };
}

/** A dropped column leaves the keys it was part of; a key without columns goes too (manual, ALTER TABLE). */
function withoutKeyColumn(definition: TableDefinition, name: string): TableDefinition {
  const { primaryKey, ...rest } = definition;
  const shortened = (key: KeyDefinition): KeyDefinition => ({
    ...key,
    parts: key.parts.filter((part) => !sameName(part.column, name)),
  });
  const keys = definition.keys.map((key) => shortened(key)).filter((key) => key.parts.length > 0);
  const primary = primaryKey === undefined ? undefined : shortened(primaryKey);
  if (primary === undefined || primary.parts.length === 0) return { ...rest, keys };
  return { ...rest, keys, primaryKey: primary };
}

function replaceColumn(
  alteration: Alteration,
  from: string,
  column: ColumnDefinition,
  position: ColumnPosition | undefined,
): Alteration {
  const { definition, origins } = alteration;
  const index = columnIndex(definition, from);
  if (index < 0) throw unknownColumn(definition, from);
  const isTaken = !sameName(from, column.name) && columnIndex(definition, column.name) >= 0;
  if (isTaken) throw new SqlError('duplicate_column', `Duplicate column name '${column.name}'`);
  if (!sameName(from, column.name)) refuseNeeded(definition, from);
  const without = definition.columns.toSpliced(index, 1);
  const at = position === undefined ? index : place(without, position);
  const renamed = sameName(from, column.name) ? definition : renamedInKeys(definition, from, column.name);
  return {
    definition: { ...renamed, columns: without.toSpliced(at, 0, column) },
    origins: origins.toSpliced(index, 1).toSpliced(at, 0, origins[index]),
  };
}

function renamedInKeys(definition: TableDefinition, from: string, to: string): TableDefinition {
  const name = (each: string): string => (sameName(each, from) ? to : each);
  const key = (each: KeyDefinition): KeyDefinition => ({
    ...each,
    parts: each.parts.map((part) => ({ ...part, column: name(part.column) })),
  });
  return {
    ...definition,
    keys: definition.keys.map((each) => key(each)),
    foreignKeys: definition.foreignKeys.map((each) => ({
      ...each,
      columns: each.columns.map((one) => name(one)),
    })),
    ...(definition.primaryKey === undefined ? {} : { primaryKey: key(definition.primaryKey) }),
    ...(definition.model === undefined
      ? {}
      : { model: { ...definition.model, columns: definition.model.columns.map((each) => name(each)) } }),
    ...(definition.partitioning === undefined
      ? {}
      : {
          partitioning: {
            ...definition.partitioning,
            columns: definition.partitioning.columns.map((each) => name(each)),
          },
        }),
  };
}

function place(columns: readonly ColumnDefinition[], position: ColumnPosition | undefined): number {
  if (position === undefined) return columns.length;
  if (position.kind === 'first') return 0;
  const index = columns.findIndex((column) => sameName(column.name, position.column));
  if (index < 0)
    throw new SqlError('unknown_column', `Unknown column '${position.column}' in 'table definition'`);
  return index + 1;
}

function columnAt(definition: TableDefinition, name: string): ColumnDefinition {
  const column = definition.columns[columnIndex(definition, name)];
  if (column === undefined) throw unknownColumn(definition, name);
  return column;
}

function unknownColumn(definition: TableDefinition, name: string): SqlError {
  return new SqlError('unknown_column', `Unknown column '${name}' in '${definition.name}'`);
}

type KeyAction = ActionOf<
  | 'add_key'
  | 'drop_key'
  | 'drop_primary_key'
  | 'rename_key'
  | 'add_foreign_key'
  | 'drop_foreign_key'
  | 'add_check'
  | 'drop_check'
  | 'enforce_check'
  | 'drop_constraint'
>;

function alteredKeys(definition: TableDefinition, action: KeyAction): TableDefinition {
  switch (action.kind) {
    case 'add_key':
      return addKey(definition, action);
    case 'drop_key':
      return dropNamed(definition, action.name, action.ifExists, ['keys']);
    case 'drop_primary_key':
      return dropPrimaryKey(definition);
    case 'rename_key':
      return renameKey(definition, action);
    case 'add_foreign_key':
      return { ...definition, foreignKeys: [...definition.foreignKeys, action.foreignKey] };
    case 'drop_foreign_key':
      return dropNamed(definition, action.name, action.ifExists, ['foreignKeys']);
    case 'add_check':
      return { ...definition, checks: [...definition.checks, action.check] };
    case 'drop_check':
      return dropNamed(definition, action.name, false, ['checks']);
    case 'enforce_check':
      return {
        ...definition,
        checks: definition.checks.map((check) =>
          sameName(check.name, action.name) ? { ...check, enforced: action.enforced } : check,
        ),
      };
    case 'drop_constraint':
      if (sameName(action.name, 'PRIMARY')) return dropPrimaryKey(definition);
      return dropNamed(definition, action.name, action.ifExists, ['checks', 'foreignKeys', 'keys']);
  }
}

function addKey(definition: TableDefinition, action: ActionOf<'add_key'>): TableDefinition {
  const { key } = action;
  if (key.kind === 'PRIMARY') {
    if (definition.primaryKey === undefined) return { ...definition, primaryKey: key };
    throw new SqlError('analysis', 'Multiple primary key defined');
  }
  if (definition.keys.some((each) => sameName(each.name, key.name))) {
    if (action.ifNotExists) return definition;
    throw new SqlError('duplicate_key_name', `Duplicate key name '${key.name}'`);
  }
  return { ...definition, keys: [...definition.keys, key] };
}

function dropPrimaryKey(definition: TableDefinition): TableDefinition {
  const { primaryKey, ...rest } = definition;
  if (primaryKey === undefined) throw cannotDrop('PRIMARY');
  return rest;
}

function renameKey(definition: TableDefinition, action: ActionOf<'rename_key'>): TableDefinition {
  if (!definition.keys.some((key) => sameName(key.name, action.from))) {
    throw new SqlError('unknown_key', `Key '${action.from}' doesn't exist in table '${definition.name}'`);
  }
  const keys = definition.keys.map((key) =>
    sameName(key.name, action.from) ? { ...key, name: action.to } : key,
  );
  return { ...definition, keys };
}

function dropNamed(
  definition: TableDefinition,
  name: string,
  ifExists: boolean,
  lists: readonly ('keys' | 'foreignKeys' | 'checks')[],
): TableDefinition {
  for (const list of lists) {
    const named: readonly Readonly<{ name: string }>[] = definition[list];
    const at = named.findIndex((each) => sameName(each.name, name));
    if (at >= 0) return { ...definition, [list]: named.toSpliced(at, 1) };
  }
  if (ifExists) return definition;
  throw cannotDrop(name);
}

function cannotDrop(name: string): SqlError {
  return new SqlError('unknown_key', `Can't DROP '${name}'; check that column/key exists`);
}

function alteredOptions(definition: TableDefinition, options: TableDefinition['options']): TableDefinition {
  const { autoIncrement: _counter, other, ...rest } = options;
  return {
    ...definition,
    options: { ...definition.options, ...rest, other: merged(definition.options.other, other) },
  };
}

/** The default of new columns; text columns without a character set of their own follow the table. */
function converted(definition: TableDefinition, action: ActionOf<'convert_character_set'>): TableDefinition {
  const own = {
    ...(action.characterSet === undefined ? {} : { characterSet: action.characterSet }),
    ...(action.collation === undefined ? {} : { collation: action.collation }),
  };
  const columns = definition.columns.map((column) =>
    column.type.characterSet === undefined && column.type.collation === undefined
      ? column
      : { ...column, type: { ...column.type, ...own } },
  );
  return { ...definition, columns, options: { ...definition.options, ...own } };
}

function merged(
  old: readonly (readonly [string, string])[],
  added: readonly (readonly [string, string])[],
): readonly (readonly [string, string])[] {
  return [...new Map([...old, ...added])];
}
