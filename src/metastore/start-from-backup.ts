import type { Log } from '../base/log.ts';
import { parseContent } from './audit.ts';
import { freezeParsed } from './frozen-json.ts';
import { globalProject, typePrefix } from './key.ts';
import { uuidKey } from './kylin/keys.ts';
import { type BackupManifest, readManifest, sha256 } from './kylin/manifest.ts';
import { MetadataError } from './kylin/metadata-error.ts';
import { openBackup } from './kylin/open-backup.ts';
import { savedKey, withheldTypes } from './kylin/own-store.ts';
import type { MetadataResource } from './kylin/resource.ts';
import { decodeUuid } from './kylin/uuid.ts';
import type { Resource } from './metastore.ts';
import { decodeResource } from './resource.ts';
import type { SharedStore } from './shared-store.ts';
import type { StartState } from './stored-metastore.ts';

/** A backup of our own metadata that a node may start from; its files are there until it is disposed of. */
export type ReachedBackup = AsyncDisposable & Readonly<{ folder: string; name: string }>;

export type BackupStart = Readonly<{
  store: SharedStore;
  metastoreId: string;
  log: Log;
  /** Where backups are looked for, for texts. */
  place: string;
  /** The newest system backup of our own there; undefined when there is none. */
  findNewest: (signal: AbortSignal) => Promise<ReachedBackup | undefined>;
}>;

/** A place that does not answer must not hold up a start for longer. */
const backupMsMax = 60_000;

/**
 * The state in the newest metadata backup, to be followed by the audit log from the backup's position on, so that many nodes
 * which start at once do not each read everything from the store. Undefined, with the reason in the log, when the backup
 * cannot be used: the store is the truth.
 */
export async function startFromBackup(parts: BackupStart): Promise<StartState | undefined> {
  const { log, place, findNewest } = parts;
  const signal = AbortSignal.timeout(backupMsMax);
  try {
    await using backup = await findNewest(signal);
    if (backup === undefined)
      throw new MetadataError('not_found', 'it holds no backup of the whole metadata');
    const state = await stateOf(backup.folder, parts, signal);
    log.info('started_from_backup', { place, backup: backup.name, offset: state.offset });
    return state;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.warn('started_without_backup', { place, reason });
    return undefined;
  }
}

async function stateOf(
  folder: string,
  { store, metastoreId }: BackupStart,
  signal: AbortSignal,
): Promise<StartState> {
  const manifest = await readManifest(folder);
  if (manifest === undefined) throw damaged(folder, 'its manifest is missing');
  const offset = await requireLog(store, manifest, signal);
  await using source = await openBackup(folder, signal);
  if (source.offset !== offset) throw damaged(folder, `'_image' says another position than its manifest`);
  const resources: Resource[] = [];
  const missing = new Set(Object.keys(manifest.resources));
  for await (const resource of source.read(await source.keys(signal), signal)) {
    missing.delete(resource.key);
    const found = checked(resource, manifest, folder);
    if (resource.key === uuidKey('B')) requireSame(resource, metastoreId);
    else if (found !== undefined) resources.push(found);
  }
  const [first] = missing;
  if (first !== undefined) throw damaged(folder, `'${first}' is missing`);
  const withheld = withheldTypes.map((type) => typePrefix(globalProject, type));
  const rest = await store.readBelow(withheld, signal);
  return { resources: [...resources, ...rest.map(decodeResource)], offset };
}

/** The log still has the row that the backup goes up to, and it is the same row. Gives its id. */
async function requireLog(
  store: SharedStore,
  { offset, unitId }: BackupManifest,
  signal: AbortSignal,
): Promise<number> {
  if (offset === null) throw new MetadataError('refused', 'the backup does not say how far it goes');
  const { oldest, newest } = await store.auditRange(signal);
  if (offset > newest) throw otherHistory(offset);
  if (oldest > Math.max(offset, 1)) {
    throw new MetadataError('refused', `the audit log begins at ${oldest}, after the backup's ${offset}`);
  }
  const [row] = offset === 0 ? [] : await store.auditRowsOf([offset], signal);
  if (row?.unitId !== unitId) throw otherHistory(offset);
  return offset;
}

/** What the manifest says of these bytes; undefined for what only the layout of a backup needs. */
function checked(
  { key, bytes }: MetadataResource,
  { resources }: BackupManifest,
  folder: string,
): Resource | undefined {
  const entry = resources[key];
  if (entry?.sha256 !== sha256(bytes)) throw damaged(folder, `'${key}' is not what was written`);
  const own = savedKey(key);
  if (own === undefined) return undefined;
  const { mvcc, modifiedAt } = entry;
  if (modifiedAt === undefined) throw damaged(folder, 'an older release has written it');
  const text = Buffer.from(bytes).toString('utf8');
  return { key: own, content: freezeParsed(parseContent(text, `'${own}'`)), mvcc, modifiedAt };
}

function requireSame({ bytes }: MetadataResource, metastoreId: string): void {
  const uuid = decodeUuid(bytes);
  if (uuid === metastoreId) return;
  throw new MetadataError('refused', `the backup is of another metastore, '${uuid}'`);
}

function damaged(folder: string, what: string): MetadataError {
  return new MetadataError('broken', `'${folder}' cannot be started from: ${what}`);
}

function otherHistory(offset: number): MetadataError {
  const text = `row ${offset} of the audit log is not the one that the backup goes up to`;
  return new MetadataError('refused', text);
}
