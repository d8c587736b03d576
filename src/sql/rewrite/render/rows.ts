import { SqlError } from '../../../base/sql-error.ts';
import type { CompareOperator, Expression, Query } from '../ast.ts';
import { nestedEnvironment, render, renderQuery, type Environment } from '../environment.ts';
import { booleanType, unknownType, type Rendered } from '../types.ts';
import { compareValues } from './comparison.ts';
import { comparedLiteral } from './literal-operands.ts';

type Node<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>;

/** One side of a comparison of rows: its values, which may be rows again, and the query that gives them. */
type Side = Readonly<{ values: readonly (Rendered | Side)[]; from: readonly string[] }>;

/** Whether an expression has several values: a row, or a query of several columns. */
export function isRow(node: Expression): boolean {
  return node.kind === 'row' || (node.kind === 'subquery' && isWide(node.query));
}

function isWide({ body }: Query): boolean {
  if (body.kind === 'nested') return isWide(body.query);
  return body.kind === 'select' && body.items.length > 1;
}

/** `(a, b) = (c, d)`, where a query may stand on either side: without a row it is NULL. */
export function renderRowCompare(node: Node<'compare'>, environment: Environment): Rendered {
  const left = sideOf(node.left, environment, '"row1"');
  const right = sideOf(node.right, environment, '"row2"');
  const sql = compareRows(
    node.operator,
    settledSide(left, right, environment),
    settledSide(right, left, environment),
  );
  const from = [...left.from, ...right.from];
  return { sql: from.length === 0 ? sql : `(SELECT ${sql} FROM ${from.join(', ')})`, type: booleanType };
}

/** `(a, b) IN ((1, 2), …)`. */
export function renderRowIn(node: Node<'in'>, environment: Environment): Rendered {
  const equals = node.items.map(
    (item) =>
      renderRowCompare({ kind: 'compare', operator: '=', left: node.operand, right: item }, environment).sql,
  );
  return { sql: `(${node.negated ? 'NOT ' : ''}(${equals.join(' OR ')}))`, type: booleanType };
}

function sideOf(node: Expression, environment: Environment, alias: string): Side {
  if (node.kind === 'row') {
    const values = node.items.map((item) =>
      item.kind === 'row' ? sideOf(item, environment, alias) : render(item, environment),
    );
    return { values, from: [] };
  }
  if (node.kind !== 'subquery') return { values: [render(node, environment)], from: [] };
  const { sql, columns } = renderQuery(node.query, nestedEnvironment(environment));
  if (columns === undefined) throw columnsError(2);
  const names = columns.map((_, index) => `"c${index + 1}"`);
  const values = columns.map(({ type = unknownType }, index) => ({ sql: `${alias}.${names[index]}`, type }));
  return { values, from: [`(${sql}) AS ${alias}(${names.join(', ')})`] };
}

/** The side with its texts as the values beside them take them. */
function settledSide(side: Side, other: Side, environment: Environment): Side {
  const values = side.values.map((value, index) => {
    const beside = other.values[index];
    if (beside === undefined || 'values' in beside || 'values' in value) return value;
    return comparedLiteral(value, beside, { environment });
  });
  return { ...side, values };
}

/** Rows are compared value by value, so that each pair follows its own types and collation. */
function compareRows(operator: CompareOperator, left: Side, right: Side): string {
  if (left.values.length !== right.values.length) throw columnsError(left.values.length);
  const pairs = left.values.map((value, index) => [value, right.values[index] as Rendered | Side] as const);
  if (operator === '=' || operator === '<=>' || operator === '<>') {
    const equal = pairs.map(([a, b]) => compareItems(operator === '<>' ? '=' : operator, a, b)).join(' AND ');
    return operator === '<>' ? `(NOT (${equal}))` : `(${equal})`;
  }
  return orderRows(operator, pairs);
}

function columnsError(count: number): SqlError {
  return new SqlError('operand_columns', `Operand should contain ${count} column(s)`);
}

function compareItems(operator: CompareOperator, left: Rendered | Side, right: Rendered | Side): string {
  if ('values' in left && 'values' in right) return compareRows(operator, left, right);
  if ('values' in left) throw columnsError(left.values.length);
  if ('values' in right) throw columnsError(1);
  return compareValues(operator, left, right);
}

/** (a, b) < (c, d) is a < c OR (a = c AND b < d); the last pair decides equality. */
function orderRows(
  operator: CompareOperator,
  [first, ...rest]: readonly (readonly [Rendered | Side, Rendered | Side])[],
): string {
  const strict = operator === '<' || operator === '<=' ? '<' : '>';
  if (first === undefined) return 'TRUE';
  if (rest.length === 0) return compareItems(operator, ...first);
  const less = compareItems(strict, ...first);
  const equal = compareItems('=', ...first);
  return `(${less} OR (${equal} AND ${orderRows(operator, rest)}))`;
}
