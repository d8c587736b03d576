import { SqlError } from '../../../base/sql-error.ts';
import type {
  CommonTable,
  Expression,
  Limit,
  OrderItem,
  Query,
  QueryBody,
  SetOperation,
  Values,
} from '../ast.ts';
import { asType } from '../conversions/wanted-types.ts';
import { settled } from '../conversions/numbers.ts';
import {
  render,
  renderQuery,
  type CommonTableEntry,
  type Environment,
  type RenderedQuery,
} from '../environment.ts';
import { duckdbName } from '../../duckdb-quote.ts';
import { notSupported } from '../not-supported.ts';
import { addToScope, openScope, type RelationColumn } from '../scope.ts';
import { commonType } from '../common-type.ts';
import { bigintType, hasKey, isBits, unknownType, type Rendered, type ValueType } from '../types.ts';
import { collatedSet, type SetBranch } from './collated-set.ts';
import { renamed } from './from.ts';
import { orderTerm } from './order.ts';
import { countedTable, depthColumn, requireRecursion, withWideSeed } from './recursion.ts';
import { renderSelect } from './select.ts';

/** A whole query. The environment's scope is new and belongs to this query. */
export function renderWholeQuery(query: Query, environment: Environment): RenderedQuery {
  const { withClause, inside } = renderCommonTables(query, environment);
  const body = renderOrdered(query.body, query.orderBy, inside);
  return { sql: `${withClause}${body.sql}${renderLimit(query.limit, inside)}`, columns: body.columns };
}

/** A branch of a set operation or the inside of parentheses: the same surroundings, names of its own. */
function sibling(environment: Environment): Environment {
  return { ...environment, scope: openScope(environment.scope.outer) };
}

function renderCommonTables(
  query: Query,
  environment: Environment,
): Readonly<{ withClause: string; inside: Environment }> {
  if (query.with.length === 0) return { withClause: '', inside: environment };
  const tables = new Map<string, CommonTableEntry>(environment.commonTables);
  const inside = { ...environment, commonTables: tables };
  const texts = query.with.map((table) => {
    if (query.recursive && table.query.body.kind === 'set' && table.query.limit !== undefined) {
      notSupported('LIMIT in a recursive query', 'Write it in the query that reads the rows.');
    }
    if (query.recursive) requireRecursion(table);
    const seed = query.recursive ? seedColumns(table, inside) : undefined;
    const wide = withWideSeed(table, seed);
    const counted = seed === undefined ? undefined : countedTable(wide);
    const { columns, query: written } = counted ?? wide;
    const depth = counted === undefined ? [] : [{ name: depthColumn, type: bigintType, hidden: true }];
    if (query.recursive) tables.set(table.name.toLowerCase(), { columns: seed && [...seed, ...depth] });
    const rendered = renderQuery(written, sibling(inside));
    const shown = renamed(rendered.columns, columns)?.filter(({ name }) => name !== depthColumn);
    tables.set(table.name.toLowerCase(), { columns: shown });
    const names = columns.length === 0 ? '' : `(${columns.map(duckdbName).join(', ')})`;
    return `${duckdbName(table.name)}${names} AS (${rendered.sql})`;
  });
  return { withClause: `WITH ${query.recursive ? 'RECURSIVE ' : ''}${texts.join(', ')} `, inside };
}

/** The columns of a recursive table are those of its first, non-recursive branch. */
function seedColumns(table: CommonTable, environment: Environment): readonly RelationColumn[] | undefined {
  let seed: QueryBody = table.query.body;
  while (seed.kind === 'set') seed = seed.left;
  const output = { ...environment.output, tables: [] };
  const rendered = renderBody(seed, { ...sibling(environment), output });
  return renamed(rendered.columns, table.columns);
}

function renderOrdered(
  body: QueryBody,
  orderBy: readonly OrderItem[],
  environment: Environment,
): RenderedQuery {
  if (body.kind === 'select') return renderSelect(body, orderBy, environment);
  const rendered = renderBody(body, environment);
  if (orderBy.length === 0) return rendered;
  const terms = orderBy.map((item) => outputTerm(item, rendered.columns, environment));
  return {
    sql: `SELECT * FROM (${rendered.sql}) AS "u" ORDER BY ${terms.join(', ')}`,
    columns: rendered.columns,
  };
}

function renderBody(body: QueryBody, environment: Environment): RenderedQuery {
  switch (body.kind) {
    case 'select':
      return renderSelect(body, [], environment);
    case 'nested':
      return renderQuery(body.query, environment);
    case 'values':
      return renderValues(body, environment);
    case 'set':
      return renderSet(body, environment);
  }
}

/** ORDER BY of a union: a position, or an expression over the columns of the result. */
function outputTerm(
  item: OrderItem,
  columns: readonly RelationColumn[] | undefined,
  environment: Environment,
): string {
  const { expression } = item;
  const position = expression.kind === 'number' ? Number(expression.text) : undefined;
  if (position !== undefined && columns !== undefined) {
    const column = columns[position - 1];
    if (column === undefined)
      throw new SqlError('unknown_column', `Unknown column '${position}' in 'order clause'`);
    return orderTerm({ sql: `"u".${duckdbName(column.name)}`, type: column.type }, item.descending);
  }
  const scope = openScope(environment.scope.outer);
  scope.clause = 'order clause';
  addToScope(scope, {
    alias: 'u',
    sqlName: '"u"',
    database: undefined,
    name: 'u',
    columns,
    shape: undefined,
  });
  return orderTerm(render(expression, { ...environment, scope }), item.descending);
}

function renderSet(body: SetOperation, environment: Environment): RenderedQuery {
  const branches = flatten(body).map(({ branch, operator }) => ({
    operator,
    query: renderBody(branch, sibling(environment)),
  }));
  const columns = mergedColumns(branches.map(({ query }) => query));
  const converted = branches.map(({ operator, query }) => ({
    operator,
    sql: convertedBranch(query, columns),
  }));
  if (columns?.some(({ type }) => hasKey(type)) === true)
    return { sql: collatedSet(converted, columns), columns };
  const texts = converted.map(({ operator, sql }) =>
    operator === undefined ? `(${sql})` : ` ${operator.operator}${operator.all ? ' ALL' : ''} (${sql})`,
  );
  return { sql: texts.join(''), columns };
}

/** Left-deep unions of one precedence as a list; anything else stays a branch of its own. */
function flatten(
  body: SetOperation,
): readonly Readonly<{ branch: QueryBody; operator: SetBranch['operator'] }>[] {
  const isChain =
    body.left.kind === 'set' && (body.left.operator === 'INTERSECT') === (body.operator === 'INTERSECT');
  const left =
    isChain && body.left.kind === 'set' ? flatten(body.left) : [{ branch: body.left, operator: undefined }];
  return [...left, { branch: body.right, operator: body }];
}

function mergedColumns(queries: readonly RenderedQuery[]): readonly RelationColumn[] | undefined {
  const [first] = queries;
  if (first?.columns === undefined || queries.some((query) => query.columns === undefined)) return undefined;
  const count = first.columns.length;
  if (queries.some((query) => query.columns?.length !== count)) {
    throw new SqlError(
      'select_count_mismatch',
      'The used SELECT statements have a different number of columns',
    );
  }
  return first.columns.map((column, index) => ({
    ...column,
    type: commonOf(queries.map((query) => query.columns?.[index]?.type ?? unknownType)),
  }));
}

function commonOf(types: readonly ValueType[]): ValueType {
  const type = commonType(types, 'UNION');
  if (type.kind !== 'text' || type.coercibility !== 'none') return type;
  throw new SqlError('illegal_mix_of_many', "Illegal mix of collations for operation 'UNION'");
}

/** A branch whose columns have other types than the union's gets them converted around it. */
function convertedBranch(query: RenderedQuery, columns: readonly RelationColumn[] | undefined): string {
  if (columns === undefined || query.columns === undefined) return query.sql;
  const names = columns.map((_, index) => `"c${index + 1}"`);
  const converted = columns.map((column, index) => {
    const own: ValueType = query.columns?.[index]?.type ?? unknownType;
    return needsConversion(own, column.type)
      ? asType(unionValue(names[index] ?? '', own, column.type), column.type)
      : names[index];
  });
  if (converted.every((sql, index) => sql === names[index])) return query.sql;
  const list = converted.map((sql, index) => `${sql} AS ${duckdbName(columns[index]?.name ?? '')}`);
  return `SELECT ${list.join(', ')} FROM (${query.sql}) AS "b"(${names.join(', ')})`;
}

/** DuckDB joins decimals and integers, and dates with datetimes, by itself; what else differs is ours. */
function needsConversion(own: ValueType, wanted: ValueType): boolean {
  if (own.kind === 'null') return false;
  if (wanted.kind === 'double') return own.kind !== 'double' || own.single !== wanted.single;
  if (wanted.kind === 'datetime') return own.kind === 'time';
  return (wanted.kind === 'text' || wanted.kind === 'binary') && own.kind !== wanted.kind;
}

/** Beside texts the text of a FLOAT and of a BIT depends in MySQL on the length of the texts. */
function unionValue(sql: string, type: ValueType, wanted: ValueType): Rendered {
  const isFloat = type.kind === 'double' && type.single === true;
  if ((wanted.kind === 'text' || wanted.kind === 'binary') && (isFloat || isBits(type)))
    notSupported(`a union of ${isFloat ? 'FLOAT' : 'BIT'} and another type than a number`);
  return { sql, type };
}

/** VALUES ROW(…), ROW(…): columns are named as MySQL names them. */
function renderValues(body: Values, environment: Environment): RenderedQuery {
  const rows = body.rows.map((row) => row.map((value) => settled(render(value, environment))));
  const width = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== width)) {
    throw new SqlError('column_count_mismatch', "Column count doesn't match value count at row 2");
  }
  const columns = Array.from({ length: width }, (_, index) => ({
    name: `column_${index}`,
    type: commonOf(rows.map((row) => (row[index] as Rendered).type)),
  }));
  const texts = rows.map(
    (row) => `(${row.map((value, index) => asType(value, columns[index]?.type ?? unknownType)).join(', ')})`,
  );
  const names = columns.map((column) => duckdbName(column.name)).join(', ');
  return { sql: `SELECT * FROM (VALUES ${texts.join(', ')}) AS "v"(${names})`, columns };
}

function renderLimit(limit: Limit | undefined, environment: Environment): string {
  if (limit === undefined) return '';
  const offset = limit.offset === undefined ? '' : ` OFFSET ${limitNumber(limit.offset, environment)}`;
  return ` LIMIT ${limitNumber(limit.count, environment)}${offset}`;
}

/** 18446744073709551615 is MySQL's way to say "all"; DuckDB counts in 63 bits. */
const limitMax = 9_223_372_036_854_775_807n;

function limitNumber(node: Expression, environment: Environment): string {
  if (node.kind === 'parameter') return `CAST($${node.number} AS BIGINT)`;
  if (node.kind !== 'number') return render(node, environment).sql;
  const count = BigInt(node.text);
  return String(count > limitMax ? limitMax : count);
}
