import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { emptySegments } from '../../../src/metastore/kylin/model-closure.ts';
import type { Scope, Selection } from '../../../src/metastore/kylin/selection.ts';
import { select } from '../../../src/metastore/kylin/scope.ts';
import { MemoryMetadata } from './memory-metadata.ts';
import { modelId, neverAborted, sampleOf, sampleOfB, uuid } from './sample.ts';

async function selected(generation: 'B' | 'C', scope: Scope, excludeTableExd = false): Promise<Selection> {
  await using source = await new MemoryMetadata(generation, sampleOf(generation)).openForBackup();
  return await select(source, scope, { excludeTableExd }, neverAborted);
}

const model = (name: string, project?: string, withSegments = false): Scope => ({
  kind: 'model',
  name,
  withSegments,
  ...(project !== undefined && { project }),
});

describe('the scope of a backup', () => {
  it('is everything but what Kylin deletes later', async () => {
    const { keys } = await selected('B', { kind: 'system' });
    assert.deepEqual(
      keys,
      Object.keys(sampleOfB)
        .filter((key) => key !== '/_global/trash_record')
        .sort(),
    );
  });

  for (const generation of ['B', 'C'] as const) {
    it(`is one project of ${generation}, not the one whose name begins alike`, async () => {
      const { keys, isThere } = await selected(generation, { kind: 'project', project: 'shop' });
      assert.ok(isThere);
      assert.ok(!keys.some((key) => key.includes('shop1')));
      assert.equal(keys.length, generation === 'B' ? 13 : 15);
      assert.ok(!keys.some((key) => key.includes('ADMIN')), 'users belong to the system');
    });

    it(`leaves out statistics of ${generation} on request`, async () => {
      const { keys } = await selected(generation, { kind: 'system' }, true);
      assert.ok(!keys.some((key) => /table_exd/i.test(key)));
    });

    it(`is a model of ${generation} by its alias or its UUID, without segments`, async () => {
      const byAlias = await selected(generation, model('Sales'));
      assert.deepEqual(await selected(generation, model(modelId, 'shop')), byAlias);
      const built = await selected(generation, model('sales', undefined, true));
      assert.equal(built.keys.length - byAlias.keys.length, generation === 'B' ? 1 : 2);
      assert.equal(byAlias.withoutSegments.size, 1);
      assert.equal(built.withoutSegments.size, 0);
    });

    it(`asks for the project of ${generation} when several have the model`, async () => {
      await assert.rejects(selected(generation, model('stock')), { name: 'MetadataError', kind: 'refused' });
      assert.ok((await selected(generation, model('stock', 'shop1'))).isThere);
      await assert.rejects(selected(generation, model('none')), { name: 'MetadataError', kind: 'not_found' });
    });
  }

  it('of a model has its tables, computed columns, project and the UUID', async () => {
    const { keys } = await selected('C', model('sales'));
    assert.deepEqual(keys, [
      `CC_MODEL_RELATION/${uuid(11)}`,
      `COMPUTE_COLUMN/${uuid(10)}`,
      `DATAFLOW/${modelId}`,
      `INDEX_PLAN/${modelId}`,
      `MODEL/${modelId}`,
      'PROJECT/shop',
      `STREAMING_JOB/${modelId}_build`,
      'SYSTEM/UUID',
      'TABLE_EXD/shop.SHOP.ORDERS',
      'TABLE_INFO/shop.SHOP.CUSTOMERS',
      'TABLE_INFO/shop.SHOP.ORDERS',
      `TABLE_MODEL_RELATION/${uuid(9)}`,
    ]);
  });

  it('empties segments, and leaves alone what it cannot read', () => {
    const emptied = Buffer.from(emptySegments(Buffer.from('{"a":1,"segments":[{"id":1}]}'))).toString();
    assert.deepEqual(JSON.parse(emptied), { a: 1, segments: [] });
    const broken = Buffer.from('{"segments":');
    assert.equal(emptySegments(broken), broken);
  });
});
