import { tokenize } from '../../../sql/lexer.ts';
import { quoteName } from '../../../sql/quote.ts';
import type { Token } from '../../../sql/token.ts';
import { sameName } from '../physical/names.ts';

export type TableRename = Readonly<{ from: string; to: string }>;

/** The database whose tables are renamed; `isCurrent`: names without a database are of it. */
export type RenamedIn = Readonly<{ database: string; isCurrent: boolean }>;

/** Words that end a list of tables, or begin a condition in it. */
const endWords = new Set('WHERE GROUP HAVING ORDER LIMIT WINDOW UNION EXCEPT INTERSECT SELECT'.split(' '));
/** Words that may follow a table and are no alias. */
const noAlias = new Set(
  (
    'JOIN INNER LEFT RIGHT CROSS NATURAL STRAIGHT_JOIN ON USING WHERE GROUP HAVING ORDER LIMIT WINDOW UNION EXCEPT ' +
    'INTERSECT PARTITION USE FORCE IGNORE'
  ).split(' '),
);

/**
 * The SELECT with its tables named anew. A table without an alias gets its old name for one, so that columns qualified
 * by it still mean it.
 */
export function renamedTables(
  select: string,
  renames: readonly TableRename[],
  { database, isCurrent }: RenamedIn,
): string {
  if (renames.length === 0) return select;
  const tokens = tokenize(select);
  let text = '';
  let last = 0;
  for (const { at, end } of tablesAt(tokens)) {
    const qualifier = end > at ? tokens[end - 2] : undefined;
    const name = tokens[end] as Token;
    const isOurs = qualifier === undefined ? isCurrent : sameName(qualifier.value, database);
    const rename = isOurs ? renames.find((each) => sameName(each.from, name.value)) : undefined;
    if (rename === undefined) continue;
    const alias = hasAlias(tokens[end + 1]) ? '' : ` AS ${quoteName(name.value)}`;
    text += `${select.slice(last, name.start)}${quoteName(rename.to)}${alias}`;
    last = name.end;
  }
  return text + select.slice(last);
}

/** The SELECT with its tables named without their databases. */
export function unqualifiedTable(select: string): string {
  const tokens = tokenize(select);
  let text = '';
  let last = 0;
  for (const { at, end } of tablesAt(tokens)) {
    const [first, name] = [tokens[at] as Token, tokens[end] as Token];
    text += select.slice(last, first.start);
    last = name.start;
  }
  return text + select.slice(last);
}

type TableAt = Readonly<{ at: number; end: number }>;

/** Where tables are named: their first and last token. */
function* tablesAt(tokens: readonly Token[]): Generator<TableAt> {
  // By depth of parentheses: whether its query is in its list of tables, and whether a table may come next.
  const lists: { isQuery: boolean; isList: boolean; isNext: boolean }[] = [newList(false)];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    const list = lists.at(-1) ?? newList(false);
    if (token.kind === 'operator' && token.text === '(') {
      // `FROM (a JOIN b …)` is a list, too; a subquery begins with its own SELECT.
      lists.push({ isQuery: list.isNext, isList: list.isNext, isNext: list.isNext });
      list.isNext = false;
    } else if (token.kind === 'operator' && token.text === ')') {
      if (lists.length > 1) lists.pop();
    } else if (token.kind === 'operator' && token.text === ',') {
      list.isNext = list.isList;
    } else if (token.kind === 'word' && isClause(token, list)) {
      if (token.upper === 'SELECT') list.isQuery = true;
      const begins = token.upper === 'FROM' && list.isQuery;
      list.isList = begins || (list.isList && !endWords.has(token.upper));
      list.isNext = begins || token.upper === 'JOIN' || token.upper === 'STRAIGHT_JOIN';
    } else if (list.isNext && (token.kind === 'word' || token.kind === 'quoted')) {
      let end = at;
      while (tokens[end + 1]?.text === '.') end += 2;
      yield { at, end };
      list.isNext = false;
      at = end;
    }
  }
}

function isClause(token: Token, list: Readonly<{ isList: boolean }>): boolean {
  if (endWords.has(token.upper) || token.upper === 'FROM') return true;
  return list.isList && (token.upper === 'JOIN' || token.upper === 'STRAIGHT_JOIN');
}

function newList(isQuery: boolean): { isQuery: boolean; isList: boolean; isNext: boolean } {
  return { isQuery, isList: false, isNext: false };
}

function hasAlias(token: Token | undefined): boolean {
  if (token === undefined) return false;
  return token.kind === 'quoted' || (token.kind === 'word' && !noAlias.has(token.upper));
}
