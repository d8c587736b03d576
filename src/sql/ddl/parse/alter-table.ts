import { canonicalCharacterSet, canonicalCollation, characterSetOf } from '../character-sets.ts';
import type { AlterAction, ColumnPosition } from '../statement.ts';
import type { DdlStatement } from '../statement.ts';
import { parseColumn, parseColumnAfterName, uniqueKeyOf } from './column.ts';
import type { ColumnClause } from './column.ts';
import { parseDistribution, parseSortKey } from './create-table.ts';
import { notYet } from '../../not-yet.ts';
import type { TokenReader } from '../../token-reader.ts';
import { parseObjectName } from './names.ts';
import { parseProperties } from './properties.ts';
import { parseDefault } from './default-value.ts';
import { parseConstraint } from './keys.ts';
import type { TableConstraint } from './keys.ts';
import { parsePartitionAction } from './alter-partition.ts';
import { mergeOptions, noOptions, parseTableOption } from './table-options.ts';

/** alter table := ALTER [IGNORE] TABLE [IF EXISTS] name [action {, action}]; the reader stands at TABLE */
export function parseAlterTable(reader: TokenReader): Extract<DdlStatement, { kind: 'alter_table' }> {
  reader.expect('TABLE');
  const table = parseObjectName(reader);
  const actions: AlterAction[] = [];
  // Table options need no comma between them, and PARTITION BY follows the other actions without one.
  while (actions.length === 0 ? !reader.isAtEnd : reader.acceptOperator(',') || followsWithoutComma(reader)) {
    actions.push(...parseAction(reader));
  }
  reader.expectEnd();
  return { kind: 'alter_table', table, actions };
}

function followsWithoutComma(reader: TokenReader): boolean {
  if (reader.isPhrase('PARTITION', 'BY') || reader.isPhrase('REMOVE', 'PARTITIONING')) return true;
  const mark = reader.mark;
  const isOption = parseTableOption(reader, noOptions) !== undefined;
  reader.back(mark);
  return isOption;
}

/** action := add | drop | change | alter column | rename | partitions | starrocks | options */
function parseAction(reader: TokenReader): readonly AlterAction[] {
  refuseUnbuilt(reader);
  const partition = parsePartitionAction(reader);
  if (partition !== undefined) return [partition];
  if (reader.accept('ADD')) return parseAdd(reader);
  if (reader.accept('DROP')) return [parseDrop(reader)];
  if (reader.accept('MODIFY')) return parseModify(reader);
  if (reader.accept('CHANGE')) return parseChange(reader);
  if (reader.accept('ALTER')) return [parseAlter(reader)];
  if (reader.accept('RENAME')) return [parseRename(reader)];
  const single = parseStarRocks(reader) ?? parseWithoutEffect(reader) ?? parseConversion(reader);
  return [single ?? parseOptions(reader)];
}

/** StarRocks' rollups and compaction. A column may be called ROLLUP too. */
function refuseUnbuilt(reader: TokenReader): void {
  const isRollup = reader.isWord('ADD', 'DROP') && reader.peek(1).upper === 'ROLLUP';
  const namesColumns = reader.isOperator('(', 3) && ['word', 'quoted'].includes(reader.peek(4).kind);
  if (isRollup && (reader.isWord('DROP') ? reader.peek(2).kind === 'word' : namesColumns))
    throw notYet('ROLLUP');
  if (reader.isWord('COMPACT')) throw notYet('COMPACT');
}

/** add := ADD [COLUMN] [IF NOT EXISTS] (column [position] | ( column {, column} )) | ADD constraint */
function parseAdd(reader: TokenReader): readonly AlterAction[] {
  const constraint = parseConstraint(reader);
  if (constraint !== undefined) return [constraintAction(constraint)];
  reader.accept('COLUMN');
  const ifNotExists = reader.accept('IF', 'NOT', 'EXISTS');
  if (!reader.isOperator('(')) {
    const clause = parseColumn(reader);
    return columnActions(clause, { kind: 'add_column', ifNotExists, ...placed(reader, clause) });
  }
  const clauses = reader.parenthesized(() =>
    reader.list(() => {
      const inner = parseConstraint(reader);
      if (inner !== undefined) return [constraintAction(inner)];
      const clause = parseColumn(reader);
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
    ...clause.references.map((foreignKey) => ({ kind: 'add_foreign_key', foreignKey }) as const),
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
  reader: TokenReader,
  clause: ColumnClause,
): Pick<Extract<AlterAction, { kind: 'modify_column' }>, 'column' | 'position'> {
  const position = parsePosition(reader);
  // StarRocks: TO rollup, FROM rollup and PROPERTIES after a column say nothing about the column.
  if (reader.accept('PROPERTIES')) parseProperties(reader);
  return { column: clause.column, ...(position === undefined ? {} : { position }) };
}

/** position := [FIRST | AFTER name] */
function parsePosition(reader: TokenReader): ColumnPosition | undefined {
  if (reader.accept('FIRST')) return { kind: 'first' };
  return reader.accept('AFTER') ? { kind: 'after', column: reader.name() } : undefined;
}

/**
 * drop := DROP ([COLUMN] [IF EXISTS] name [RESTRICT | CASCADE] | PRIMARY KEY | (INDEX | KEY) [IF EXISTS] name
 *       | FOREIGN KEY [IF EXISTS] name | (CHECK | CONSTRAINT) [IF EXISTS] name)
 */
function parseDrop(reader: TokenReader): AlterAction {
  if (reader.accept('PRIMARY', 'KEY')) return { kind: 'drop_primary_key' };
  if (reader.accept('FOREIGN', 'KEY')) return { kind: 'drop_foreign_key', ...existing(reader) };
  if (reader.accept('CHECK')) return { kind: 'drop_check', name: reader.name() };
  if (reader.accept('CONSTRAINT')) return { kind: 'drop_constraint', ...existing(reader) };
  if (reader.acceptOneOf('INDEX', 'KEY') !== undefined) return { kind: 'drop_key', ...existing(reader) };
  reader.accept('COLUMN');
  const { name, ifExists } = existing(reader);
  reader.acceptOneOf('RESTRICT', 'CASCADE');
  return { kind: 'drop_column', column: name, ifExists };
}

function existing(reader: TokenReader): Readonly<{ name: string; ifExists: boolean }> {
  const ifExists = reader.accept('IF', 'EXISTS');
  return { name: reader.name(), ifExists };
}

/** modify := MODIFY [COLUMN] [IF EXISTS] column [position] */
function parseModify(reader: TokenReader): readonly AlterAction[] {
  reader.accept('COLUMN');
  reader.accept('IF', 'EXISTS');
  const clause = parseColumn(reader);
  return columnActions(clause, { kind: 'modify_column', ...placed(reader, clause) });
}

/** change := CHANGE [COLUMN] [IF EXISTS] name column [position] */
function parseChange(reader: TokenReader): readonly AlterAction[] {
  reader.accept('COLUMN');
  reader.accept('IF', 'EXISTS');
  const from = reader.name();
  const clause = parseColumnAfterName(reader, reader.name());
  return columnActions(clause, { kind: 'change_column', from, ...placed(reader, clause) });
}

/**
 * alter := ALTER ([COLUMN] name (SET DEFAULT default | DROP DEFAULT | SET VISIBLE | SET INVISIBLE)
 *        | INDEX name (VISIBLE | INVISIBLE) | (CHECK | CONSTRAINT) name [NOT] ENFORCED)
 */
function parseAlter(reader: TokenReader): AlterAction {
  if (reader.accept('INDEX')) {
    const name = reader.name();
    return {
      kind: 'set_key_visibility',
      name,
      visible: reader.expectOneOf('VISIBLE', 'INVISIBLE') === 'VISIBLE',
    };
  }
  if (reader.acceptOneOf('CHECK', 'CONSTRAINT') !== undefined) {
    const name = reader.name();
    const enforced = !reader.accept('NOT');
    reader.expect('ENFORCED');
    return { kind: 'enforce_check', name, enforced };
  }
  reader.accept('COLUMN');
  const column = reader.name();
  if (reader.accept('DROP')) {
    reader.expect('DEFAULT');
    return { kind: 'drop_default', column };
  }
  reader.expect('SET');
  if (reader.accept('DEFAULT')) return { kind: 'set_default', column, default: parseDefault(reader) };
  const visible = reader.expectOneOf('VISIBLE', 'INVISIBLE') === 'VISIBLE';
  return { kind: 'set_column_visibility', column, visible };
}

/** rename := RENAME (COLUMN name TO name | (INDEX | KEY) name TO name | [TO | AS] name) */
function parseRename(reader: TokenReader): AlterAction {
  if (reader.accept('COLUMN')) return { kind: 'rename_column', ...fromTo(reader) };
  if (reader.acceptOneOf('INDEX', 'KEY') !== undefined) return { kind: 'rename_key', ...fromTo(reader) };
  if (!reader.accept('TO')) reader.accept('AS');
  return { kind: 'rename_table', to: parseObjectName(reader) };
}

function fromTo(reader: TokenReader): Readonly<{ from: string; to: string }> {
  const from = reader.name();
  reader.expect('TO');
  return { from, to: reader.name() };
}

/** starrocks := SET ( properties ) | SWAP WITH name | ORDER BY ( columns ) | DISTRIBUTED BY … */
function parseStarRocks(reader: TokenReader): AlterAction | undefined {
  if (reader.accept('SET')) return { kind: 'set_properties', properties: parseProperties(reader) };
  if (reader.accept('SWAP')) {
    reader.expect('WITH');
    reader.accept('TABLE');
    return { kind: 'swap_with', table: reader.name() };
  }
  if (reader.isPhrase('DISTRIBUTED', 'BY'))
    return { kind: 'distributed_by', distribution: parseDistribution(reader) };
  if (!reader.accept('ORDER', 'BY')) return undefined;
  // MySQL sorts the rows once and takes directions; StarRocks changes the sort key and wants parentheses.
  if (reader.isOperator('(')) return { kind: 'sort_key', columns: parseSortKey(reader) };
  const columns = reader.list(() => {
    const name = reader.name();
    reader.acceptOneOf('ASC', 'DESC');
    return name;
  });
  return { kind: 'order_rows', columns };
}

/** hint := ALGORITHM [=] word | LOCK [=] word | FORCE | (WITH | WITHOUT) VALIDATION */
function parseWithoutEffect(reader: TokenReader): AlterAction | undefined {
  const { start } = reader.peek();
  if (reader.acceptOneOf('ALGORITHM', 'LOCK') !== undefined) {
    reader.acceptOperator('=');
    reader.name();
  } else if (reader.acceptOneOf('WITH', 'WITHOUT') !== undefined) reader.expect('VALIDATION');
  else if (
    !reader.accept('FORCE') &&
    !reader.accept('IMPORT', 'TABLESPACE') &&
    !reader.accept('DISCARD', 'TABLESPACE')
  ) {
    return undefined;
  }
  return { kind: 'no_effect', text: reader.sourceFrom(start).text };
}

/** conversion := CONVERT TO (CHARACTER SET | CHARSET) (name | DEFAULT) [COLLATE name] | (ENABLE | DISABLE) KEYS */
function parseConversion(reader: TokenReader): AlterAction | undefined {
  if (reader.accept('ENABLE', 'KEYS')) return { kind: 'toggle_keys', enabled: true };
  if (reader.accept('DISABLE', 'KEYS')) return { kind: 'toggle_keys', enabled: false };
  if (!reader.accept('CONVERT')) return undefined;
  reader.expect('TO');
  if (!reader.accept('CHARSET')) reader.expect('CHARACTER', 'SET');
  const characterSet = reader.accept('DEFAULT') ? undefined : canonicalCharacterSet(reader.nameOrString());
  const collation = reader.accept('COLLATE') ? canonicalCollation(reader.nameOrString()) : undefined;
  const ofCollation = collation === undefined ? undefined : characterSetOf(collation);
  const set = characterSet ?? ofCollation;
  return {
    kind: 'convert_character_set',
    ...(set === undefined ? {} : { characterSet: set }),
    ...(collation === undefined ? {} : { collation }),
  };
}

/** options := option {option} */
function parseOptions(reader: TokenReader): AlterAction {
  let options = parseTableOption(reader, noOptions);
  if (options === undefined) reader.fail();
  for (let next: typeof options | undefined = options; next !== undefined;) {
    options = mergeOptions(options, next);
    next = parseTableOption(reader, noOptions);
  }
  return { kind: 'set_options', options };
}
