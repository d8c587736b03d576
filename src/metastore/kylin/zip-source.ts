import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, inflateRaw, inflateRawSync } from 'node:zlib';
import { diskError } from './failures.ts';
import type { FolderSource } from './folder-source.ts';
import { decodeImage } from './image.ts';
import { checkRelative, imageKey, keyOfFile } from './keys.ts';
import { MetadataError } from './metadata-error.ts';
import type { Generation, MetadataResource } from './resource.ts';
import {
  flags,
  fromDosTime,
  in16,
  in32,
  methods,
  readTimestamp,
  signatures,
  sizes,
  type ZipEntry,
} from './zip-format.ts';

const inflateElsewhere = promisify(inflateRaw);
/** Less is inflated sooner than a thread is asked for it. */
const inflatedHereBytesMax = 64 * 1024;
/** The end record with the longest comment (4.3.16). */
const endBytesMax = sizes.end + in16;
/** A greater entry is no metadata, whatever its header says: an archive must not fill the memory. */
const entryBytesMax = 256 * 1024 * 1024;
/** Headers of a million resources. */
const centralBytesMax = 512 * 1024 * 1024;

/**
 * Opens an archive of B (names begin with a slash; Kylin ignores others) or C (none does). Names that would leave
 * the folder, links and encrypted entries are refused. Throws MetadataError.
 */
export async function openArchive(file: string): Promise<FolderSource> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'r');
    return await readArchive(file, handle);
  } catch (error) {
    await handle?.close();
    throw diskError(`read '${file}'`, error);
  }
}

async function readArchive(file: string, handle: FileHandle): Promise<FolderSource> {
  const entries = await readCentral(file, handle);
  const generation: Generation = entries.some(({ name }) => name.startsWith('/')) ? 'B' : 'C';
  const byKey = new Map<string, ZipEntry>();
  const strangers: string[] = [];
  for (const entry of entries) sortIn(entry, generation, byKey, strangers);
  const image = byKey.get(imageKey(generation));
  byKey.delete(imageKey(generation));
  const offset = image && decodeImage(await readEntry(file, handle, image));
  return {
    generation,
    place: file,
    offset,
    strangers,
    keys: async () => [...byKey.keys()].sort(),
    read: (keys, signal) => readEntries({ file, handle, byKey }, keys, signal),
    [Symbol.asyncDispose]: async () => handle.close(),
  };
}

function sortIn(
  entry: ZipEntry,
  generation: Generation,
  byKey: Map<string, ZipEntry>,
  strangers: string[],
): void {
  if (entry.name.endsWith('/')) return;
  const isAbsolute = entry.name.startsWith('/');
  const relative = isAbsolute ? entry.name.slice(1) : entry.name;
  checkRelative(relative);
  const key = isAbsolute === (generation === 'B') ? keyOfFile(generation, relative) : undefined;
  if (key === undefined) strangers.push(entry.name);
  else if (byKey.has(key)) throw new MetadataError('illegal', `the archive holds '${key}' twice`);
  else byKey.set(key, entry);
}

type Opened = Readonly<{ file: string; handle: FileHandle; byKey: ReadonlyMap<string, ZipEntry> }>;

async function* readEntries(
  { file, handle, byKey }: Opened,
  keys: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<MetadataResource, void, undefined> {
  for (const key of keys) {
    signal.throwIfAborted();
    const entry = byKey.get(key);
    if (entry === undefined) continue;
    yield { key, bytes: await readEntry(file, handle, entry), modifiedAt: entry.modifiedAt, mvcc: 0 };
  }
}

async function readEntry(file: string, handle: FileHandle, entry: ZipEntry): Promise<Uint8Array> {
  if (entry.bytes > entryBytesMax || entry.compressedBytes > entryBytesMax) throw damaged(file, entry.name);
  const header = await readAt(file, handle, entry.at, sizes.local);
  if (header.readUInt32LE(0) !== signatures.local) throw damaged(file, entry.name);
  const from = entry.at + sizes.local + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = await readAt(file, handle, from, entry.compressedBytes);
  const bytes = entry.method === methods.stored ? packed : await unpack(file, entry, packed);
  if (bytes.length !== entry.bytes || crc32(bytes) !== entry.crc) throw damaged(file, entry.name);
  return bytes;
}

async function unpack(file: string, entry: ZipEntry, packed: Buffer): Promise<Buffer> {
  if (entry.method !== methods.deflated) throw damaged(file, entry.name);
  try {
    const limit = { maxOutputLength: Math.max(entry.bytes, 1) };
    if (entry.bytes <= inflatedHereBytesMax) return inflateRawSync(packed, limit);
    return await inflateElsewhere(packed, limit);
  } catch (error) {
    throw damaged(file, entry.name, error);
  }
}

async function readCentral(file: string, handle: FileHandle): Promise<readonly ZipEntry[]> {
  const { count, from, bytes } = await findCentral(file, handle);
  if (bytes > centralBytesMax) throw damaged(file, 'the list of its entries');
  const central = await readAt(file, handle, from, bytes);
  const entries: ZipEntry[] = [];
  for (let at = 0; entries.length < count;) {
    if (at + sizes.central > central.length || central.readUInt32LE(at) !== signatures.central) {
      throw damaged(file, 'the list of its entries');
    }
    const { entry, next } = readHeader(central, at);
    entries.push(entry);
    at = next;
  }
  return entries;
}

function readHeader(central: Buffer, at: number): Readonly<{ entry: ZipEntry; next: number }> {
  const nameEnd = at + sizes.central + central.readUInt16LE(at + 28);
  const extraEnd = nameEnd + central.readUInt16LE(at + 30);
  const name = central.toString('utf8', at + sizes.central, nameEnd);
  const extra = central.subarray(nameEnd, extraEnd);
  requirePlain(name, central.readUInt16LE(at + 8), central.readUInt32LE(at + 38));
  const entry = {
    name,
    method: central.readUInt16LE(at + 10),
    crc: central.readUInt32LE(at + 16),
    compressedBytes: central.readUInt32LE(at + 20),
    bytes: central.readUInt32LE(at + 24),
    modifiedAt:
      readTimestamp(extra) ?? fromDosTime(central.readUInt16LE(at + 14), central.readUInt16LE(at + 12)),
    at: readOffset(central.readUInt32LE(at + 42), extra),
  };
  return { entry, next: extraEnd + central.readUInt16LE(at + 32) };
}

/** The mode of Unix stands in the upper half of the external attributes; 0xA000 is a symbolic link. */
function requirePlain(name: string, flagBits: number, attributes: number): void {
  const isLink = ((attributes >>> 16) & 0xf000) === 0xa000;
  if (isLink)
    throw new MetadataError('illegal', `'${name}' in the archive is a link: links are not followed`);
  if ((flagBits & flags.encrypted) !== 0)
    throw new MetadataError('illegal', `'${name}' in the archive is encrypted`);
}

function readOffset(at: number, extra: Buffer): number {
  if (at !== in32) return at;
  for (let from = 0; from + 4 <= extra.length; from += 4 + extra.readUInt16LE(from + 2)) {
    if (extra.readUInt16LE(from) === 1) {
      // The offset is the last of the values that stand here (4.5.3); sizes of this reader fit into 32 bits.
      return Number(extra.readBigUInt64LE(from + 4 + extra.readUInt16LE(from + 2) - 8));
    }
  }
  return at;
}

async function findCentral(
  file: string,
  handle: FileHandle,
): Promise<Readonly<{ count: number; from: number; bytes: number }>> {
  const { size } = await handle.stat();
  const tailFrom = Math.max(0, size - endBytesMax - sizes.locator64);
  const tail = await readAt(file, handle, tailFrom, size - tailFrom);
  const at = lastSignature(tail, signatures.end);
  if (at === undefined || at + sizes.end > tail.length) {
    throw new MetadataError('not_a_backup', `'${file}' is no ZIP archive, or its end is missing`);
  }
  const locator = at - sizes.locator64;
  if (locator >= 0 && tail.readUInt32LE(locator) === signatures.locator64) {
    const record = await readAt(file, handle, Number(tail.readBigUInt64LE(locator + 8)), sizes.end64);
    const [count, bytes, from] = [32, 40, 48].map((field) => Number(record.readBigUInt64LE(field)));
    return { count: count ?? 0, bytes: bytes ?? 0, from: from ?? 0 };
  }
  return {
    count: tail.readUInt16LE(at + 10),
    bytes: tail.readUInt32LE(at + 12),
    from: tail.readUInt32LE(at + 16),
  };
}

function lastSignature(tail: Buffer, signature: number): number | undefined {
  const pattern = Buffer.alloc(4);
  pattern.writeUInt32LE(signature, 0);
  const at = tail.lastIndexOf(pattern);
  return at < 0 ? undefined : at;
}

async function readAt(file: string, handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let got = 0;
  while (got < length) {
    const { bytesRead } = await handle.read(buffer, got, length - got, at + got);
    if (bytesRead === 0) throw damaged(file, 'its end is missing');
    got += bytesRead;
  }
  return buffer;
}

function damaged(file: string, what: string, cause?: unknown): MetadataError {
  return new MetadataError('broken', `the archive '${file}' is damaged: ${what}`, { cause });
}
