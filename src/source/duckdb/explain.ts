import { type Cell, resultOfRows, textColumn } from '../../base/rows.ts';
import { SqlError } from '../../base/sql-error.ts';
import { tokenize } from '../../sql/lexer.ts';
import type { Token } from '../../sql/token.ts';
import type { QueryAnswer } from '../query.ts';
import { readWithin } from './consistent-read.ts';
import { loadTables } from './dml/evaluate.ts';
import { expandPartitions } from './partition-selection.ts';
import { isQuery } from './statement-kind.ts';
import { lexingOf, type StatementScope } from './statement-scope.ts';
import { type Translated, translateSelect } from './translator.ts';

/** Words that say how MySQL shows a plan. The engine has one way to. */
const options: ReadonlySet<string> = new Set('EXTENDED PARTITIONS VERBOSE COSTS LOGICAL'.split(' '));

/** True for EXPLAIN, DESCRIBE and DESC, which are one word to MySQL. */
export function isExplain(word: string): boolean {
  return word === 'EXPLAIN' || word === 'DESCRIBE' || word === 'DESC';
}

/** EXPLAIN of a query: DuckDB's plan, a row for each of its lines. The query is not run. */
export async function explain(
  scope: StatementScope,
  tokens: readonly Token[],
  text: string,
): Promise<QueryAnswer> {
  const inner = tokens.slice(optionsEnd(tokens));
  const first = inner[0];
  if (first === undefined || !isQuery(inner)) {
    throw new SqlError('not_supported', `EXPLAIN of ${first?.upper ?? 'nothing'} is not supported`, {
      hint: 'A SELECT can be explained.',
    });
  }
  const query = text.slice(first.start);
  const translate = (): Translated => {
    const { text: expanded, substitutes } = expandPartitions(
      scope,
      tokenize(query, lexingOf(scope.sqlMode)),
      query,
    );
    return translateSelect(scope.engine, scope.context, expanded, { substitutes });
  };
  const plan = await readWithin(scope, translate, async (translated) => {
    await loadTables(scope, translated);
    return scope.connection.facts(`EXPLAIN ${translated.sql}`);
  });
  const lines = plan.flatMap((row) => String(row.at(-1)).split('\n'));
  const rows = lines.filter((line) => line.trim() !== '').map((line): Cell[] => [line]);
  return { kind: 'rows', result: resultOfRows([textColumn('EXPLAIN', 256)], rows), warnings: scope.warnings };
}

/** Where the statement begins that is explained: behind the word itself and its options. */
function optionsEnd(tokens: readonly Token[]): number {
  let at = 1;
  for (;;) {
    const word = tokens[at]?.upper ?? '';
    if (word === 'FORMAT' && tokens[at + 1]?.text === '=') at += 3;
    else if (options.has(word)) at += 1;
    else return at;
  }
}
