import { quoteName } from '../../sql/quote.ts';
import type { RestorePlan } from '../restoring.ts';
import { SourceError } from '../source-error.ts';
import type { MysqlConnection } from './connection.ts';
import { serverErrorNumber } from './errors.ts';
import { stageExchanges } from './exchange-partitions.ts';
import { existingIn, planTargets, type RestoreParts } from './restore-prepare.ts';
import { planSwap, renameStatement } from './restore-swap.ts';

const lockWaitTimeout = 1205;
/**
 * While a RENAME waits for a statement that uses one of its tables, everybody else waits behind it. So it waits for a
 * short time only, and comes again.
 */
const swapWaitSeconds = 3;
const swapAttemptsMax = 20;

/**
 * The swap: one RENAME TABLE puts all tables in their places, those that were there out of the way, and the journal under
 * its second name. What follows it is `finishRestore`'s.
 */
export async function swapIn(parts: RestoreParts, plan: RestorePlan, signal: AbortSignal): Promise<void> {
  const { sessions, names, journal, reached } = parts;
  await sessions.use(signal, async (session) => {
    const existing = await existingIn(session, plan, signal);
    const targets = await planTargets(session, plan, signal);
    const exchanges = await stageExchanges(session, names, targets, signal);
    const swap = await planSwap(session, { plan, names, existing, targets, exchanges }, signal);
    await journal.writeSwap(session, swap, signal);
    reached('swap_journalled');
    if (swap.replaced.some((place) => place.database === names.replaced)) {
      await session.run(`CREATE DATABASE IF NOT EXISTS ${quoteName(names.replaced)}`, signal);
    }
    await makeDatabase(session, parts, plan, signal);
    reached('database_made');
    await swapPatiently(session, renameStatement(swap, journal.renaming), signal);
    reached('swapped');
  });
}

/** The database that the restore is to make. It is empty until the swap. */
async function makeDatabase(
  session: MysqlConnection,
  { journal }: RestoreParts,
  plan: RestorePlan,
  signal: AbortSignal,
): Promise<void> {
  const found = await session.rows(`SHOW DATABASES LIKE ${likeText(plan.database)}`, signal);
  if (found.length > 0 || !plan.createDatabase) return;
  await journal.writeDatabase(session, plan.database, signal);
  await session.run(createDatabase(plan), signal);
}

/** CREATE DATABASE of the snapshot under the name that is wanted: what follows the name stays as it is. */
function createDatabase(plan: Pick<RestorePlan, 'database' | 'databaseDdl'>): string {
  const tail = /^CREATE DATABASE (?:\/\*!\d+ IF NOT EXISTS ?\*\/ ?)?`(?:[^`]|``)*`(?<tail>[\s\S]*)$/i.exec(
    plan.databaseDdl ?? '',
  )?.groups?.['tail'];
  return `CREATE DATABASE IF NOT EXISTS ${quoteName(plan.database)}${tail ?? ''}`;
}

async function swapPatiently(session: MysqlConnection, rename: string, signal: AbortSignal): Promise<void> {
  await session.run(`SET SESSION lock_wait_timeout = ${swapWaitSeconds}`, signal);
  for (let attempt = 1; ; attempt++) {
    try {
      await session.run(rename, signal);
      return;
    } catch (error) {
      if (serverErrorNumber(error) !== lockWaitTimeout) throw error;
      if (attempt < swapAttemptsMax) continue;
      throw new SourceError('unavailable', 'a table that is to be replaced stays in use', error);
    }
  }
}

function likeText(name: string): string {
  return `'${name.replaceAll(/[\\%_']/g, (char) => (char === "'" ? "''" : `\\${char}`))}'`;
}
