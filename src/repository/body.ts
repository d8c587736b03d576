import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { BlobBody } from './blob-store.ts';
import { untilCancelled } from './cancel.ts';
import { StorageError } from './storage-error.ts';

/** Files and large byte arrays are passed on in pieces of this size: big enough for disks, small for pacing. */
export const pieceBytes: number = 256 * 1024;

/** The bytes of a body from its beginning, in pieces. Ends with `cancelled` when `signal` aborts. */
export function readBody(body: BlobBody, signal: AbortSignal): AsyncIterable<Uint8Array> {
  return untilCancelled(openBody(body, signal), signal, 'reading the body of a put');
}

/**
 * As `readBody`, but fails with `corrupt` when size or SHA-256 are not what was announced: at the end, or as soon as
 * there are more bytes.
 */
export async function* readVerified(
  body: BlobBody,
  sha256: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = sha256 === undefined ? undefined : createHash('sha256');
  const expectedBytes = sizeOfBody(body);
  let sizeBytes = 0;
  for await (const piece of readBody(body, signal)) {
    sizeBytes += piece.length;
    if (sizeBytes > (expectedBytes ?? Infinity)) {
      throw new StorageError('corrupt', `the body has more than the ${expectedBytes} bytes announced`);
    }
    hash?.update(piece);
    yield piece;
  }
  if (expectedBytes !== undefined && expectedBytes !== sizeBytes) {
    throw new StorageError('corrupt', `the body has ${sizeBytes} bytes instead of ${expectedBytes}`);
  }
  const actual = hash?.digest('hex');
  if (actual !== sha256)
    throw new StorageError('corrupt', `the body has SHA-256 ${actual} instead of ${sha256}`);
}

/** Bytes of a body, `undefined` for a stream of unknown length. */
export function sizeOfBody(body: BlobBody): number | undefined {
  return body.kind === 'bytes' ? body.bytes.length : body.sizeBytes;
}

/**
 * As `readVerified`, with the last piece held back until the whole body has been verified: whoever announced the size
 * to a store never sends a wrong body to its end.
 */
export async function* readHeldBack(
  body: BlobBody,
  sha256: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  let held: Uint8Array | undefined;
  for await (const piece of readVerified(body, sha256, signal)) {
    if (piece.length === 0) continue;
    if (held !== undefined) yield held;
    held = piece;
  }
  if (held !== undefined) yield held;
}

/** Lower-case hex SHA-256 of everything a stream yields. */
export async function sha256Of(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

function openBody(body: BlobBody, signal: AbortSignal): AsyncIterable<Uint8Array> {
  if (body.kind === 'bytes') return piecesOf(body.bytes);
  if (body.kind === 'stream') return body.open(signal);
  const pieces = readFile(body.path);
  return body.through === undefined ? pieces : body.through(pieces, signal);
}

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

async function* readFile(path: string): AsyncGenerator<Uint8Array> {
  const stream = createReadStream(path, { highWaterMark: pieceBytes });
  for await (const piece of stream as AsyncIterable<Uint8Array>) yield piece;
}
