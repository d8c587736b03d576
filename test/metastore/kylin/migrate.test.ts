import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { derivedColumns } from '../../../src/metastore/kylin/jdbc/derived-columns.ts';
import { migrate } from '../../../src/metastore/kylin/migrate.ts';
import { migrateBackup } from '../../../src/metastore/kylin/migrate-backup.ts';
import { openBackup } from '../../../src/metastore/kylin/open-backup.ts';
import { isQualified, verifyBackup } from '../../../src/metastore/kylin/verify.ts';
import { assertGolden } from '../../golden/golden.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { MemoryMetadata } from './memory-metadata.ts';
import { type Contents, modelId, neverAborted, sampleOfB, sampleOfC, writeSample } from './sample.ts';

const segmentId = '33333333-aaaa-4bbb-8ccc-000000000001';

/** What the sample lacks: computed columns, a streaming job, rights, twins, numbers that JavaScript has not. */
const contents: Contents = {
  ...sampleOfB,
  '/VERSION': '5.0\n',
  [`/shop/dataflow/${modelId}.json`]: `{"uuid":"${modelId}","segments":[{"id":"${segmentId}","end":9223372036854775807}]}`,
  [`/shop/dataflow_details/${modelId}/${segmentId}.json`]: '{"layout_instances":[]}',
  [`/shop1/dataflow/${modelId}.json`]: `{"uuid":"${modelId}"}`,
  [`/shop1/model_desc/${modelId}.json`]: `{"uuid":"${modelId}","alias":"sales","fact_table":"SHOP.ORDERS",
    "computed_columns":[{"tableIdentity":"SHOP.ORDERS","columnName":"TOTAL","expression":"A * B"}]}`,
  [`/shop/streaming/${modelId}_build`]: '{}',
  '/shop/acl/user/ANNA.json': '{}',
  '/shop/acl/group/SALES.json': '{}',
  '/shop/rule/broken.json': '{',
  '/shop/table/SHOP.BROKEN.json': '{',
  '/_global/sys_acl/user/ADMIN': '{"username":"ADMIN"}',
  '/_global/acl/p1': '{}',
  '/shop/table/SHOP.TWIN.json': '{"uuid":"t1","name":"TWIN","database":"SHOP"}',
};

describe('metadata of Kylin 5.0-alpha', () => {
  let folder: TemporaryFolder;
  before(async () => {
    folder = await temporaryFolder();
  });
  after(() => folder[Symbol.asyncDispose]());

  async function converted(): Promise<
    Readonly<{ files: Readonly<Record<string, string>>; left: readonly string[]; broken: readonly string[] }>
  > {
    const { source, left, broken } = await migrate(
      await new MemoryMetadata('B', contents).openForBackup(),
      neverAborted,
    );
    const files: Record<string, string> = {};
    for await (const { key, bytes } of source.read(await source.keys(neverAborted), neverAborted)) {
      files[key] = Buffer.from(bytes).toString();
    }
    return { files, left, broken };
  }

  it('becomes that of 5.0, each time the same', async () => {
    const first = await converted();
    const text = Object.entries(first.files).map(([key, file]) => `${key}\n${file}\n`);
    assertGolden('migrated-to-c.txt', text.join('\n'));
    assert.deepEqual(await converted(), first);
    assert.deepEqual(first.left, [
      '/_global/trash_record',
      '/shop/execute/job-1',
      '/shop/rule/broken.json',
      '/shop/rule/r1.json',
    ]);
    assert.deepEqual(first.broken, ['/shop/table/SHOP.BROKEN.json']);
  });

  it('keeps numbers beyond 2^53, as the ends of segments are', async () => {
    const { files } = await converted();
    assert.match(files[`SEGMENT/${segmentId}`] ?? '', /"end": 9223372036854775807,/);
  });

  it('has each UUID once in each table, and each content says its own', async () => {
    const { files } = await converted();
    const seen = new Set<string>();
    for (const [key, file] of Object.entries(files)) {
      const uuid = `${key.split('/')[0]} ${derivedColumns(key, Buffer.from(file)).get('uuid')}`;
      assert.ok(!seen.has(uuid), uuid);
      seen.add(uuid);
    }
  });

  it('is a whole backup of 5.0 when a folder is converted', async () => {
    const from = path.join(folder.path, 'b');
    await writeSample(from, 'B', contents);
    const made = await migrateBackup(from, path.join(folder.path, 'migrated'), neverAborted);
    assert.deepEqual([made.left, made.broken], [4, ['/shop/table/SHOP.BROKEN.json']]);
    await using backup = await openBackup(made.path, neverAborted);
    const report = await verifyBackup(backup, undefined, neverAborted);
    assert.deepEqual([report.generation, isQualified(report), report.broken], ['C', true, []]);
    assert.match(
      await readFile(path.join(made.path, 'core_meta/SYSTEM/UUID.json'), 'utf8'),
      /"str": "c212029c/,
    );
  });

  it('alone is converted', async () => {
    const source = await new MemoryMetadata('C', sampleOfC).openForBackup();
    await assert.rejects(migrate(source, neverAborted), { kind: 'refused' });
  });
});
