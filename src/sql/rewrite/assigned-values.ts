import type { Expression } from './ast.ts';
import { notSupported } from './not-supported.ts';
import { children, contains, mapChildren } from './walk.ts';

/** What the variables of a row stand for, by their names in lower case. */
export type Known = Map<string, Expression>;

type Assignment = Extract<Expression, { kind: 'assignment' }>;
type Case = Extract<Expression, { kind: 'case' }>;

/** Nodes of one variable's value: variables of variables could double without end. The ODBC driver needs some 200. */
const nodesMax = 2_000;

export const isAssignment = (node: Expression): node is Assignment => node.kind === 'assignment';

/** What `LAST_INSERT_ID(x)` assigns to: no name of a variable, which are in lower case. */
export const insertIdName = 'LAST_INSERT_ID()';

/** The key of a variable in `Known`. */
export function keyOf(name: string): string {
  return name === insertIdName ? name : name.toLowerCase();
}

/** The keys of the variables that an expression assigns, an outer one before those inside of it; a key may come twice. */
export function namesAssigned(node: Expression): readonly string[] {
  const inside = children(node).flatMap(namesAssigned);
  return isAssignment(node) ? [keyOf(node.name), ...inside] : inside;
}

/**
 * An expression without its assignments, where `known` is what has been assigned before it in the row; what it assigns itself
 * is added there. Throws SqlError for a variable of `assigned` that is read before it is assigned, and for an assignment that
 * MySQL may leave out.
 */
export function resolve(node: Expression, known: Known, assigned: ReadonlySet<string>): Expression {
  switch (node.kind) {
    case 'assignment': {
      const value = resolve(node.value, known, assigned);
      if (sizeOf(value) > nodesMax) refuseAssignment(node.name);
      known.set(keyOf(node.name), value);
      return value;
    }
    case 'userVariable': {
      const value = known.get(node.name.toLowerCase());
      if (value !== undefined && isVolatile(value)) refuseAssignment(node.name);
      if (value === undefined && assigned.has(node.name.toLowerCase())) refuseAssignment(node.name);
      return value ?? node;
    }
    case 'call': {
      const isRead = node.name === 'LAST_INSERT_ID' && node.arguments.length === 0;
      const value = isRead ? known.get(insertIdName) : undefined;
      return value ?? resolveOther(node, known, assigned);
    }
    case 'case':
      return resolveCase(node, known, assigned);
    default:
      return resolveOther(node, known, assigned);
  }
}

function resolveOther(node: Expression, known: Known, assigned: ReadonlySet<string>): Expression {
  const choice = ifAsCase(node);
  if (choice !== undefined) return resolveCase(choice, known, assigned);
  if (mayStopEarly(node)) refuseInside(node);
  return mapChildren(node, (child) => resolve(child, known, assigned));
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

/** Functions that give another value each time they are computed. */
const volatileFunctions: ReadonlySet<string> = new Set(['RAND', 'UUID', 'UUID_SHORT', 'RANDOM_BYTES']);

export function isVolatile(node: Expression): boolean {
  return contains(
    node,
    (each) => each.kind === 'subquery' || (each.kind === 'call' && volatileFunctions.has(each.name)),
  );
}

/** For assignments where they have no meaning here. */
export function refuseAssignment(name: string): never {
  notSupported(
    name === insertIdName
      ? 'LAST_INSERT_ID with an argument in this place'
      : `assignment of the user variable '@${name}' in a query`,
    'Use SET for variables, and ROW_NUMBER() OVER (…) for running numbers.',
  );
}
