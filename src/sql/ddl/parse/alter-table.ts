import { canonicalCharacterSet, canonicalCollation, characterSetOf } from '../character-sets.ts';
import type { AlterAction, ColumnPosition } from '../statement.ts';
import type { DdlStatement } from '../statement.ts';
import { parseColumn, parseColumnAfterName, uniqueKeyOf } from './column.ts';
import type { ColumnClause } from './column.ts';
import { parseDistribution, parseSortKey } from './create-table.ts';
import { notYet } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import { parseDefault } from './default-value.ts';
import { parseConstraint } from './keys.ts';
import type { TableConstraint } from './keys.ts';
import { parsePartitionAction } from './alter-partition.ts';
import { mergeOptions, noOptions, parseTableOption } from './table-options.ts';

/** alter table := ALTER [IGNORE] TABLE [IF EXISTS] name [action {, action}]; the cursor stands at TABLE */
export function parseAlterTable(cursor: Cursor): Extract<DdlStatement, { kind: 'alter_table' }> {
  cursor.expect('TABLE');
  const table = cursor.objectName();
  const actions: AlterAction[] = [];
  // Table options need no comma between them, and PARTITION BY follows the other actions without one.
  while (actions.length === 0 ? !cursor.isAtEnd : cursor.takeOperator(',') || followsWithoutComma(cursor)) {
    actions.push(...parseAction(cursor));
  }
  cursor.expectEnd();
  return { kind: 'alter_table', table, actions };
}

function followsWithoutComma(cursor: Cursor): boolean {
  if (cursor.isPhrase('PARTITION', 'BY') || cursor.isPhrase('REMOVE', 'PARTITIONING')) return true;
  const mark = cursor.mark;
  const isOption = parseTableOption(cursor, noOptions) !== undefined;
  cursor.back(mark);
  return isOption;
}

/** action := add | drop | change | alter column | rename | partitions | starrocks | options */
function parseAction(cursor: Cursor): readonly AlterAction[] {
  refuseUnbuilt(cursor);
  const partition = parsePartitionAction(cursor);
  if (partition !== undefined) return [partition];
  if (cursor.take('ADD')) return parseAdd(cursor);
  if (cursor.take('DROP')) return [parseDrop(cursor)];
  if (cursor.take('MODIFY')) return parseModify(cursor);
  if (cursor.take('CHANGE')) return parseChange(cursor);
  if (cursor.take('ALTER')) return [parseAlter(cursor)];
  if (cursor.take('RENAME')) return [parseRename(cursor)];
  const single = parseStarRocks(cursor) ?? parseWithoutEffect(cursor) ?? parseConversion(cursor);
  return [single ?? parseOptions(cursor)];
}

/** StarRocks' rollups, temporary partitions and compaction. A column may be called ROLLUP too. */
function refuseUnbuilt(cursor: Cursor): void {
  const isRollup = cursor.isWord('ADD', 'DROP') && cursor.peek(1).upper === 'ROLLUP';
  const namesColumns = cursor.isOperator('(', 3) && ['word', 'quoted'].includes(cursor.peek(4).kind);
  if (isRollup && (cursor.isWord('DROP') ? cursor.peek(2).kind === 'word' : namesColumns))
    throw notYet('ROLLUP');
  const isTemporary = cursor.isWord('ADD', 'DROP', 'REPLACE') && cursor.peek(1).upper === 'TEMPORARY';
  if (isTemporary && cursor.peek(2).upper.startsWith('PARTITION')) throw notYet('TEMPORARY PARTITION');
  if (cursor.isPhrase('REPLACE', 'PARTITION')) throw notYet('REPLACE PARTITION');
  if (cursor.isWord('COMPACT')) throw notYet('COMPACT');
}

/** add := ADD [COLUMN] [IF NOT EXISTS] (column [position] | ( column {, column} )) | ADD constraint */
function parseAdd(cursor: Cursor): readonly AlterAction[] {
  const constraint = parseConstraint(cursor);
  if (constraint !== undefined) return [constraintAction(constraint)];
  cursor.take('COLUMN');
  const ifNotExists = cursor.take('IF', 'NOT', 'EXISTS');
  if (!cursor.isOperator('(')) {
    const clause = parseColumn(cursor);
    return columnActions(clause, { kind: 'add_column', ifNotExists, ...placed(cursor, clause) });
  }
  const clauses = cursor.parenthesized(() =>
    cursor.list(() => {
      const inner = parseConstraint(cursor);
      if (inner !== undefined) return [constraintAction(inner)];
      const clause = parseColumn(cursor);
      return columnActions(clause, { kind: 'add_column', ifNotExists, column: clause.column });
    }),
  );
  return clauses.flat();
}

function constraintAction(constraint: TableConstraint): AlterAction {
  switch (constraint.kind) {
    case 'key':
      return { kind: 'add_key', key: constraint.key, ifNotExists: constraint.ifNotExists };
    case 'foreign_key':
      return { kind: 'add_foreign_key', foreignKey: constraint.foreignKey };
    case 'check':
      return { kind: 'add_check', check: constraint.check };
  }
}

/** The action on the column, then those for the keys and checks written beside it. */
function columnActions(clause: ColumnClause, action: AlterAction): readonly AlterAction[] {
  const { name } = clause.column;
  const primary: AlterAction = {
    kind: 'add_key',
    key: { kind: 'PRIMARY', name: 'PRIMARY', parts: [{ column: name, descending: false }] },
    ifNotExists: false,
  };
  return [
    clause.primary === 'KEY' ? withKeyWord(action) : action,
    ...(clause.primary === 'PRIMARY KEY' ? [primary] : []),
    ...(clause.isUnique ? [{ kind: 'add_key', key: uniqueKeyOf(name), ifNotExists: false } as const] : []),
    ...clause.checks.map((check) => ({ kind: 'add_check', check }) as const),
  ];
}

/** KEY after a type means a key column in StarRocks, PRIMARY KEY in MySQL: which, the table alone can tell. */
function withKeyWord(action: AlterAction): AlterAction {
  switch (action.kind) {
    case 'add_column':
    case 'modify_column':
    case 'change_column':
      return { ...action, column: { ...action.column, isKey: true } };
    default:
      return action;
  }
}

function placed(
  cursor: Cursor,
  clause: ColumnClause,
): Pick<Extract<AlterAction, { kind: 'modify_column' }>, 'column' | 'position'> {
  const position = parsePosition(cursor);
  // StarRocks: TO rollup, FROM rollup and PROPERTIES after a column say nothing about the column.
  cursor.takeProperties();
  return { column: clause.column, ...(position === undefined ? {} : { position }) };
}

/** position := [FIRST | AFTER name] */
function parsePosition(cursor: Cursor): ColumnPosition | undefined {
  if (cursor.take('FIRST')) return { kind: 'first' };
  return cursor.take('AFTER') ? { kind: 'after', column: cursor.name() } : undefined;
}

/**
 * drop := DROP ([COLUMN] [IF EXISTS] name [RESTRICT | CASCADE] | PRIMARY KEY | (INDEX | KEY) [IF EXISTS] name
 *       | FOREIGN KEY [IF EXISTS] name | (CHECK | CONSTRAINT) [IF EXISTS] name)
 */
function parseDrop(cursor: Cursor): AlterAction {
  if (cursor.take('PRIMARY', 'KEY')) return { kind: 'drop_primary_key' };
  if (cursor.take('FOREIGN', 'KEY')) return { kind: 'drop_foreign_key', ...existing(cursor) };
  if (cursor.take('CHECK')) return { kind: 'drop_check', name: cursor.name() };
  if (cursor.take('CONSTRAINT')) return { kind: 'drop_constraint', ...existing(cursor) };
  if (cursor.takeOneOf('INDEX', 'KEY') !== undefined) return { kind: 'drop_key', ...existing(cursor) };
  cursor.take('COLUMN');
  const { name, ifExists } = existing(cursor);
  cursor.takeOneOf('RESTRICT', 'CASCADE');
  return { kind: 'drop_column', column: name, ifExists };
}

function existing(cursor: Cursor): Readonly<{ name: string; ifExists: boolean }> {
  const ifExists = cursor.take('IF', 'EXISTS');
  return { name: cursor.name(), ifExists };
}

/** modify := MODIFY [COLUMN] [IF EXISTS] column [position] */
function parseModify(cursor: Cursor): readonly AlterAction[] {
  cursor.take('COLUMN');
  cursor.take('IF', 'EXISTS');
  const clause = parseColumn(cursor);
  return columnActions(clause, { kind: 'modify_column', ...placed(cursor, clause) });
}

/** change := CHANGE [COLUMN] [IF EXISTS] name column [position] */
function parseChange(cursor: Cursor): readonly AlterAction[] {
  cursor.take('COLUMN');
  cursor.take('IF', 'EXISTS');
  const from = cursor.name();
  const clause = parseColumnAfterName(cursor, cursor.name());
  return columnActions(clause, { kind: 'change_column', from, ...placed(cursor, clause) });
}

/**
 * alter := ALTER ([COLUMN] name (SET DEFAULT default | DROP DEFAULT | SET VISIBLE | SET INVISIBLE)
 *        | INDEX name (VISIBLE | INVISIBLE) | (CHECK | CONSTRAINT) name [NOT] ENFORCED)
 */
function parseAlter(cursor: Cursor): AlterAction {
  if (cursor.take('INDEX')) {
    const name = cursor.name();
    return {
      kind: 'set_key_visibility',
      name,
      visible: cursor.expectOneOf('VISIBLE', 'INVISIBLE') === 'VISIBLE',
    };
  }
  if (cursor.takeOneOf('CHECK', 'CONSTRAINT') !== undefined) {
    const name = cursor.name();
    const enforced = !cursor.take('NOT');
    cursor.expect('ENFORCED');
    return { kind: 'enforce_check', name, enforced };
  }
  cursor.take('COLUMN');
  const column = cursor.name();
  if (cursor.take('DROP')) {
    cursor.expect('DEFAULT');
    return { kind: 'drop_default', column };
  }
  cursor.expect('SET');
  if (cursor.take('DEFAULT')) return { kind: 'set_default', column, default: parseDefault(cursor) };
  const visible = cursor.expectOneOf('VISIBLE', 'INVISIBLE') === 'VISIBLE';
  return { kind: 'set_column_visibility', column, visible };
}

/** rename := RENAME (COLUMN name TO name | (INDEX | KEY) name TO name | [TO | AS] name) */
function parseRename(cursor: Cursor): AlterAction {
  if (cursor.take('COLUMN')) return { kind: 'rename_column', ...fromTo(cursor) };
  if (cursor.takeOneOf('INDEX', 'KEY') !== undefined) return { kind: 'rename_key', ...fromTo(cursor) };
  if (!cursor.take('TO')) cursor.take('AS');
  return { kind: 'rename_table', to: cursor.objectName() };
}

function fromTo(cursor: Cursor): Readonly<{ from: string; to: string }> {
  const from = cursor.name();
  cursor.expect('TO');
  return { from, to: cursor.name() };
}

/** starrocks := SET ( properties ) | SWAP WITH name | ORDER BY ( columns ) | DISTRIBUTED BY … */
function parseStarRocks(cursor: Cursor): AlterAction | undefined {
  if (cursor.take('SET')) return { kind: 'set_properties', properties: cursor.properties() };
  if (cursor.take('SWAP')) {
    cursor.expect('WITH');
    cursor.take('TABLE');
    return { kind: 'swap_with', table: cursor.name() };
  }
  if (cursor.isPhrase('DISTRIBUTED', 'BY'))
    return { kind: 'distributed_by', distribution: parseDistribution(cursor) };
  if (!cursor.take('ORDER', 'BY')) return undefined;
  // MySQL sorts the rows once and takes directions; StarRocks changes the sort key and wants parentheses.
  if (cursor.isOperator('(')) return { kind: 'sort_key', columns: parseSortKey(cursor) };
  const columns = cursor.list(() => {
    const name = cursor.name();
    cursor.takeOneOf('ASC', 'DESC');
    return name;
  });
  return { kind: 'order_rows', columns };
}

/** hint := ALGORITHM [=] word | LOCK [=] word | FORCE | (WITH | WITHOUT) VALIDATION */
function parseWithoutEffect(cursor: Cursor): AlterAction | undefined {
  const { start } = cursor.peek();
  if (cursor.takeOneOf('ALGORITHM', 'LOCK') !== undefined) {
    cursor.takeOperator('=');
    cursor.name();
  } else if (cursor.takeOneOf('WITH', 'WITHOUT') !== undefined) cursor.expect('VALIDATION');
  else if (
    !cursor.take('FORCE') &&
    !cursor.take('IMPORT', 'TABLESPACE') &&
    !cursor.take('DISCARD', 'TABLESPACE')
  ) {
    return undefined;
  }
  return { kind: 'no_effect', text: cursor.spanFrom(start).text };
}

/** conversion := CONVERT TO (CHARACTER SET | CHARSET) (name | DEFAULT) [COLLATE name] | (ENABLE | DISABLE) KEYS */
function parseConversion(cursor: Cursor): AlterAction | undefined {
  if (cursor.take('ENABLE', 'KEYS')) return { kind: 'toggle_keys', enabled: true };
  if (cursor.take('DISABLE', 'KEYS')) return { kind: 'toggle_keys', enabled: false };
  if (!cursor.take('CONVERT')) return undefined;
  cursor.expect('TO');
  if (!cursor.take('CHARSET')) cursor.expect('CHARACTER', 'SET');
  const characterSet = cursor.take('DEFAULT') ? undefined : canonicalCharacterSet(cursor.nameOrString());
  const collation = cursor.take('COLLATE') ? canonicalCollation(cursor.nameOrString()) : undefined;
  const ofCollation = collation === undefined ? undefined : characterSetOf(collation);
  const set = characterSet ?? ofCollation;
  return {
    kind: 'convert_character_set',
    ...(set === undefined ? {} : { characterSet: set }),
    ...(collation === undefined ? {} : { collation }),
  };
}

/** options := option {option} */
function parseOptions(cursor: Cursor): AlterAction {
  let options = parseTableOption(cursor, noOptions);
  if (options === undefined) cursor.fail();
  for (let next: typeof options | undefined = options; next !== undefined;) {
    options = mergeOptions(options, next);
    next = parseTableOption(cursor, noOptions);
  }
  return { kind: 'set_options', options };
}
