import { constants, deflateSync, inflateSync } from 'node:zlib';

/** In spite of the word a zlib stream follows, not one of gzip. */
const mark = Buffer.from('GZIP');
/** A greater content is no metadata. */
const contentBytesMax = 256 * 1024 * 1024;

/** The bytes of a cell of Kylin's tables, as they were before compression; undefined for one that does not inflate. */
export function decodeContent(cell: Uint8Array): Uint8Array | undefined {
  const bytes = Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength);
  if (!bytes.subarray(0, mark.length).equals(mark)) return bytes;
  try {
    return inflateSync(bytes.subarray(mark.length), { maxOutputLength: contentBytesMax });
  } catch {
    return undefined;
  }
}

/** What Kylin writes with its default settings: level 1. */
export function encodeContent(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([mark, deflateSync(bytes, { level: constants.Z_BEST_SPEED })]);
}
