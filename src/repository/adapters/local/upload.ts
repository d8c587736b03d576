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
  const { body, folders, options } = upload;
  if (body.kind === 'file' && folders.takesLinks) {
    await syncFile(body);
    if (options.ifAbsent && (await publishLinked(body.path, upload, signal))) return;
  }
  const temporary = path.join(upload.temporaryFolder, randomUUID());
  await folders.ensure(upload.temporaryFolder);
  try {
    const isLinked = body.kind === 'file' && (await linkFile(body.path, temporary, upload));
    if (!isLinked) await writeFile(temporary, upload, signal);
    await publish(temporary, upload, signal);
  } catch (error) {
    // The first failure is the one to tell; a file that stays is swept later.
    await removeTemporary(temporary).catch(() => undefined);
    throw error;
  }
  await removeTemporary(temporary);
}

/** What a finished file holds is on disk when this ends: only its name is wanting. */
async function syncFile({ path: file, sizeBytes }: Extract<BlobBody, { kind: 'file' }>): Promise<void> {
  await attempt(`read '${file}'`, async () => {
    await using handle = await open(file, 'r');
    const { size } = await handle.stat();
    if (size !== sizeBytes) {
      throw new StorageError('corrupt', `'${file}' has ${size} bytes instead of ${sizeBytes}`);
    }
    await handle.sync();
  });
}

/** Gives a finished file a second name instead of copying it. False when only a copy will do. */
async function linkFile(file: string, temporary: string, { folders, target }: Upload): Promise<boolean> {
  if (!folders.takesLinks) return false;
  try {
    await link(file, temporary);
    return true;
  } catch (error) {
    if (noLinkCodes.has(codeOf(error))) return false;
    throw localError(`write '${target}'`, error);
  }
}

/** The same at its place, where nothing may be yet: a file that is on disk needs no temporary name. */
async function publishLinked(file: string, upload: Upload, signal: AbortSignal): Promise<boolean> {
  try {
    await place(file, upload, signal);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (!noLinkCodes.has(code)) throw await publishError(upload.target, error);
    if (code === 'EXDEV') upload.folders.takesLinks = false;
    return false;
  }
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
  try {
    await place(temporary, upload, signal);
  } catch (error) {
    throw await publishError(upload.target, error);
  }
}

/** Gives a file that is on disk its name in the store. Throws what the system says. */
async function place(file: string, upload: Upload, signal: AbortSignal): Promise<void> {
  const { target, folders, options } = upload;
  const folder = path.dirname(target);
  await folders.made(folder);
  for (let tries = 1; ; tries++) {
    checkCancelled(signal, `writing '${target}'`);
    try {
      // rename replaces in one step; link refuses to replace, in one step.
      await (options.ifAbsent ? link : rename)(file, target);
      return await syncFolder(folder);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || tries === publishAttemptsMax) throw error;
    }
    await folders.ensure(folder);
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
