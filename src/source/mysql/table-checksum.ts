import { quoteName } from '../../sql/quote.ts';
import type { RowChecksum } from '../source.ts';
import { selectList } from './column-plan.ts';
import { connectMysql } from './connect.ts';
import { describeTables } from './describe-tables.ts';
import type { MysqlOptions } from './options.ts';
import { Reader } from './reader.ts';
import { SourceError } from '../source.ts';

export type ChecksumPlace = Readonly<{ database: string; table: string; partitions?: readonly string[] }>;

/**
 * Count and checksum of a table's rows as they are now, equal to that of the backup they came from when they are the
 * same: the rows are read as a backup reads them, in a thread of its own. Throws SourceError.
 */
export async function tableChecksum(
  options: MysqlOptions,
  { database, table, partitions }: ChecksumPlace,
  signal: AbortSignal,
): Promise<RowChecksum> {
  await using control = await connectMysql(options, {}, signal);
  const selection = { database, objects: [{ kind: 'TABLE', name: table }] } as const;
  const described = (await describeTables(control, selection, signal)).get(table);
  if (described === undefined) throw new SourceError('missing', `Unknown table '${table}'`);
  const chosen = partitions?.map((name) => quoteName(name)).join(', ');
  const from =
    `${quoteName(database)}.${quoteName(table)}` + (chosen === undefined ? '' : ` PARTITION (${chosen})`);
  await using reader = await Reader.open(options, signal);
  const { checksum } = await reader.read(
    {
      sql: `SELECT ${selectList(described.plans)} FROM ${from}`,
      plans: described.plans,
      isInTransaction: false,
      pace: {},
    },
    signal,
  );
  return checksum;
}
