import type { RowChecksum } from '../source/frozen.ts';
import { SnapshotError } from './snapshot-error.ts';

/** Count and checksum of disjoint sets of rows taken together. An empty list has no algorithm and gives `undefined`. */
export function addChecksums(parts: readonly RowChecksum[]): RowChecksum | undefined {
  const [first, ...rest] = parts;
  if (first === undefined) return undefined;
  return rest.reduce(addTwo, first);
}

function addTwo(left: RowChecksum, right: RowChecksum): RowChecksum {
  if (left.algorithm !== right.algorithm) {
    throw new SnapshotError(
      'corrupt',
      `checksums of '${left.algorithm}' and '${right.algorithm}' cannot be added`,
    );
  }
  return {
    rows: left.rows + right.rows,
    algorithm: left.algorithm,
    value: String(BigInt(left.value) + BigInt(right.value)),
  };
}
