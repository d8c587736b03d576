import { assert } from '../../base/assert.ts';
import type { Token } from '../token.ts';
import type { Expression, Query, Select, TableExpression } from './ast.ts';
import { isAggregateCall } from './functions/aggregates.ts';
import { grammar } from './parse/grammar.ts';
import { queryReader, readQuery } from './parse/query-reader.ts';
import { contains } from './walk.ts';

/** A column of a view's list: one of the table, or a text that is computed. A star stands for all of the table's. */
export type MergedItem =
  | Readonly<{ kind: 'star' }>
  | Readonly<{ kind: 'column'; name: string }>
  | Readonly<{ kind: 'computed'; text: string }>;

/** What rows can be changed through a view, by its SELECT alone (manual, Updatable and Insertable Views). */
export type MergedView =
  | Readonly<{
      kind: 'merged';
      table: Readonly<{ database: string | undefined; name: string; alias: string }>;
      items: readonly MergedItem[];
      /** The table as written, and WHERE with what follows it; empty without one. */
      from: string;
      where: string;
    }>
  /** MySQL refuses it, too. */
  | Readonly<{ kind: 'fixed' }>
  /** MySQL can change some of these. */
  | Readonly<{ kind: 'unsupported'; construct: string }>;

/** Throws SqlError for what is no SELECT. */
export function readMergedView(
  given: readonly Token[],
  text: string,
  modes: ReadonlySet<string>,
): MergedView {
  const tokens = withoutParentheses(given);
  const reader = queryReader(grammar, { tokens, text, modes });
  const query = readQuery(reader);
  reader.expectEnd();
  const { body } = query;
  if (body.kind !== 'select' || isFixed(query, body)) return { kind: 'fixed' };
  const [table, ...others] = body.from;
  if (table === undefined || body.from.some((each) => isOuterJoin(each))) return { kind: 'fixed' };
  if (others.length > 0 || table.kind === 'join')
    return { kind: 'unsupported', construct: 'a view of several tables' };
  if (table.kind !== 'table') return { kind: 'fixed' };
  if (query.with.length > 0) return { kind: 'unsupported', construct: 'a view with common tables' };
  const hasQuery = body.items.some(({ expression }) => contains(expression, isQueryNode));
  if (hasQuery) return { kind: 'unsupported', construct: 'a view with a subquery in its list' };
  const { database, name, alias = name } = table;
  return {
    kind: 'merged',
    table: { database, name, alias },
    items: body.items.map(({ expression, text: written }) => itemOf(expression, written)),
    ...clausesOf(tokens, text),
  };
}

function isFixed(query: Query, body: Select): boolean {
  if (query.limit !== undefined || body.distinct || body.groupBy.length > 0 || body.rollup) return true;
  if (body.having !== undefined) return true;
  return body.items.some(({ expression }) =>
    contains(expression, (node) => isAggregateCall(node) || isWindowCall(node)),
  );
}

function isWindowCall(node: Expression): boolean {
  return node.kind === 'call' && node.window !== undefined;
}

function isQueryNode(node: Expression): boolean {
  return 'query' in node;
}

function isOuterJoin(table: TableExpression): boolean {
  if (table.kind !== 'join') return false;
  return table.type !== 'INNER' || isOuterJoin(table.left) || isOuterJoin(table.right);
}

function itemOf(expression: Expression, text: string): MergedItem {
  if (expression.kind === 'star') return { kind: 'star' };
  if (expression.kind === 'column') return { kind: 'column', name: expression.name };
  return { kind: 'computed', text };
}

/** `(SELECT …)` is the SELECT in it. */
function withoutParentheses(tokens: readonly Token[]): readonly Token[] {
  const last = tokens.findLastIndex((token) => token.kind !== 'end');
  const isWhole = tokens[0]?.text === '(' && closing(tokens) === last;
  return isWhole ? withoutParentheses([...tokens.slice(1, last), ...tokens.slice(last + 1)]) : tokens;
}

/** Where the parenthesis closes that the tokens begin with. */
function closing(tokens: readonly Token[]): number {
  let depth = 0;
  return tokens.findIndex(({ text }) => {
    if (text === '(') depth += 1;
    if (text === ')') depth -= 1;
    return depth === 0;
  });
}

const behindWhere = new Set(['GROUP', 'HAVING', 'WINDOW', 'ORDER', 'LIMIT', 'FOR', 'LOCK']);

function clausesOf(tokens: readonly Token[], text: string): Readonly<{ from: string; where: string }> {
  const outer = outerWords(tokens);
  const from = outer.find(({ upper }) => upper === 'FROM');
  assert(from !== undefined, 'a view of a table has a FROM');
  const behind = outer.filter(({ start }) => start > from.start);
  const where = behind.find(({ upper }) => upper === 'WHERE');
  const end = behind.find(({ upper }) => behindWhere.has(upper))?.start ?? lastEnd(tokens);
  const fromEnd = where?.start ?? end;
  return {
    from: text.slice(from.end, fromEnd),
    where: where === undefined ? '' : text.slice(where.start, end),
  };
}

/** Words outside of parentheses that are no part of a name. */
function outerWords(tokens: readonly Token[]): readonly Token[] {
  let depth = 0;
  return tokens.filter((token, at) => {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    return depth === 0 && token.kind === 'word' && tokens[at - 1]?.text !== '.';
  });
}

function lastEnd(tokens: readonly Token[]): number {
  return tokens.findLast((token) => token.kind !== 'end')?.end ?? 0;
}
