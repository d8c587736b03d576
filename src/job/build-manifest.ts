import { present } from '../base/assert.ts';
import {
  type Manifest,
  type ManifestChunk,
  manifestFormat,
  type ManifestObject,
  type ManifestPartition,
  manifestVersion,
  type SavedCatalog,
} from '../snapshot/manifest.ts';
import type { RowChecksum } from '../source/frozen.ts';
import type { BackupJob } from './backup-job.ts';
import { JobError, ReadLostError } from './failure.ts';
import { type BackupPlan, chunksOfPlan, isAddedUp, type PlannedObject, sumOfUnits } from './plan.ts';
import type { Spool } from './spool.ts';

/** A unit of the plan with all that was read of it. */
type ReadUnit = Readonly<{
  table: string;
  partition: string | undefined;
  chunks: readonly ManifestChunk[];
  checksum: RowChecksum;
}>;

/**
 * The manifest of a backup whose chunks are all stored, from its spool. Throws ReadLostError when the spool is not
 * complete any more, and JobError when the chunks do not add up to what the source counted.
 */
export async function buildManifest(job: BackupJob, spool: Spool, made: Made): Promise<Manifest> {
  const plan = orLost(await spool.readPlan());
  const units = await readUnits(plan, spool);
  return {
    ...headOf(job, made),
    takenAt: plan.takenAt,
    catalog: { name: job.catalog, ...plan.catalog },
    ...(plan.databaseDdl !== undefined && { databaseDdl: plan.databaseDdl }),
    position: plan.position,
    warnings: plan.warnings,
    objects: plan.objects.map((object) => objectOf(object, units)),
  };
}

/**
 * The manifest of a backup of external catalogs. Their definitions are Holdfast's own, as the embedded engine's tables
 * are: a reader that does not know of them lists a snapshot without objects.
 */
export function catalogManifest(
  job: BackupJob,
  externalCatalogs: readonly SavedCatalog[],
  made: Made,
): Manifest {
  return {
    ...headOf(job, made),
    takenAt: made.finishedAt,
    catalog: { name: job.catalog, kind: 'duckdb', version: made.version },
    position: {},
    warnings: [],
    objects: [],
    externalCatalogs,
  };
}

/** Who made a manifest, and when. */
type Made = Readonly<{ node: string; version: string; finishedAt: number }>;

function headOf(
  job: BackupJob,
  made: Made,
): Omit<Manifest, 'takenAt' | 'catalog' | 'databaseDdl' | 'position' | 'warnings' | 'objects'> {
  return {
    format: manifestFormat,
    formatVersion: manifestVersion,
    label: job.label,
    timestamp: job.timestamp,
    createdAt: job.createdAt,
    finishedAt: made.finishedAt,
    server: { node: made.node, version: made.version, job: String(job.id) },
    database: job.database,
    properties: job.properties,
  };
}

async function readUnits(plan: BackupPlan, spool: Spool): Promise<readonly ReadUnit[]> {
  const chunks = plan.units.map((): ManifestChunk[] => []);
  const [results, checksums] = [await spool.readResults(), await spool.readChecksums()];
  for (const { ordinal, unit, range } of chunksOfPlan(plan)) {
    const { sha256, bytes, rows, bounds } = orLost(results.get(ordinal));
    present(chunks[unit], 'a unit').push({ range, sha256, bytes, rows, bounds });
  }
  const units: ReadUnit[] = [];
  for (const [index, { table, partition }] of plan.units.entries()) {
    const checksum = isAddedUp(plan, index)
      ? orLost(checksums.get(index))
      : { rows: 0, algorithm: present(units[0], 'the first unit').checksum.algorithm, value: '0' };
    const unit = { table, partition, chunks: present(chunks[index], 'a unit'), checksum };
    checkRows(unit);
    units.push(unit);
  }
  return units;
}

function checkRows(unit: ReadUnit): void {
  const rows = unit.chunks.reduce((sum, chunk) => sum + chunk.rows, 0);
  if (rows === unit.checksum.rows) return;
  const place = unit.partition === undefined ? '' : `partition '${unit.partition}' of `;
  throw new JobError(
    'COMMON_ERROR',
    `${rows} rows were read of ${place}table '${unit.table}', which has ${unit.checksum.rows}`,
  );
}

function objectOf(object: PlannedObject, units: readonly ReadUnit[]): ManifestObject {
  const own = units.filter((unit) => unit.table === object.name);
  const { rows, algorithm, value } = sumOfUnits(own.map((unit) => unit.checksum));
  const sums = { rows, checksum: { algorithm, value } };
  if (object.kind !== 'TABLE') {
    const { held, unreadable: _told, ...other } = object;
    if (held === undefined) return other;
    return { ...other, held: { ...held, ...sums, chunks: own.flatMap((unit) => unit.chunks) } };
  }
  const { partitions, ...described } = object;
  if (partitions === undefined) {
    return { ...described, ...sums, chunks: own.flatMap((unit) => unit.chunks) };
  }
  const bounds = new Map(object.definition?.partitioning?.partitions.map((each) => [each.name, each.bounds]));
  return { ...described, ...sums, chunks: [], partitions: own.map((unit) => partitionOf(bounds, unit)) };
}

function partitionOf(
  bounds: ReadonlyMap<string, ManifestPartition['bounds']>,
  unit: ReadUnit,
): ManifestPartition {
  const name = present(unit.partition, 'the partition of a unit');
  const { rows, algorithm, value } = unit.checksum;
  return {
    name,
    bounds: bounds.get(name) ?? { kind: 'none' },
    rows,
    checksum: { algorithm, value },
    chunks: unit.chunks,
  };
}

function orLost<T>(value: T | undefined): T {
  if (value === undefined) throw new ReadLostError('restart', 'the staging folder of the job is incomplete');
  return value;
}
