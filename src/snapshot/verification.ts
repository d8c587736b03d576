import { assert } from '../base/assert.ts';
import { mapBounded } from '../base/bounded.ts';
import type { TableDefinition } from '../sql/ddl/definition.ts';
import type { RowChecksum } from '../source/frozen.ts';
import type { ObjectKind } from '../source/objects.ts';
import { SourceError } from '../source/source-error.ts';
import { addChecksums } from './checksum.ts';
import type { LocalFiles } from './files.ts';
import type { SnapshotPlace } from './layout.ts';
import {
  type Checksum,
  chunksOf,
  type Manifest,
  type ManifestChunk,
  type ManifestObject,
  type ManifestRows,
  rowsOf,
} from './manifest.ts';
import { fetchBlob } from './reader.ts';
import { SnapshotError } from './snapshot-error.ts';

/**
 * Reads every row of a Parquet file of a snapshot. The checksum is in the algorithm of the embedded engine when the
 * `definition` of the rows' table is given; without one the rows are decoded and counted. Throws SourceError `failed` for a
 * file that cannot be decoded.
 */
export type FileDecoder = (
  file: Readonly<{ path: string; definition: TableDefinition | undefined }>,
  signal: AbortSignal,
) => Promise<Readonly<{ rows: number; checksum?: RowChecksum }>>;

export type Verification = Readonly<{
  place: SnapshotPlace;
  manifest: Manifest;
  files: LocalFiles;
  /** An absolute path of its own: one file for each blob that is being looked at. */
  folder: string;
  /** Blobs looked at at once. */
  blobsAtOnce: number;
  /** With it files are decoded and rows recounted; without it blobs are hashed. */
  decode?: FileDecoder;
}>;

/** What was found of one object; no `problems` when all of it is as the manifest says. */
export type Verdict = Readonly<{
  kind: ObjectKind;
  name: string;
  blobs: number;
  bytes: number;
  rows: number;
  problems: readonly string[];
  /** What could not be looked at, for the user. */
  notes: readonly string[];
}>;

/**
 * Looks at everything that a snapshot stands on, one object after another in the manifest's order: each blob is fetched
 * (once for all objects that share it, unless it is decoded), and its size and hash are compared with the manifest. Damage is a problem of the
 * object that needs the blob and never ends the look; a repository that does not answer does (StorageError).
 */
export async function* verifySnapshot(parts: Verification, signal: AbortSignal): AsyncGenerator<Verdict> {
  const shared = new Map<string, Finding>();
  for (const object of parts.manifest.objects) {
    // Two tables may share a file and read its values into different types, of which the checksum is.
    const seen = parts.decode === undefined ? shared : new Map<string, Finding>();
    yield await verifyObject(parts, object, seen, signal);
  }
}

/** What a look at one blob found. */
type Finding = Readonly<
  { kind: 'whole'; rows?: number; checksum?: RowChecksum } | { kind: 'bad'; why: string }
>;

async function verifyObject(
  parts: Verification,
  object: ManifestObject,
  seen: Map<string, Finding>,
  signal: AbortSignal,
): Promise<Verdict> {
  const { kind, name } = object;
  const rows = rowsOf(object);
  if (rows === undefined) return { kind, name, blobs: 0, bytes: 0, rows: 0, problems: [], notes: [] };
  const chunks = chunksOf(rows).map(({ chunk }) => chunk);
  const definition = definitionOf(parts.manifest, object);
  await lookAtBlobs(parts, chunks, { definition, seen }, signal);
  const bad = chunks.flatMap((chunk) => badReason(chunk, seen.get(chunk.sha256)));
  const sums = parts.decode === undefined || bad.length > 0 ? noSums : compareSums(rows, seen);
  return {
    kind,
    name,
    blobs: chunks.length,
    bytes: total(chunks.map(({ bytes }) => bytes)),
    rows: rows.rows,
    problems: [...new Set([...bad, ...sums.problems])],
    notes: sums.notes,
  };
}

/** Only the embedded engine's own rows are hashed the way it hashes. */
function definitionOf({ catalog }: Manifest, object: ManifestObject): TableDefinition | undefined {
  if (catalog.kind !== 'duckdb') return undefined;
  return object.kind === 'TABLE' ? object.definition : object.held?.definition;
}

type Look = Readonly<{ definition: TableDefinition | undefined; seen: Map<string, Finding> }>;

async function lookAtBlobs(
  parts: Verification,
  chunks: readonly ManifestChunk[],
  { definition, seen }: Look,
  signal: AbortSignal,
): Promise<void> {
  const fresh = new Map(chunks.map((chunk) => [chunk.sha256, chunk]));
  for (const sha256 of seen.keys()) fresh.delete(sha256);
  const look = async (chunk: ManifestChunk, _index: number, inner: AbortSignal): Promise<void> => {
    seen.set(chunk.sha256, await lookAtBlob(parts, chunk, definition, inner));
  };
  await mapBounded([...fresh.values()], parts.blobsAtOnce, look, signal);
}

async function lookAtBlob(
  { place, files, folder, decode }: Verification,
  { sha256, bytes }: ManifestChunk,
  definition: TableDefinition | undefined,
  signal: AbortSignal,
): Promise<Finding> {
  const path = `${folder}/${sha256}.parquet`;
  try {
    await fetchBlob(place, files, { sha256, bytes, path }, signal);
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    return { kind: 'bad', why: error.message };
  }
  if (decode === undefined) {
    await files.remove(path);
    return { kind: 'whole' };
  }
  try {
    return { kind: 'whole', ...(await decode({ path, definition }, signal)) };
  } catch (error) {
    if (!(error instanceof SourceError) || error.kind !== 'failed') throw error;
    return { kind: 'bad', why: `blob '${place.layout.blob(sha256)}' cannot be decoded: ${error.message}` };
  } finally {
    await files.remove(path);
  }
}

function badReason({ rows, sha256 }: ManifestChunk, found: Finding | undefined): readonly string[] {
  assert(found !== undefined, 'each blob of an object has been looked at');
  if (found.kind === 'bad') return [found.why];
  if (found.rows === undefined || found.rows === rows) return [];
  return [`blob ${sha256} has ${found.rows} rows, not ${rows}`];
}

type Sums = Readonly<{ problems: readonly string[]; notes: readonly string[] }>;

const noSums: Sums = { problems: [], notes: [] };

/** Compares the rows of the files with those of the table, of each partition where there are some. */
function compareSums(rows: ManifestRows, seen: ReadonlyMap<string, Finding>): Sums {
  const units = rows.partitions?.map((part) => ({ ...part, what: `partition '${part.name}'` }));
  const parts = (units ?? [{ ...rows, what: 'the table' }]).map((unit) => compareUnit(unit, seen));
  return {
    problems: parts.flatMap(({ problems }) => problems),
    notes: [...new Set(parts.flatMap(({ notes }) => notes))],
  };
}

function compareUnit(
  unit: Readonly<{ what: string; rows: number; checksum: Checksum; chunks: readonly ManifestChunk[] }>,
  seen: ReadonlyMap<string, Finding>,
): Sums {
  const { what, rows, checksum, chunks } = unit;
  const counted = total(chunks.map((chunk) => chunk.rows));
  if (counted !== rows) return { problems: [`${what} has ${counted} rows, not ${rows}`], notes: [] };
  if (rows === 0) return noSums;
  const sum = addChecksums(chunks.flatMap(({ sha256 }) => checksumOf(seen.get(sha256))));
  if (sum?.algorithm !== checksum.algorithm) {
    const note = `rows were decoded and counted; checksum '${checksum.algorithm}' is compared by a restore`;
    return { problems: [], notes: [note] };
  }
  if (sum.value === checksum.value) return noSums;
  return { problems: [`${what} has checksum ${sum.value}, not ${checksum.value}`], notes: [] };
}

function checksumOf(found: Finding | undefined): readonly RowChecksum[] {
  return found?.kind === 'whole' && found.checksum !== undefined ? [found.checksum] : [];
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
