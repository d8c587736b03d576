import type { Expression, OrderItem, Window } from './ast.ts';

/** The expressions directly inside one, not those of its subqueries. */
export function children(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case 'unary':
    case 'is':
    case 'inQuery':
    case 'cast':
    case 'convertUsing':
    case 'collate':
    case 'extract':
      return [node.operand];
    case 'binary':
    case 'compare':
      return [node.left, node.right];
    case 'quantified':
      return [node.left];
    case 'logical':
      return node.operands;
    case 'in':
      return [node.operand, ...node.items];
    case 'between':
      return [node.operand, node.low, node.high];
    case 'like':
      return node.escape === undefined
        ? [node.operand, node.pattern]
        : [node.operand, node.pattern, node.escape];
    case 'regexp':
      return [node.operand, node.pattern];
    case 'case':
      return [
        node.operand,
        ...node.branches.flatMap(({ when, result }) => [when, result]),
        node.otherwise,
      ].filter((each) => each !== undefined);
    case 'call':
      return [
        ...node.arguments,
        ...ordered(node.orderBy),
        ...(node.window === undefined ? [] : inWindow(node.window)),
      ];
    case 'dateArithmetic':
      return [node.date, node.amount];
    case 'row':
      return node.items;
    default:
      return [];
  }
}

function ordered(items: readonly OrderItem[]): readonly Expression[] {
  return items.map((item) => item.expression);
}

function inWindow(window: Window): readonly Expression[] {
  return [...window.partitionBy, ...ordered(window.orderBy)];
}

/** True when the expression or one inside it fulfils the test. */
export function contains(node: Expression, test: (node: Expression) => boolean): boolean {
  return test(node) || children(node).some((child) => contains(child, test));
}
