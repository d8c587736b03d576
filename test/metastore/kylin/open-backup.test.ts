import assert from 'node:assert/strict';
import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { MetadataErrorKind } from '../../../src/metastore/kylin/metadata-error.ts';
import { openBackup } from '../../../src/metastore/kylin/open-backup.ts';
import { writeArchive } from '../../../src/metastore/kylin/zip-writer.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { neverAborted, resourcesOf, sampleOf, sampleTime, writeSample } from './sample.ts';

async function contentsOf(folder: string): Promise<Record<string, string>> {
  await using source = await openBackup(folder, neverAborted);
  const found: Record<string, string> = {};
  for await (const { key, bytes, modifiedAt } of source.read(await source.keys(neverAborted), neverAborted)) {
    assert.equal(modifiedAt, sampleTime, key);
    found[key] = Buffer.from(bytes).toString();
  }
  return found;
}

async function refuses(folder: string, kind: MetadataErrorKind): Promise<void> {
  await assert.rejects(contentsOf(folder), { name: 'MetadataError', kind });
}

describe('opening a backup', () => {
  for (const generation of ['B', 'C'] as const) {
    it(`finds generation ${generation} in a folder, with the times of its resources`, async () => {
      await using folder = await temporaryFolder();
      await writeSample(folder.path, generation);
      assert.deepEqual(await contentsOf(folder.path), sampleOf(generation));
    });

    it(`finds generation ${generation} in an archive`, async () => {
      await using folder = await temporaryFolder();
      const root = generation === 'C' ? path.join(folder.path, 'core_meta') : folder.path;
      await mkdir(root, { recursive: true });
      const file = path.join(root, 'metadata.zip');
      await writeArchive(file, generation, resourcesOf(sampleOf(generation)), 99);
      assert.deepEqual(await contentsOf(folder.path), sampleOf(generation));
      await using source = await openBackup(folder.path, neverAborted);
      assert.equal(source.offset, 99);
    });
  }

  it('reads the flat layout of Kylin 4', async () => {
    await using folder = await temporaryFolder();
    for (const name of ['cube', 'cube_desc', 'project']) await mkdir(path.join(folder.path, name));
    const file = path.join(folder.path, 'cube', 'c.json');
    await writeFile(file, '{}');
    await utimes(file, sampleTime / 1_000, sampleTime / 1_000);
    assert.deepEqual(await contentsOf(folder.path), { '/cube/c.json': '{}' });
  });

  it('refuses what is no backup, also an empty folder', async () => {
    await using folder = await temporaryFolder();
    await refuses(folder.path, 'not_a_backup');
    await writeFile(path.join(folder.path, 'notes.txt'), 'x');
    await refuses(folder.path, 'not_a_backup');
    await refuses(path.join(folder.path, 'missing'), 'not_found');
    await refuses(path.join(folder.path, 'notes.txt'), 'not_found');
  });

  it('follows no link in a backup', async () => {
    await using folder = await temporaryFolder();
    await writeSample(folder.path, 'B');
    await symlink('/etc/passwd', path.join(folder.path, '_global', 'passwd'));
    await refuses(folder.path, 'illegal');
  });
});
