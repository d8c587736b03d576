import { SqlError } from '../../base/sql-error.ts';
import type { Reset } from '../../sql/reset.ts';
import { notSupported } from '../analysis.ts';
import { type Answer, okAnswer, okWith } from '../answer.ts';
import { errorNumber } from '../sql-error.ts';

/** Nothing is kept of SET PERSIST over a restart: there is no variable to forget. */
export function reset(statement: Reset): Answer {
  if (statement.kind === 'replication') throw notSupported(`RESET ${statement.what}`);
  const { variable, ifExists } = statement;
  if (variable === undefined) return okAnswer;
  const kind = 'not_persisted';
  const message = `Variable ${variable} does not exist in persisted config file`;
  if (!ifExists) throw new SqlError(kind, message);
  return okWith([{ level: 'Warning', number: errorNumber(kind), message }]);
}
