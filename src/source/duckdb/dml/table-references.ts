import { SqlError } from '../../../base/sql-error.ts';
import { tokenize } from '../../../sql/lexer.ts';
import type { Token } from '../../../sql/token.ts';
import { expandPartitions } from '../partitions/selection.ts';
import { type ChangeTarget, changeTarget, viewNamed } from './change-target.ts';
import { changedView, viewRows } from './changed-view.ts';
import type { ObjectReference } from '../physical/names.ts';
import type { StatementScope } from '../statement/scope.ts';
import { lexingOf } from '../translation/sql-mode.ts';
import { type Translated, translateSelect } from '../translation/translator.ts';

/** What an UPDATE or DELETE may change, under the name the statement knows it by. */
export type NamedTable = ChangeTarget & Readonly<{ alias: string }>;

/** Words that may follow a table and are no alias. */
const noAlias = new Set(
  'JOIN INNER LEFT RIGHT CROSS NATURAL STRAIGHT_JOIN ON USING WHERE SET PARTITION USE FORCE IGNORE ORDER LIMIT'.split(
    ' ',
  ),
);

/**
 * The tables and views named directly in the references, in order. Derived tables are passed over: they can be read, not
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

/** A SELECT of rows to change, which may name `rowid` and choose partitions. `named`: what the statement may change. */
export function translateRows(scope: StatementScope, text: string, named: readonly NamedTable[]): Translated {
  const expanded = expandPartitions(scope, tokenize(text, lexingOf(scope.sqlMode)), text, { rowid: true });
  const views = named.flatMap(({ view }) =>
    view === undefined ? [] : [viewRows(scope, view, { id: 'rowid', isFiltered: () => true })],
  );
  const translated = translateSelect(scope.engine, scope.context, expanded.text, {
    rowid: true,
    substitutes: [...expanded.substitutes, ...views.map(({ substitute }) => substitute)],
  });
  return {
    ...translated,
    reads: [...translated.reads, ...views.flatMap(({ reads }) => reads)],
    systemTables: [...translated.systemTables, ...views.flatMap(({ systemTables }) => systemTables)],
  };
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
  const name = names.at(-1) as string;
  if (tokens[at]?.upper === 'PARTITION' && tokens[at + 1]?.text === '(') at = closing(tokens, at + 1) + 1;
  let alias = name;
  if (tokens[at]?.upper === 'AS') at += 1;
  const next = tokens[at];
  if (next !== undefined && (next.kind === 'quoted' || (next.kind === 'word' && !noAlias.has(next.upper)))) {
    alias = next.value;
    at += 1;
  }
  const reference = { database: names.at(-2), name };
  if (isJoinedView(scope, tokens, reference)) return at;
  named.push({ ...changeTarget(scope, reference, change, [change, 'SELECT']), alias });
  return at;
}

/** A view of which nothing can be changed, or a table of the catalog, that is joined for reading. Alone it is refused. */
function isJoinedView(scope: StatementScope, tokens: readonly Token[], reference: ObjectReference): boolean {
  const database = reference.database ?? scope.context.database ?? '';
  const isAlone = !tokens.some((token) => token.text === ',' || token.upper.endsWith('JOIN'));
  if (isAlone) return false;
  if (scope.context.temporaryTables?.find(database, reference.name) !== undefined) return false;
  if (scope.engine.systemTables?.hasSchema(database) === true) return true;
  const view = viewNamed(scope, reference);
  if (view !== undefined) return changedView(scope.engine, view).kind !== 'changed';
  return scope.engine.dictionary.object(database, reference.name)?.kind === 'MATERIALIZED_VIEW';
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
