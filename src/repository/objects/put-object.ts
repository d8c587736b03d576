import { createHash } from 'node:crypto';
import { assert } from '../../base/assert.ts';
import type { BlobBody, PutOptions } from '../blob-store.ts';
import { readBody, readHeldBack, readVerified, sha256Of, sizeOfBody } from '../body.ts';
import { StorageError } from '../storage-error.ts';
import { putMultipart } from './multipart.ts';
import { cutParts, type Part, partBytes } from './parts.ts';
import type { ObjectRequests, WholeContent } from './requests.ts';
import type { ObjectTools } from './tools.ts';

export type ObjectPut = Readonly<{ name: string; body: BlobBody; options: PutOptions }>;

/**
 * Writes an object: small bodies in one request from memory; larger ones that must be absent in one request from their
 * source, since not every store keeps the condition when parts are joined; everything else in parts.
 */
export async function putObject(
  requests: ObjectRequests,
  tools: ObjectTools,
  put: ObjectPut,
  signal: AbortSignal,
): Promise<void> {
  const { body, options } = put;
  const sizeBytes = sizeOfBody(body);
  if (body.kind === 'bytes' && body.bytes.length <= partBytes(1, body.bytes.length, requests.limits)) {
    return putBytes(requests, put, body.bytes, signal);
  }
  const isLarge = sizeBytes !== undefined && sizeBytes > partBytes(1, sizeBytes, requests.limits);
  if (isLarge && options.ifAbsent && sizeBytes <= requests.limits.singleBytesMax) {
    const sha256 = options.sha256 ?? (await hashBeforehand(body, signal));
    if (sha256 !== undefined) return putStreamed(requests, put, { sizeBytes, sha256 }, signal);
  }
  return putInParts(requests, tools, put, signal);
}

/** Reading a file or a buffer twice costs little; a stream may be anything. */
async function hashBeforehand(body: BlobBody, signal: AbortSignal): Promise<string | undefined> {
  return body.kind === 'stream' ? undefined : sha256Of(readBody(body, signal));
}

async function putBytes(
  requests: ObjectRequests,
  { name, options }: ObjectPut,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (options.sha256 !== undefined && options.sha256 !== sha256) {
    throw new StorageError('corrupt', `the body has SHA-256 ${sha256} instead of ${options.sha256}`);
  }
  const content: WholeContent = { kind: 'bytes', bytes, sizeBytes: bytes.length, sha256 };
  await requests.putWhole(name, content, options.ifAbsent, signal);
}

/** A failure of the source ends the request, and is what the caller gets: the request's own error says less. */
async function putStreamed(
  requests: ObjectRequests,
  { name, body, options }: ObjectPut,
  known: Readonly<{ sizeBytes: number; sha256: string }>,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const inner = AbortSignal.any([signal, stop.signal]);
  let failure: Readonly<{ error: unknown }> | undefined;
  const watched = async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      yield* readHeldBack(body, known.sha256, inner);
    } catch (error) {
      failure ??= { error };
      stop.abort();
      throw error;
    }
  };
  try {
    const content: WholeContent = { kind: 'pieces', pieces: watched(), ...known };
    await requests.putWhole(name, content, options.ifAbsent, inner);
  } catch (error) {
    throw failure === undefined || signal.aborted ? error : failure.error;
  } finally {
    stop.abort();
  }
}

async function putInParts(
  requests: ObjectRequests,
  tools: ObjectTools,
  put: ObjectPut,
  signal: AbortSignal,
): Promise<void> {
  const { body, options } = put;
  const sizeBytes = sizeOfBody(body);
  const sizeOf = (number: number): number =>
    Math.max(1, Math.min(sizeBytes ?? Infinity, partBytes(number, sizeBytes, requests.limits)));
  const pieces = readVerified(body, options.sha256, signal);
  const parts = cutParts(pieces, sizeOf, tools.memory, signal);
  try {
    const step = await parts.next();
    assert(step.done !== true, 'even an empty body has one part');
    using first = step.value;
    if (first.isLast) await putBytes(requests, put, first.bytes, signal);
    else await putMultipart(requests, tools, { ...put, parts: chain(first, parts) }, signal);
  } finally {
    await parts.return();
  }
}

async function* chain(first: Part, rest: AsyncIterable<Part>): AsyncGenerator<Part, void, undefined> {
  yield first;
  yield* rest;
}
