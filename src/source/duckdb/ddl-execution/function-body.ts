import { SqlError } from '../../../base/sql-error.ts';
import { tokenize } from '../../../sql/lexer.ts';
import { syntaxErrorNear } from '../../../sql/position.ts';
import { aggregates } from '../../../sql/rewrite/functions/aggregates.ts';
import { windowFunctions } from '../../../sql/rewrite/functions/windows.ts';
import type { SourceText } from '../../../sql/statement.ts';
import type { Token } from '../../../sql/token.ts';
import type { StatementScope } from '../statement/scope.ts';
import { lexingOf } from '../translation/sql-mode.ts';

/**
 * Refuses what a function of one expression cannot have: parameters of a prepared statement, and aggregates or window
 * functions outside of a subquery, which would make the function one of many rows.
 */
export function checkFunctionBody(scope: StatementScope, body: SourceText): void {
  const tokens = tokenize(body.text, lexingOf(scope.sqlMode));
  const parameter = tokens.find((token) => token.kind === 'parameter');
  if (parameter !== undefined) throw syntaxErrorNear(body.text.slice(parameter.start));
  if (outsideQueries(tokens).some((token) => isAggregate(token, tokens))) {
    throw new SqlError('invalid_group_function', 'Invalid use of group function');
  }
}

function isAggregate(token: Token, tokens: readonly Token[]): boolean {
  if (token.kind !== 'word' || tokens[tokens.indexOf(token) + 1]?.text !== '(') return false;
  return aggregates.has(token.upper) || windowFunctions.has(token.upper);
}

/** The tokens that stand in no pair of brackets with a SELECT at its beginning. */
function outsideQueries(tokens: readonly Token[]): readonly Token[] {
  const outside: Token[] = [];
  const isQuery: boolean[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.text === '(') {
      const first = tokens[index + 1]?.upper ?? '';
      isQuery.push(isQuery.at(-1) === true || first === 'SELECT' || first === 'WITH');
    } else if (token.text === ')') isQuery.pop();
    if (isQuery.at(-1) !== true) outside.push(token);
  }
  return outside;
}
