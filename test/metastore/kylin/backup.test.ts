import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { backUp, type BackupRequest, type BackupResult } from '../../../src/metastore/kylin/backup.ts';
import { folderName } from '../../../src/metastore/kylin/folder-name.ts';
import { readManifest } from '../../../src/metastore/kylin/manifest.ts';
import { SmallDisk, whyNoSmallDisk } from '../../support/small-disk.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { MemoryMetadata } from './memory-metadata.ts';
import { expectedFiles, filesOf, neverAborted, sampleOf, sampleOfB, sampleTime } from './sample.ts';

const now = new Date(2019, 11, 19, 14, 18, 1).getTime();

async function backedUp(
  directory: string,
  more: Partial<BackupRequest> = {},
  store: MemoryMetadata = new MemoryMetadata('B', sampleOfB),
): Promise<BackupResult> {
  await using source = await store.openForBackup();
  const request = { scope: { kind: 'system' } as const, compress: false, excludeTableExd: false };
  return await backUp(source, { directory, now, ...request, ...more }, neverAborted);
}

describe('a backup', () => {
  it('is a folder of Kylin’s name and layout, byte for byte', async () => {
    await using folder = await temporaryFolder();
    const { '/_global/trash_record': _trash, ...kept } = sampleOfB;
    const result = await backedUp(folder.path);
    assert.equal(result.path, path.join(folder.path, '2019-12-19-14-18-01_backup'));
    assert.deepEqual(await filesOf(result.path), { ...expectedFiles('B', kept), _image: '{"offset":17}' });
    assert.equal((await stat(path.join(result.path, 'UUID'))).mtimeMs, sampleTime);
    assert.equal((await stat(path.join(result.path, 'UUID'))).mode & 0o077, 0, 'for its owner alone');
    assert.equal(result.resources, Object.keys(kept).length);
  });

  it('of C lies in core_meta', async () => {
    await using folder = await temporaryFolder();
    const result = await backedUp(folder.path, {}, new MemoryMetadata('C', sampleOf('C')));
    const image = { 'core_meta/SYSTEM/_image.json': '{"offset":17}' };
    assert.deepEqual(await filesOf(result.path), { ...expectedFiles('C', sampleOf('C')), ...image });
  });

  it('of a project has no users and, in B, no position of the audit log', async () => {
    await using folder = await temporaryFolder();
    const result = await backedUp(folder.path, { scope: { kind: 'project', project: 'shop' } });
    assert.deepEqual((await readdir(result.path)).sort(), ['UUID', '_global', 'shop']);
    assert.equal(result.offset, undefined);
  });

  it('has its facts beside the folder: versions and sums', async () => {
    await using folder = await temporaryFolder();
    const result = await backedUp(folder.path);
    const manifest = await readManifest(result.path);
    assert.equal(manifest?.resources['/shop/rule/r1.json']?.mvcc, 5);
    assert.equal(manifest.level, 'system');
    assert.equal(manifest.offset, 17);
  });

  it('is one archive on request', async () => {
    await using folder = await temporaryFolder();
    const result = await backedUp(folder.path, { compress: true });
    assert.deepEqual(await readdir(result.path), ['metadata.zip']);
  });

  it('takes another name in the same second, and none that the user’s name has', async () => {
    await using folder = await temporaryFolder();
    const names = [];
    for (let run = 0; run < 3; run++) names.push(path.basename((await backedUp(folder.path)).path));
    assert.deepEqual(
      names,
      ['', '-1', '-2'].map((ending) => `${folderName(now)}${ending}`),
    );
    await mkdir(path.join(folder.path, 'mine'));
    await assert.rejects(backedUp(folder.path, { folder: 'mine' }), {
      name: 'MetadataError',
      kind: 'exists',
    });
    await assert.rejects(backedUp(folder.path, { folder: '../mine' }), {
      name: 'MetadataError',
      kind: 'illegal',
    });
  });

  it('is refused where no folder can be made: below a file, and where the system makes none', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'file');
    await writeFile(file, '');
    for (const place of [path.join(file, 'backups'), '/proc/no_such_place/backups']) {
      await assert.rejects(backedUp(place), {
        name: 'MetadataError',
        message: /^cannot (make folder|look at)/,
      });
    }
  });

  it('of what the disk has no room for leaves nothing behind', { skip: whyNoSmallDisk() }, async () => {
    await using folder = await temporaryFolder();
    using disk = SmallDisk.mount(path.join(folder.path, 'disk'), 128 * 1_024);
    const noise = randomBytes(200 * 1_024).toString('base64');
    const large = new MemoryMetadata('B', { ...sampleOfB, '/_global/user/ADMIN': JSON.stringify({ noise }) });
    for (const compress of [false, true]) {
      await assert.rejects(backedUp(disk.path, { compress }, large), {
        name: 'MetadataError',
        kind: 'unavailable',
        message: /ENOSPC/,
      });
      assert.deepEqual(await readdir(disk.path), []);
    }
  });

  it('that fails leaves nothing behind', async () => {
    await using folder = await temporaryFolder();
    const hostile = new MemoryMetadata('B', { ...sampleOfB, '/shop/../../x': '{}' });
    await assert.rejects(backedUp(folder.path, {}, hostile), { name: 'MetadataError', kind: 'illegal' });
    await assert.rejects(backedUp(folder.path, { scope: { kind: 'project', project: 'none' } }), {
      name: 'MetadataError',
      kind: 'not_found',
    });
    await assert.rejects(backedUp(folder.path, {}, new MemoryMetadata('B')), {
      name: 'MetadataError',
      kind: 'not_found',
    });
    assert.deepEqual(await readdir(folder.path), []);
  });
});
