import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { codeOf } from '../base/system-error.ts';
import { failpoint } from '../base/failpoint.ts';
import type { LocalFiles } from './files.ts';
import type { HashPool } from './hashing.ts';

/** The files of this machine. Snapshots may hold anything, so that only the server's user can read them. */
export function diskFiles(hashing: HashPool): LocalFiles {
  return {
    write: (file, bytes) => naming(file, writeDurably(file, bytes)),
    read: (file) => readFile(file).catch(missing),
    append: (file, bytes) => naming(file, appendDurably(file, bytes)),
    sizeBytes: async (file) => (await stat(file).catch(missing))?.size,
    list: async (folder) => ((await readdir(folder).catch(missing)) ?? []).sort(),
    makeFolder,
    remove: (target) => rm(target, { recursive: true, force: true }),
    receive: (file, chunks, signal) => naming(file, receive(file, chunks, signal)),
    sha256: (file, signal) => hashing.hashFile(file, signal),
    body: (file, sizeBytes) => ({ kind: 'file', path: file, sizeBytes }),
  };
}

/** A disk that is full is the one failure of it that is common: the text says which, and what helps. */
async function naming<T>(file: string, writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    const text = `cannot write '${file}': no space left on the device; free some space in the data folder`;
    throw new Error(text, { cause: error });
  }
}

function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '');
}

const folderMode = 0o700;
const fileMode = 0o600;

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: folderMode });
}

async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const folder = path.dirname(file);
  await makeFolder(folder);
  const temporary = `${file}.${randomUUID()}.part`;
  try {
    await using handle = await open(temporary, 'wx', fileMode);
    await handle.writeFile(bytes);
    await handle.sync();
    failpoint('staging.part_written');
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
  failpoint('staging.written');
}

async function appendDurably(file: string, bytes: Uint8Array): Promise<void> {
  const folder = path.dirname(file);
  await using handle = await openToAppend(file);
  const isNew = (await handle.stat()).size === 0;
  await handle.appendFile(bytes);
  await handle.datasync();
  if (isNew) await syncFolder(folder);
  failpoint('staging.written');
}

/** The folder is nearly always there. */
async function openToAppend(file: string): Promise<FileHandle> {
  const found = await open(file, 'a', fileMode).catch(missing);
  if (found !== undefined) return found;
  await makeFolder(path.dirname(file));
  return await open(file, 'a', fileMode);
}

/** A new name is durable when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}

async function receive(
  file: string,
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<number> {
  await makeFolder(path.dirname(file));
  // Not written over: a local store may have linked the old file, and must keep its bytes.
  await rm(file, { force: true });
  const sink = createWriteStream(file, { flags: 'wx', mode: fileMode });
  await pipeline(chunks, sink, { signal });
  failpoint('staging.received');
  return sink.bytesWritten;
}

function missing(error: unknown): undefined {
  if (codeOf(error) === 'ENOENT') return undefined;
  throw error;
}
