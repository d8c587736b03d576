import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { lockFolder } from '../../src/metastore/folder-lock.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('the lock of a data folder', () => {
  it('is refused while it is held, and free after it was disposed twice', () => {
    using folder = temporaryFolder();
    const lock = lockFolder(folder.path);
    assert.throws(() => lockFolder(folder.path), { name: 'MetastoreError', kind: 'locked' });
    lock[Symbol.dispose]();
    lock[Symbol.dispose]();
    lockFolder(folder.path)[Symbol.dispose]();
  });

  it('does without the process id of the holder when that cannot be read', () => {
    using folder = temporaryFolder();
    using _lock = lockFolder(folder.path);
    writeFileSync(path.join(folder.path, 'holdfast.pid'), 'nonsense');
    assert.throws(() => lockFolder(folder.path), {
      message: /is in use by another Holdfast server: stop it/,
    });
    rmSync(path.join(folder.path, 'holdfast.pid'));
    assert.throws(() => lockFolder(folder.path), {
      message: /is in use by another Holdfast server: stop it/,
    });
  });

  it('is unavailable in a folder that is not there', () => {
    using folder = temporaryFolder();
    assert.throws(() => lockFolder(path.join(folder.path, 'missing')), { kind: 'unavailable' });
  });
});
