import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What lies in the folder of a local repository, read without Holdfast. */
export type RepositoryContent = Readonly<{
  /** `<label>/<timestamp>` of every manifest. */
  snapshots: readonly string[];
  /** Hashes of the blobs that are there, and of those that manifests name. */
  blobs: ReadonlySet<string>;
  named: ReadonlySet<string>;
  /** Paths of files that are none of these and not the repository's own description. */
  others: readonly string[];
}>;

const manifestPath = /^snapshots\/([^/]+)\/([^/]+)\/manifest\.json$/;
const blobPath = /^blobs\/(..)\/(\1[0-9a-f]{62})\.parquet$/;

/** Reads the repository `name` below `location`. Every manifest must be whole: a cut one throws. */
export function readRepository(location: string, name: string): RepositoryContent {
  const files = filesBelow(location).map((file) => path.relative(location, file));
  const manifests = files.filter((file) => file.endsWith('/manifest.json'));
  const texts = new Map(manifests.map((file) => [file, readFileSync(path.join(location, file), 'utf8')]));
  return contentOf(files, texts, name);
}

/** `files` are paths below the location of the repository `name`; `manifests` the texts of those that are manifests. */
export function contentOf(
  files: readonly string[],
  manifests: ReadonlyMap<string, string>,
  name: string,
): RepositoryContent {
  const root = `${repositoryFolder(name)}/`;
  const snapshots: string[] = [];
  const blobs = new Set<string>();
  const named = new Set<string>();
  const others: string[] = [];
  for (const file of files) {
    const relative = file.startsWith(root) ? file.slice(root.length) : file;
    const manifest = manifestPath.exec(relative);
    const blob = blobPath.exec(relative);
    if (manifest) {
      snapshots.push(`${manifest[1]}/${manifest[2]}`);
      for (const sha256 of hashesIn(manifests.get(file) ?? '')) named.add(sha256);
    } else if (blob) {
      blobs.add(String(blob[2]));
    } else if (relative !== '__repo_info') {
      others.push(file);
    }
  }
  return { snapshots, blobs, named, others };
}

export function repositoryFolder(name: string): string {
  return `__holdfast_repository_${name}`;
}

export function blobFile(location: string, name: string, sha256: string): string {
  return path.join(location, repositoryFolder(name), 'blobs', sha256.slice(0, 2), `${sha256}.parquet`);
}

export function manifestFile(location: string, name: string, label: string): string {
  const folder = path.join(location, repositoryFolder(name), 'snapshots', label);
  const [timestamp, ...more] = readdirSync(folder);
  if (timestamp === undefined || more.length > 0) throw new Error(`'${label}' is not one snapshot`);
  return path.join(folder, timestamp, 'manifest.json');
}

/** The blobs that one snapshot names, in the manifest's order. */
export function blobsOfSnapshot(location: string, name: string, label: string): readonly string[] {
  return hashesIn(readFileSync(manifestFile(location, name, label), 'utf8'));
}

/** Every field `sha256` but the manifest's own. */
function hashesIn(manifest: string): readonly string[] {
  const hashes: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'sha256') hashes.push(String(inner));
      else collect(inner);
    }
  };
  const { sha256: _own, ...content } = JSON.parse(manifest) as Record<string, unknown>;
  collect(content);
  return hashes;
}

/** A folder that the server removes at that moment has none. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const found = path.join(folder, entry.name);
    if (!entry.isDirectory()) return [found];
    try {
      return filesBelow(found);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
  });
}
