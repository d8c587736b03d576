import { SqlError } from '../../../../base/sql-error.ts';
import type {
  ColumnDefinition,
  DataType,
  ForeignKeyDefinition,
  KeyDefinition,
  TableDefinition,
} from '../../../../sql/ddl/definition.ts';
import { unmatchedColumns } from '../../../../sql/ddl/check.ts';
import { describeColumnType } from '../../../../sql/ddl/type-facts.ts';
import { tokenize } from '../../../../sql/lexer.ts';
import { quoteName } from '../../../../sql/quote.ts';
import { replacingModel } from '../../physical/keys.ts';
import { columnIndex, nameKey, sameName } from '../../physical/names.ts';
import { lexingOf } from '../../translation/sql-mode.ts';
import type { StatementScope } from '../../statement/scope.ts';
import type { StoredTable } from '../../dictionary/stored-object.ts';
import { classOf } from '../../physical/types.ts';
import { type ForeignKey, foreignKeysOf, isOwn, missingParent } from '../../dictionary/foreign-key.ts';
import { hasOrphans } from '../../dml/foreign-keys/parents.ts';
import { checksForeignKeys, keysTo } from '../../statement/foreign-keys.ts';
import { type RenamedColumn, withColumns } from './renamed.ts';

/** A table as a statement of definition leaves it, beside what it was. */
export type Redefined = Readonly<{
  after: StoredTable;
  /** Undefined for a table that is made. */
  before: TableDefinition | undefined;
}>;

/**
 * The definition with its foreign keys as MySQL keeps them: no database where it is the table's own, and the columns of the parent's
 * primary key where none are named.
 */
export function settledForeignKeys(
  { engine }: StatementScope,
  database: string,
  definition: TableDefinition,
): TableDefinition {
  if (definition.foreignKeys.length === 0) return definition;
  const foreignKeys = definition.foreignKeys.map((key) => {
    const { referencedDatabase, ...own } = key;
    const isNear = referencedDatabase === undefined || sameName(referencedDatabase, database);
    const isItself = isNear && sameName(key.referencedTable, definition.name);
    const parent = isItself
      ? definition
      : engine.dictionary.table(referencedDatabase ?? database, key.referencedTable)?.definition;
    const referencedColumns =
      key.referencedColumns.length > 0
        ? key.referencedColumns
        : (parent?.primaryKey?.parts.map((part) => part.column) ?? []);
    return { ...own, ...(isNear ? {} : { referencedDatabase }), referencedColumns };
  });
  return { ...definition, foreignKeys };
}

/** Refuses what MySQL refuses of the foreign keys of a table that is made or altered, and of those that refer to it. */
export function checkForeignKeys(
  scope: StatementScope,
  redefined: Redefined,
  renames: readonly RenamedColumn[] = [],
): void {
  const { after, before } = redefined;
  refusePartitions(after.definition);
  refuseNamedTwice(after.definition);
  for (const key of foreignKeysOf(after)) {
    const isNew = before?.foreignKeys.some(({ name }) => sameName(name, key.definition.name)) !== true;
    if (isNew) refuseTakenName(scope, redefined, key.definition);
    checkOwn(scope, redefined, key, isNew);
  }
  checkAsParent(scope, redefined, renames);
}

/** Fails with MySQL's 1452 where a row of the table has no parent by a key that it gets. Part of the transaction. */
export async function checkRowsOfNewKeys(scope: StatementScope, { after, before }: Redefined): Promise<void> {
  if (!checksForeignKeys(scope.context)) return;
  for (const key of foreignKeysOf(after)) {
    if (before?.foreignKeys.some(({ name }) => sameName(name, key.definition.name)) === true) continue;
    if (await hasOrphans(scope, key)) throw missingParent(key);
  }
}

/** MySQL's 1506. */
function refusePartitions({ foreignKeys, partitioning }: TableDefinition): void {
  if (foreignKeys.length === 0 || partitioning === undefined) return;
  const text = 'Foreign keys are not yet supported in conjunction with partitioning';
  throw new SqlError('partitioned_foreign_key', text);
}

function refuseNamedTwice({ foreignKeys }: TableDefinition): void {
  const twice = foreignKeys.find(({ name }, index) =>
    foreignKeys.slice(0, index).some((before) => sameName(before.name, name)),
  );
  if (twice !== undefined) throw duplicateName(twice.name);
}

function duplicateName(name: string): SqlError {
  return new SqlError('duplicate_foreign_key', `Duplicate foreign key constraint name '${name}'`);
}

/** MySQL's 1826: a database has each name of a foreign key once. */
function refuseTakenName(
  { engine }: StatementScope,
  { after }: Redefined,
  { name }: ForeignKeyDefinition,
): void {
  const isTaken = engine.dictionary
    .objects(after.database)
    .some(
      (object) =>
        object.kind === 'TABLE' &&
        !sameName(object.name, after.name) &&
        object.definition.foreignKeys.some((key) => sameName(key.name, name)),
    );
  if (isTaken) throw duplicateName(name);
}

function checkOwn(scope: StatementScope, { after }: Redefined, key: ForeignKey, isNew: boolean): void {
  const { parent: named } = key;
  const parent = isOwn(key) ? after : scope.engine.dictionary.table(named.database, named.name);
  if (isNew) checkColumns(scope, after.definition, key.definition);
  const { name, columns, referencedColumns } = key.definition;
  if (parent === undefined && isNew && checksForeignKeys(scope.context))
    throw new SqlError('missing_parent_table', `Failed to open the referenced table '${named.name}'`);
  if (isNew && columns.length !== referencedColumns.length) throw unmatchedColumns(name);
  if (parent !== undefined) checkPair(key, parent.definition, isOwn(key) || isNew ? 'specific' : 'types');
  refuseNull(after.definition, key.definition);
}

/** The columns of the key beside what else is said of them. */
function checkColumns(scope: StatementScope, definition: TableDefinition, key: ForeignKeyDefinition): void {
  const columns = key.columns.flatMap((name) => definition.columns[columnIndex(definition, name)] ?? []);
  const virtual = columns.find(({ generated }) => generated?.stored === false);
  if (virtual !== undefined) {
    const text = `Foreign key '${key.name}' uses virtual column '${virtual.name}' which is not supported.`;
    throw new SqlError('virtual_key_column', text);
  }
  const clause = writingClause(key);
  if (clause === undefined) return;
  if (columns.some(({ generated }) => generated !== undefined)) {
    const text = `Cannot define foreign key with ${clause} clause on a generated column.`;
    throw new SqlError('generated_key_column', text);
  }
  const names = new Set(columns.map(({ name }) => nameKey(name)));
  const reads = (text: string): string | undefined =>
    tokenize(text, lexingOf(scope.sqlMode)).find(({ value }) => names.has(nameKey(value)))?.value;
  const isBase = definition.columns.some(
    ({ generated }) => generated?.stored === true && reads(generated.expression.text) !== undefined,
  );
  if (isBase) throw new SqlError('foreign_key', 'Cannot add foreign key constraint');
  for (const check of definition.checks) {
    const column = reads(check.expression.text);
    if (column === undefined) continue;
    throw new SqlError(
      'check_of_key_column',
      `Column '${column}' cannot be used in a check constraint '${check.name}': needed in a foreign key constraint ` +
        `'${key.name}' referential action.`,
    );
  }
}

/** The clause by which a parent changes the columns of the key. */
function writingClause({ onDelete, onUpdate }: ForeignKeyDefinition): string | undefined {
  if (onDelete === 'SET NULL') return 'ON DELETE SET NULL';
  return onUpdate === 'SET NULL' || onUpdate === 'CASCADE' ? `ON UPDATE ${onUpdate}` : undefined;
}

/** MySQL's 1830. */
function refuseNull(definition: TableDefinition, key: ForeignKeyDefinition): void {
  if (key.onDelete !== 'SET NULL' && key.onUpdate !== 'SET NULL') return;
  const required = key.columns.find(
    (name) => definition.columns[columnIndex(definition, name)]?.nullable === false,
  );
  if (required === undefined) return;
  throw new SqlError(
    'null_of_key_column',
    `Column '${required}' cannot be NOT NULL: needed in a foreign key constraint '${key.name}' SET NULL`,
  );
}

/** Whether the parent has the columns that a key refers to, of its types and with a unique key. `types`: asks for those alone. */
function checkPair(
  { child, definition: key }: ForeignKey,
  parent: TableDefinition,
  asks: 'specific' | 'types',
): void {
  const named = `constraint '${key.name}' in the referenced table '${parent.name}'`;
  for (const [index, name] of key.columns.entries()) {
    const referenced = key.referencedColumns[index] ?? '';
    const own = child.definition.columns[columnIndex(child.definition, name)];
    const other = parent.columns[columnIndex(parent, referenced)];
    if (other === undefined) {
      if (asks === 'types') continue;
      const text = `Failed to add the foreign key constraint. Missing column '${referenced}' for ${named}`;
      throw new SqlError('missing_parent_column', text);
    }
    if (own !== undefined && !areComparable([child.definition, own], [parent, other])) {
      throw new SqlError(
        'incompatible_key_columns',
        `Referencing column '${own.name}' and referenced column '${other.name}' in foreign key constraint '${key.name}' are incompatible.`,
      );
    }
  }
  if (asks === 'types' || uniqueOver(parent, key) !== undefined) return;
  const text = `Failed to add the foreign key constraint. Missing unique key for ${named}`;
  throw new SqlError('missing_parent_key', text);
}

type Placed = readonly [TableDefinition, ColumnDefinition];

/** Numbers must be of one type, texts of one collation; lengths, digits and fractions may differ (manual, FOREIGN KEY Constraints). */
function areComparable(own: Placed, other: Placed): boolean {
  return comparedType(own) === comparedType(other);
}

function comparedType([{ options }, { type }]: Placed): string {
  const kind = kindOf(type);
  const { collationName } = describeColumnType(type, options);
  return JSON.stringify([kind, type.unsigned || type.zerofill, kind === 'text' ? collationName : null]);
}

function kindOf(type: DataType): string {
  const kind = classOf(type);
  return ['text', 'binary'].includes(kind) ? kind : type.name;
}

/** The unique key of exactly these columns, as they are ordered. */
function uniqueOver(
  definition: TableDefinition,
  { referencedColumns }: ForeignKeyDefinition,
): string | undefined {
  const { primaryKey, keys, model } = definition;
  const unique = [...(primaryKey ? [primaryKey] : []), ...keys.filter(({ kind }) => kind === 'UNIQUE')];
  const found = unique.find((key) => isOver(key, referencedColumns));
  if (found !== undefined) return found.name;
  const isModel =
    replacingModel(definition) !== undefined && areSame(model?.columns ?? [], referencedColumns);
  return isModel ? 'PRIMARY' : undefined;
}

function isOver({ parts }: KeyDefinition, columns: readonly string[]): boolean {
  const isPlain = parts.every((part) => part.expression === undefined && part.prefixLength === undefined);
  return (
    isPlain &&
    areSame(
      parts.map(({ column }) => column),
      columns,
    )
  );
}

function areSame(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name, index) => sameName(name, right[index] ?? ''));
}

/** What the keys of other tables need of this one. */
function checkAsParent(
  scope: StatementScope,
  { after, before }: Redefined,
  renames: readonly RenamedColumn[],
): void {
  const { database, name } = after;
  for (const key of scope.engine.dictionary.foreignKeysTo(database, name)) {
    if (isOwn(key)) continue;
    if (before === undefined) {
      checkNewParent(scope, key, after.definition);
      continue;
    }
    const renamed = { ...key, definition: withColumns(key.definition, renames) };
    refuseLostKey(key, before, renamed, after.definition);
    checkPair(renamed, after.definition, 'types');
  }
}

/** A table may be made that others refer to already; with checks MySQL does not say what is wrong with it. */
function checkNewParent({ context }: StatementScope, key: ForeignKey, parent: TableDefinition): void {
  try {
    checkPair(key, parent, 'specific');
  } catch (error) {
    if (!checksForeignKeys(context)) throw error;
    throw new SqlError('foreign_key', 'Cannot add foreign key constraint', { cause: error });
  }
}

/** MySQL's 1829 and 1553. `renamed` names the columns as they are called afterwards. */
function refuseLostKey(
  { child, definition: key }: ForeignKey,
  before: TableDefinition,
  renamed: ForeignKey,
  after: TableDefinition,
): void {
  const gone = renamed.definition.referencedColumns.find((column) => columnIndex(after, column) < 0);
  if (gone !== undefined && columnIndex(before, gone) >= 0) {
    const text = `Cannot drop column '${gone}': needed in a foreign key constraint '${key.name}' of table '${child.name}'`;
    throw new SqlError('needed_parent_column', text);
  }
  const had = uniqueOver(before, key);
  if (had === undefined || uniqueOver(after, renamed.definition) !== undefined) return;
  throw new SqlError('needed_key', `Cannot drop index '${had}': needed in a foreign key constraint`);
}

/** MySQL's 3730, for a table that others refer to which are not dropped with it. */
export function refuseDrop(scope: StatementScope, tables: readonly StoredTable[]): void {
  const isDropped = ({ child }: ForeignKey): boolean =>
    tables.some((table) => sameName(table.database, child.database) && sameName(table.name, child.name));
  for (const table of tables) {
    const key = keysTo(scope, table).find((each) => !isDropped(each));
    if (key === undefined) continue;
    throw new SqlError(
      'needed_table',
      `Cannot drop table '${table.name}' referenced by a foreign key constraint '${key.definition.name}' on table '${key.child.name}'.`,
    );
  }
}

/** MySQL's 1701, for a table that others refer to. */
export function refuseTruncate(scope: StatementScope, table: StoredTable): void {
  const key = keysTo(scope, table).find((each) => !isOwn(each));
  if (key === undefined) return;
  const { child, definition } = key;
  throw new SqlError(
    'needed_rows',
    'Cannot truncate a table referenced in a foreign key constraint ' +
      `(${quoteName(child.database)}.${quoteName(child.name)}, CONSTRAINT ${quoteName(definition.name)})`,
  );
}
