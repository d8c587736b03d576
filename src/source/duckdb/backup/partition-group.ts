import { rm } from 'node:fs/promises';
import { duckdbName } from '../../../sql/duckdb-quote.ts';
import type { ExtractedPartition } from '../../frozen.ts';
import { SourceError } from '../../source-error.ts';
import type { Connection } from '../connection/connection.ts';
import { extractRows } from './extract.ts';
import { hashList, type ParquetColumn } from '../files/parquet-columns.ts';
import { checksumAlgorithm } from '../files/row-checksum.ts';

/** Partitions of one table that are read in one look at it. */
export type PartitionGroup = Readonly<{
  physicalName: string;
  columns: readonly ParquetColumn[];
  /** True for the rows of all members and of no other partition. */
  predicate: string;
  members: readonly GroupMember[];
}>;

/** `rows` is what an earlier count at the same point in time has found. */
export type GroupMember = Readonly<{ name: string; predicate: string; rows: number; path: string }>;

/** Holds a group's rows, partition by partition, each in the order of the table. Seen by its own connection alone. */
const groupTable = 'temp.main.partition_group';
/** Longer than a column's name can be in MySQL. */
const placeColumn = '__holdfast_place_of_the_partition_of_this_row_in_the_group_that_is_read';

/**
 * Writes each member's rows to its file and adds them up. The table is looked at once, wherever the rows lie in it; the
 * files are those that each partition's own read would write, since its rows come in the same order.
 */
export async function extractGroup(
  connection: Connection,
  group: PartitionGroup,
): Promise<readonly ExtractedPartition[]> {
  await connection.work(stagingSql(group));
  const sums = await memberSums(connection, group);
  const written: string[] = [];
  try {
    const extracted: ExtractedPartition[] = [];
    for (const [index, member] of group.members.entries()) {
      const { first, rows, value } = sums.get(index) ?? { first: 0n, rows: 0, value: '0' };
      checkRows(member, rows);
      const from = `${groupTable} WHERE rowid >= ${first} AND rowid < ${first + BigInt(rows)}`;
      const chunk = await extractRows(connection, group.columns, from, member.path);
      written.push(member.path);
      extracted.push({ ...chunk, checksum: { rows, algorithm: checksumAlgorithm, value } });
    }
    await connection.run(`DROP TABLE ${groupTable}`);
    return extracted;
  } catch (error) {
    await Promise.all(written.map((path) => rm(path, { force: true })));
    throw error;
  }
}

function stagingSql({ physicalName, columns, predicate, members }: PartitionGroup): string {
  const names = columns.map(({ name }) => duckdbName(name)).join(', ');
  const whens = members.map((member, index) => `WHEN ${member.predicate} THEN ${index}`);
  // Rows of one partition come in the order of the table without being put into it.
  const [place, order] =
    members.length === 1 ? ['0', ''] : [`CASE ${whens.join(' ')} END`, ' ORDER BY 1, rowid'];
  return (
    `CREATE OR REPLACE TEMP TABLE ${groupTable} AS SELECT ${place} AS ${placeColumn}, ${names} ` +
    `FROM ${physicalName} WHERE ${predicate}${order}`
  );
}

/** `first` numbers a row of a table that no commit has seen: beyond what a double holds. */
type MemberSum = Readonly<{ first: bigint; rows: number; value: string }>;

async function memberSums(
  connection: Connection,
  { columns }: PartitionGroup,
): Promise<ReadonlyMap<number, MemberSum>> {
  const facts = await connection.facts(
    `SELECT ${placeColumn}, min(rowid), count(*), CAST(sum(hash(${hashList(columns)})) AS VARCHAR) ` +
      `FROM ${groupTable} GROUP BY 1`,
  );
  return new Map(
    facts.map(([place, first, rows, value]) => [
      Number(place),
      { first: BigInt(String(first)), rows: Number(rows), value: String(value) },
    ]),
  );
}

function checkRows({ name, rows: expected }: GroupMember, rows: number): void {
  if (rows === expected) return;
  throw new SourceError('failed', `${rows} rows were read of partition '${name}', which has ${expected}`);
}
