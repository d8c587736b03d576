import type { FolderSource } from './folder-source.ts';
import { parseObject } from './json-content.ts';
import { projectsOf, uuidKey } from './keys.ts';
import { type BackupManifest, sha256 } from './manifest.ts';
import { MetadataError } from './metadata-error.ts';
import type { Generation, MetadataResource } from './resource.ts';

/** What a look at every byte of a backup found. */
export type VerifyReport = Readonly<{
  generation: Generation;
  resources: number;
  bytes: number;
  projects: number;
  models: number;
  offset: number | undefined;
  /** The facts that Kylin's checker tells of. */
  exists: Readonly<Record<'uuid' | 'image' | 'userGroup' | 'user' | 'acl', boolean>>;
  /** Folders of projects that no project resource makes. */
  illegalProjects: readonly string[];
  /** Files that belong to no resource, and those in B's root. */
  illegalFiles: readonly string[];
  /** Resources that should be JSON and are not. */
  broken: readonly string[];
  empty: readonly string[];
  /** Against the manifest, where there is one. */
  changed: readonly string[];
  missing: readonly string[];
  hasManifest: boolean;
  /** SHA-256 of each resource's bytes, by key. */
  hashes: ReadonlyMap<string, string>;
  /** Resources as they were read, as far as the caller wanted them kept. */
  kept: ReadonlyMap<string, MetadataResource>;
}>;

/** Files in the root of B that Kylin accepts. */
const rootFiles: readonly string[] = ['/UUID', '/VERSION', '/_image'];

/**
 * Reads a whole backup and judges it as Kylin's MetadataChecker does, and more closely. Of what it reads it keeps the first
 * `keptBytesMax`, for whoever needs it again.
 */
export async function verifyBackup(
  source: FolderSource,
  manifest: BackupManifest | undefined,
  signal: AbortSignal,
  keptBytesMax = 0,
): Promise<VerifyReport> {
  const keys = await source.keys(signal);
  const contents = await readContents({ source, keys, manifest, keptBytesMax }, signal);
  const { generation, strangers, offset } = source;
  const projects = projectsOf(generation, keys);
  return {
    generation,
    resources: keys.length,
    projects: projects.length,
    models: keys.filter((key) => isModel(generation, key)).length,
    offset,
    exists: existing(source, keys),
    illegalProjects: generation === 'B' ? homelessProjects(keys, projects) : [],
    illegalFiles: [...strangers, ...(generation === 'B' ? keys.filter(isStrayInRoot) : [])],
    missing: Object.keys({ ...manifest?.resources, ...manifest?.beside }).filter(
      (key) => !contents.hashes.has(key),
    ),
    hasManifest: manifest !== undefined,
    bytes: contents.bytes,
    broken: contents.broken,
    empty: contents.empty,
    changed: contents.changed,
    hashes: contents.hashes,
    kept: contents.kept,
  };
}

/** True when Kylin's checker, or ours, has nothing against a restore. Broken JSON is told, and judged when planned. */
export function isQualified(report: VerifyReport): boolean {
  const { illegalProjects, illegalFiles, changed, missing, empty } = report;
  return [illegalProjects, illegalFiles, changed, missing, empty].every(({ length }) => length === 0);
}

/** Throws MetadataError `illegal` with all that is wrong. */
export function requireQualified(report: VerifyReport, place: string): void {
  if (isQualified(report)) return;
  const parts = [
    told('illegal projects', report.illegalProjects),
    told('illegal files', report.illegalFiles),
    told('changed since the backup', report.changed),
    told('missing', report.missing),
    told('empty', report.empty),
  ].filter((part) => part !== '');
  throw new MetadataError('illegal', `the metadata dir '${place}' is not qualified: ${parts.join('; ')}`);
}

const toldMax = 5;

function told(what: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const more = names.length > toldMax ? ` and ${names.length - toldMax} more` : '';
  return `${what}: ${names.slice(0, toldMax).join(', ')}${more}`;
}

type Contents = Pick<VerifyReport, 'bytes' | 'broken' | 'empty' | 'changed' | 'hashes' | 'kept'>;

type Reading = Readonly<{
  source: FolderSource;
  keys: readonly string[];
  manifest: BackupManifest | undefined;
  keptBytesMax: number;
}>;

async function readContents(
  { source, keys, manifest, keptBytesMax }: Reading,
  signal: AbortSignal,
): Promise<Contents> {
  const broken: string[] = [];
  const empty: string[] = [];
  const changed: string[] = [];
  const hashes = new Map<string, string>();
  const kept = new Map<string, MetadataResource>();
  let total = 0;
  for await (const resource of source.read(keys, signal)) {
    const { key, bytes } = resource;
    const hash = sha256(bytes);
    hashes.set(key, hash);
    total += bytes.length;
    if (total <= keptBytesMax) kept.set(key, resource);
    if (bytes.length === 0) empty.push(key);
    else if (isBroken(source.generation, key, bytes)) broken.push(key);
    const expected = manifest?.resources[key];
    if (manifest !== undefined && expected?.sha256 !== hash) changed.push(key);
  }
  for await (const { key, bytes } of source.beside?.(undefined, signal) ?? []) {
    const hash = sha256(bytes);
    hashes.set(key, hash);
    total += bytes.length;
    if (parseObject(bytes) === undefined) broken.push(key);
    if (manifest !== undefined && manifest.beside?.[key]?.sha256 !== hash) changed.push(key);
  }
  return { bytes: total, broken, empty, changed, hashes, kept };
}

/** True for content that is no JSON although its kind is. B's UUID is a binary text (Java's writeUTF). */
function isBroken(generation: Generation, key: string, bytes: Uint8Array): boolean {
  if (generation !== 'C' && (key === uuidKey(generation) || !key.endsWith('.json'))) return false;
  return parseObject(bytes) === undefined;
}

function isModel(generation: Generation, key: string): boolean {
  return generation === 'C' ? key.startsWith('MODEL/') : key.split('/').at(-2) === 'model_desc';
}

function isStrayInRoot(key: string): boolean {
  return key.lastIndexOf('/') === 0 && !rootFiles.includes(key);
}

function homelessProjects(keys: readonly string[], projects: readonly string[]): readonly string[] {
  const folders = new Set(
    keys.filter((key) => key.lastIndexOf('/') > 0).map((key) => key.split('/')[1] ?? ''),
  );
  folders.delete('_global');
  return [...folders].filter((folder) => !projects.includes(folder));
}

function existing({ generation, offset }: FolderSource, keys: readonly string[]): VerifyReport['exists'] {
  const has = (ofB: string, ofC: string): boolean =>
    keys.some((key) => key.startsWith(generation === 'C' ? ofC : ofB));
  return {
    uuid: keys.includes(uuidKey(generation)),
    image: offset !== undefined,
    userGroup: has('/_global/user_group', 'USER_GROUP/'),
    user: has('/_global/user/', 'USER_INFO/'),
    acl: has('/_global/acl/', 'OBJECT_ACL/'),
  };
}
