import assert from 'node:assert/strict';
import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { FileInUse } from '../../src/base/file-in-use.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

let folder: TemporaryFolder;
let file: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  file = path.join(folder.path, 'file');
  writeFileSync(file, 'content');
});
afterEach(async () => folder[Symbol.asyncDispose]());

describe('a file in use', () => {
  it('is whole while it is written', () => {
    const inUse = new FileInUse(file, { onlyGrows: true });
    assert.ok(inUse.isWhole());
    appendFileSync(file, ' and more');
    assert.ok(inUse.isWhole());
  });

  it('is not when it was removed or replaced', () => {
    const inUse = new FileInUse(file);
    writeFileSync(`${file}.copy`, 'content');
    renameSync(`${file}.copy`, file);
    assert.ok(!inUse.isWhole());
    rmSync(file);
    assert.ok(!inUse.isWhole());
  });

  it('is not when it is shorter than it was, where it only grows', () => {
    const inUse = new FileInUse(file, { onlyGrows: true });
    assert.ok(inUse.isWhole());
    appendFileSync(file, ' and more');
    inUse.noteSize();
    truncateSync(file, 'content'.length);
    assert.ok(!inUse.isWhole());
  });

  it('is not when it is shorter than such a file can be', () => {
    const inUse = new FileInUse(file, { bytesMin: 4 });
    truncateSync(file, 4);
    assert.ok(inUse.isWhole());
    truncateSync(file, 3);
    assert.ok(!inUse.isWhole());
  });
});
