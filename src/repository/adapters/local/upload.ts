import { randomUUID } from 'node:crypto';
import { link, open, rename, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { BlobBody, PutOptions } from '../../blob-store.ts';
import { readVerified } from '../../body.ts';
import { checkCancelled } from '../../cancel.ts';
import { StorageError } from '../../storage-error.ts';
import { attempt, codeOf, localError } from './errors.ts';
import { type Folders, syncFolder } from './folders.ts';

export type Upload = Readonly<{
  target: string;
  temporaryFolder: string;
  folders: Folders;
  body: BlobBody;
  options: PutOptions;
}>;

/** A folder that another call removes as empty is made again; more often than this it is no coincidence. */
const publishAttemptsMax = 5;
/** A hard link is not possible here: another device, a file system without links, too many links, not our file. */
const noLinkCodes: ReadonlySet<string | undefined> = new Set([
  'EXDEV',
  'EPERM',
  'EMLINK',
  'ENOTSUP',
  'EOPNOTSUPP',
]);

/**
 * Writes the body beside its place and moves it there in one step, so that it is seen whole or not at all, also
 * after a power cut: file first, then its name. Whatever fails, the temporary file is removed.
 */
export async function upload(upload: Upload, signal: AbortSignal): Promise<void> {
  const temporary = path.join(upload.temporaryFolder, randomUUID());
  await upload.folders.ensure(upload.temporaryFolder);
  try {
    const isLinked = upload.body.kind === 'file' && (await linkFile(upload.body, temporary, upload.target));
    if (!isLinked) await writeFile(temporary, upload, signal);
    await publish(temporary, upload, signal);
  } catch (error) {
    // The first failure is the one to tell; a file that stays is swept later.
    await removeTemporary(temporary).catch(() => undefined);
    throw error;
  }
  await removeTemporary(temporary);
}

/** Gives a finished file a second name instead of copying it. False when only a copy will do. */
async function linkFile(
  body: Extract<BlobBody, { kind: 'file' }>,
  temporary: string,
  target: string,
): Promise<boolean> {
  const reading = `read '${body.path}'`;
  const found = await attempt(reading, () => stat(body.path));
  if (found.size !== body.sizeBytes) {
    throw new StorageError('corrupt', `'${body.path}' has ${found.size} bytes instead of ${body.sizeBytes}`);
  }
  try {
    await link(body.path, temporary);
  } catch (error) {
    if (noLinkCodes.has(codeOf(error))) return false;
    throw localError(`write '${target}'`, error);
  }
  await attempt(reading, async () => {
    await using handle = await open(temporary, 'r');
    await handle.sync();
  });
  return true;
}

async function writeFile(
  temporary: string,
  { body, options, target }: Upload,
  signal: AbortSignal,
): Promise<void> {
  const writing = `write '${target}'`;
  await using handle = await attempt(writing, () => open(temporary, 'wx'));
  for await (const piece of readVerified(body, options.sha256, signal)) {
    await attempt(writing, () => handle.appendFile(piece));
  }
  await attempt(writing, () => handle.sync());
}

async function publish(temporary: string, upload: Upload, signal: AbortSignal): Promise<void> {
  const folder = path.dirname(upload.target);
  for (let tries = 1; ; tries++) {
    await upload.folders.ensure(folder);
    checkCancelled(signal, `writing '${upload.target}'`);
    try {
      // rename replaces in one step; link refuses to replace, in one step.
      await (upload.options.ifAbsent ? link : rename)(temporary, upload.target);
      return await syncFolder(folder);
    } catch (error) {
      if (codeOf(error) === 'ENOENT' && tries < publishAttemptsMax) continue;
      throw await publishError(upload.target, error);
    }
  }
}

async function publishError(target: string, error: unknown): Promise<unknown> {
  if (codeOf(error) === 'EEXIST' && (await stat(target)).isDirectory()) {
    const text = `cannot write '${target}': a folder stands where a file is needed`;
    return new StorageError('invalid_argument', text, { cause: error });
  }
  return localError(`write '${target}'`, error);
}

/** After a rename the name is gone, unless both names were links to one file: then rename leaves both. */
async function removeTemporary(temporary: string): Promise<void> {
  try {
    await unlink(temporary);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw localError(`remove '${temporary}'`, error);
  }
}
