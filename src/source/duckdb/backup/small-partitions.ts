/** A partition as it is known before its rows are read; `rowBytes` bounds each of them, where that is known. */
export type PartitionSize = Readonly<{ name: string; rows: number; rowBytes: number | undefined }>;

/** So few rows are one chunk without looking at their bytes: a vector of DuckDB's. */
const unplannedRowsMax = 2_048;
/** Far below what the planner puts into one chunk, which it would find after reading all these rows. */
const smallRowsMax = 131_072;
const smallBytesMax = 16 * 1024 ** 2;

/** A group is held as a temporary table: so much is small beside the engine's memory. */
const groupRowsMax = 1_048_576;
const groupBytesMax = 64 * 1024 ** 2;
/** By then the one look at the table costs each member little. */
const groupMembersMax = 60;

/** True for a partition that is one chunk whatever its rows are. */
export function isSmall({ rows, rowBytes }: PartitionSize): boolean {
  if (rows <= unplannedRowsMax) return true;
  return rowBytes !== undefined && rows <= smallRowsMax && rows * rowBytes <= smallBytesMax;
}

/**
 * Neighbours together, since a range for all of them is as cheap to read as one for each. One alone is a group, too: it is
 * then looked for once, not once for its file and once for its checksum.
 */
export function groupsOf(partitions: readonly PartitionSize[]): readonly (readonly string[])[] {
  const groups: string[][] = [];
  let left = { rows: 0, bytes: 0 };
  for (const { name, rows, rowBytes = 0 } of partitions) {
    const bytes = rows * rowBytes;
    const last = groups.at(-1);
    if (last !== undefined && last.length < groupMembersMax && rows <= left.rows && bytes <= left.bytes) {
      last.push(name);
    } else {
      groups.push([name]);
      left = { rows: groupRowsMax, bytes: groupBytesMax };
    }
    left = { rows: left.rows - rows, bytes: left.bytes - bytes };
  }
  return groups;
}
