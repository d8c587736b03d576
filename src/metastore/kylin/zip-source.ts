import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { present } from '../../base/assert.ts';
import { diskError } from './failures.ts';
import type { FolderSource } from './folder-source.ts';
import { decodeImage } from './image.ts';
import { checkRelative, imageKey, keyOfFile } from './keys.ts';
import { MetadataError } from './metadata-error.ts';
import { oneAhead } from './one-ahead.ts';
import { answerBytes, PackingThread } from './packing-thread.ts';
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

/** Entries read at once, and their packed bytes with what lies between them. */
const entriesPerBatch = 256;
const bytesPerBatch = 4 * 1024 * 1024;
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
  try {
    await using opening = new AsyncDisposableStack();
    const handle = opening.use(await open(file, 'r'));
    const packing = opening.use(new PackingThread());
    const source = await readArchive({ file, handle, packing }, () => held.disposeAsync());
    const held = opening.move();
    return source;
  } catch (error) {
    throw diskError(`read '${file}'`, error);
  }
}

type Archive = Readonly<{ file: string; handle: FileHandle; packing: PackingThread }>;

async function readArchive(archive: Archive, close: () => Promise<void>): Promise<FolderSource> {
  const { file, handle } = archive;
  const entries = await readCentral(file, handle);
  const generation: Generation = entries.some(({ name }) => name.startsWith('/')) ? 'B' : 'C';
  const byKey = new Map<string, ZipEntry>();
  const strangers: string[] = [];
  for (const entry of entries) sortIn(entry, generation, byKey, strangers);
  const image = byKey.get(imageKey(generation));
  byKey.delete(imageKey(generation));
  const [offset] = image === undefined ? [] : (await readBatch(archive, [image])).map(decodeImage);
  return {
    generation,
    place: file,
    offset,
    strangers,
    keys: async () => [...byKey.keys()].sort(),
    read: (keys, signal) => readEntries(archive, byKey, keys, signal),
    [Symbol.asyncDispose]: close,
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

type Wanted = Readonly<{ key: string; entry: ZipEntry }>;

async function* readEntries(
  archive: Archive,
  byKey: ReadonlyMap<string, ZipEntry>,
  keys: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<MetadataResource, void, undefined> {
  const wanted = keys.flatMap((key) => {
    const entry = byKey.get(key);
    return entry === undefined ? [] : [{ key, entry }];
  });
  const read = async (batch: readonly Wanted[]): Promise<readonly MetadataResource[]> => {
    const contents = await readBatch(
      archive,
      batch.map(({ entry }) => entry),
    );
    return batch.map(({ key, entry: { modifiedAt } }, index) => ({
      key,
      bytes: present(contents[index], 'the content of an entry'),
      modifiedAt,
      mvcc: 0,
    }));
  };
  for await (const resources of oneAhead(batchesOf(wanted), read)) {
    signal.throwIfAborted();
    yield* resources;
  }
}

/** Entries that follow each other in the archive are read in one piece: a call for each costs more than its bytes. */
function batchesOf(wanted: readonly Wanted[]): readonly (readonly Wanted[])[] {
  const batches: Wanted[][] = [];
  let unpackedBytes = 0;
  for (const one of wanted) {
    const batch = batches.at(-1);
    unpackedBytes += one.entry.bytes;
    if (batch !== undefined && unpackedBytes <= answerBytes && isNext(batch, one.entry)) batch.push(one);
    else {
      batches.push([one]);
      unpackedBytes = one.entry.bytes;
    }
  }
  return batches;
}

function isNext(batch: readonly Wanted[], entry: ZipEntry): boolean {
  const [first, last] = [batch[0]?.entry.at ?? 0, batch.at(-1)?.entry.at ?? 0];
  return batch.length < entriesPerBatch && last < entry.at && endMax(entry) - first <= bytesPerBatch;
}

/** Where an entry ends at the latest: its local header has the lengths of a name and of an extra field (4.3.7). */
function endMax({ at, compressedBytes }: ZipEntry): number {
  return at + sizes.local + 2 * in16 + compressedBytes;
}

/** The contents of entries that lie one after another. */
async function readBatch(
  { file, handle, packing }: Archive,
  entries: readonly ZipEntry[],
): Promise<readonly Uint8Array[]> {
  for (const entry of entries) {
    if (entry.bytes > entryBytesMax || entry.compressedBytes > entryBytesMax) throw damaged(file, entry.name);
  }
  const from = entries[0]?.at ?? 0;
  const last = entries.at(-1);
  const piece = await readAt(handle, from, last === undefined ? 0 : endMax(last) - from);
  const bodies = entries.map((entry) => bodyOf(file, piece, entry, from));
  const deflated = entries.flatMap((entry, index) => (entry.method === methods.stored ? [] : [index]));
  const unpacked = await packing.unpack(
    'entry',
    deflated.map((index) => present(bodies[index], 'the body of an entry')),
    deflated.map((index) => entries[index]?.bytes ?? 0),
  );
  const places = new Map(deflated.map((index, place) => [index, place]));
  return entries.map((entry, index) => {
    const place = places.get(index);
    const bytes = place === undefined ? bodies[index] : unpacked[place];
    if (bytes === undefined || bytes.length !== entry.bytes || crc32(bytes) !== entry.crc)
      throw damaged(file, entry.name);
    return bytes;
  });
}

/** The packed bytes of an entry in a piece of the archive that begins at `from`. */
function bodyOf(file: string, piece: Buffer, entry: ZipEntry, from: number): Buffer {
  const header = entry.at - from;
  const isThere = header + sizes.local <= piece.length && piece.readUInt32LE(header) === signatures.local;
  if (!isThere || (entry.method !== methods.stored && entry.method !== methods.deflated))
    throw damaged(file, entry.name);
  const start = header + sizes.local + piece.readUInt16LE(header + 26) + piece.readUInt16LE(header + 28);
  const body = piece.subarray(start, start + entry.compressedBytes);
  if (body.length < entry.compressedBytes) throw damaged(file, entry.name);
  return body;
}

async function readCentral(file: string, handle: FileHandle): Promise<readonly ZipEntry[]> {
  const { count, from, bytes } = await findCentral(file, handle);
  if (bytes > centralBytesMax) throw damaged(file, 'the list of its entries');
  const central = await readWhole(file, handle, from, bytes);
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
  const tail = await readWhole(file, handle, tailFrom, size - tailFrom);
  const at = lastSignature(tail, signatures.end);
  if (at === undefined || at + sizes.end > tail.length) {
    throw new MetadataError('not_a_backup', `'${file}' is no ZIP archive, or its end is missing`);
  }
  const locator = at - sizes.locator64;
  if (locator >= 0 && tail.readUInt32LE(locator) === signatures.locator64) {
    const record = await readWhole(file, handle, Number(tail.readBigUInt64LE(locator + 8)), sizes.end64);
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

/** As many bytes as the file has there, at most `length`. */
async function readAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let got = 0;
  while (got < length) {
    const { bytesRead } = await handle.read(buffer, got, length - got, at + got);
    if (bytesRead === 0) break;
    got += bytesRead;
  }
  return buffer.subarray(0, got);
}

async function readWhole(file: string, handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = await readAt(handle, at, length);
  if (bytes.length < length) throw damaged(file, 'its end is missing');
  return bytes;
}

function damaged(file: string, what: string, cause?: unknown): MetadataError {
  return new MetadataError('broken', `the archive '${file}' is damaged: ${what}`, { cause });
}
