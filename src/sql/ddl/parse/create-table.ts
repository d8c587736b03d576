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
import { notYet } from '../../not-yet.ts';
import type { TokenReader } from '../../token-reader.ts';
import { parseNameList, parseObjectName } from './names.ts';
import { settleBounds } from '../settle-bounds.ts';
import { parseProperties } from './properties.ts';
import { parseConstraint } from './keys.ts';
import type { TableConstraint } from './keys.ts';
import { parsePartitioning } from './partitioning.ts';
import { parseTableOption } from './table-options.ts';

/**
 * create table := CREATE [TEMPORARY] TABLE [IF NOT EXISTS] name
 *                 (LIKE name | ( LIKE name ) | [( elements )] {clause} [[IGNORE | REPLACE] [AS] select])
 *
 * The reader stands after CREATE.
 */
export function parseCreateTable(reader: TokenReader): CreateTableStatement {
  const temporary = reader.accept('TEMPORARY');
  reader.expect('TABLE');
  const ifNotExists = reader.accept('IF', 'NOT', 'EXISTS');
  const name = parseObjectName(reader);
  const start = { kind: 'create_table', name, ifNotExists, temporary } as const;
  const like = parseLike(reader);
  if (like !== undefined) return { ...start, definition: emptyDefinition(name.name), like };
  const draft = newDraft(name.name);
  if (reader.isOperator('(') && !isSelect(reader, 1)) parseElements(reader, draft);
  while (parseClause(reader, draft)) reader.acceptOperator(',');
  const select = parseSelect(reader);
  reader.expectEnd();
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
function parseLike(reader: TokenReader): CreateTableStatement['like'] {
  const inParentheses = reader.isOperator('(') && reader.peek(1).upper === 'LIKE';
  if (inParentheses) reader.next();
  if (!reader.accept('LIKE')) return undefined;
  const name = parseObjectName(reader);
  if (inParentheses) reader.expectOperator(')');
  reader.expectEnd();
  return name;
}

function isSelect(reader: TokenReader, ahead: number): boolean {
  const token = reader.peek(ahead);
  return ['SELECT', 'WITH', 'VALUES', 'TABLE'].includes(token.upper) || reader.isOperator('(', ahead);
}

/** elements := (column | constraint) {, (column | constraint)} */
function parseElements(reader: TokenReader, draft: Draft): void {
  reader.parenthesized(() =>
    reader.list(() => {
      const constraint = parseConstraint(reader);
      if (constraint !== undefined) {
        draft.constraints.push(constraint);
        return;
      }
      const clause = parseColumn(reader);
      draft.columns.push(clause);
      for (const foreignKey of clause.references) draft.constraints.push({ kind: 'foreign_key', foreignKey });
    }),
  );
}

/** clause := option | model | PARTITION BY … | DISTRIBUTED BY … | ORDER BY ( columns ) | PROPERTIES ( … ) */
function parseClause(reader: TokenReader, draft: Draft): boolean {
  const { definition } = draft;
  if (reader.isPhrase('PARTITION', 'BY')) {
    const columns = draft.columns.map((clause) => clause.column);
    draft.definition = { ...definition, partitioning: parsePartitioning(reader, columns) };
    return true;
  }
  if (reader.isWord('ROLLUP', 'CLUSTER')) throw notYet(reader.peek().upper);
  const model = parseModel(reader);
  if (model !== undefined) draft.definition = { ...definition, model };
  else if (reader.isPhrase('DISTRIBUTED', 'BY')) {
    draft.definition = { ...definition, distribution: parseDistribution(reader) };
  } else if (reader.accept('ORDER', 'BY'))
    draft.definition = { ...definition, orderBy: parseSortKey(reader) };
  else if (reader.accept('PROPERTIES'))
    draft.definition = { ...definition, properties: parseProperties(reader) };
  else {
    const options = parseTableOption(reader, definition.options);
    if (options === undefined) return false;
    draft.definition = { ...definition, options };
  }
  return true;
}

/** model := (DUPLICATE | AGGREGATE | UNIQUE | PRIMARY) KEY ( columns ) */
function parseModel(reader: TokenReader): TableDefinition['model'] {
  for (const kind of ['DUPLICATE', 'AGGREGATE', 'UNIQUE', 'PRIMARY'] as const) {
    if (reader.accept(kind, 'KEY')) return { kind, columns: parseNameList(reader) };
  }
  return undefined;
}

/** distribution := DISTRIBUTED BY (HASH ( columns ) | RANDOM) [BUCKETS (n | AUTO)] */
export function parseDistribution(reader: TokenReader): NonNullable<TableDefinition['distribution']> {
  reader.expect('DISTRIBUTED', 'BY');
  const kind = reader.expectOneOf('HASH', 'RANDOM');
  const columns = kind === 'HASH' ? parseNameList(reader) : [];
  if (!reader.accept('BUCKETS') || reader.accept('AUTO')) return { kind, columns };
  return { kind, columns, buckets: reader.integer() };
}

/** sort key := ( columns ) | column {, column} */
export function parseSortKey(reader: TokenReader): string[] {
  return reader.isOperator('(') ? parseNameList(reader) : reader.list(() => reader.name());
}

/** select := [IGNORE | REPLACE] [AS] (SELECT | WITH | VALUES | TABLE | () … */
function parseSelect(reader: TokenReader): Pick<CreateTableStatement, 'asSelect' | 'onDuplicate'> {
  const onDuplicate = reader.acceptOneOf('IGNORE', 'REPLACE');
  const hasAs = reader.accept('AS');
  if (!isSelect(reader, 0)) return hasAs || onDuplicate !== undefined ? reader.fail() : {};
  return { asSelect: reader.rest(), ...(onDuplicate === undefined ? {} : { onDuplicate }) };
}

/** The whole definition: keys of columns among those of the table, every name given, types and forms settled. */
function settleTable(draft: Draft): TableDefinition {
  const bare = { ...draft.definition, columns: draft.columns.map((clause) => clause.column) };
  const keys = draft.constraints.flatMap((each) => (each.kind === 'key' ? [each.key] : []));
  const isStarRocks = isStarRocksTable({ ...bare, keys });
  const primaryKey = primaryKeyOf(draft, keys, isStarRocks);
  const columns = settledColumns(draft, primaryKey, isStarRocks);
  const { partitioning } = bare;
  const model = bare.model ?? impliedModel(columns);
  return settleBounds({
    ...bare,
    columns,
    ...(model === undefined ? {} : { model }),
    ...(primaryKey === undefined ? {} : { primaryKey }),
    keys: sortKeys(namedKeys(draft, keys), columns),
    foreignKeys: namedForeignKeys(draft),
    checks: namedChecks(draft),
    ...(partitioning === undefined ? {} : { partitioning: settlePartitioning(partitioning, isStarRocks) }),
  });
}

/** StarRocks takes a table with aggregates and without a model for an AGGREGATE KEY of the columns before them. */
function impliedModel(columns: readonly ColumnDefinition[]): TableDefinition['model'] {
  const first = columns.findIndex((column) => column.aggregate !== undefined);
  if (first <= 0) return undefined;
  return { kind: 'AGGREGATE', columns: columns.slice(0, first).map((column) => column.name) };
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
  const keyNames = new Set(modelColumns.map((name) => name.toLowerCase()));
  const wrong = draft.columns.find(
    ({ column, saysNull }) => saysNull && keyNames.has(column.name.toLowerCase()),
  );
  if (wrong !== undefined) {
    const message = `primary key column[${wrong.column.name}] cannot be nullable`;
    throw new SqlError('analysis', `Getting analyzing error. Detail message: ${message}`);
  }
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
