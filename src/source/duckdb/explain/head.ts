import { SqlError } from '../../../base/sql-error.ts';
import { notYet } from '../../../sql/not-yet.ts';
import type { Token } from '../../../sql/token.ts';

/** How a plan is shown: as the engine draws it, or in one of MySQL's forms. */
export type PlanFormat = 'engine' | 'traditional' | 'tree' | 'json';

export type ExplainHead = Readonly<{
  /** Undefined where the statement names none. */
  format: PlanFormat | undefined;
  analyze: boolean;
  /** FOR DATABASE: where names without a database are. */
  database: string | undefined;
  /** The tokens of the statement that is explained. */
  statement: readonly Token[];
}>;

/** Words that say how MySQL and StarRocks show a plan. The engine has one way to. */
const passedOver: ReadonlySet<string> = new Set('EXTENDED PARTITIONS VERBOSE COSTS LOGICAL'.split(' '));

/** Reads what stands before the statement, the word EXPLAIN itself included. */
export function readExplainHead(tokens: readonly Token[]): ExplainHead {
  let [format, analyze, database]: [PlanFormat | undefined, boolean, string | undefined] = [
    undefined,
    false,
    undefined,
  ];
  for (let at = 1; ;) {
    const word = tokens[at]?.upper ?? '';
    const next = tokens[at + 1];
    if (passedOver.has(word)) at += 1;
    else if (word === 'ANALYZE') {
      analyze = true;
      at += 1;
    } else if (word === 'FORMAT' && next?.text === '=') {
      format = formatNamed(tokens[at + 2]?.value ?? '');
      at += 3;
    } else if (word === 'FOR' && (next?.upper === 'SCHEMA' || next?.upper === 'DATABASE')) {
      database = tokens[at + 2]?.value;
      at += 3;
    } else if (word === 'INTO') throw notYet('EXPLAIN INTO');
    else return { format, analyze, database, statement: tokens.slice(at) };
  }
}

/** Throws MySQL's 1791. */
function formatNamed(name: string): PlanFormat {
  const lower = name.toLowerCase();
  if (lower === 'traditional' || lower === 'tree' || lower === 'json') return lower;
  throw new SqlError('unknown_explain_format', `Unknown EXPLAIN format name: '${name}'`);
}
