import type { Log } from '../base/log.ts';
import type { SnapshotPlace } from '../snapshot/layout.ts';
import { chunksOf, type Manifest, rowsOf } from '../snapshot/manifest.ts';
import { type ListedSnapshot, listSnapshots, readManifest } from '../snapshot/reader.ts';
import { SnapshotError } from '../snapshot/snapshot-error.ts';
import type { ChunkRange } from '../source/frozen.ts';

/** In a repository of many databases the newest snapshot of this one is near the top; older borders help little. */
const manifestsReadMax = 16;

/** The newest snapshot of a database, whose chunk borders are used again. `undefined` when none is found soon. */
export async function previousSnapshot(
  place: SnapshotPlace,
  of: Readonly<{ database: string; catalogKind: string }>,
  log: Log,
  signal: AbortSignal,
): Promise<Manifest | undefined> {
  const listed = await Array.fromAsync(listSnapshots(place, signal));
  const newest = listed.sort(newestFirst).slice(0, manifestsReadMax);
  for (const name of newest) {
    const manifest = await readOrSkip(place, name, log, signal);
    if (manifest?.database === of.database && manifest.catalog.kind === of.catalogKind) return manifest;
  }
  return undefined;
}

/** The borders of a table's chunks, or of one partition's, in a snapshot. */
export type RangesIn = (table: string, partition: string | undefined) => readonly ChunkRange[];

/** Sorts the borders of a snapshot by table and partition, once for all that are asked for. */
export function rangesIn(manifest: Manifest | undefined): RangesIn {
  const byTable = new Map<string, Map<string | undefined, ChunkRange[]>>();
  for (const object of manifest?.objects ?? []) {
    const rows = rowsOf(object);
    if (rows === undefined) continue;
    const ranges = new Map<string | undefined, ChunkRange[]>();
    for (const { partition, chunk } of chunksOf(rows)) {
      const known = ranges.get(partition);
      if (known === undefined) ranges.set(partition, [chunk.range]);
      else known.push(chunk.range);
    }
    byTable.set(object.name, ranges);
  }
  return (table, partition) => byTable.get(table)?.get(partition) ?? [];
}

/** A snapshot that cannot be read is no reason not to make the next. */
async function readOrSkip(
  place: SnapshotPlace,
  name: ListedSnapshot,
  log: Log,
  signal: AbortSignal,
): Promise<Manifest | undefined> {
  try {
    return (await readManifest(place, name, signal)).manifest;
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    log.warn('previous_snapshot_unreadable', { label: name.label, error: error.message });
    return undefined;
  }
}

function newestFirst(left: ListedSnapshot, right: ListedSnapshot): number {
  return right.modifiedAt - left.modifiedAt || (left.timestamp < right.timestamp ? 1 : -1);
}
