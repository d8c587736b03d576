import { quoteName, quoteText } from '../../sql/quote.ts';
import type { MysqlConnection } from './connection.ts';
import { qualified } from './object-text.ts';
import { ownPrefix, type RestoreNames } from './restore-names.ts';
import type { Exchange } from './restore-swap.ts';
import type { Target } from './restore-target.ts';

/**
 * Takes the rows of each partition that is to be replaced out of its shadow and into a table of its own: EXCHANGE
 * PARTITION takes a table that has none. May be done again after a crash: an exchange of the shadow's is known by where
 * the rows are.
 */
export async function stageExchanges(
  session: MysqlConnection,
  names: RestoreNames,
  targets: readonly Target[],
  signal: AbortSignal,
): Promise<readonly Exchange[]> {
  const exchanges: Exchange[] = [];
  for (const target of targets) {
    if (target.kind !== 'merge') continue;
    const { target: table } = target.table;
    for (const partition of await smallestPartitions(session, names.shadows, target, signal)) {
      const name = `${ownPrefix}part_${exchanges.length}`;
      const staging = qualified(names.shadows, name);
      const shadow = qualified(names.shadows, table);
      await makeStaging(session, names.shadows, { name, like: shadow }, signal);
      if (await isEmpty(session, staging, signal)) {
        await session.run(exchangeStatement(shadow, partition, staging), signal);
      }
      const checksum = await checksumOf(session, { database: names.shadows, name }, signal);
      exchanges.push({ table, partition, staging: name, checksum });
    }
  }
  return exchanges;
}

/**
 * Puts the partitions in, one after the other: each EXCHANGE is atomic, all of them together are not. Under LOCK TABLES
 * they would be, but MariaDB 10.11 compares the rows without end there. One is done only while the rows to be put in are
 * still in the staging table: a second exchange would undo the first.
 */
export async function exchangeAll(
  session: MysqlConnection,
  {
    shadows,
    database,
    exchanges,
  }: Readonly<{ shadows: string; database: string; exchanges: readonly Exchange[] }>,
  signal: AbortSignal,
): Promise<void> {
  for (const { table, partition, staging, checksum } of exchanges) {
    const rows = { database: shadows, name: staging };
    if ((await checksumOf(session, rows, signal)) !== checksum) continue;
    const statement = exchangeStatement(qualified(database, table), partition, qualified(shadows, staging));
    await session.run(statement, signal);
  }
}

function exchangeStatement(table: string, partition: string, staging: string): string {
  return `ALTER TABLE ${table} EXCHANGE PARTITION ${quoteName(partition)} WITH TABLE ${staging}`;
}

/** Subpartitions where there are some: only what has rows itself can be exchanged. */
async function smallestPartitions(
  session: MysqlConnection,
  shadows: string,
  target: Extract<Target, { kind: 'merge' }>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const names = target.partitions.map((name) => quoteText(name)).join(', ');
  const rows = await session.rows(
    'SELECT coalesce(SUBPARTITION_NAME, PARTITION_NAME) FROM information_schema.PARTITIONS ' +
      `WHERE TABLE_SCHEMA = ${quoteText(shadows)} AND TABLE_NAME = ${quoteText(target.table.target)} ` +
      `AND PARTITION_NAME IN (${names}) ORDER BY PARTITION_ORDINAL_POSITION, SUBPARTITION_ORDINAL_POSITION`,
    signal,
  );
  return rows.flatMap(([name]) => (name === null || name === undefined ? [] : [name]));
}

async function makeStaging(
  session: MysqlConnection,
  shadows: string,
  { name, like }: Readonly<{ name: string; like: string }>,
  signal: AbortSignal,
): Promise<void> {
  const staging = qualified(shadows, name);
  await session.run(`CREATE TABLE IF NOT EXISTS ${staging} LIKE ${like}`, signal);
  const partitions = await session.rows(
    'SELECT 1 FROM information_schema.PARTITIONS WHERE PARTITION_NAME IS NOT NULL ' +
      `AND TABLE_SCHEMA = ${quoteText(shadows)} AND TABLE_NAME = ${quoteText(name)} LIMIT 1`,
    signal,
  );
  if (partitions.length > 0) await session.run(`ALTER TABLE ${staging} REMOVE PARTITIONING`, signal);
}

async function isEmpty(session: MysqlConnection, table: string, signal: AbortSignal): Promise<boolean> {
  return (await session.rows(`SELECT 1 FROM ${table} LIMIT 1`, signal)).length === 0;
}

/** A checksum of all rows: the server's own, which is no two times the same where MySQL keeps JSON, else ours. */
async function checksumOf(
  session: MysqlConnection,
  { database, name }: Readonly<{ database: string; name: string }>,
  signal: AbortSignal,
): Promise<string> {
  const table = qualified(database, name);
  const columns = await session.rows(
    'SELECT COLUMN_NAME, DATA_TYPE FROM information_schema.COLUMNS ' +
      `WHERE TABLE_SCHEMA = ${quoteText(database)} AND TABLE_NAME = ${quoteText(name)} ORDER BY ORDINAL_POSITION`,
    signal,
  );
  if (columns.some(([, type]) => type === 'json')) {
    const values = columns.flatMap(([column, type]) => checkedValue(quoteName(column ?? ''), type));
    const sql = `SELECT count(*), sum(crc32(concat_ws(',', ${values.join(', ')}))) FROM ${table}`;
    return JSON.stringify(await session.rows(sql, signal));
  }
  const [row] = await session.rows(`CHECKSUM TABLE ${table} EXTENDED`, signal);
  return row?.[1] ?? '';
}

/** No value, and the bytes of a value with their number; of JSON those of its text. */
function checkedValue(column: string, type: string | null | undefined): readonly string[] {
  const bytes = `CAST(${type === 'json' ? `CAST(${column} AS CHAR)` : column} AS BINARY)`;
  return [`${column} IS NULL`, `coalesce(length(${bytes}), 0)`, `coalesce(${bytes}, '')`];
}
