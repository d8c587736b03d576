import type { BlobBody, PutOptions } from '../blob-store.ts';
import { readBody, sha256Of } from '../body.ts';
import { StorageError } from '../storage-error.ts';
import { abortTimeoutMs, openUpload } from './open-upload.ts';
import type { Part } from './parts.ts';
import { readVerifiedObject } from './read-object.ts';
import type { ObjectRequests, Upload, UploadedPart } from './requests.ts';
import type { ObjectTools } from './tools.ts';

/** Parts of one put on their way at once: the next is read while these are sent. */
const partsAtOnce = 3;

export type MultipartPut = Readonly<{
  name: string;
  body: BlobBody;
  options: PutOptions;
  /** The body cut into parts. */
  parts: AsyncIterable<Part>;
}>;

/**
 * Writes an object in parts and joins them at the end. Whatever fails, the upload is removed, after the last part on its
 * way has ended: one that arrives later would stay, unseen and paid for.
 */
export async function putMultipart(
  requests: ObjectRequests,
  tools: ObjectTools,
  put: MultipartPut,
  signal: AbortSignal,
): Promise<void> {
  const { name, options } = put;
  const isTaken =
    options.ifAbsent && (await tools.retried(signal, () => requests.head(name, signal))) !== undefined;
  if (isTaken) throw alreadyExists(name);
  const upload = await openUpload(requests, tools, { name, sha256: options.sha256 }, signal);
  try {
    const uploaded = await sendParts(requests, tools, upload, put.parts, signal);
    await complete(requests, tools, { put, upload, uploaded }, signal);
  } catch (error) {
    tools.cleanups.add(abort(requests, tools, upload));
    throw error;
  }
}

async function abort(requests: ObjectRequests, tools: ObjectTools, upload: Upload): Promise<void> {
  const signal = AbortSignal.timeout(abortTimeoutMs);
  await tools.retried(signal, () => requests.abortUpload(upload, signal));
}

async function sendParts(
  requests: ObjectRequests,
  tools: ObjectTools,
  upload: Upload,
  parts: AsyncIterable<Part>,
  signal: AbortSignal,
): Promise<readonly UploadedPart[]> {
  const failed = new AbortController();
  const inner = AbortSignal.any([signal, failed.signal]);
  const uploaded: UploadedPart[] = [];
  const sending = new Set<Promise<void>>();
  const send = async (part: Part): Promise<void> => {
    using _held = part;
    try {
      const request = (): Promise<UploadedPart> => requests.putPart(upload, part.number, part.bytes, inner);
      uploaded[part.number - 1] = await tools.retried(inner, request);
    } catch (error) {
      failed.abort(error);
    }
  };
  try {
    for await (const part of parts) {
      const sent = send(part).finally(() => sending.delete(sent));
      sending.add(sent);
      if (sending.size >= partsAtOnce) await Promise.race(sending);
      if (failed.signal.aborted) break;
    }
  } catch (error) {
    failed.abort(error);
  }
  await Promise.all(sending);
  if (failed.signal.aborted) throw failed.signal.reason;
  return uploaded;
}

type Completion = Readonly<{ put: MultipartPut; upload: Upload; uploaded: readonly UploadedPart[] }>;

/** After a lost answer the upload may be gone because it was completed: then the content decides. */
async function complete(
  requests: ObjectRequests,
  tools: ObjectTools,
  { put, upload, uploaded }: Completion,
  signal: AbortSignal,
): Promise<void> {
  let isAmbiguous = false;
  await tools.retried(signal, async () => {
    try {
      await requests.completeUpload(upload, uploaded, put.options.ifAbsent, signal);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      const mayBeDone = isAmbiguous && (error.kind === 'not_found' || error.kind === 'already_exists');
      if (mayBeDone && (await holds(requests, put, signal))) return;
      isAmbiguous ||= error.kind === 'timeout' || error.kind === 'unavailable';
      throw error;
    }
  });
}

async function holds(requests: ObjectRequests, put: MultipartPut, signal: AbortSignal): Promise<boolean> {
  if ((await requests.head(put.name, signal)) === undefined) return false;
  const ours = put.options.sha256 ?? (await sha256Of(readBody(put.body, signal)));
  return ours === (await sha256Of(readVerifiedObject(requests, put.name, undefined, signal)));
}

function alreadyExists(name: string): StorageError {
  return new StorageError('already_exists', `'${name}' already exists`);
}
