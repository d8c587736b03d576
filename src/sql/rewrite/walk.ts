import type { ColumnName, Expression, OrderItem, Window } from './ast.ts';

/** The expressions directly inside one, not those of its subqueries, in the order in which they are written. */
export function children(node: Expression): readonly Expression[] {
  const found: Expression[] = [];
  mapChildren(node, (child) => {
    found.push(child);
    return child;
  });
  return found;
}

/** The expression with `make` of each child in its place, made in the order in which they are written. */
export function mapChildren(node: Expression, make: (child: Expression) => Expression): Expression {
  switch (node.kind) {
    case 'unary':
    case 'is':
    case 'inQuery':
    case 'cast':
    case 'convertUsing':
    case 'collate':
    case 'extract':
      return { ...node, operand: make(node.operand) };
    case 'assignment':
      return { ...node, value: make(node.value) };
    case 'binary':
    case 'compare':
      return { ...node, left: make(node.left), right: make(node.right) };
    case 'quantified':
      return { ...node, left: make(node.left) };
    case 'logical':
      return { ...node, operands: node.operands.map(make) };
    case 'in':
      return { ...node, operand: make(node.operand), items: node.items.map(make) };
    case 'between':
      return { ...node, operand: make(node.operand), low: make(node.low), high: make(node.high) };
    case 'like':
      return {
        ...node,
        operand: make(node.operand),
        pattern: make(node.pattern),
        escape: node.escape && make(node.escape),
      };
    case 'regexp':
      return { ...node, operand: make(node.operand), pattern: make(node.pattern) };
    case 'case':
      return {
        ...node,
        operand: node.operand && make(node.operand),
        branches: node.branches.map(({ when, result }) => ({ when: make(when), result: make(result) })),
        otherwise: node.otherwise && make(node.otherwise),
      };
    case 'call':
      return {
        ...node,
        arguments: node.arguments.map(make),
        orderBy: mapOrdered(node.orderBy, make),
        window: node.window && mapWindow(node.window, make),
      };
    case 'dateArithmetic':
      return { ...node, date: make(node.date), amount: make(node.amount) };
    case 'row':
      return { ...node, items: node.items.map(make) };
    default:
      return node;
  }
}

function mapOrdered(
  items: readonly OrderItem[],
  make: (child: Expression) => Expression,
): readonly OrderItem[] {
  return items.map((item) => ({ ...item, expression: make(item.expression) }));
}

function mapWindow(window: Window, make: (child: Expression) => Expression): Window {
  return {
    ...window,
    partitionBy: window.partitionBy.map(make),
    orderBy: mapOrdered(window.orderBy, make),
  };
}

/** True when the expression or one inside it fulfils the test. */
export function contains(node: Expression, test: (node: Expression) => boolean): boolean {
  return test(node) || children(node).some((child) => contains(child, test));
}

/** True for an expression that has a query in it. */
export function isQuery({ kind }: Expression): boolean {
  return kind === 'subquery' || kind === 'exists' || kind === 'inQuery' || kind === 'quantified';
}

/** The columns in an expression, but not those of its subqueries. */
export function columnsIn(node: Expression): readonly ColumnName[] {
  return node.kind === 'column' ? [node] : children(node).flatMap(columnsIn);
}

/** A literal, which sorts and groups nothing; only a whole number is a position where one may stand. */
export function isConstant(node: Expression): boolean {
  if (node.kind === 'unary') return isConstant(node.operand);
  return node.kind === 'number' || node.kind === 'null' || node.kind === 'string' || node.kind === 'boolean';
}

export function isPosition(node: Expression): node is Extract<Expression, { kind: 'number' }> {
  return node.kind === 'number' && /^\d+$/.test(node.text);
}
