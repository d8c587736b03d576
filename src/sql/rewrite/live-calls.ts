import { quoteName } from '../quote.ts';
import type { Token } from '../token.ts';
import type { Call, Expression, Query, Select } from './ast.ts';
import { isLiveFunction, refuseLivePlace } from './functions/live.ts';
import { functionNamed } from './functions/table.ts';
import { checkArity } from './render/call.ts';
import { grammar } from './parse/grammar.ts';
import { queryReader, readQuery, type Span } from './parse/query-reader.ts';
import { children } from './walk.ts';

/** A call that the server runs, not the engine: its place in the text and those of its arguments. */
export type LiveCall = Readonly<{ name: string; span: Span; arguments: readonly Span[] }>;

/** The live calls of a query in the order in which they run: one inside another's arguments comes first. */
export type LiveQuery = Readonly<{
  calls: readonly LiveCall[];
  /** Where a column without an alias ends whose name a result in the place of its call would change. */
  unnamed: readonly Readonly<{ end: number; name: string }>[];
}>;

/**
 * Finds the calls of functions that wait or act on the server (SLEEP, GET_LOCK). Undefined for a query without one.
 * Throws SqlError for a call that may run never, or for every row.
 */
export function readLiveCalls(
  tokens: readonly Token[],
  text: string,
  modes: ReadonlySet<string>,
): LiveQuery | undefined {
  const named = tokens.filter((token, index) => isLiveName(token, tokens[index + 1]));
  const [first] = named;
  if (first === undefined) return undefined;
  const spans = new Map<Expression, Span>();
  const reader = queryReader(grammar, { tokens, text, modes, spans });
  const query = readQuery(reader);
  reader.expectEnd();
  const items = isOneRow(query) ? query.body.items : [];
  const live = items.map((item) => ({ item, calls: liveCallsOf(item.expression) }));
  const calls = live.flatMap((entry) => entry.calls);
  if (calls.length !== named.length) refuseLivePlace(first.upper);
  const spanOf = (node: Expression): Span => spans.get(node) ?? refuseLivePlace(first.upper);
  return {
    calls: calls.map((call) => ({
      name: call.name,
      span: spanOf(call),
      arguments: call.arguments.map(spanOf),
    })),
    unnamed: live
      .filter(({ item, calls: inside }) => inside.length > 0 && item.alias === undefined)
      .map(({ item }) => ({ end: spanOf(item.expression).end, name: item.text })),
  };
}

/** The text with an alias behind each column whose name would change. */
export function withNames(text: string, { unnamed }: LiveQuery): string {
  let named = '';
  let last = 0;
  for (const { end, name } of unnamed) {
    named += `${text.slice(last, end)} AS ${quoteName(name)}`;
    last = end;
  }
  return named + text.slice(last);
}

function isLiveName(token: Token, next: Token | undefined): boolean {
  return token.kind === 'word' && isLiveFunction(token.upper) && next?.text === '(';
}

/** A SELECT that gives one row whatever its values are. */
function isOneRow(query: Query): query is Query & Readonly<{ body: Select }> {
  const { body, limit } = query;
  if (body.kind !== 'select' || query.with.length > 0 || query.orderBy.length > 0) return false;
  if (body.from.length > 0 || body.where !== undefined || body.having !== undefined) return false;
  if (body.groupBy.length > 0 || body.calcFoundRows) return false;
  if (limit === undefined) return true;
  return limit.offset === undefined && limit.count.kind === 'number' && Number(limit.count.text) > 0;
}

/** Those that run whenever the expression is evaluated. */
function liveCallsOf(node: Expression): readonly Call[] {
  const inside = alwaysEvaluated(node).flatMap(liveCallsOf);
  if (node.kind !== 'call' || !isLiveFunction(node.name)) return inside;
  const definition = functionNamed(node.name);
  if (definition !== undefined) checkArity(node, definition);
  return [...inside, node];
}

/** Functions that look at the arguments behind their first only when it says so. */
const choosing: ReadonlySet<string> = new Set(['IF', 'IFNULL', 'COALESCE', 'NVL']);

function alwaysEvaluated(node: Expression): readonly Expression[] {
  const all = children(node);
  const isChoice = node.kind === 'call' && choosing.has(node.name);
  if (isChoice || node.kind === 'logical' || node.kind === 'case' || node.kind === 'in')
    return all.slice(0, 1);
  return all;
}
