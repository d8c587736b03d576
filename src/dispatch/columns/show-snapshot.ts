import { type Cell, textColumn } from '../../base/rows.ts';
import { type Manifest, type ManifestObject, rowsOf } from '../../snapshot/manifest.ts';
import type { Table } from '../answer.ts';
import type { CatalogueEntry, SnapshotState } from '../snapshot-catalogue.ts';

/** SHOW SNAPSHOT ON r: one row per snapshot. A label without a whole snapshot gets StarRocks' words. */
export function snapshotTable(entries: readonly SnapshotState[], label: string | undefined): Table {
  const columns = ['Snapshot', 'Timestamp', 'Status'].map((name) => textColumn(name));
  const rows = entries.map((entry): Cell[] => [entry.label, entry.timestamp, statusOf(entry)]);
  if (rows.length === 0 && label !== undefined)
    return { columns, rows: [[label, null, 'ERROR: no snapshot']] };
  return { columns, rows };
}

/** SHOW SNAPSHOT … WHERE SNAPSHOT = 'x' AND TIMESTAMP = 'y': the details of one. */
export function snapshotDetailTable(entries: readonly CatalogueEntry[]): Table {
  const columns = ['Snapshot', 'Timestamp', 'Database', 'Details', 'Status'].map((name) => textColumn(name));
  const rows = entries.map((entry): Cell[] => {
    if (entry.kind === 'broken') {
      return [entry.label, entry.timestamp, null, null, `Failed to get info: ${entry.reason}`];
    }
    const details = JSON.stringify(detailsOf(entry.manifest), null, 1);
    return [entry.label, entry.timestamp, entry.manifest.database, details, 'OK'];
  });
  return { columns, rows };
}

function statusOf(entry: SnapshotState): string {
  return entry.kind === 'whole' ? 'OK' : `ERROR: Failed to get info: ${entry.reason}`;
}

/** StarRocks' fields, then ours: rows, bytes and the kind of each object. */
function detailsOf(manifest: Manifest): object {
  return {
    name: manifest.label,
    database: manifest.database,
    backup_time: manifest.createdAt,
    finish_time: manifest.finishedAt,
    backup_objects: Object.fromEntries(manifest.objects.map((object) => [object.name, objectOf(object)])),
    ...(manifest.externalCatalogs !== undefined && {
      external_catalogs: manifest.externalCatalogs.map(({ name }) => name),
    }),
    ...(manifest.properties.ttl !== undefined && { ttl: manifest.properties.ttl }),
    format_version: manifest.formatVersion,
    holdfast_version: manifest.server.version,
    engine: `${manifest.catalog.kind} ${manifest.catalog.version}`,
    warnings: manifest.warnings,
    backup_result: 'succeed',
  };
}

function objectOf(object: ManifestObject): object {
  const held = rowsOf(object);
  if (held === undefined) return { kind: object.kind, partitions: {} };
  const pieces = held.partitions ?? [{ name: object.name, rows: held.rows, chunks: held.chunks }];
  const partitions = pieces.map((piece) => [
    piece.name,
    { rows: piece.rows, bytes: piece.chunks.reduce((sum, chunk) => sum + chunk.bytes, 0) },
  ]);
  return {
    kind: object.kind,
    rows: held.rows,
    ...(object.kind === 'TABLE' &&
      object.autoIncrement !== undefined && { autoIncrementId: object.autoIncrement }),
    partitions: Object.fromEntries(partitions),
  };
}
