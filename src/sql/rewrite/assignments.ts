import type { Token } from '../token.ts';
import {
  insertIdName,
  isAssignment,
  isVolatile,
  keyOf,
  type Known,
  namesAssigned,
  refuseAssignment,
  resolve,
} from './assigned-values.ts';
import type { Expression, Query, Select, SelectItem, TableExpression } from './ast.ts';
import { children, contains, mapChildren } from './walk.ts';

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
