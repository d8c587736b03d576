import type { Token } from '../token.ts';
import type { Expression, Query, Select, SelectItem, TableExpression } from './ast.ts';
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

/** What `LAST_INSERT_ID(x)` assigns to: no name of a variable, which are in lower case. */
export const insertIdName = 'LAST_INSERT_ID()';

function keyOf(name: string): string {
  return name === insertIdName ? name : name.toLowerCase();
}

/** Where the rows of a query leave its user variables: `fromEnd` counts columns from the last one. */
export type Assigns = Readonly<{
  variables: readonly Readonly<{ name: string; fromEnd: number }>[];
  /** Columns at the end that the client does not see. */
  hidden: number;
  /** The order of the rows is the statement's own, so that the last one is known. */
  isOrdered: boolean;
}>;

/** A query without its assignments. */
export type AssigningQuery = Readonly<{ query: Query; assigns: Assigns }>;

/**
 * A whole query whose select list assigns user variables: each that is read behind its assignment in the same row becomes
 * what was assigned, and the last row's values are the session's. Undefined for a query that assigns nothing in its list.
 * In a query of one row a variable may be read before it is assigned, too. Throws SqlError where a value would depend on
 * another row, or on the order in which MySQL computes.
 */
export function assigningQuery(
  query: Query,
  tokens: readonly Token[],
  isAggregate: (node: Expression) => boolean,
): AssigningQuery | undefined {
  if (query.body.kind !== 'select') return undefined;
  const body = settingInsertId(query.body);
  const names = body.items.flatMap(({ expression }) => namesAssigned(expression));
  const [first] = names;
  if (first === undefined) return undefined;
  const assigned = new Set(names);
  // One that stands outside of the list would see what the row before has left.
  const isKnown = ({ kind, value }: Token): boolean =>
    kind === 'user_variable' && assigned.has(value.toLowerCase());
  const seen = body.items.reduce((sum, { expression }) => sum + countVariables(expression, assigned), 0);
  if (tokens.filter(isKnown).length !== seen) refuseAssignment(first);

  const isOneRow =
    body.from.length === 0 ||
    (body.groupBy.length === 0 && body.items.some(({ expression }) => contains(expression, isAggregate)));
  const known: Known = new Map();
  const unread = isOneRow ? new Set<string>() : assigned;
  const items = body.items.map((item) => ({
    ...item,
    expression: resolve(item.expression, known, unread),
    // A column keeps the name of its assignment.
    alias: item.alias ?? (item.expression.kind === 'assignment' ? item.text : undefined),
  }));
  return withCaptures(query, { body, items, known, assigned });
}

type Resolved = Readonly<{
  body: Select;
  items: readonly SelectItem[];
  known: Known;
  assigned: ReadonlySet<string>;
}>;

function withCaptures(query: Query, { body, items, known, assigned }: Resolved): AssigningQuery {
  const captures = [...assigned].map((name) => {
    const value = known.get(name);
    if (value === undefined) return refuseAssignment(name);
    return { name, value, place: items.findLastIndex(({ expression }) => expression === value) };
  });
  const lastStar = items.findLastIndex(({ expression }) => expression.kind === 'star');
  const hidden = captures.filter(({ place }) => place <= lastStar);
  for (const { name, value } of hidden) if (body.distinct || isVolatile(value)) refuseAssignment(name);
  const extra = hidden.map(({ value }, index) => ({
    expression: value,
    alias: `__holdfast_variable_${index}`,
    text: '',
  }));
  const variables = captures.map((capture) => {
    const place = hidden.indexOf(capture);
    return {
      name: capture.name,
      fromEnd: place < 0 ? items.length - 1 - capture.place + hidden.length : hidden.length - 1 - place,
    };
  });
  const isOrdered = body.from.length === 0 || isOrderedByOthers(query, body);
  const assigns = { variables, hidden: hidden.length, isOrdered };
  return { query: { ...query, body: { ...body, items: [...items, ...extra] } }, assigns };
}

/** Sorted by what assigns nothing: then MySQL assigns while it sends the rows, and not before. */
function isOrderedByOthers({ orderBy }: Query, { items }: Select): boolean {
  if (orderBy.length === 0) return false;
  const aliases = items
    .filter(({ expression }) => namesAssigned(expression).length > 0)
    .map(({ alias }) => alias?.toLowerCase());
  return orderBy.every(
    ({ expression }) =>
      expression.kind !== 'number' &&
      !contains(
        expression,
        (node) => isAssignment(node) || (node.kind === 'column' && aliases.includes(node.name.toLowerCase())),
      ),
  );
}

/** Functions that give another value each time they are computed. */
const volatileFunctions: ReadonlySet<string> = new Set(['RAND', 'UUID', 'UUID_SHORT', 'RANDOM_BYTES']);

function isVolatile(node: Expression): boolean {
  return contains(
    node,
    (each) => each.kind === 'subquery' || (each.kind === 'call' && volatileFunctions.has(each.name)),
  );
}

/** A select list whose `LAST_INSERT_ID(x)` are assignments to a variable of their own. */
function settingInsertId(select: Select): Select {
  const set = (node: Expression): Expression => {
    const inner = mapChildren(node, set);
    if (inner.kind !== 'call' || inner.name !== 'LAST_INSERT_ID' || inner.arguments.length !== 1)
      return inner;
    const [operand] = inner.arguments;
    if (operand === undefined) return inner;
    const value: Expression = { kind: 'cast', operand, target: { name: 'UNSIGNED', arguments: [] } };
    return { kind: 'assignment', name: insertIdName, value };
  };
  const items = select.items.map((item) => ({ ...item, expression: set(item.expression) }));
  return { ...select, items };
}

function countVariables(node: Expression, names: ReadonlySet<string>): number {
  const isNamed = node.kind === 'userVariable' || (node.kind === 'assignment' && node.name !== insertIdName);
  const own = isNamed && names.has(keyOf(node.name));
  return children(node).reduce((sum, child) => sum + countVariables(child, names), own ? 1 : 0);
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
  return isAssignment(node) ? [keyOf(node.name), ...inside] : inside;
}

function resolve(node: Expression, known: Known, assigned: ReadonlySet<string>): Expression {
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

/** For assignments where they have no meaning here. */
export function refuseAssignment(name: string): never {
  notSupported(
    name === insertIdName
      ? 'LAST_INSERT_ID with an argument in this place'
      : `assignment of the user variable '@${name}' in a query`,
    'Use SET for variables, and ROW_NUMBER() OVER (…) for running numbers.',
  );
}
