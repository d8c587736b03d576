import { SqlError } from '../../../base/sql-error.ts';
import { tokenize } from '../../../sql/lexer.ts';
import type { Token } from '../../../sql/token.ts';
import type { StoredTable } from '../stored-object.ts';
import { expandPartitions } from '../partition-selection.ts';
import type { ObjectReference } from './read-name.ts';
import { lexingOf, type StatementScope, writableTable } from '../statement-scope.ts';
import { type Translated, translateSelect } from '../translator.ts';

/** A base table of an UPDATE or DELETE under the name the statement knows it by. */
export type NamedTable = Readonly<{ table: StoredTable; alias: string }>;

/** Words that may follow a table and are no alias. */
const noAlias = new Set(
  'JOIN INNER LEFT RIGHT CROSS NATURAL STRAIGHT_JOIN ON USING WHERE SET PARTITION USE FORCE IGNORE ORDER LIMIT'.split(
    ' ',
  ),
);

/**
 * The base tables named directly in the references, in order. Derived tables are passed over: they can be read, not
 * changed. Fails when there is none, or one of them does not exist.
 */
export function namedTables(
  scope: StatementScope,
  from: string,
  change: 'UPDATE' | 'DELETE',
): readonly NamedTable[] {
  const tokens = tokenize(from, lexingOf(scope.sqlMode));
  const named: NamedTable[] = [];
  let isTableNext = true;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    if (isTableNext && token.text === '(') {
      if (['SELECT', 'WITH', 'VALUES', 'TABLE'].includes(tokens[at + 1]?.upper ?? '')) {
        at = closing(tokens, at);
        isTableNext = false;
      }
    } else if (
      isTableNext &&
      (token.kind === 'word' || token.kind === 'quoted') &&
      !noAlias.has(token.upper)
    ) {
      const end = readTable({ scope, tokens, change }, at, named);
      at = end - 1;
      isTableNext = false;
    } else {
      isTableNext = token.text === ',' || token.upper === 'JOIN' || token.upper === 'STRAIGHT_JOIN';
    }
  }
  if (named.length === 0)
    throw new SqlError('not_supported', 'The target table of the statement is not updatable');
  return named;
}

/** A SELECT of rows to change, which may name `rowid` and choose partitions. */
export function translateRows(scope: StatementScope, text: string): Translated {
  const expanded = expandPartitions(scope, tokenize(text, lexingOf(scope.sqlMode)), text, { rowid: true });
  return translateSelect(scope.engine, scope.context, expanded.text, {
    rowid: true,
    substitutes: expanded.substitutes,
  });
}

/** Reads `[db.]table [[AS] alias]` and returns where it ends. */
function readTable(
  {
    scope,
    tokens,
    change,
  }: Readonly<{
    scope: StatementScope;
    tokens: readonly Token[];
    change: 'UPDATE' | 'DELETE';
  }>,
  start: number,
  named: NamedTable[],
): number {
  let at = start;
  const names = [(tokens[at] as Token).value];
  while (tokens[at + 1]?.text === '.') {
    at += 2;
    names.push(tokens[at]?.value ?? '');
  }
  at += 1;
  if (tokens[at]?.upper === 'PARTITION' && tokens[at + 1]?.text === '(') at = closing(tokens, at + 1) + 1;
  const name = names.at(-1) as string;
  let alias = name;
  if (tokens[at]?.upper === 'AS') at += 1;
  const next = tokens[at];
  if (next !== undefined && (next.kind === 'quoted' || (next.kind === 'word' && !noAlias.has(next.upper)))) {
    alias = next.value;
    at += 1;
  }
  const reference = { database: names.at(-2), name };
  if (isJoinedView(scope, tokens, reference)) return at;
  named.push({ table: writableTable(scope, reference, [change, 'SELECT']), alias });
  return at;
}

/** A view, or a table of the catalog, that the statement joins for reading. Alone it is refused as a target. */
function isJoinedView(scope: StatementScope, tokens: readonly Token[], reference: ObjectReference): boolean {
  const database = reference.database ?? scope.context.database ?? '';
  const isAlone = !tokens.some((token) => token.text === ',' || token.upper.endsWith('JOIN'));
  if (isAlone) return false;
  if (scope.context.temporaryTables?.find(database, reference.name) !== undefined) return false;
  if (scope.engine.systemTables?.hasSchema(database) === true) return true;
  const kind = scope.engine.dictionary.object(database, reference.name)?.kind;
  return kind === 'VIEW' || kind === 'MATERIALIZED_VIEW';
}

function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    if (tokens[at]?.text === '(') depth += 1;
    if (tokens[at]?.text === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return tokens.length;
}
