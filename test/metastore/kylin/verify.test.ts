import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { openBackup } from '../../../src/metastore/kylin/open-backup.ts';
import { isQualified, verifyBackup, type VerifyReport } from '../../../src/metastore/kylin/verify.ts';
import { sha256 } from '../../../src/metastore/kylin/manifest.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { type Contents, neverAborted, sampleOf, sampleOfB, writeSample } from './sample.ts';

async function verified(
  generation: 'B' | 'C',
  contents: Contents,
  change: (folder: string) => Promise<void> = async () => undefined,
  sums?: Contents,
): Promise<VerifyReport> {
  await using folder = await temporaryFolder();
  await writeSample(folder.path, generation, contents);
  await change(folder.path);
  await using source = await openBackup(folder.path, neverAborted);
  const entries = Object.entries(sums ?? {}).map(([key, text]) => [
    key,
    { sha256: sha256(Buffer.from(text)), mvcc: 0 },
  ]);
  const manifest = {
    version: 1 as const,
    level: 'system' as const,
    generation,
    source: 'test',
    offset: null,
    finishedAt: '',
    resources: Object.fromEntries(entries) as Record<string, { sha256: string; mvcc: number }>,
  };
  return await verifyBackup(source, sums && manifest, neverAborted);
}

describe('verifying a backup', () => {
  for (const [generation, models] of [
    ['B', 3],
    ['C', 3],
  ] as const) {
    it(`has nothing against the sample of ${generation}`, async () => {
      const sample = sampleOf(generation);
      const report = await verified(generation, sample, undefined, sample);
      assert.ok(isQualified(report), JSON.stringify(report));
      assert.equal(report.resources, Object.keys(sample).length);
      assert.equal(report.projects, 2);
      assert.equal(report.models, models);
      assert.deepEqual(report.broken, []);
    });
  }

  it('tells what exists, as Kylin does', async () => {
    const { exists } = await verified('B', sampleOfB);
    assert.deepEqual(exists, { uuid: true, image: false, userGroup: false, user: true, acl: false });
  });

  it('finds files in the root of B and projects without their resource', async () => {
    const { '/_global/project/shop1.json': _gone, ...rest } = sampleOfB;
    const report = await verified('B', rest, async (folder) =>
      writeFile(path.join(folder, 'manifest.json'), '{}'),
    );
    assert.deepEqual(report.illegalProjects, ['shop1']);
    assert.deepEqual(report.illegalFiles, ['/manifest.json']);
    assert.equal(isQualified(report), false);
  });

  it('finds files of no type in C, and passes over the configuration', async () => {
    const report = await verified('C', sampleOf('C'), async (folder) => {
      await writeFile(path.join(folder, 'core_meta', 'kylin.properties'), 'a=b');
      await writeFile(path.join(folder, 'core_meta', 'MODEL', 'notes.txt'), 'x');
    });
    assert.deepEqual(report.illegalFiles, ['MODEL/notes.txt']);
  });

  it('finds broken and empty content', async () => {
    const report = await verified('B', {
      ...sampleOfB,
      '/shop/rule/r1.json': '{"a":',
      '/shop/rule/r2.json': '',
    });
    assert.deepEqual(report.broken, ['/shop/rule/r1.json']);
    assert.deepEqual(report.empty, ['/shop/rule/r2.json']);
  });

  it('compares with the manifest', async () => {
    const sums = { ...sampleOfB, '/shop/rule/r1.json': 'other', '/shop/rule/r9.json': '{}' };
    const report = await verified('B', sampleOfB, undefined, sums);
    assert.deepEqual(report.changed, ['/shop/rule/r1.json']);
    assert.deepEqual(report.missing, ['/shop/rule/r9.json']);
  });
});
