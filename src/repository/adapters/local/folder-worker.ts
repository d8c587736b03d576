import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
} from 'node:fs';
import path from 'node:path';
import { unreachable } from '../../../base/assert.ts';
import { makeRoom } from '../../../base/make-room.ts';
import { answerQuestions, type Given, systemFailure } from '../../../base/thread-answers.ts';
import type { BlobStat } from '../../blob-store.ts';
import { type TreeEntry, walkFilesWaiting } from '../../folder-tree.ts';
import type { FileRead, FolderAnswer, FolderQuestion } from './folder-threads.ts';
import { isAbsent, kindOf, statOf } from './walk.ts';

/** A page is a message: small enough to be soon there on a slow disk, too. */
const pageMax = 1_000;
const pageMs = 100;
/** A larger file is read piece by piece by whoever asked for it. */
const smallBytesMax = 128 * 1024;

/** Lists kept to go on with; one that was dropped walks again to where it was. */
const walksMax = 8;

type Walk = Generator<BlobStat, void, undefined>;
type ListQuestion = Extract<FolderQuestion, { kind: 'list' }>;

const walks = new Map<number, Walk>();

answerQuestions((question: FolderQuestion): Given<FolderAnswer> => {
  switch (question.kind) {
    case 'list':
      return { answer: nextPage(question.list, walkOf(question)) };
    case 'read':
      return readAll(question.files);
    default:
      return unreachable(question);
  }
});

function walkOf({ list, root, prefix, after }: ListQuestion): Walk {
  const known = walks.get(list);
  if (known !== undefined) return known;
  makeRoom(walks, walksMax);
  const walk = walkFrom(root, prefix, after);
  walks.set(list, walk);
  return walk;
}

function nextPage(list: number, walk: Walk): FolderAnswer {
  const stats: BlobStat[] = [];
  const until = performance.now() + pageMs;
  while (stats.length < pageMax && performance.now() < until) {
    const step = nextOf(list, walk);
    if (step.done === true) return { kind: 'page', stats, isLast: true };
    stats.push(step.value);
  }
  return { kind: 'page', stats, isLast: false };
}

/** A list that has ended, also by an error, cannot go on. */
function nextOf(list: number, walk: Walk): IteratorResult<BlobStat, void> {
  let isOver = true;
  try {
    const step = walk.next();
    isOver = step.done === true;
    return step;
  } finally {
    if (isOver) walks.delete(list);
  }
}

function* walkFrom(root: string, prefix: string, after: string): Walk {
  for (const { key } of walkFilesWaiting((folder) => readFolder(path.join(root, folder)), prefix, after)) {
    const stat = statOf(key, lstatSync(path.join(root, key), { throwIfNoEntry: false }));
    if (stat !== undefined) yield stat;
  }
}

function readFolder(folder: string): readonly TreeEntry[] {
  return namesIn(folder).map((name) => ({ name: name.name, kind: kindOf(name) }));
}

function namesIn(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

function readAll(files: readonly string[]): Given<FolderAnswer> {
  const parts = files.map(readSmall);
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.bytes.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part.bytes, at);
    at += part.bytes.length;
  }
  const reads = parts.map(({ read }) => read);
  return { answer: { kind: 'read', reads, bytes: bytes.buffer }, transferred: [bytes.buffer] };
}

type Part = Readonly<{ read: FileRead; bytes: Uint8Array }>;

const nothing = new Uint8Array(0);

function readSmall(file: string): Part {
  try {
    // A pipe that stands in a file's place would be waited for without O_NONBLOCK.
    const handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      return readOpen(handle);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    const failure = systemFailure(error);
    if (failure === undefined) throw error;
    return { read: { kind: 'failed', failure }, bytes: nothing };
  }
}

function readOpen(handle: number): Part {
  const stat = fstatSync(handle);
  if (!stat.isFile() || stat.size > smallBytesMax) return { read: { kind: 'other' }, bytes: nothing };
  const bytes = Buffer.allocUnsafe(stat.size);
  for (let at = 0; at < bytes.length;) {
    const got = readSync(handle, bytes, at, bytes.length - at, at);
    if (got === 0) return { read: { kind: 'other' }, bytes: nothing };
    at += got;
  }
  return { read: { kind: 'whole', length: bytes.length }, bytes };
}
