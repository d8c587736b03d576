import { createHash } from 'node:crypto';
import type { ByteRange } from '../blob-store.ts';
import { StorageError } from '../storage-error.ts';
import { Crc64 } from './crc64.ts';
import type { ObjectFacts, ObjectReading, ObjectRequests } from './requests.ts';

/**
 * The bytes of an object or of a part of it. Fails with `invalid_range` for a part past the end; with `corrupt` when the store answers another part than was asked
 * for, or when a whole object has another hash than was written; with `unavailable` when the answer is cut off.
 */
export async function* readVerifiedObject(
  requests: ObjectRequests,
  name: string,
  range: ByteRange | undefined,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const span = range && { first: range.start, last: range.start + range.length - 1 };
  const reading = await requests.get(name, span, signal);
  checkAnswer(reading, name, range);
  const check = range === undefined ? checkOf(reading.facts) : undefined;
  let seenBytes = 0;
  for await (const piece of reading.pieces) {
    seenBytes += piece.length;
    check?.update(piece);
    yield piece;
  }
  if (seenBytes !== reading.answerBytes) {
    const text = `'${name}' ended after ${seenBytes} of ${reading.answerBytes} bytes`;
    throw new StorageError(seenBytes < reading.answerBytes ? 'unavailable' : 'corrupt', text);
  }
  const actual = check?.digest();
  if (actual !== check?.expected) {
    throw new StorageError('corrupt', `'${name}' has ${check?.what} ${actual} instead of ${check?.expected}`);
  }
}

function checkAnswer(
  { facts, answerBytes }: ObjectReading,
  name: string,
  range: ByteRange | undefined,
): void {
  const { sizeBytes } = facts;
  // Of an empty object some stores give nothing instead of an error.
  if (range !== undefined && range.start >= sizeBytes) {
    throw new StorageError(
      'invalid_range',
      `range at ${range.start} is past the ${sizeBytes} bytes of '${name}'`,
    );
  }
  const expected = range === undefined ? sizeBytes : Math.min(range.length, sizeBytes - range.start);
  if (answerBytes === expected) return;
  throw new StorageError('corrupt', `'${name}' came with ${answerBytes} bytes instead of ${expected}`);
}

type Check = Readonly<{
  what: string;
  expected: string;
  update: (piece: Uint8Array) => void;
  digest: () => string;
}>;

/** The strongest that is known: ours, which was written beside the object, before the store's own. */
function checkOf({ sha256, md5, crc64 }: ObjectFacts): Check | undefined {
  if (sha256 !== undefined) return hashCheck('SHA-256', 'sha256', sha256);
  if (md5 !== undefined) return hashCheck('MD5', 'md5', md5);
  if (crc64 === undefined) return undefined;
  const crc = new Crc64();
  return {
    what: 'CRC-64',
    expected: String(crc64),
    update: (piece) => crc.update(piece),
    digest: () => String(crc.digest()),
  };
}

function hashCheck(what: string, algorithm: string, expected: string): Check {
  const hash = createHash(algorithm);
  return { what, expected, update: (piece) => hash.update(piece), digest: () => hash.digest('hex') };
}
