import type { RestorePlan, RestoreTable } from '../restoring.ts';
import { SourceError } from '../source-error.ts';
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

/** Names the tables whose rows of the past the server would not keep as they were. */
export async function historyRefusals(
  sessions: RestoreSessions,
  facts: ServerFacts,
  plan: RestorePlan,
  signal: AbortSignal,
): Promise<readonly SourceError[]> {
  const tables = plan.tables.filter((one) => savedHistory(plan, one) !== undefined);
  if (tables.length === 0) return [];
  const takes = await sessions.use(signal, (session) => takesHistory(session, signal));
  const why = takes ? differentEnd(plan, facts) : takesNone;
  if (why === undefined) return [];
  return tables.map(
    ({ target }) => new SourceError('failed', `cannot restore the history of table '${target}': ${why}`),
  );
}

const takesNone = 'the server takes no rows of the past (system_versioning_insert_history of MariaDB 10.11)';

function differentEnd({ origin }: RestorePlan, facts: ServerFacts): string | undefined {
  const { numbers } = factsOf(origin.version, new Map());
  if (isAtLeast(numbers, endsLater) === isAtLeast(facts.numbers, endsLater)) return undefined;
  return `rows that are valid end at another time in ${origin.version} than in ${facts.version}`;
}
