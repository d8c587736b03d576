import type { ForeignKeyDefinition, TableDefinition } from '../../../../sql/ddl/definition.ts';
import { constraintName } from '../../../../sql/ddl/settle.ts';
import type { DictionaryChange } from '../../dictionary/change.ts';
import type { Dictionary } from '../../dictionary/dictionary.ts';
import { isTemporaryPlace, sameName } from '../../physical/names.ts';
import type { StoredTable } from '../../dictionary/stored-object.ts';
import { byParent, type ForeignKey, isOwn, parentKey, type TableName } from '../../dictionary/foreign-key.ts';

/** A column's name before an ALTER TABLE, and after it. */
export type RenamedColumn = Readonly<{ from: string; to: string }>;

/**
 * A table under its new name: keys to itself follow it, those to others stay where they are, and names that MySQL made for keys are made
 * anew.
 */
export function movedDefinition({ database, name, definition }: StoredTable, to: TableName): TableDefinition {
  const foreignKeys = definition.foreignKeys.map((key) => {
    const parent = { database: key.referencedDatabase ?? database, name: key.referencedTable };
    const isItself = sameName(parent.database, database) && sameName(parent.name, name);
    const made = constraintName(name, 'ibfk', []).replace(/\d+$/, '');
    const isMade = key.name.startsWith(made) && /^\d+$/.test(key.name.slice(made.length));
    const own = isMade
      ? constraintName(to.name, 'ibfk', []).replace(/\d+$/, '') + key.name.slice(made.length)
      : key.name;
    return { ...referringTo(key, to.database, isItself ? to : parent), name: own };
  });
  return { ...definition, name: to.name, foreignKeys };
}

/** Foreign keys of other tables follow one that gets another name. Part of the transaction of `change`. */
export async function followTable(
  dictionary: Dictionary,
  change: DictionaryChange,
  from: TableName,
  to: TableName,
): Promise<void> {
  await rewrite(dictionary, change, from, (key) => referringTo(key.definition, key.child.database, to));
}

/** Foreign keys of other tables follow columns that get other names. Part of the transaction of `change`. */
export async function followColumns(
  dictionary: Dictionary,
  change: DictionaryChange,
  table: TableName,
  renames: readonly RenamedColumn[],
): Promise<void> {
  if (renames.length === 0) return;
  await rewrite(dictionary, change, table, ({ definition }) => withColumns(definition, renames));
}

export function withColumns(
  key: ForeignKeyDefinition,
  renames: readonly RenamedColumn[],
): ForeignKeyDefinition {
  const renamed = (name: string): string => renames.find(({ from }) => sameName(from, name))?.to ?? name;
  return { ...key, referencedColumns: key.referencedColumns.map((name) => renamed(name)) };
}

async function rewrite(
  dictionary: Dictionary,
  change: DictionaryChange,
  parent: TableName,
  definitionOf: (key: ForeignKey) => ForeignKeyDefinition,
): Promise<void> {
  if (isTemporaryPlace(parent.database)) return;
  const keys = byParent(tablesAfter(dictionary, change)).get(parentKey(parent)) ?? [];
  const others = keys.filter((key) => !isOwn(key));
  for (const child of new Set(others.map((key) => key.child))) {
    const foreignKeys = child.definition.foreignKeys.map((definition) => {
      const key = others.find((each) => each.definition === definition);
      return key === undefined ? definition : definitionOf(key);
    });
    const { database, name, createdAt } = child;
    await change.putObject({
      kind: 'TABLE',
      database,
      name,
      createdAt,
      definition: { ...child.definition, foreignKeys },
    });
  }
}

/** The tables as the steps of the change leave them so far. */
function tablesAfter(dictionary: Dictionary, { steps }: DictionaryChange): readonly StoredTable[] {
  const found = new Map<string, StoredTable>();
  for (const { name } of dictionary.databases()) {
    for (const object of dictionary.objects(name))
      if (object.kind === 'TABLE') found.set(parentKey(object), object);
  }
  for (const step of steps) {
    if (step.kind === 'put_object' && step.object.kind === 'TABLE')
      found.set(parentKey(step.object), step.object);
    if (step.kind === 'drop_object') found.delete(parentKey(step));
  }
  return [...found.values()];
}

/** A table as the steps of the change leave it so far. */
export function tableAfter({ steps }: DictionaryChange, table: StoredTable): StoredTable {
  const last = steps.findLast(
    (step) => step.kind === 'put_object' && parentKey(step.object) === parentKey(table),
  );
  return last?.kind === 'put_object' && last.object.kind === 'TABLE' ? last.object : table;
}

function referringTo(key: ForeignKeyDefinition, database: string, parent: TableName): ForeignKeyDefinition {
  const { referencedDatabase: _old, ...rest } = key;
  const isNear = sameName(parent.database, database);
  return {
    ...rest,
    referencedTable: parent.name,
    ...(isNear ? {} : { referencedDatabase: parent.database }),
  };
}
