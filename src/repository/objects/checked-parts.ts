import type { Capabilities } from '../blob-store.ts';
import { StorageError } from '../storage-error.ts';
import { Crc64, joinCrc64 } from './crc64.ts';
import { multipartBytesMax } from './parts.ts';
import type { ObjectLimits, UploadedPart, WholeContent } from './requests.ts';

/** Of a store that answers CRC-64, keeps conditions of all its writes and removes a thousand at once. */
export function crc64Capabilities(limits: ObjectLimits, listIsConsistent: boolean): Capabilities {
  return {
    conditionalPut: 'native',
    checksum: 'crc64',
    bodyBytesMax: Math.max(multipartBytesMax(limits), limits.singleBytesMax),
    deleteBatch: 1000,
    listIsConsistent,
  };
}

/** What a store with CRC-64 gives and gets for a part. Kept in the tag of an `UploadedPart`. */
export type CheckedPart = Readonly<{ number: number; etag: string; crc64: bigint; sizeBytes: number }>;

export function uploadedPart({ number, etag, crc64, sizeBytes }: CheckedPart): UploadedPart {
  return { number, tag: `${crc64} ${sizeBytes} ${etag}` };
}

export function checkedPart({ number, tag }: UploadedPart): CheckedPart {
  const [crc64 = '', sizeBytes = '', ...etag] = tag.split(' ');
  return { number, etag: etag.join(' '), crc64: BigInt(crc64), sizeBytes: Number(sizeBytes) };
}

/** The CRC-64 of all parts one after the other. */
export function crc64OfParts(parts: readonly CheckedPart[]): bigint {
  return parts.reduce((crc64, part) => joinCrc64(crc64, part.crc64, part.sizeBytes), 0n);
}

/** A body that counts its CRC-64 while it is sent. */
export function countedContent(content: WholeContent): Readonly<{ content: WholeContent; crc64: Crc64 }> {
  const crc64 = new Crc64();
  return { content: watchedContent(content, (piece) => crc64.update(piece)), crc64 };
}

/** A body of which `update` sees each piece before it is sent. */
export function watchedContent(content: WholeContent, update: (piece: Uint8Array) => unknown): WholeContent {
  if (content.kind === 'bytes') {
    update(content.bytes);
    return content;
  }
  const { pieces } = content;
  const watched = async function* watched(): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      update(piece);
      yield piece;
    }
  };
  return { ...content, pieces: watched() };
}

/** The store's CRC-64, a decimal number; undefined when it gives none. */
export function readCrc64(header: string | undefined): bigint | undefined {
  return header !== undefined && /^\d{1,20}$/.test(header) ? BigInt(header) : undefined;
}

/** Fails with `corrupt` when the store has received other bytes than were sent. */
export function checkCrc64(doing: string, sent: bigint, header: string | undefined): void {
  const received = readCrc64(header);
  if (received === undefined || received === sent) return;
  throw new StorageError(
    'corrupt',
    `cannot ${doing}: the store received CRC-64 ${received} instead of ${sent}`,
  );
}

/**
 * As `checkCrc64`, of a whole object that was written. One that is not what was sent is removed again: later jobs would
 * take it for what its name says.
 */
export async function keepIfEqual(
  doing: string,
  { sent, received }: Readonly<{ sent: bigint; received: string | undefined }>,
  remove: () => Promise<void>,
): Promise<void> {
  try {
    checkCrc64(doing, sent, received);
  } catch (error) {
    await remove();
    throw error;
  }
}
