import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { BlobStat } from '../../../../src/repository/blob-store.ts';
import { FolderThreads } from '../../../../src/repository/adapters/local/folder-threads.ts';
import { walk } from '../../../../src/repository/adapters/local/walk.ts';
import { blobKey } from '../../../../src/repository/key.ts';
import { StorageError } from '../../../../src/repository/storage-error.ts';
import { assertFails, calm } from '../../../conformance/blob-store/support.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const files = ['a', 'b-c/x', 'b/x', 'b/y/1', 'b/y/2', 'b0', 'c/d/e/f', 'z'];

async function fill(root: string): Promise<void> {
  for (const file of files) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), file);
  }
  await mkdir(path.join(root, 'empty/inner'), { recursive: true });
  await writeFile(path.join(root, 'foreign name'), 'x');
  await symlink(path.join(root, 'a'), path.join(root, 'link'));
}

function codeOf(read: PromiseSettledResult<unknown> | undefined): unknown {
  assert.ok(read?.status === 'rejected' && read.reason instanceof Error && 'code' in read.reason);
  return read.reason.code;
}

async function walked(root: string, prefix: string): Promise<readonly BlobStat[]> {
  return Array.fromAsync(walk(root, prefix, calm));
}

describe('the threads of a local store', () => {
  it('list what comes after a key, as a walk does', async () => {
    await using folder = await temporaryFolder();
    await fill(folder.path);
    await using threads = new FolderThreads(folder.path, new ManualClock());
    for (const prefix of ['', 'b', 'b/', 'b/y/', 'c/d', 'nothing/', '../']) {
      const all = await walked(folder.path, prefix);
      for (const [index, { key }] of all.entries()) {
        const rest = await Array.fromAsync(threads.list(prefix, key, calm));
        assert.deepEqual(rest, all.slice(index + 1), `after '${key}' of '${prefix}'`);
      }
    }
  });

  it('list more than a page, and more lists at once than they keep', async () => {
    await using folder = await temporaryFolder();
    const names = Array.from({ length: 1_203 }, (_, index) => `n${String(index).padStart(4, '0')}`);
    for (const name of names) await writeFile(path.join(folder.path, name), '');
    await using threads = new FolderThreads(folder.path, new ManualClock());
    const lists = Array.from({ length: 10 }, () => threads.list('', blobKey('a'), calm));
    const seen: string[][] = lists.map(() => []);
    for (let step = 0; step < names.length; step++) {
      for (const [index, list] of lists.entries()) {
        const { value } = await list.next();
        seen[index]?.push(value?.key ?? 'the end');
      }
    }
    for (const keys of seen) assert.deepEqual(keys, names);
    for (const list of lists) assert.equal((await list.next()).done, true);
  });

  it('say which folder cannot be listed, and end a list that is cancelled', async () => {
    await using folder = await temporaryFolder();
    await using threads = new FolderThreads(`${folder.path}/${'n'.repeat(300)}`, new ManualClock());
    const list = Array.fromAsync(threads.list('', blobKey('a'), calm));
    await assert.rejects(
      list,
      (error) => error instanceof StorageError && /^cannot list '.*too long/.test(error.message),
    );
    await using sound = new FolderThreads(folder.path, new ManualClock());
    await assertFails('cancelled', Array.fromAsync(sound.list('', blobKey('a'), AbortSignal.abort())));
  });

  it('read small files whole, and leave others to who asks', async () => {
    await using folder = await temporaryFolder();
    const at = (name: string): string => path.join(folder.path, name);
    await writeFile(at('small'), 'content');
    await writeFile(at('empty'), '');
    await writeFile(at('large'), Buffer.alloc(128 * 1024 + 1));
    execFileSync('mkfifo', [at('pipe')]);
    await symlink(at('small'), at('link'));
    await using threads = new FolderThreads(folder.path, new ManualClock());
    const read = ['small', 'empty', 'large', 'pipe', 'gone', 'link'].map((name) => threads.read(at(name)));
    const [small, empty, large, pipe, gone, link] = await Promise.allSettled(read);
    assert.deepEqual(small, { status: 'fulfilled', value: new Uint8Array(Buffer.from('content')) });
    assert.deepEqual(empty, { status: 'fulfilled', value: new Uint8Array(0) });
    assert.deepEqual(large, { status: 'fulfilled', value: undefined });
    assert.deepEqual(pipe, { status: 'fulfilled', value: undefined });
    assert.equal(codeOf(gone), 'ENOENT');
    assert.equal(codeOf(link), 'ELOOP');
  });

  it('end when no list has been for a while, and come back', async () => {
    await using folder = await temporaryFolder();
    await fill(folder.path);
    const clock = new ManualClock();
    await using threads = new FolderThreads(folder.path, clock);
    const names = async (): Promise<number> =>
      (await Array.fromAsync(threads.list('', blobKey('b'), calm))).length;
    assert.equal(threads.areRunning, false);
    assert.equal(await names(), 7);
    clock.advance(29_000);
    assert.equal(threads.areRunning, true);
    assert.equal(await names(), 7);
    clock.advance(29_000);
    assert.equal(threads.areRunning, true);
    clock.advance(2_000);
    assert.equal(threads.areRunning, false);
    await rm(path.join(folder.path, 'z'));
    assert.equal(await names(), 6);
  });
});
