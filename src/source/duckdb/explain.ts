import { type Cell, resultOfRows, textColumn } from '../../base/rows.ts';
import { SqlError } from '../../base/sql-error.ts';
import type { Token } from '../../sql/token.ts';
import type { QueryAnswer } from '../query.ts';
import { loadTables } from './dml/evaluate.ts';
import { isQuery } from './statement-kind.ts';
import type { StatementScope } from './statement-scope.ts';
import { translateSelect } from './translator.ts';

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
  const translated = translateSelect(scope.engine, scope.context, text.slice(first.start));
  await loadTables(scope, translated);
  const plan = await scope.connection.facts(`EXPLAIN ${translated.sql}`);
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
