import type { SetOperation } from '../ast.ts';
import { equalityKey } from '../conversions/keys.ts';
import { duckdbName } from '../../duckdb-quote.ts';
import type { RelationColumn } from '../scope.ts';

/** One more branch of a set operation; the first has no operator. */
export type SetBranch = Readonly<{
  sql: string;
  operator: Pick<SetOperation, 'operator' | 'all'> | undefined;
}>;

/** Set operations over columns whose collations DuckDB does not follow: equal rows are found by their keys. */
export function collatedSet(branches: readonly SetBranch[], columns: readonly RelationColumn[]): string {
  return branches.reduce((left, { sql, operator }) => {
    if (operator === undefined) return sql;
    if (operator.operator === 'UNION') {
      const all = `(${left}) UNION ALL (${sql})`;
      return operator.all ? all : `${distinctRows(columns)} FROM (${all}) AS "u"(${names(columns)})`;
    }
    return filteredSet(left, sql, columns, operator);
  }, '');
}

/** INTERSECT and EXCEPT. With ALL the rows of one key are counted on both sides, and pair by their numbers. */
function filteredSet(
  left: string,
  right: string,
  columns: readonly RelationColumn[],
  { operator, all }: Pick<SetOperation, 'operator' | 'all'>,
): string {
  const [one, other] = all
    ? [numbered(left, 'u', columns), numbered(right, 'v', columns)]
    : [`(${left}) AS "u"(${names(columns)})`, `(${right}) AS "v"(${names(columns)})`];
  const isSame = columns.map(
    (column, index) => `${keyOf('u', column, index)} IS NOT DISTINCT FROM ${keyOf('v', column, index)}`,
  );
  if (all) isSame.push('"u"."number" = "v"."number"');
  const exists = `EXISTS (SELECT 1 FROM ${other} WHERE ${isSame.join(' AND ')})`;
  const condition = operator === 'EXCEPT' ? `NOT ${exists}` : exists;
  return `${all ? `SELECT ${shownOf(columns)}` : distinctRows(columns)} FROM ${one} WHERE ${condition}`;
}

function numbered(sql: string, alias: string, columns: readonly RelationColumn[]): string {
  const keys = columns.map((column, index) => keyOf(alias, column, index)).join(', ');
  const inner = `(${sql}) AS "${alias}"(${names(columns)})`;
  return `(SELECT *, row_number() OVER (PARTITION BY ${keys}) AS "number" FROM ${inner}) AS "${alias}"`;
}

function distinctRows(columns: readonly RelationColumn[]): string {
  const keys = columns.map((column, index) => keyOf('u', column, index));
  return `SELECT DISTINCT ON (${keys.join(', ')}) ${shownOf(columns)}`;
}

function shownOf(columns: readonly RelationColumn[]): string {
  return columns.map(({ name }, index) => `${place('u', index)} AS ${duckdbName(name)}`).join(', ');
}

function keyOf(alias: string, { type }: RelationColumn, index: number): string {
  return equalityKey({ sql: place(alias, index), type });
}

function place(alias: string, index: number): string {
  return `"${alias}"."c${index + 1}"`;
}

function names(columns: readonly RelationColumn[]): string {
  return columns.map((_, index) => `"c${index + 1}"`).join(', ');
}
