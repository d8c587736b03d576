import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { failpoint } from '../base/failpoint.ts';
import type { BackupResult } from '../metastore/kylin/backup.ts';
import { archiveName, coreFolder } from '../metastore/kylin/detect.ts';
import { checkFolderName, namesFor } from '../metastore/kylin/folder-name.ts';
import { isObject, parseObject } from '../metastore/kylin/json-content.ts';
import { manifestPath, readManifest, sha256 } from '../metastore/kylin/manifest.ts';
import { MetadataError } from '../metastore/kylin/metadata-error.ts';
import type { Generation } from '../metastore/kylin/resource.ts';
import type { BlobBody, BlobKey } from '../repository/blob-store.ts';
import { blobKey, decodeSegment, encodeSegment, isEncodable } from '../repository/key.ts';
import { StorageError } from '../repository/storage-error.ts';
import type { SnapshotPlace } from '../snapshot/layout.ts';
import { readSmallBlob } from '../snapshot/small-blob.ts';

/** What a repository says of one metadata backup: the file that makes it exist. */
export type ShelvedBackup = Readonly<{
  format: 'holdfast metadata backup';
  formatVersion: 1;
  level: 'system' | 'project' | 'cube';
  generation: 'B' | 'C';
  source: string;
  offset: number | null;
  /** ISO 8601. */
  finishedAt: string;
  resources: number;
  /** Of the resources, before they were packed. */
  bytes: number;
  archive: Readonly<{ sha256: string; bytes: number }>;
  manifest: Readonly<{ sha256: string }>;
}>;

export type ListedBackup = Readonly<{ name: string; backup: ShelvedBackup | undefined }>;

const descriptionBytesMax = 64 * 1024;
/** An archive without its description is a leftover of a server that was killed once it is as old as this. */
const leftoverMs = 24 * 60 * 60 * 1_000;
const descriptionEnding = '.json';
const manifestEnding = '.manifest.json';

/**
 * Metadata backups in a repository: an archive as Kylin writes with `-compress`, the manifest beside it, and last a
 * description that makes the backup exist. Design: docs/format.md, "Metadata backups". Throws StorageError and
 * MetadataError.
 */
export class MetadataShelf {
  readonly #place: SnapshotPlace;

  constructor(place: SnapshotPlace) {
    this.#place = place;
  }

  /** By name; one whose description cannot be read is listed without it. */
  async list(signal: AbortSignal): Promise<readonly ListedBackup[]> {
    const found: ListedBackup[] = [];
    for await (const { key } of this.#place.store.list(this.#prefix, signal)) {
      const name = this.#described(key);
      if (name === undefined) continue;
      const { description } = this.#keys(name, 'B');
      found.push({ name, backup: parseDescription(await this.#small(description, signal)) });
    }
    return found.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }

  /**
   * Keeps a compressed backup that was made in a local folder. `given` says that its name is the user's own: MetadataError
   * `exists` when it is taken; else a taken name gets `-1`, `-2`. Gives the name.
   */
  async put(made: BackupResult, given: boolean, now: number, signal: AbortSignal): Promise<string> {
    await this.#sweep(now, signal);
    const base = path.basename(made.path);
    const archive = await describeFile(archiveIn(made.path, made.generation), signal);
    for (const name of namesFor(base, given)) {
      const keys = this.#keys(name, made.generation);
      if (!(await this.#claim(keys, archive, signal))) continue;
      await this.#complete(keys, made, archive, signal);
      return name;
    }
    throw new MetadataError('exists', `'${base}' exists already: nothing was written`);
  }

  /** Brings a backup into a folder of its own below `directory`, byte for byte as it was made, and gives that folder. */
  async fetch(name: string, directory: string, signal: AbortSignal): Promise<string> {
    const { store } = this.#place;
    const { description } = this.#keys(name, 'B');
    if ((await store.stat(description, signal)) === undefined) throw notThere(name);
    const backup = parseDescription(await this.#small(description, signal));
    if (backup === undefined)
      throw new MetadataError('broken', `the description of '${name}' cannot be read`);
    const keys = this.#keys(name, backup.generation);
    const folder = path.join(directory, 'backup');
    const archive = archiveIn(folder, backup.generation);
    await mkdir(path.dirname(archive), { recursive: true, mode: 0o700 });
    await this.#download(keys.archive, archive, backup.archive.sha256, signal);
    await this.#download(keys.manifest, manifestPath(folder), backup.manifest.sha256, signal);
    return folder;
  }

  /** Removes a backup; what makes it exist goes first. */
  async remove(name: string, signal: AbortSignal): Promise<void> {
    const { store } = this.#place;
    const { description, manifest } = this.#keys(name, 'B');
    const archives = (['B', 'C'] as const).map((generation) => this.#keys(name, generation).archive);
    await store.deleteMany([description], signal);
    await store.deleteMany([manifest, ...archives], signal);
  }

  get #prefix(): string {
    return this.#place.layout.metadataPrefix;
  }

  #keys(name: string, generation: Generation): Keys {
    checkFolderName(name);
    // The description of one would be the manifest of another.
    const isOfManifest = `${name}${descriptionEnding}`.endsWith(manifestEnding);
    if (isOfManifest || !isEncodable(`${name}${manifestEnding}`)) {
      throw new MetadataError('illegal', `'${name}' cannot be the name of a metadata backup in a repository`);
    }
    const of = (file: string): BlobKey => blobKey(`${this.#prefix}${file}`);
    return {
      archive: of([encodeSegment(name), ...archivePath(generation)].join('/')),
      manifest: of(encodeSegment(`${name}${manifestEnding}`)),
      description: of(encodeSegment(`${name}${descriptionEnding}`)),
    };
  }

  /** False when the name is taken. */
  async #claim(
    { archive: key, description }: Keys,
    archive: DescribedFile,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { store } = this.#place;
    if ((await store.stat(description, signal)) !== undefined) return false;
    try {
      await store.put(key, archive.body, { ifAbsent: true, sha256: archive.sha256 }, signal);
      return true;
    } catch (error) {
      if (error instanceof StorageError && error.kind === 'already_exists') return false;
      throw error;
    }
  }

  /** What fails before the description is put leaves no archive; after that the store may have it, and all stays. */
  async #complete(
    keys: Keys,
    made: BackupResult,
    archive: DescribedFile,
    signal: AbortSignal,
  ): Promise<void> {
    const { store } = this.#place;
    let description: Buffer;
    failpoint('metadata.archive_put');
    try {
      const manifest = await describeFile(manifestPath(made.path), signal);
      await store.put(keys.manifest, manifest.body, { ifAbsent: true, sha256: manifest.sha256 }, signal);
      description = await describe(made, archive, manifest);
    } catch (error) {
      // What cannot be removed now is removed by a later backup.
      await store.deleteMany([keys.archive], AbortSignal.timeout(cleanUpMs)).catch(() => undefined);
      throw error;
    }
    const body = { kind: 'bytes', bytes: description } as const;
    await store.put(keys.description, body, { ifAbsent: true, sha256: sha256(description) }, signal);
    failpoint('metadata.description_put');
  }

  /** Removes what servers that were killed left behind. */
  async #sweep(now: number, signal: AbortSignal): Promise<void> {
    const stats = await Array.fromAsync(this.#place.store.list(this.#prefix, signal));
    const described = new Set(stats.flatMap(({ key }) => this.#described(key) ?? []));
    const leftovers = stats.filter(({ key, modifiedAt }) => {
      const name = this.#nameOf(key);
      return name !== undefined && !described.has(name) && modifiedAt < now - leftoverMs;
    });
    if (leftovers.length === 0) return;
    await this.#place.store.deleteMany(
      leftovers.map(({ key }) => key),
      signal,
    );
  }

  /** The name of the backup that a key belongs to. */
  #nameOf(key: string): string | undefined {
    const segment = decodeSegment(key.slice(this.#prefix.length).split('/')[0] ?? '');
    return this.#described(key) ?? segment?.replace(/\.manifest\.json$/, '');
  }

  /** The name of the backup that a key is the description of. */
  #described(key: string): string | undefined {
    const file = decodeSegment(key.slice(this.#prefix.length));
    const isDescription = file?.endsWith(descriptionEnding) === true && !file.endsWith(manifestEnding);
    return isDescription ? file.slice(0, -descriptionEnding.length) : undefined;
  }

  async #small(key: BlobKey, signal: AbortSignal): Promise<Uint8Array> {
    return readSmallBlob(this.#place.store, key, descriptionBytesMax, signal);
  }

  async #download(key: BlobKey, file: string, expected: string, signal: AbortSignal): Promise<void> {
    const hash = createHash('sha256');
    const source = Readable.from(this.#place.store.get(key, undefined, signal));
    source.on('data', (piece: Uint8Array) => hash.update(piece));
    await pipeline(source, createWriteStream(file, { mode: 0o600 }), { signal });
    if (hash.digest('hex') === expected) return;
    throw new MetadataError('broken', `'${key}' is not what was written: its SHA-256 is another`);
  }
}

const cleanUpMs = 30_000;

type Keys = Readonly<Record<'archive' | 'manifest' | 'description', BlobKey>>;

type DescribedFile = Readonly<{ body: BlobBody; sha256: string; bytes: number }>;

async function describeFile(file: string, signal: AbortSignal): Promise<DescribedFile> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash, { signal });
  const { size } = await stat(file);
  return { body: { kind: 'file', path: file, sizeBytes: size }, sha256: hash.digest('hex'), bytes: size };
}

function archiveIn(folder: string, generation: Generation): string {
  return path.join(folder, ...archivePath(generation));
}

function archivePath(generation: Generation): readonly string[] {
  return generation === 'C' ? [coreFolder, archiveName] : [archiveName];
}

async function describe(
  made: BackupResult,
  archive: DescribedFile,
  manifest: DescribedFile,
): Promise<Buffer> {
  const written = await readManifest(made.path);
  if (written === undefined) throw new MetadataError('broken', `'${made.path}' has lost its manifest`);
  const { level, source, offset, finishedAt } = written;
  const description: ShelvedBackup = {
    format: 'holdfast metadata backup',
    formatVersion: 1,
    level,
    generation: made.generation === 'C' ? 'C' : 'B',
    source,
    offset,
    finishedAt,
    resources: made.resources,
    bytes: made.bytes,
    archive: { sha256: archive.sha256, bytes: archive.bytes },
    manifest: { sha256: manifest.sha256 },
  };
  return Buffer.from(`${JSON.stringify(description, undefined, 2)}\n`);
}

function parseDescription(bytes: Uint8Array): ShelvedBackup | undefined {
  const content = parseObject(bytes);
  if (content?.['format'] !== 'holdfast metadata backup' || content['formatVersion'] !== 1) return undefined;
  return isObject(content['archive']) && isObject(content['manifest'])
    ? (content as ShelvedBackup)
    : undefined;
}

function notThere(name: string): MetadataError {
  return new MetadataError('not_found', `the repository holds no metadata backup '${name}'`, {
    hint: 'SHOW METADATA BACKUPS FROM the repository lists them.',
  });
}
