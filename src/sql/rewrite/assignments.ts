import type { Expression, Select, TableExpression } from './ast.ts';
import { notSupported } from './not-supported.ts';
import { children, contains, mapChildren } from './walk.ts';

/** What the variables of a row stand for, by their names in lower case. */
type Known = Map<string, Expression>;

type Assignment = Extract<Expression, { kind: 'assignment' }>;
type Case = Extract<Expression, { kind: 'case' }>;

/** Nodes of one variable's value: variables of variables could double without end. The ODBC driver needs some 200. */
const nodesMax = 2_000;

const isAssignment = (node: Expression): node is Assignment => node.kind === 'assignment';

/**
 * A select list without its `@name := value`: each variable that is read behind its assignment in the same row becomes
 * what was assigned. Only over information_schema, where MariaDB's ODBC driver names parts of an expression this way
 * (SQLColumns); elsewhere assignments stay, and are refused where they are rendered, since the session's variable is not
 * set. What depends on another row, or on a branch that does not assign, is refused as well.
 */
export function withoutAssignments(select: Select): Select {
  const assigned = new Set(select.items.flatMap(({ expression }) => namesAssigned(expression)));
  if (assigned.size === 0 || !select.from.some(readsInformationSchema)) return select;
  const known: Known = new Map();
  const items = select.items.map((item) => ({
    ...item,
    expression: resolve(item.expression, known, assigned),
  }));
  return { ...select, items };
}

function readsInformationSchema(table: TableExpression): boolean {
  switch (table.kind) {
    case 'table':
      return table.database?.toLowerCase() === 'information_schema';
    case 'join':
      return readsInformationSchema(table.left) && readsInformationSchema(table.right);
    case 'derived':
    case 'jsonTable':
      return false;
  }
}

function namesAssigned(node: Expression): readonly string[] {
  const inside = children(node).flatMap(namesAssigned);
  return isAssignment(node) ? [node.name.toLowerCase(), ...inside] : inside;
}

function resolve(node: Expression, known: Known, assigned: ReadonlySet<string>): Expression {
  switch (node.kind) {
    case 'assignment': {
      const value = resolve(node.value, known, assigned);
      if (sizeOf(value) > nodesMax) refuseAssignment(node.name);
      known.set(node.name.toLowerCase(), value);
      return value;
    }
    case 'userVariable': {
      const value = known.get(node.name.toLowerCase());
      if (value === undefined && assigned.has(node.name.toLowerCase())) refuseAssignment(node.name);
      return value ?? node;
    }
    case 'case':
      return resolveCase(node, known, assigned);
    default: {
      const choice = ifAsCase(node);
      if (choice !== undefined) return resolveCase(choice, known, assigned);
      if (mayStopEarly(node)) refuseInside(node);
      return mapChildren(node, (child) => resolve(child, known, assigned));
    }
  }
}

const sizes = new WeakMap<Expression, number>();

/** Nodes of the expression written out, found once for each that several share. */
function sizeOf(node: Expression): number {
  const found = sizes.get(node);
  if (found !== undefined) return found;
  const size = 1 + children(node).reduce((sum, child) => sum + sizeOf(child), 0);
  sizes.set(node, size);
  return size;
}

function ifAsCase(node: Expression): Case | undefined {
  if (node.kind !== 'call' || node.name !== 'IF' || node.database !== undefined) return undefined;
  const [when, result, otherwise] = node.arguments;
  if (when === undefined || result === undefined) return undefined;
  return { kind: 'case', operand: undefined, branches: [{ when, result }], otherwise };
}

/** Each branch assigns by itself; behind the CASE a variable is what the branch that was taken made of it. */
function resolveCase(node: Case, known: Known, assigned: ReadonlySet<string>): Case {
  const operand = node.operand && resolve(node.operand, known, assigned);
  for (const { when } of node.branches) refuseInside(when);
  const branches = node.branches.map(({ when, result }) => {
    const own = new Map(known);
    return { when: resolve(when, known, assigned), result: resolve(result, own, assigned), own };
  });
  const other = new Map(known);
  const otherwise = node.otherwise && resolve(node.otherwise, other, assigned);
  const taken = [other, ...branches.map(({ own }) => own)];
  for (const name of new Set(taken.flatMap((own) => namesChanged(known, own)))) {
    const results = branches.flatMap(({ when, own }) => {
      const result = own.get(name);
      return result === undefined ? [] : [{ when, result }];
    });
    const last = other.get(name);
    // A branch that does not assign leaves the value of another row, which is refused where it is read.
    if (last === undefined || results.length < branches.length) known.delete(name);
    else known.set(name, { kind: 'case', operand, branches: results, otherwise: last });
  }
  return {
    kind: 'case',
    operand,
    branches: branches.map(({ when, result }) => ({ when, result })),
    otherwise,
  };
}

function namesChanged(before: Known, after: Known): readonly string[] {
  return [...after.keys()].filter((name) => after.get(name) !== before.get(name));
}

/** MySQL leaves out what the result does not need. */
function mayStopEarly(node: Expression): boolean {
  return node.kind === 'logical' || (node.kind === 'call' && ['IFNULL', 'COALESCE'].includes(node.name));
}

function refuseInside(node: Expression): void {
  if (!contains(node, isAssignment)) return;
  refuseAssignment(namesAssigned(node)[0] ?? '');
}

/** For assignments where they have no meaning here. */
export function refuseAssignment(name: string): never {
  notSupported(
    `assignment of the user variable '@${name}' in a query`,
    'Use SET for variables, and ROW_NUMBER() OVER (…) for running numbers.',
  );
}
