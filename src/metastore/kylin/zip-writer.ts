import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { present } from '../../base/assert.ts';
import { diskError } from './failures.ts';
import { encodeImage } from './image.ts';
import { fileOf, imageKey } from './keys.ts';
import { PackingThread } from './packing-thread.ts';
import type { Generation, MetadataResource } from './resource.ts';
import {
  dosTime,
  flags,
  in16,
  in32,
  methods,
  signatures,
  sizes,
  timestampField,
  type ZipEntry,
} from './zip-format.ts';

/** Contents given to the thread at once, and their bytes. */
const entriesPerBatch = 256;
const bytesPerBatch = 1024 * 1024;
/** Batches that are packed while others are written. */
const batchesAtOnce = 4;
/** The version that ZIP64 needs, and the one that deflating needs. */
const version64 = 45;
const versionDeflate = 20;
/** Bytes gathered before they are written. */
const bufferBytes = 1 << 20;

/**
 * Writes resources as Kylin does into one archive: B's names begin with a slash, C's do not. On disk when it
 * resolves. Throws MetadataError.
 */
export async function writeArchive(
  file: string,
  generation: Generation,
  resources: AsyncIterable<MetadataResource>,
  offset: number | undefined,
): Promise<void> {
  try {
    await using handle = await open(file, 'wx', 0o600);
    await using first = new PackingThread();
    await using second = new PackingThread();
    const writer = new ZipWriter(handle, [first, second]);
    for await (const { key, bytes, modifiedAt } of resources) {
      await writer.add({ name: entryName(generation, key), bytes, modifiedAt });
    }
    if (offset !== undefined) {
      const name = entryName(generation, imageKey(generation));
      await writer.add({ name, bytes: encodeImage(offset), modifiedAt: Date.now() });
    }
    await writer.finish();
    await handle.sync();
  } catch (error) {
    throw diskError(`write '${file}'`, error);
  }
}

function entryName(generation: Generation, key: string): string {
  const name = fileOf(generation, key);
  return generation === 'C' ? name : `/${name}`;
}

type Content = Readonly<{ name: string; bytes: Uint8Array; modifiedAt: number }>;
type Packed = Readonly<{ contents: readonly Content[]; bodies: readonly Buffer[] }>;

class ZipWriter {
  readonly #handle: FileHandle;
  /** Each batch goes to the next. */
  readonly #threads: PackingThread[];
  readonly #entries: ZipEntry[] = [];
  #batch: Content[] = [];
  #batchBytes = 0;
  /** In the order of the archive. */
  readonly #packing: Promise<Packed>[] = [];
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #at = 0;

  constructor(handle: FileHandle, threads: PackingThread[]) {
    this.#handle = handle;
    this.#threads = threads;
  }

  async add(content: Content): Promise<void> {
    this.#batch.push(content);
    this.#batchBytes += content.bytes.length;
    if (this.#batch.length < entriesPerBatch && this.#batchBytes < bytesPerBatch) return;
    this.#pack();
    if (this.#packing.length >= batchesAtOnce) await this.#write();
  }

  async finish(): Promise<void> {
    this.#pack();
    while (this.#packing.length > 0) await this.#write();
    const from = this.#at;
    for (const entry of this.#entries) await this.#put(centralHeader(entry));
    await this.#put(...endRecords(this.#entries.length, from, this.#at - from));
    await this.#flush();
  }

  #pack(): void {
    const contents = this.#batch;
    const thread = present(this.#threads.shift(), 'a thread that packs');
    this.#threads.push(thread);
    const packing = thread
      .pack(
        'entry',
        contents.map(({ bytes }) => bytes),
      )
      .then((bodies) => ({ contents, bodies }));
    // Whoever awaits the batch sees its failure; until then nobody does.
    packing.catch(() => undefined);
    this.#packing.push(packing);
    this.#batch = [];
    this.#batchBytes = 0;
  }

  /** The oldest batch that was given to a thread. */
  async #write(): Promise<void> {
    const { contents, bodies } = await present(this.#packing.shift(), 'a batch that is packed');
    for (const [index, { name, bytes, modifiedAt }] of contents.entries()) {
      const body = present(bodies[index], 'the body of an entry');
      const entry: ZipEntry = {
        name,
        method: body.length < bytes.length ? methods.deflated : methods.stored,
        crc: crc32(bytes),
        compressedBytes: body.length,
        bytes: bytes.length,
        modifiedAt,
        at: this.#at,
      };
      this.#entries.push(entry);
      await this.#put(localHeader(entry), body);
    }
  }

  async #put(...parts: readonly Buffer[]): Promise<void> {
    for (const part of parts) {
      this.#pending.push(part);
      this.#pendingBytes += part.length;
      this.#at += part.length;
    }
    if (this.#pendingBytes >= bufferBytes) await this.#flush();
  }

  async #flush(): Promise<void> {
    await this.#handle.writeFile(Buffer.concat(this.#pending));
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}

function localHeader(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name);
  const extra = timestampField(entry.modifiedAt);
  const header = Buffer.alloc(sizes.local);
  header.writeUInt32LE(signatures.local, 0);
  writeCommon(header, entry, 4);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, name, extra]);
}

function centralHeader(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name);
  const offset64 = entry.at >= in32 ? offsetField(entry.at) : Buffer.alloc(0);
  const extra = Buffer.concat([timestampField(entry.modifiedAt), offset64]);
  const header = Buffer.alloc(sizes.central);
  header.writeUInt32LE(signatures.central, 0);
  header.writeUInt16LE(version64, 4);
  writeCommon(header, entry, 6);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(Math.min(entry.at, in32), 42);
  return Buffer.concat([header, name, extra]);
}

/** The fields that both headers have in the same order. */
function writeCommon(header: Buffer, entry: ZipEntry, from: number): void {
  const { date, time } = dosTime(entry.modifiedAt);
  header.writeUInt16LE(entry.at >= in32 ? version64 : versionDeflate, from);
  header.writeUInt16LE(flags.utf8, from + 2);
  header.writeUInt16LE(entry.method, from + 4);
  header.writeUInt16LE(time, from + 6);
  header.writeUInt16LE(date, from + 8);
  header.writeUInt32LE(entry.crc, from + 10);
  header.writeUInt32LE(entry.compressedBytes, from + 14);
  header.writeUInt32LE(entry.bytes, from + 18);
}

/** ZIP64's extra field (4.5.3) with the one value that does not fit: where the local header is. */
function offsetField(at: number): Buffer {
  const field = Buffer.alloc(12);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(8, 2);
  field.writeBigUInt64LE(BigInt(at), 4);
  return field;
}

function endRecords(count: number, from: number, bytes: number): readonly Buffer[] {
  const needs64 = count >= in16 || from >= in32 || bytes >= in32;
  const end = Buffer.alloc(sizes.end);
  end.writeUInt32LE(signatures.end, 0);
  end.writeUInt16LE(Math.min(count, in16), 8);
  end.writeUInt16LE(Math.min(count, in16), 10);
  end.writeUInt32LE(Math.min(bytes, in32), 12);
  end.writeUInt32LE(Math.min(from, in32), 16);
  return needs64 ? [...endRecords64(count, from, bytes), end] : [end];
}

function endRecords64(count: number, from: number, bytes: number): readonly Buffer[] {
  const record = Buffer.alloc(sizes.end64);
  record.writeUInt32LE(signatures.end64, 0);
  record.writeBigUInt64LE(BigInt(sizes.end64 - 12), 4);
  record.writeUInt16LE(version64, 12);
  record.writeUInt16LE(version64, 14);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(bytes), 40);
  record.writeBigUInt64LE(BigInt(from), 48);
  const locator = Buffer.alloc(sizes.locator64);
  locator.writeUInt32LE(signatures.locator64, 0);
  locator.writeBigUInt64LE(BigInt(from + bytes), 8);
  locator.writeUInt32LE(1, 16);
  return [record, locator];
}
