import { quoteName } from '../../quote.ts';
import type { ColumnName, Expression } from '../ast.ts';
import type { Environment } from '../environment.ts';
import { findColumn, type Scope } from '../scope.ts';

/** Expressions of a kind that has no form here. */
const other = '…';

/** An arithmetic expression as MySQL's errors show it: ``(`shop`.`t`.`price` * 10)``. */
export function shownExpression(node: Expression, environment: Environment): string {
  const shown = (each: Expression): string => shownExpression(each, environment);
  switch (node.kind) {
    case 'number':
      return node.text;
    case 'string':
      return `'${node.value}'`;
    case 'null':
      return 'NULL';
    case 'column':
      return shownColumn(node, environment.scope);
    case 'unary':
      return node.operator === '+'
        ? shown(node.operand)
        : `${node.operator.toLowerCase()}(${shown(node.operand)})`;
    case 'binary':
      return `(${shown(node.left)} ${node.operator} ${shown(node.right)})`;
    case 'call':
      return `${node.name.toLowerCase()}(${node.arguments.map(shown).join(',')})`;
    default:
      return other;
  }
}

function shownColumn(node: ColumnName, scope: Scope | undefined): string {
  if (scope === undefined) return quoteName(node.name);
  const found = findColumn(scope, node);
  if (found === undefined) return shownColumn(node, scope.outer);
  const { database, alias } = found.relation;
  const names = [database, alias, found.column?.name ?? node.name].filter((name) => name !== undefined);
  return names.map(quoteName).join('.');
}
