import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { BlobBody, PutOptions } from '../../blob-store.ts';
import { readVerified } from '../../body.ts';
import { checkCancelled } from '../../cancel.ts';
import { StorageError } from '../../storage-error.ts';
import type { WebHdfs } from './request.ts';

export type Upload = Readonly<{
  hdfs: WebHdfs;
  /** Removes what a failed put left, while the caller goes on. */
  removeLeft: (file: string) => void;
  temporaryFolder: string;
  target: string;
  body: BlobBody;
  options: PutOptions;
}>;

/** A folder that another call removes as empty is made again; more often than this it is no coincidence. */
const publishAttemptsMax = 5;

/**
 * Writes the body into the folder for unfinished puts, looks whether all of it is there, and moves it to its place in
 * one step, so that it is seen whole or not at all. The body is on the disks of the DataNodes before it is moved, and
 * the NameNode answers a move when its journal has it.
 */
export async function upload(upload: Upload, signal: AbortSignal): Promise<void> {
  const temporary = path.posix.join(upload.temporaryFolder, randomUUID());
  try {
    const sizeBytes = await write(temporary, upload, signal);
    await publish({ ...upload, temporary, sizeBytes }, signal);
  } catch (error) {
    upload.removeLeft(temporary);
    throw error;
  }
}

/** Bytes written, as HDFS says. */
async function write(
  temporary: string,
  { hdfs, body, options }: Upload,
  signal: AbortSignal,
): Promise<number> {
  let sentBytes = 0;
  const counted = async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of readVerified(body, options.sha256, signal)) {
      sentBytes += piece.length;
      yield piece;
    }
  };
  await hdfs.create(temporary, counted(), signal);
  const written = await hdfs.status(temporary, signal);
  if (written?.sizeBytes === sentBytes) return sentBytes;
  const text = `cannot write '${temporary}': HDFS has ${written?.sizeBytes ?? 'none'} of its ${sentBytes} bytes`;
  throw new StorageError('unavailable', text);
}

type Publication = Upload & Readonly<{ temporary: string; sizeBytes: number }>;

async function publish(publication: Publication, signal: AbortSignal): Promise<void> {
  const { hdfs, target } = publication;
  for (let tries = 1; ; tries++) {
    checkCancelled(signal, `writing '${target}'`);
    if (await isMoved(publication, signal)) return;
    if (tries === publishAttemptsMax) {
      throw new StorageError('unavailable', `cannot write '${target}': HDFS refused to move it there`);
    }
    await hdfs.makeFolder(path.posix.dirname(target), signal);
  }
}

/** False when the folder of the target is missing. */
async function isMoved(publication: Publication, signal: AbortSignal): Promise<boolean> {
  const { hdfs, temporary, target, options } = publication;
  try {
    const renamed = await hdfs.rename(temporary, target, !options.ifAbsent, signal);
    if (renamed === 'renamed') return true;
    return await settle(publication, renamed, signal);
  } catch (error) {
    if (error instanceof StorageError && error.kind === 'not_found') return false;
    throw error;
  }
}

/** What is at the target says what a gateway's yes or no means. */
async function settle(
  { hdfs, temporary, target, options, sizeBytes }: Publication,
  renamed: 'refused' | 'maybe_inside',
  signal: AbortSignal,
): Promise<boolean> {
  const found = await hdfs.status(target, signal);
  if (found?.kind === 'folder') {
    await hdfs.delete(path.posix.join(target, path.posix.basename(temporary)), signal);
    throw folderInTheWay(target);
  }
  if (renamed === 'maybe_inside') {
    if (found?.sizeBytes === sizeBytes) return true;
    throw new StorageError('unavailable', `cannot write '${target}': it was replaced while it was written`);
  }
  if (found === undefined) return false;
  if (options.ifAbsent) throw alreadyThere(target);
  // Such a gateway has no request that replaces: for a moment there is none.
  await hdfs.delete(target, signal);
  return false;
}

function folderInTheWay(target: string): StorageError {
  const text = `cannot write '${target}': a folder stands where a file is needed`;
  return new StorageError('invalid_argument', text);
}

function alreadyThere(target: string): StorageError {
  return new StorageError('already_exists', `cannot write '${target}': it already exists`);
}
