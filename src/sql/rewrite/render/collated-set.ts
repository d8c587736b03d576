import type { SetOperation } from '../ast.ts';
import { equalityKey } from '../conversions.ts';
import { duckdbName } from '../../duckdb-quote.ts';
import { notSupported } from '../not-supported.ts';
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
    if (operator.all)
      notSupported(`${operator.operator} ALL of texts with a collation other than the default`);
    const isSame = columns.map(
      (column, index) => `${keyOf('u', column, index)} IS NOT DISTINCT FROM ${keyOf('v', column, index)}`,
    );
    const other = `EXISTS (SELECT 1 FROM (${sql}) AS "v"(${names(columns)}) WHERE ${isSame.join(' AND ')})`;
    const condition = operator.operator === 'EXCEPT' ? `NOT ${other}` : other;
    return `${distinctRows(columns)} FROM (${left}) AS "u"(${names(columns)}) WHERE ${condition}`;
  }, '');
}

function distinctRows(columns: readonly RelationColumn[]): string {
  const keys = columns.map((column, index) => keyOf('u', column, index));
  const shown = columns.map(({ name }, index) => `${place('u', index)} AS ${duckdbName(name)}`);
  return `SELECT DISTINCT ON (${keys.join(', ')}) ${shown.join(', ')}`;
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
