import { SqlError } from '../../base/sql-error.ts';
import type { OpenRepository } from '../../job/open-repository.ts';
import { readManifest } from '../../snapshot/reader.ts';
import { snapshotOfKey } from '../../snapshot/layout.ts';
import type { Manifest } from '../../snapshot/manifest.ts';
import { SnapshotError } from '../../snapshot/snapshot-error.ts';
import type { Verdict } from '../../snapshot/verification.ts';
import { noSuchLabel, unknownRepository } from '../analysis.ts';
import { type Answer, rowsAnswer } from '../answer.ts';
import { type VerifiedObject, verifyTable } from '../columns/verify-snapshot.ts';
import type { Services } from '../services.ts';

type Wanted = Readonly<{ snapshot: string; repository: string; timestamp?: string; full: boolean }>;

/**
 * VERIFY SNAPSHOT l ON r [AT 'ts'] [FULL]: everything that a restore would read is fetched and compared with the
 * manifest; nothing is written to the repository. Damage is an answer, a repository out of reach an error.
 */
export async function verifySnapshot(
  statement: Wanted,
  services: Services,
  signal: AbortSignal,
): Promise<Answer> {
  const { snapshot, repository, timestamp, full } = statement;
  if (services.repositories.find(repository) === undefined) {
    throw unknownRepository(repository);
  }
  const place = await services.openRepository(repository, signal);
  const listed = await services.catalogue.list(place, snapshot, signal);
  const entries = listed.filter((entry) => timestamp === undefined || entry.timestamp === timestamp);
  if (entries.length === 0) {
    const at = timestamp === undefined ? '' : ` at ${timestamp}`;
    throw noSuchLabel(repository, `${snapshot}${at}`);
  }
  const found: VerifiedObject[] = [];
  for (const { label, timestamp: at } of entries) {
    found.push(...(await verifyOne(place, { label, timestamp: at }, { full, services }, signal)));
  }
  found.push(...(await foreignFiles(place, snapshot, signal)));
  return rowsAnswer(verifyTable(found));
}

type SnapshotName = Readonly<{ label: string; timestamp: string }>;
type How = Readonly<{ full: boolean; services: Services }>;

/** The manifest is read anew: what the catalogue remembers is not what lies there now. */
async function verifyOne(
  place: OpenRepository,
  name: SnapshotName,
  { full, services }: How,
  signal: AbortSignal,
): Promise<readonly VerifiedObject[]> {
  const read = await manifestOf(place, name, signal);
  if (typeof read === 'string') return [{ ...name, what: 'manifest', problem: read }];
  const verdicts: Verdict[] = [];
  for await (const verdict of services.verifySnapshot(place, read, full, signal)) verdicts.push(verdict);
  if (verdicts.some(({ problems }) => problems.length > 0)) await requireStillThere(place, name, signal);
  const objects = verdicts.map((verdict) => ({ ...name, what: 'object', verdict }) as const);
  return [{ ...name, what: 'manifest' }, ...objects];
}

/** The manifest, or why it cannot be used. */
async function manifestOf(
  place: OpenRepository,
  name: SnapshotName,
  signal: AbortSignal,
): Promise<Manifest | string> {
  try {
    return (await readManifest(place, name, signal)).manifest;
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    return error.message;
  }
}

/** Blobs of a snapshot that is dropped beside us vanish; that is no damage. */
async function requireStillThere(
  place: OpenRepository,
  { label, timestamp }: SnapshotName,
  signal: AbortSignal,
): Promise<void> {
  const stat = await place.store.stat(place.layout.manifest(label, timestamp), signal);
  if (stat === undefined) {
    throw new SqlError('backup', `Snapshot ${label} at ${timestamp} was dropped while it was verified`);
  }
}

/** What lies in the label's folder and is no manifest. */
async function foreignFiles(
  place: OpenRepository,
  label: string,
  signal: AbortSignal,
): Promise<readonly VerifiedObject[]> {
  const found: VerifiedObject[] = [];
  for await (const { key } of place.store.list(place.layout.labelPrefix(label), signal)) {
    if (snapshotOfKey(place.layout, key) !== undefined) continue;
    found.push({ label, timestamp: '', what: 'foreign', key });
  }
  return found;
}
