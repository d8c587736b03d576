import { StorageError } from '../storage-error.ts';
import type { ObjectRequests, Upload } from './requests.ts';
import type { ObjectTools } from './tools.ts';

/** Longer is not waited for the removal of uploads; the sweep finds them later. */
export const abortTimeoutMs = 60_000;

export type WantedUpload = Readonly<{ name: string; sha256: string | undefined }>;

/**
 * Begins an upload. The store may have begun one whose answer was lost: it is in nobody's hands, unseen and paid for. So
 * after a lost answer all other uploads of this name are removed in the background. One of another writer may be among
 * them, since names are those of contents: its put fails, is tried again, and finds what this one has written.
 */
export async function openUpload(
  requests: ObjectRequests,
  tools: ObjectTools,
  { name, sha256 }: WantedUpload,
  signal: AbortSignal,
): Promise<Upload> {
  let isLost = false;
  let upload: Upload | undefined;
  try {
    upload = await tools.retried(signal, async () => {
      try {
        return await requests.createUpload(name, sha256, signal);
      } catch (error) {
        isLost ||= mayHaveBegun(error, signal);
        throw error;
      }
    });
    return upload;
  } finally {
    if (isLost) tools.cleanups.add(abortOthers(requests, tools, { name, id: upload?.id }));
  }
}

function mayHaveBegun(error: unknown, signal: AbortSignal): boolean {
  if (signal.aborted) return true;
  return error instanceof StorageError && (error.kind === 'timeout' || error.kind === 'unavailable');
}

async function abortOthers(
  requests: ObjectRequests,
  tools: ObjectTools,
  own: Readonly<{ name: string; id: string | undefined }>,
): Promise<void> {
  const signal = AbortSignal.timeout(abortTimeoutMs);
  let token: string | undefined;
  do {
    const page = await tools.retried(signal, () => requests.listUploads(own.name, token, signal));
    const others = page.uploads.filter(({ name, id }) => name === own.name && id !== own.id);
    for (const other of others) await tools.retried(signal, () => requests.abortUpload(other, signal));
    token = page.next;
  } while (token !== undefined);
}
