import { hash } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '../../base/system-error.ts';
import { diskError } from './failures.ts';
import { syncPath } from './folder-writer.ts';
import { isObject, parseObject } from './json-content.ts';
import { MetadataError } from './metadata-error.ts';
import type { Generation } from './resource.ts';

/**
 * SHA-256 in hexadecimal digits, and what files do not keep: the version, and the time to the millisecond (an archive keeps
 * seconds). Manifests of older releases have no time.
 */
export type ManifestEntry = Readonly<{ sha256: string; mvcc: number; modifiedAt?: number }>;

/** What we know of a backup beyond Kylin's layout. Lies beside the folder, where Kylin does not look. */
export type BackupManifest = Readonly<{
  version: 1;
  level: 'system' | 'project' | 'cube';
  generation: Generation;
  source: string;
  offset: number | null;
  /** The unit of work that wrote the audit row of `offset`: tells this history from another with the same numbers. */
  unitId?: string;
  /** ISO 8601. */
  finishedAt: string;
  resources: Readonly<Record<string, ManifestEntry>>;
  /** What lies beside the metadata in a backup of C. */
  beside?: Readonly<Record<string, ManifestEntry>>;
}>;

export function manifestPath(folder: string): string {
  return `${folder.replace(/\/+$/, '')}.manifest.json`;
}

export function sha256(bytes: Uint8Array): string {
  return hash('sha256', bytes);
}

/** On disk when it resolves. */
export async function writeManifest(folder: string, manifest: BackupManifest): Promise<void> {
  const file = manifestPath(folder);
  const partial = `${file}.partial`;
  {
    await using handle = await open(partial, 'w', 0o600);
    await handle.writeFile(JSON.stringify(manifest));
    await handle.sync();
  }
  await rename(partial, file);
  await syncPath(path.dirname(file));
}

/** Undefined when there is none: a backup of Kylin's own. Throws MetadataError `broken` for one that cannot be read. */
export async function readManifest(folder: string): Promise<BackupManifest | undefined> {
  const file = manifestPath(folder);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw diskError(`read '${file}'`, error);
  }
  const content = parseObject(bytes);
  if (content?.['version'] === 1 && isObject(content['resources'])) return content as BackupManifest;
  throw new MetadataError('broken', `'${file}' is no manifest of a metadata backup`, {
    hint: 'The backup can be restored without it: move the file away.',
  });
}
