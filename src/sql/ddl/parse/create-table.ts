import { SqlError } from '../../../base/sql-error.ts';
import type {
  CheckDefinition,
  ColumnDefinition,
  ForeignKeyDefinition,
  KeyDefinition,
  TableDefinition,
} from '../definition.ts';
import {
  constraintName,
  isStarRocksTable,
  nameKey,
  settleColumn,
  settlePartitioning,
  sortKeys,
} from '../settle.ts';
import type { CreateTableStatement } from '../statement.ts';
import { parseColumn, uniqueKeyOf } from './column.ts';
import type { ColumnClause } from './column.ts';
import { notYet } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import { parseConstraint } from './keys.ts';
import type { TableConstraint } from './keys.ts';
import { parsePartitioning } from './partitioning.ts';
import { parseTableOption } from './table-options.ts';

/**
 * create table := CREATE [TEMPORARY] TABLE [IF NOT EXISTS] name
 *                 (LIKE name | ( LIKE name ) | [( elements )] {clause} [[IGNORE | REPLACE] [AS] select])
 *
 * The cursor stands after CREATE.
 */
export function parseCreateTable(cursor: Cursor): CreateTableStatement {
  const temporary = cursor.take('TEMPORARY');
  cursor.expect('TABLE');
  const ifNotExists = cursor.take('IF', 'NOT', 'EXISTS');
  const name = cursor.objectName();
  const start = { kind: 'create_table', name, ifNotExists, temporary } as const;
  const like = parseLike(cursor);
  if (like !== undefined) return { ...start, definition: emptyDefinition(name.name), like };
  const draft = newDraft(name.name);
  if (cursor.isOperator('(') && !isSelect(cursor, 1)) parseElements(cursor, draft);
  while (parseClause(cursor, draft)) cursor.takeOperator(',');
  const select = parseSelect(cursor);
  cursor.expectEnd();
  return { ...start, definition: settleTable(draft), ...select };
}

type Draft = {
  columns: ColumnClause[];
  constraints: TableConstraint[];
  /** Everything but what `columns` and `constraints` become. */
  definition: TableDefinition;
};

function emptyDefinition(name: string): TableDefinition {
  return { name, columns: [], keys: [], foreignKeys: [], checks: [], properties: [], options: { other: [] } };
}

function newDraft(name: string): Draft {
  return { columns: [], constraints: [], definition: emptyDefinition(name) };
}

/** like := LIKE name | ( LIKE name ) */
function parseLike(cursor: Cursor): CreateTableStatement['like'] {
  const inParentheses = cursor.isOperator('(') && cursor.peek(1).upper === 'LIKE';
  if (inParentheses) cursor.next();
  if (!cursor.take('LIKE')) return undefined;
  const name = cursor.objectName();
  if (inParentheses) cursor.expectOperator(')');
  cursor.expectEnd();
  return name;
}

function isSelect(cursor: Cursor, ahead: number): boolean {
  const token = cursor.peek(ahead);
  return ['SELECT', 'WITH', 'VALUES', 'TABLE'].includes(token.upper) || cursor.isOperator('(', ahead);
}

/** elements := (column | constraint) {, (column | constraint)} */
function parseElements(cursor: Cursor, draft: Draft): void {
  cursor.parenthesized(() =>
    cursor.list(() => {
      const constraint = parseConstraint(cursor);
      if (constraint === undefined) draft.columns.push(parseColumn(cursor));
      else draft.constraints.push(constraint);
    }),
  );
}

/** clause := option | model | PARTITION BY … | DISTRIBUTED BY … | ORDER BY ( columns ) | PROPERTIES ( … ) */
function parseClause(cursor: Cursor, draft: Draft): boolean {
  const { definition } = draft;
  if (cursor.isPhrase('PARTITION', 'BY')) {
    const columns = draft.columns.map((clause) => clause.column);
    draft.definition = { ...definition, partitioning: parsePartitioning(cursor, columns) };
    return true;
  }
  if (cursor.isWord('ROLLUP', 'CLUSTER')) throw notYet(cursor.peek().upper);
  const model = parseModel(cursor);
  if (model !== undefined) draft.definition = { ...definition, model };
  else if (cursor.isPhrase('DISTRIBUTED', 'BY')) {
    draft.definition = { ...definition, distribution: parseDistribution(cursor) };
  } else if (cursor.take('ORDER', 'BY')) draft.definition = { ...definition, orderBy: parseSortKey(cursor) };
  else if (cursor.take('PROPERTIES')) draft.definition = { ...definition, properties: cursor.properties() };
  else {
    const options = parseTableOption(cursor, definition.options);
    if (options === undefined) return false;
    draft.definition = { ...definition, options };
  }
  return true;
}

/** model := (DUPLICATE | AGGREGATE | UNIQUE | PRIMARY) KEY ( columns ) */
function parseModel(cursor: Cursor): TableDefinition['model'] {
  for (const kind of ['DUPLICATE', 'AGGREGATE', 'UNIQUE', 'PRIMARY'] as const) {
    if (cursor.take(kind, 'KEY')) return { kind, columns: cursor.names() };
  }
  return undefined;
}

/** distribution := DISTRIBUTED BY (HASH ( columns ) | RANDOM) [BUCKETS (n | AUTO)] */
export function parseDistribution(cursor: Cursor): NonNullable<TableDefinition['distribution']> {
  cursor.expect('DISTRIBUTED', 'BY');
  const kind = cursor.expectOneOf('HASH', 'RANDOM') === 'HASH' ? 'HASH' : 'RANDOM';
  const columns = kind === 'HASH' ? cursor.names() : [];
  if (!cursor.take('BUCKETS') || cursor.take('AUTO')) return { kind, columns };
  return { kind, columns, buckets: cursor.integer() };
}

/** sort key := ( columns ) | column {, column} */
export function parseSortKey(cursor: Cursor): string[] {
  return cursor.isOperator('(') ? cursor.names() : cursor.list(() => cursor.name());
}

/** select := [IGNORE | REPLACE] [AS] (SELECT | WITH | VALUES | TABLE | () … */
function parseSelect(cursor: Cursor): Pick<CreateTableStatement, 'asSelect' | 'onDuplicate'> {
  const word = cursor.takeOneOf('IGNORE', 'REPLACE');
  const onDuplicate = word === 'IGNORE' || word === 'REPLACE' ? word : undefined;
  const hasAs = cursor.take('AS');
  if (!isSelect(cursor, 0)) return hasAs || onDuplicate !== undefined ? cursor.fail() : {};
  return { asSelect: cursor.rest(), ...(onDuplicate === undefined ? {} : { onDuplicate }) };
}

/** The whole definition: keys of columns among those of the table, every name given, types and forms settled. */
function settleTable(draft: Draft): TableDefinition {
  const bare = { ...draft.definition, columns: draft.columns.map((clause) => clause.column) };
  const keys = draft.constraints.flatMap((each) => (each.kind === 'key' ? [each.key] : []));
  const isStarRocks = isStarRocksTable({ ...bare, keys });
  const primaryKey = primaryKeyOf(draft, keys, isStarRocks);
  const columns = settledColumns(draft, primaryKey, isStarRocks);
  const { partitioning } = bare;
  return {
    ...bare,
    columns,
    ...(primaryKey === undefined ? {} : { primaryKey }),
    keys: sortKeys(namedKeys(draft, keys), columns),
    foreignKeys: namedForeignKeys(draft),
    checks: namedChecks(draft),
    ...(partitioning === undefined ? {} : { partitioning: settlePartitioning(partitioning, isStarRocks) }),
  };
}

/** Throws multiple_primary_key. */
function primaryKeyOf(
  draft: Draft,
  keys: readonly KeyDefinition[],
  isStarRocks: boolean,
): KeyDefinition | undefined {
  const ofColumns = draft.columns
    .filter((clause) => clause.primary === 'PRIMARY KEY' || (clause.primary === 'KEY' && !isStarRocks))
    .map((clause): KeyDefinition => ({
      kind: 'PRIMARY',
      name: 'PRIMARY',
      parts: [{ column: clause.column.name, descending: false }],
    }));
  const all = [...ofColumns, ...keys.filter((key) => key.kind === 'PRIMARY')];
  if (all.length > 1) throw new SqlError('multiple_primary_key', 'Multiple primary key defined');
  return all[0];
}

function settledColumns(
  draft: Draft,
  primaryKey: KeyDefinition | undefined,
  isStarRocks: boolean,
): readonly ColumnDefinition[] {
  const { model, options } = draft.definition;
  const modelColumns = model?.kind === 'PRIMARY' ? model.columns : [];
  const required = new Set(
    [...modelColumns, ...(primaryKey?.parts ?? []).map((part) => part.column)].map((name) =>
      name.toLowerCase(),
    ),
  );
  return draft.columns.map(({ column, primary }) => {
    const settled = settleColumn(column, { isStarRocks, characterSet: options.characterSet });
    return {
      ...settled,
      nullable: settled.nullable && !required.has(column.name.toLowerCase()),
      isKey: isStarRocks && primary === 'KEY',
    };
  });
}

function namedKeys(draft: Draft, keys: readonly KeyDefinition[]): readonly KeyDefinition[] {
  const unnamed = [
    ...draft.columns.filter((clause) => clause.isUnique).map((clause) => uniqueKeyOf(clause.column.name)),
    ...keys.filter((key) => key.kind !== 'PRIMARY'),
  ];
  const named: KeyDefinition[] = [];
  for (const key of unnamed) {
    const taken = [...unnamed, ...named].map((each) => each.name).filter((name) => name !== '');
    named.push(nameKey(key, taken));
  }
  return named;
}

function namedForeignKeys(draft: Draft): readonly ForeignKeyDefinition[] {
  const named: ForeignKeyDefinition[] = [];
  const all = draft.constraints.flatMap((each) => (each.kind === 'foreign_key' ? [each.foreignKey] : []));
  for (const foreignKey of all) {
    const taken = [...all, ...named].map((each) => each.name);
    const name = foreignKey.name || constraintName(draft.definition.name, 'ibfk', taken);
    named.push({ ...foreignKey, name });
  }
  return named;
}

function namedChecks(draft: Draft): readonly CheckDefinition[] {
  const named: CheckDefinition[] = [];
  const all = [
    ...draft.columns.flatMap((clause) => clause.checks),
    ...draft.constraints.flatMap((each) => (each.kind === 'check' ? [each.check] : [])),
  ];
  for (const check of all) {
    const taken = [...all, ...named].map((each) => each.name);
    named.push({ ...check, name: check.name || constraintName(draft.definition.name, 'chk', taken) });
  }
  return named;
}
