import { quoteName } from '../../sql/quote.ts';
import type { RestoreOther } from '../restoring.ts';
import type { MysqlConnection } from './connection.ts';
import { movedText, qualified } from './object-text.ts';

/** Where the sequence stands: the column of the same name of MariaDB's sequence tables. */
const positionSetting = 'next_not_cached_value';

/** Makes a sequence that goes on where the snapshot's stood. */
export async function makeSequence(
  session: MysqlConnection,
  database: string,
  { target, ddl, settings = {} }: RestoreOther,
  signal: AbortSignal,
): Promise<void> {
  const move = { from: database, to: database, moves: () => false };
  await session.run(`USE ${quoteName(database)}`, signal);
  await session.run(movedText(ddl, {}, { kind: 'SEQUENCE', name: target }, move), signal);
  const position = settings[positionSetting];
  if (position === undefined || !/^-?\d+$/.test(position)) return;
  // The third argument says that the value itself comes next.
  await session.run(`SELECT SETVAL(${qualified(database, target)}, ${position}, 0)`, signal);
}
