import type { Token } from '../sql/token.ts';

/**
 * A table as a statement names it: `table`, `database.table` or `catalog.database.table`. Also the database that one makes,
 * alters or drops: `database` or `catalog.database`.
 */
export type NamedTable = Readonly<{
  /** What stands before the database, whether there is such a catalog or not. */
  catalog: string | undefined;
  /** Offset of the name, and of what comes behind its catalog. */
  start: number;
  behindCatalog: number;
}>;

/** Words after which a statement names a table. */
const beforeTable: ReadonlySet<string> = new Set(['FROM', 'JOIN', 'INTO', 'UPDATE', 'TABLE', 'VIEW']);
/** Words that end a list of tables, so that a comma behind them is no longer between tables. */
const endsTables: ReadonlySet<string> = new Set(
  'WHERE GROUP HAVING ORDER LIMIT WINDOW UNION INTERSECT EXCEPT SELECT WITH SET VALUES VALUE FOR'.split(' '),
);
/** Functions with a FROM of their own. */
const withFrom: ReadonlySet<string> = new Set('EXTRACT TRIM SUBSTRING SUBSTR MID'.split(' '));

/**
 * The tables of a statement, found by their places alone: what is between them is not read. Names of common table
 * expressions and of functions are none.
 */
export function namedTables(tokens: readonly Token[]): readonly NamedTable[] {
  const database = databaseAt(tokens);
  if (database !== undefined) return [nameAt(tokens, database, 2)];
  const common = commonNames(tokens);
  const tables: NamedTable[] = [];
  /** What a comma stands between, for each open parenthesis and the statement itself. */
  const lists: ('tables' | 'others' | 'arguments')[] = ['others'];
  let isExpected = false;
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1]?.upper ?? '';
    if (token.text === '(') {
      lists.push(isExpected ? 'tables' : withFrom.has(before) ? 'arguments' : 'others');
      continue;
    }
    if (isExpected && isName(token) && !endsTables.has(token.upper) && token.upper !== 'LATERAL') {
      const table = nameAt(tokens, index, 3);
      // INSERT INTO t (a) names columns in its parentheses.
      const isCall = lists.at(-1) === 'tables' && tokens[index + table.length * 2 - 1]?.text === '(';
      if (!isCall && token.upper !== 'DUAL' && !common.has(table.name)) tables.push(table);
    }
    isExpected = isExpected && token.upper === 'LATERAL';
    if (token.text === ')') lists.pop();
    const list = lists.at(-1);
    if (list === undefined || list === 'arguments') continue;
    if (endsTables.has(token.upper)) lists[lists.length - 1] = 'others';
    // FOR UPDATE locks rows; ON DUPLICATE KEY UPDATE names columns.
    if (token.upper === 'UPDATE' && /^(?:FOR|KEY)$/.test(before)) {
      lists[lists.length - 1] = 'others';
      continue;
    }
    if (beforeTable.has(token.upper) || (token.text === ',' && list === 'tables')) isExpected = true;
    if (token.upper === 'FROM' || token.upper === 'JOIN') lists[lists.length - 1] = 'tables';
  }
  return tables;
}

/** The text with the catalog's name cut out before its tables, and before columns named in full. */
export function withoutCatalog(text: string, tokens: readonly Token[], catalog: string): string {
  const cuts = namedTables(tokens).filter((table) => table.catalog === catalog);
  const columns = columnsOf(tokens, catalog).filter(({ start }) => cuts.every((cut) => cut.start !== start));
  let kept = '';
  let from = 0;
  for (const { start, behindCatalog } of [...cuts, ...columns].sort(
    (one, other) => one.start - other.start,
  )) {
    kept += text.slice(from, start);
    from = behindCatalog;
  }
  return kept + text.slice(from);
}

/** Where CREATE, ALTER and DROP DATABASE have the name; undefined for other statements. */
function databaseAt(tokens: readonly Token[]): number | undefined {
  if (!/^(?:CREATE|ALTER|DROP)$/.test(tokens[0]?.upper ?? '')) return undefined;
  let at = tokens[1]?.upper === 'OR' && tokens[2]?.upper === 'REPLACE' ? 3 : 1;
  if (!/^(?:DATABASE|SCHEMA)$/.test(tokens[at]?.upper ?? '')) return undefined;
  at += 1;
  if (tokens[at]?.upper === 'IF') at += tokens[at + 1]?.upper === 'NOT' ? 3 : 2;
  const name = tokens[at];
  return name !== undefined && isName(name) ? at : undefined;
}

/** The name that begins here, which has a catalog when it has all of its parts. */
function nameAt(
  tokens: readonly Token[],
  index: number,
  partsMax: 2 | 3,
): NamedTable & Readonly<{ name: string; length: number }> {
  const { value, start } = tokens[index] as Token;
  const length = pathLength(tokens, index);
  const name = length === 1 ? value.toLowerCase() : '';
  if (length !== partsMax) {
    return { catalog: undefined, start, behindCatalog: start, name, length };
  }
  return { catalog: value, start, behindCatalog: tokens[index + 2]?.start ?? start, name, length };
}

/** `catalog.database.table.column`: no other name has four parts. */
function columnsOf(
  tokens: readonly Token[],
  catalog: string,
): readonly Readonly<{ start: number; behindCatalog: number }>[] {
  return tokens.flatMap((token, index) => {
    if (token.value !== catalog || !isName(token) || tokens[index - 1]?.text === '.') return [];
    if (pathLength(tokens, index) !== 4) return [];
    return [{ start: token.start, behindCatalog: tokens[index + 2]?.start ?? token.end }];
  });
}

/** How many names with dots between begin here. `t.*` counts as two. */
function pathLength(tokens: readonly Token[], index: number): number {
  let length = 1;
  for (let at = index + 1; tokens[at]?.text === '.'; at += 2) length += 1;
  return length;
}

/** Lower-case names that a WITH defines: `name AS (` and `name (columns) AS (`. */
function commonNames(tokens: readonly Token[]): ReadonlySet<string> {
  const names = new Set<string>();
  if (!tokens.some(({ upper }) => upper === 'WITH')) return names;
  for (const [index, token] of tokens.entries()) {
    if (token.upper !== 'AS' || tokens[index + 1]?.text !== '(') continue;
    let at = index - 1;
    if (tokens[at]?.text === ')') while (at > 0 && tokens[at]?.text !== '(') at -= 1;
    const name = tokens[tokens[at]?.text === '(' ? at - 1 : at];
    if (name !== undefined && isName(name)) names.add(name.value.toLowerCase());
  }
  return names;
}

function isName({ kind }: Token): boolean {
  return kind === 'word' || kind === 'quoted';
}
