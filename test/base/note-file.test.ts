import assert from 'node:assert/strict';
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { NoteFile, readNote } from '../../src/base/note-file.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

describe('a note', () => {
  let folder: TemporaryFolder;
  let file: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    file = path.join(folder.path, 'note');
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  it('is what was written last, also when that is shorter', () => {
    using note = new NoteFile(file);
    assert.equal(readNote(file), undefined);
    note.write('12345 67');
    assert.deepEqual(readNote(file), [12_345, 67]);
    note.write('9');
    assert.deepEqual(readNote(file), [9]);
  });

  it('is kept by the next process until it writes another', () => {
    {
      using note = new NoteFile(file);
      note.write('1 2');
    }
    using _ = new NoteFile(file);
    assert.deepEqual(readNote(file), [1, 2]);
  });

  for (const [name, damage] of [
    ['gone', () => rmSync(file)],
    ['empty', () => truncateSync(file, 0)],
    ['full of zeros, as after a power cut', () => writeFileSync(file, Buffer.alloc(64))],
  ] as const) {
    it(`says nothing when its file is ${name}`, () => {
      using note = new NoteFile(file);
      note.write('7');
      damage();
      assert.equal(readNote(file), undefined);
    });
  }
});
