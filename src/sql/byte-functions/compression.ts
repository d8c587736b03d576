import { deflateSync, inflateSync } from 'node:zlib';

/** Bytes of the length that stands before the compressed ones. */
const headBytes = 4;
const dot = 0x2e;
const blank = 0x20;
/** The length has 30 bits. */
const lengthMask = 0x3f_ff_ff_ff;
/** MySQL's max_allowed_packet here: nothing longer can be a value. */
const uncompressedBytesMax = 64 * 1024 * 1024;

/** Four bytes of length, the lowest first, and a stream of zlib's; a last blank is kept by a dot (manual, COMPRESS). */
export function compressed(data: Uint8Array): Uint8Array {
  if (data.length === 0) return data;
  const head = Buffer.alloc(headBytes);
  head.writeUInt32LE(data.length);
  const stream = deflateSync(data);
  const tail = stream.at(-1) === blank ? [Buffer.from([dot])] : [];
  return Buffer.concat([head, stream, ...tail]);
}

/** Undefined for what COMPRESS has not made. */
export function uncompressed(data: Uint8Array): Uint8Array | undefined {
  if (data.length === 0) return data;
  const length = uncompressedLength(data);
  if (data.length <= headBytes || length > uncompressedBytesMax) return undefined;
  try {
    const found = inflateSync(data.subarray(headBytes), { maxOutputLength: Math.max(1, length) });
    return found.length === length ? found : undefined;
  } catch {
    return undefined;
  }
}

/** What the head says; 0 where there is none. */
export function uncompressedLength(data: Uint8Array): number {
  if (data.length <= headBytes) return 0;
  return Buffer.from(data).readUInt32LE(0) & lengthMask;
}
