import { type RestorePlan, type RestoreTable, SourceError } from '../source.ts';
import { type History, historyOf, takesHistory } from './history.ts';
import { tableTextOf } from './restore-prepare.ts';
import type { RestoreSessions } from './restore-sessions.ts';
import { factsOf, isAtLeast, type ServerFacts } from './server-facts.ts';

/** From this version of MariaDB on, a row that is valid still ends in 2106 and not in 2038 (release notes of 11.5.1). */
const endsLater = [11, 5];

/** The history of a table as its snapshot has it; undefined for one that was made without its times. */
export function savedHistory(plan: RestorePlan, table: RestoreTable): History | undefined {
  const history = plan.origin.kind === 'mysql' ? historyOf(tableTextOf(plan, table)) : undefined;
  const isSaved = table.columns.some(({ name }) => name === history?.end);
  return isSaved ? history : undefined;
}

/** Refuses rows of the past where the server would not keep them as they were. Throws SourceError. */
export async function checkHistory(
  sessions: RestoreSessions,
  facts: ServerFacts,
  plan: RestorePlan,
  signal: AbortSignal,
): Promise<void> {
  const table = plan.tables.find((one) => savedHistory(plan, one) !== undefined);
  if (table === undefined) return;
  if (!(await sessions.use(signal, (session) => takesHistory(session, signal)))) {
    const why = 'the server takes no rows of the past (system_versioning_insert_history of MariaDB 10.11)';
    throw new SourceError('failed', `cannot restore the history of table '${table.target}': ${why}`);
  }
  const origin = factsOf(plan.origin.version, new Map()).numbers;
  if (isAtLeast(origin, endsLater) !== isAtLeast(facts.numbers, endsLater)) {
    const why = `rows that are valid end at another time in ${plan.origin.version} than in ${facts.version}`;
    throw new SourceError('failed', `cannot restore the history of table '${table.target}': ${why}`);
  }
}
