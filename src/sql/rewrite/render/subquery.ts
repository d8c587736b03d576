import { SqlError } from '../../../base/sql-error.ts';
import type { Expression, Query } from '../ast.ts';
import { throughDouble } from '../conversions/texts.ts';
import {
  render,
  renderQuery,
  nestedEnvironment,
  outsideFilter,
  type Environment,
  type RenderedQuery,
} from '../environment.ts';
import { booleanType, unknownType, type Rendered, type ValueType } from '../types.ts';
import { comparable, compareValues } from './comparison.ts';

type Node<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>;

function inner(query: Query, environment: Environment): RenderedQuery {
  return renderQuery(query, nestedEnvironment(environment));
}

/** `(SELECT …)` as a value. */
export function renderScalarQuery(query: Query, environment: Environment): Rendered {
  const rendered = inner(query, environment);
  requireColumns(rendered, 1);
  return throughDouble({ sql: `(${rendered.sql})`, type: rendered.columns?.[0]?.type ?? unknownType });
}

export function renderExists(query: Query, environment: Environment): Rendered {
  return { sql: `EXISTS (${inner(query, environment).sql})`, type: booleanType };
}

function requireColumns(query: RenderedQuery, count: number): void {
  if (query.columns !== undefined && query.columns.length !== count) {
    throw new SqlError('operand_columns', `Operand should contain ${count} column(s)`);
  }
}

export function renderInQuery(node: Node<'inQuery'>, environment: Environment): Rendered {
  const operands = node.operand.kind === 'row' ? node.operand.items : [node.operand];
  const lefts = operands.map((operand) => render(operand, outsideFilter(environment)));
  const query = inner(node.query, environment);
  requireColumns(query, lefts.length);
  const isSeen = node.negated || !environment.isFilter;
  if (lefts.length > 1 && isSeen) return rowEquals(lefts, query, node.negated);
  const aligned = align(lefts, query);
  const left = aligned.lefts.length === 1 ? aligned.lefts[0] : `(${aligned.lefts.join(', ')})`;
  return { sql: `(${left} ${node.negated ? 'NOT ' : ''}IN (${aligned.query}))`, type: booleanType };
}

/**
 * `(a, b) [NOT] IN (SELECT …)`. Rows differ when a pair of their values does, also beside a NULL; for DuckDB a row with a
 * NULL is unknown as a whole.
 */
function rowEquals(lefts: readonly Rendered[], query: RenderedQuery, negated: boolean): Rendered {
  const names = lefts.map((_, index) => `"c${index + 1}"`);
  const equal = lefts
    .map((left, index) => {
      const type = query.columns?.[index]?.type ?? unknownType;
      return compareValues('=', left, { sql: `"q".${names[index]}`, type });
    })
    .join(' AND ');
  const any = (condition: string): string =>
    `EXISTS (SELECT 1 FROM (${query.sql}) AS "q"(${names.join(', ')}) WHERE ${condition})`;
  const [found, missing] = negated ? ['FALSE', 'TRUE'] : ['TRUE', 'FALSE'];
  const sql = `(CASE WHEN ${any(equal)} THEN ${found} WHEN ${any(`(${equal}) IS NULL`)} THEN NULL ELSE ${missing} END)`;
  return { sql, type: booleanType };
}

export function renderQuantified(node: Node<'quantified'>, environment: Environment): Rendered {
  const { left: operand, query: rows, operator: written, quantifier } = node;
  if (operand.kind === 'row') {
    const isIn = written === '=' && quantifier === 'ANY';
    if (!isIn && (written !== '<>' || quantifier !== 'ALL')) {
      throw new SqlError('operand_columns', 'Operand should contain 1 column(s)');
    }
    return renderInQuery({ kind: 'inQuery', operand, query: rows, negated: !isIn }, environment);
  }
  const left = render(node.left, outsideFilter(environment));
  const query = inner(node.query, environment);
  requireColumns(query, 1);
  const aligned = align([left], query);
  const operator = node.operator === '<=>' ? '=' : node.operator;
  return {
    sql: `(${aligned.lefts[0]} ${operator} ${node.quantifier} (${aligned.query}))`,
    type: booleanType,
  };
}

/**
 * Both sides in a form that compares as MySQL does. Columns of the query that need a conversion, or rows that
 * hold text (whose collation DuckDB drops inside rows), are converted around the query.
 */
function align(
  lefts: readonly Rendered[],
  query: RenderedQuery,
): Readonly<{ lefts: readonly string[]; query: string }> {
  const names = lefts.map((_, index) => `"c${index + 1}"`);
  const isRow = lefts.length > 1;
  const pairs = lefts.map((left, index) => {
    const type: ValueType = query.columns?.[index]?.type ?? unknownType;
    const pair = comparable(left, { sql: names[index] ?? '', type }, { ordering: isRow, operation: '=' });
    return pair;
  });
  const changed = pairs.some((pair, index) => pair.right !== names[index]);
  if (!changed) return { lefts: pairs.map((pair) => pair.left), query: query.sql };
  const columns = pairs.map((pair) => pair.right).join(', ');
  return {
    lefts: pairs.map((pair) => pair.left),
    query: `SELECT ${columns} FROM (${query.sql}) AS "q"(${names.join(', ')})`,
  };
}
