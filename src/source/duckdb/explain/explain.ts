import { unreachable } from '../../../base/assert.ts';
import { type Cell, resultOfRows, textColumn } from '../../../base/rows.ts';
import { SqlError } from '../../../base/sql-error.ts';
import { tokenize } from '../../../sql/lexer.ts';
import { notYet } from '../../../sql/not-yet.ts';
import { TokenReader } from '../../../sql/token-reader.ts';
import type { Token } from '../../../sql/token.ts';
import type { QueryAnswer } from '../../query.ts';
import { readWithin } from '../statement/consistent-read.ts';
import { planDelete } from '../dml/delete.ts';
import { loadTables } from '../dml/evaluate.ts';
import { planInsert } from '../dml/insert.ts';
import { planUpdate } from '../dml/update.ts';
import { expandPartitions } from '../partitions/selection.ts';
import { isQuery, statementWord } from '../statement/kind.ts';
import type { StatementScope } from '../statement/scope.ts';
import { lexingOf } from '../translation/sql-mode.ts';
import { type Translated, translateSelect } from '../translation/translator.ts';
import { contextIn } from '../translation/contexts.ts';
import { planDocument } from './document.ts';
import { changeWord, type Explained } from '../dml/explained.ts';
import { type ExplainHead, type PlanFormat, readExplainHead } from './head.ts';
import { readPlan, readProfile } from './plan.ts';
import { traditionalColumns, traditionalRows } from './traditional.ts';
import { printTree } from './tree.ts';

/** True for EXPLAIN, DESCRIBE and DESC, which are one word to MySQL. */
export function isExplain(word: string): boolean {
  return word === 'EXPLAIN' || word === 'DESCRIBE' || word === 'DESC';
}

/**
 * EXPLAIN of a query, or of a change, of which nothing is done: DuckDB's plan, a row for each of its lines, or one of MySQL's
 * forms. With ANALYZE a query is run.
 */
export async function explain(
  scope: StatementScope,
  tokens: readonly Token[],
  text: string,
): Promise<QueryAnswer> {
  const head = readExplainHead(tokens);
  const within = inDatabase(scope, head.database);
  const explained = await explainedBy(within, head.statement, text);
  const format = formatOf(within, head, explained);
  if (!head.analyze) return shown(within, format, explained);
  if (explained.root !== undefined) throw notYet(`EXPLAIN ANALYZE of ${changeWord(explained.root)}`);
  if (format !== 'tree') throw notYet(`EXPLAIN ANALYZE with ${format.toUpperCase()} format`);
  return shown(within, 'tree', explained, true);
}

function inDatabase(scope: StatementScope, database: string | undefined): StatementScope {
  if (database === undefined) return scope;
  if (scope.engine.dictionary.database(database) === undefined)
    throw new SqlError('unknown_database', `Unknown database '${database}'`);
  return { ...scope, context: contextIn(scope.context, database) };
}

/** The session's explain_format counts where it is not the one that it begins with. */
function formatOf(scope: StatementScope, { format, analyze }: ExplainHead, { root }: Explained): PlanFormat {
  if (format !== undefined) return format;
  if (analyze) return 'tree';
  const set = String(scope.context.variable('explain_format') ?? '').toLowerCase();
  if (set === 'tree' || set === 'json') return set;
  return root === undefined ? 'engine' : 'traditional';
}

async function explainedBy(
  scope: StatementScope,
  tokens: readonly Token[],
  text: string,
): Promise<Explained> {
  const [first] = tokens;
  if (first !== undefined && isQuery(tokens)) {
    const query = text.slice(first.start);
    return { root: undefined, translate: () => translateQuery(scope, query) };
  }
  const statement = text.slice(first?.start ?? 0);
  const own = tokenize(statement, lexingOf(scope.sqlMode));
  const reader = new TokenReader(own, statement, { showsSecrets: true });
  switch (statementWord(own)) {
    case 'INSERT':
    case 'REPLACE':
      return planInsert(scope, reader);
    case 'UPDATE':
      return planUpdate(scope, reader);
    case 'DELETE':
      return planDelete(scope, reader);
    default:
      throw new SqlError('not_supported', `EXPLAIN of ${first?.upper ?? 'nothing'} is not supported`, {
        hint: 'A SELECT, INSERT, REPLACE, UPDATE or DELETE can be explained.',
      });
  }
}

function translateQuery(scope: StatementScope, query: string): Translated {
  const { text, substitutes } = expandPartitions(scope, tokenize(query, lexingOf(scope.sqlMode)), query);
  return translateSelect(scope.engine, scope.context, text, { substitutes });
}

async function shown(
  scope: StatementScope,
  format: PlanFormat,
  { root, translate }: Explained,
  isRun = false,
): Promise<QueryAnswer> {
  const options = isRun ? '(ANALYZE, FORMAT json) ' : format === 'engine' ? '' : '(FORMAT json) ';
  const drawn = translate === undefined ? '' : await planOf(scope, translate, options);
  const plan = (): ReturnType<typeof readPlan> =>
    drawn === '' ? [] : isRun ? readProfile(drawn) : readPlan(drawn);
  switch (format) {
    case 'engine': {
      const lines = drawn.split('\n').filter((line) => line.trim() !== '');
      return textAnswer(scope, lines);
    }
    case 'json':
      return textAnswer(scope, [planDocument(plan(), root, drawn)]);
    case 'tree':
      return textAnswer(scope, [printTree(plan(), root)]);
    case 'traditional': {
      const rows = traditionalRows(plan(), root);
      return { kind: 'rows', result: resultOfRows(traditionalColumns, rows), warnings: scope.warnings };
    }
    default:
      return unreachable(format);
  }
}

async function planOf(scope: StatementScope, translate: () => Translated, options: string): Promise<string> {
  return readWithin(scope, translate, async (translated) => {
    await loadTables(scope, translated);
    const rows = await scope.connection.facts(`EXPLAIN ${options}${translated.sql}`);
    return rows.map((row) => String(row.at(-1))).join('\n');
  });
}

function textAnswer(scope: StatementScope, lines: readonly string[]): QueryAnswer {
  const rows = lines.map((line): Cell[] => [line]);
  return { kind: 'rows', result: resultOfRows([textColumn('EXPLAIN', 256)], rows), warnings: scope.warnings };
}
