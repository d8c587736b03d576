import { promisify } from 'node:util';
import {
  constants,
  deflate,
  deflateSync,
  inflate,
  zstdCompress,
  zstdCompressSync,
  zstdDecompress,
} from 'node:zlib';
import type { Compression } from './compression.ts';
import { framePayloadMax } from './framing.ts';

/** MySQL's MIN_COMPRESS_LENGTH: shorter packets are sent as they are. */
const compressedFromBytes = 50;
/** Compressed at once: what a thread of the pool works at while the next piece is encoded. */
const pieceBytesMax = 1024 * 1024;
/** A frame inflates to less than 2^24 bytes, so that no honest one has a larger window. */
const zstdWindowLogMax = 24;

/** Of a compressed frame: its length, sequence number, and the length that it inflates to, 0 for one that is not compressed. */
export const compressedHeaderBytes = 7;

const workers = {
  deflate: promisify<Buffer, object, Buffer>(deflate),
  inflate: promisify<Buffer, object, Buffer>(inflate),
  zstdCompress: promisify<Buffer, object, Buffer>(zstdCompress),
  zstdDecompress: promisify<Buffer, object, Buffer>(zstdDecompress),
};

/** `bytes` in pieces that become a frame each. */
export function piecesOf(bytes: Buffer): readonly Buffer[] {
  const count = Math.ceil(bytes.length / pieceBytesMax);
  return Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * pieceBytesMax, (index + 1) * pieceBytesMax),
  );
}

/** One frame with its header. It holds a copy of `piece`. */
export async function compressed(piece: Buffer, by: Compression, sequence: number): Promise<Buffer> {
  if (piece.length < compressedFromBytes) return frame(piece, 0, sequence);
  const packed =
    by.algorithm === 'zlib'
      ? await workers.deflate(piece, zlibOptions(by))
      : await workers.zstdCompress(piece, zstdOptions(by));
  return packedFrame(piece, packed, sequence);
}

/** The same at once, for the few bytes before the end of a connection. */
export function compressedNow(piece: Buffer, by: Compression, sequence: number): Buffer {
  if (piece.length < compressedFromBytes) return frame(piece, 0, sequence);
  const packed =
    by.algorithm === 'zlib' ? deflateSync(piece, zlibOptions(by)) : zstdCompressSync(piece, zstdOptions(by));
  return packedFrame(piece, packed, sequence);
}

/** Throws zlib's errors, also for what inflates to more than `bytesMax`. */
export async function decompressed(packed: Buffer, by: Compression, bytesMax: number): Promise<Buffer> {
  const limit = { maxOutputLength: bytesMax };
  if (by.algorithm === 'zlib') return workers.inflate(packed, limit);
  const params = { [constants.ZSTD_d_windowLogMax]: zstdWindowLogMax };
  return workers.zstdDecompress(packed, { ...limit, params });
}

function zlibOptions({ level }: Compression): object {
  return { level };
}

function zstdOptions({ level }: Compression): object {
  return { params: { [constants.ZSTD_c_compressionLevel]: level } };
}

function packedFrame(piece: Buffer, packed: Buffer, sequence: number): Buffer {
  const isShorter = packed.length < piece.length && packed.length <= framePayloadMax;
  return isShorter ? frame(packed, piece.length, sequence) : frame(piece, 0, sequence);
}

function frame(payload: Buffer, inflatedBytes: number, sequence: number): Buffer {
  const header = Buffer.alloc(compressedHeaderBytes);
  header.writeUIntLE(payload.length, 0, 3);
  header.writeUInt8(sequence & 0xff, 3);
  header.writeUIntLE(inflatedBytes, 4, 3);
  return Buffer.concat([header, payload]);
}
