import type { Token } from '../../../sql/token.ts';
import { SqlError } from '../../../base/sql-error.ts';
import { quoteName } from '../../../sql/quote.ts';
import { physicalName } from '../physical/names.ts';
import { partitionPredicates } from './predicates.ts';
import { type StatementScope, writableTable } from '../statement/scope.ts';
import { temporaryTable } from './temporary.ts';
import { definitionShape, withRowid } from '../translation/table-shape.ts';
import type { Substitute } from '../translation/substitute.ts';

/** A schema that no user's database can be: its name is longer than MySQL allows. */
const selectionDatabase = '__holdfast_selected_partitions_of_the_tables_in_one_statement_of_a_login';

/**
 * `t [TEMPORARY] PARTITION (p0, p1)` in FROM becomes a table of its own, which holds the rows of these partitions under the
 * name or alias of the table.
 */
export function expandPartitions(
  scope: StatementScope,
  tokens: readonly Token[],
  text: string,
  options: Readonly<{ rowid: boolean }> = { rowid: false },
): Readonly<{ text: string; substitutes: readonly Substitute[] }> {
  const substitutes: Substitute[] = [];
  let expanded = '';
  let last = 0;
  for (let at = 1; at < tokens.length; at++) {
    const found = selectionAt(tokens, at);
    if (found === undefined) continue;
    const names = found.table.map((token) => token.value);
    const named = writableTable(scope, { database: names.at(-2), name: names.at(-1) as string }, ['SELECT']);
    if (found.temporary && options.rowid) {
      throw new SqlError('not_supported', 'rows of temporary partitions can be inserted and selected only', {
        hint: 'Replace partitions with them first.',
      });
    }
    const table = found.temporary ? temporaryTable(named) : named;
    const predicate = partitionPredicates(table.definition, scope);
    const predicates = found.partitions.map((name) => `(${predicate(name)})`);
    const name = `s${substitutes.length}`;
    substitutes.push({
      database: selectionDatabase,
      name,
      of: named,
      sql: `(SELECT ${options.rowid ? 'rowid, ' : ''}* FROM ${physicalName(table.database, table.name)} WHERE ${predicates.join(' OR ')})`,
      shape: options.rowid ? withRowid(definitionShape(table.definition)) : definitionShape(table.definition),
    });
    const first = found.table[0] as Token;
    const alias = found.hasAlias ? '' : ` AS ${quoteName(names.at(-1) as string)}`;
    expanded += `${text.slice(last, first.start)}\`${selectionDatabase}\`.\`${name}\`${alias}`;
    last = found.end;
  }
  return { text: expanded + text.slice(last), substitutes };
}

type Selection = Readonly<{
  table: readonly Token[];
  partitions: readonly string[];
  temporary: boolean;
  end: number;
  hasAlias: boolean;
}>;

/** A table followed by PARTITION ( names ); not the PARTITION BY of a window. */
function selectionAt(tokens: readonly Token[], at: number): Selection | undefined {
  const word = tokens[at];
  const isWord = word?.upper === 'PARTITION' || word?.upper === 'PARTITIONS';
  if (!isWord || tokens[at + 1]?.text !== '(') return undefined;
  const temporary = tokens[at - 1]?.upper === 'TEMPORARY';
  const last = temporary ? at - 2 : at - 1;
  const before = tokens[last];
  if (before === undefined || !isName(before)) return undefined;
  const table =
    tokens[last - 1]?.text === '.' && tokens[last - 2] ? [tokens[last - 2] as Token, before] : [before];
  const partitions: string[] = [];
  let end = at + 2;
  while (tokens[end] !== undefined && tokens[end]?.text !== ')') {
    if (isName(tokens[end] as Token)) partitions.push((tokens[end] as Token).value);
    end += 1;
  }
  const following = tokens[end + 1];
  const hasAlias = following?.upper === 'AS' || following?.kind === 'quoted' || isAliasWord(following);
  return { table, partitions, temporary, end: tokens[end]?.end ?? 0, hasAlias };
}

function isName(token: Token): boolean {
  return token.kind === 'word' || token.kind === 'quoted';
}

const clauseWords = new Set(
  'WHERE GROUP HAVING ORDER LIMIT JOIN INNER LEFT RIGHT CROSS NATURAL STRAIGHT_JOIN ON USING UNION WINDOW FOR LOCK USE FORCE IGNORE EXCEPT INTERSECT PROCEDURE INTO'.split(
    ' ',
  ),
);

function isAliasWord(token: Token | undefined): boolean {
  return token?.kind === 'word' && !clauseWords.has(token.upper);
}
