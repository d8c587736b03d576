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

/**
 * EXPLAIN of a query: DuckDB's plan, a row for each of its lines, or with FORMAT=JSON one document. The query is not run.
 */
export async function explain(
  scope: StatementScope,
  tokens: readonly Token[],
  text: string,
): Promise<QueryAnswer> {
  const inner = tokens.slice(optionsEnd(tokens));
  const isJson = asksForJson(tokens.slice(0, tokens.length - inner.length));
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
    return scope.connection.facts(`EXPLAIN ${isJson ? '(FORMAT json) ' : ''}${translated.sql}`);
  });
  const lines = plan.flatMap((row) =>
    isJson ? [planDocument(String(row.at(-1)))] : String(row.at(-1)).split('\n'),
  );
  const rows = lines.filter((line) => line.trim() !== '').map((line): Cell[] => [line]);
  return { kind: 'rows', result: resultOfRows([textColumn('EXPLAIN', 256)], rows), warnings: scope.warnings };
}

function asksForJson(head: readonly Token[]): boolean {
  return head.some((token, at) => token.upper === 'JSON' && head[at - 1]?.text === '=');
}

type PlanNode = Readonly<{
  children: readonly PlanNode[];
  extra_info: Readonly<Record<string, string | readonly string[]>>;
}>;

/** The tables as MySQL's document names them, which tools draw, and DuckDB's plan beside them. */
function planDocument(json: string): string {
  const plan = JSON.parse(json) as readonly PlanNode[];
  const tables = plan.flatMap(scannedTables);
  const [table] = tables;
  const read = tables.length === 1 ? table : { nested_loop: tables };
  return JSON.stringify({ query_block: { select_id: 1, ...read, plan } }, null, 2);
}

function scannedTables({ children, extra_info: facts }: PlanNode): readonly object[] {
  const { Table: name, Filters: condition } = facts;
  const rows = Number(facts['Estimated Cardinality']);
  if (typeof name !== 'string') return children.flatMap(scannedTables);
  const table = {
    table_name: shownTable(name),
    access_type: 'ALL',
    ...(Number.isFinite(rows) ? { rows_examined_per_scan: rows } : {}),
    ...(condition === undefined ? {} : { attached_condition: condition }),
  };
  return [{ table }];
}

/** The last part of DuckDB's name, without its quotes. */
function shownTable(name: string): string {
  return (/(?:"((?:[^"]|"")*)"|([^."]+))$/.exec(name)?.slice(1).find(Boolean) ?? name).replaceAll('""', '"');
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
