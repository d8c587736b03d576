import type { IncomingHttpHeaders } from 'node:http';
import type { HttpAnswer } from '../http/client.ts';
import { StorageError } from '../storage-error.ts';
import { readCrc64 } from './checked-parts.ts';
import type { ObjectFacts, ObjectReading } from './requests.ts';

/** What the headers say of an object, in stores that name theirs alike: `prefix` is `x-oss-` or `x-cos-`. */
export function factsOf(headers: IncomingHttpHeaders, prefix: string): ObjectFacts {
  const sha256 = headerOf(headers, `${prefix}meta-sha256`);
  const crc64 = readCrc64(crc64Of(headers, prefix));
  return {
    sizeBytes: totalBytes(headers) ?? 0,
    modifiedAt: timeOf(headers),
    ...(sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) && { sha256 }),
    ...(crc64 !== undefined && { crc64 }),
  };
}

/** The store's CRC-64 of a whole object, or of a part that was written. */
export function crc64Of(headers: IncomingHttpHeaders, prefix: string): string | undefined {
  return headerOf(headers, `${prefix}hash-crc64ecma`);
}

/** An answer to GET. Fails as `answerBytesOf`. */
export function readingOf(doing: string, { headers, pieces }: HttpAnswer, prefix: string): ObjectReading {
  return { facts: factsOf(headers, prefix), answerBytes: answerBytesOf(doing, headers), pieces };
}

/** The length of an answer. Fails with `corrupt` when it does not say how long it is: a cut could not be told. */
export function answerBytesOf(doing: string, headers: IncomingHttpHeaders): number {
  const answerBytes = Number(headers['content-length'] ?? Number.NaN);
  if (Number.isSafeInteger(answerBytes)) return answerBytes;
  throw new StorageError('corrupt', `cannot ${doing}: the answer does not say how long it is`);
}

/** When an object was written, in milliseconds since the epoch; 0 when the answer does not say. */
export function timeOf(headers: IncomingHttpHeaders): number {
  return Date.parse(headers['last-modified'] ?? '') || 0;
}

/** Of the whole object: the number after the slash of `bytes 0-9/100`, when a part was asked for. */
export function totalBytes(headers: IncomingHttpHeaders): number | undefined {
  const total = /\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1] ?? headers['content-length'];
  return total === undefined ? undefined : Number(total);
}

function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
