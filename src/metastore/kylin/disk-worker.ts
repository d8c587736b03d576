import {
  closeSync,
  constants,
  fstatSync,
  futimesSync,
  mkdirSync,
  openSync,
  readSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { codeOf } from '../../base/system-error.ts';
import { answerQuestions, type Given } from '../../base/thread-answers.ts';
import { type DiskAnswer, type DiskQuestion, folderMode, type ReadFile } from './disk-thread.ts';

/** As `folderMode`, for files. */
const fileMode = 0o600;
/** A greater file is no metadata: Kylin's own limit of a cell is 64 MB. */
const fileBytesMax = 256 * 1024 * 1024;
/** An answer with more has fewer files than were asked for. */
const answerBytes = 8 * 1024 * 1024;

const made = new Set<string>();

answerQuestions((question: DiskQuestion): Given<DiskAnswer> => {
  if (question.kind === 'read') {
    const read = readFiles(question.paths);
    return { answer: { kind: 'read', ...read }, transferred: [read.bytes] };
  }
  writeFiles(question);
  return { answer: { kind: 'written' } };
});

function writeFiles({ files, bytes }: Extract<DiskQuestion, { kind: 'write' }>): void {
  let at = 0;
  for (const { path: file, length, modifiedAt } of files) {
    makeFolder(path.dirname(file));
    const handle = openSync(file, 'wx', fileMode);
    try {
      writeFileSync(handle, new Uint8Array(bytes, at, length));
      futimesSync(handle, modifiedAt / 1_000, modifiedAt / 1_000);
    } finally {
      closeSync(handle);
    }
    at += length;
  }
}

function makeFolder(folder: string): void {
  if (made.has(folder)) return;
  mkdirSync(folder, { recursive: true, mode: folderMode });
  made.add(folder);
}

function readFiles(paths: readonly string[]): Readonly<{ files: readonly ReadFile[]; bytes: ArrayBuffer }> {
  const files: ReadFile[] = [];
  const parts: Uint8Array[] = [];
  let total = 0;
  for (const file of paths) {
    const { bytes, ...facts } = readOne(file);
    files.push(facts);
    parts.push(bytes);
    total += bytes.length;
    if (total >= answerBytes) break;
  }
  const joined = new ArrayBuffer(total);
  const view = new Uint8Array(joined);
  let at = 0;
  for (const part of parts) {
    view.set(part, at);
    at += part.length;
  }
  return { files, bytes: joined };
}

const nothing = new Uint8Array(0);

function readOne(file: string): ReadFile & Readonly<{ bytes: Uint8Array }> {
  try {
    // A link that took the file's place since the folder was listed must not be followed.
    const handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      return readOpen(handle);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', length: 0, code: codeOf(error), message, bytes: nothing };
  }
}

function readOpen(handle: number): ReadFile & Readonly<{ bytes: Uint8Array }> {
  const stat = fstatSync(handle);
  if (!stat.isFile()) return { kind: 'not_file', length: 0, bytes: nothing };
  if (stat.size > fileBytesMax) {
    return { kind: 'too_large', length: 0, size: stat.size, sizeMax: fileBytesMax, bytes: nothing };
  }
  const bytes = Buffer.allocUnsafe(stat.size);
  let got = 0;
  while (got < stat.size) {
    const more = readSync(handle, bytes, got, stat.size - got, got);
    if (more === 0) break;
    got += more;
  }
  return { kind: 'file', length: got, modifiedAt: Math.round(stat.mtimeMs), bytes: bytes.subarray(0, got) };
}
