import { constants, deflateSync, inflateSync } from 'node:zlib';
import { MetadataError } from './metadata-error.ts';

/** In spite of the word a zlib stream follows, not one of gzip. */
const mark = Buffer.from('GZIP');
/** A greater content is no metadata. */
const contentBytesMax = 256 * 1024 * 1024;

/** The bytes of a cell of Kylin's tables, as they were before compression. Throws MetadataError `broken`. */
export function decodeContent(cell: Uint8Array, key: string): Uint8Array {
  const bytes = Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength);
  if (!bytes.subarray(0, mark.length).equals(mark)) return bytes;
  try {
    return inflateSync(bytes.subarray(mark.length), { maxOutputLength: contentBytesMax });
  } catch (error) {
    throw new MetadataError('broken', `the content of '${key}' does not inflate`, { cause: error });
  }
}

/** What Kylin writes with its default settings: level 1. */
export function encodeContent(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([mark, deflateSync(bytes, { level: constants.Z_BEST_SPEED })]);
}
