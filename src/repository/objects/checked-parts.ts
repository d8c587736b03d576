import { StorageError } from '../storage-error.ts';
import { Crc64, joinCrc64 } from './crc64.ts';
import type { UploadedPart, WholeContent } from './requests.ts';

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
  if (content.kind === 'bytes') return { content, crc64: crc64.update(content.bytes) };
  const { pieces } = content;
  const counted = async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      crc64.update(piece);
      yield piece;
    }
  };
  return { content: { ...content, pieces: counted() }, crc64 };
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
