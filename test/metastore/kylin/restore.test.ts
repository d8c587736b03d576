import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { backUp } from '../../../src/metastore/kylin/backup.ts';
import { countsOf } from '../../../src/metastore/kylin/plan.ts';
import {
  restoreInto,
  restoreVerified,
  type RestoreRequest,
  type RestoreResult,
} from '../../../src/metastore/kylin/restore.ts';
import { openBackup } from '../../../src/metastore/kylin/open-backup.ts';
import { verifyBackup } from '../../../src/metastore/kylin/verify.ts';
import type { Scope } from '../../../src/metastore/kylin/selection.ts';
import type { MetadataErrorKind } from '../../../src/metastore/kylin/metadata-error.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { MemoryMetadata } from './memory-metadata.ts';
import {
  type Contents,
  expectedFiles,
  filesOf,
  modelId,
  neverAborted,
  sampleOf,
  sampleOfB,
  writeSample,
} from './sample.ts';

const shop: Scope = { kind: 'project', project: 'shop' };

type Play = Readonly<{
  store?: MemoryMetadata;
  backup?: Contents;
  request?: Partial<RestoreRequest>;
  generation?: 'B' | 'C';
}>;

/** Restores a backup as Kylin writes it, without our manifest, into a store that holds the sample unless given. */
async function restored(
  play: Play = {},
): Promise<RestoreResult & { store: MemoryMetadata; before: string | undefined }> {
  const { generation = 'B', backup = sampleOf(generation) } = play;
  const { store = new MemoryMetadata(generation, sampleOf(generation)) } = play;
  await using folder = await temporaryFolder();
  const from = path.join(folder.path, 'b');
  await writeSample(from, generation, backup);
  const result = await restoreInto(store, requestOf(folder.path, from, play.request), neverAborted);
  return { ...result, store };
}

function requestOf(folder: string, from: string, more: Partial<RestoreRequest> = {}): RestoreRequest {
  const flags = { afterTruncate: false, overwriteTables: false, force: false, dryRun: false };
  const scope = { kind: 'system' } as const;
  return {
    path: from,
    directory: path.join(folder, 'before'),
    scope,
    operator: 'root',
    now: 0,
    ...flags,
    ...more,
  };
}

/** Refused with this error, and nothing has changed. */
async function refuses(play: Play, kind: MetadataErrorKind, message: RegExp): Promise<void> {
  const { generation = 'B' } = play;
  const store = play.store ?? new MemoryMetadata(generation, sampleOf(generation));
  const before = store.contents();
  await assert.rejects(restored({ ...play, store }), { name: 'MetadataError', kind, message });
  assert.deepEqual(store.contents(), before);
}

/** The sample after users deleted a table, changed the owner, and made a rule and a project. */
function changedStore(): MemoryMetadata {
  const store = new MemoryMetadata('B', sampleOfB);
  store.rows.delete('/shop/table/SHOP.OTHER.json');
  store.put('/_global/project/shop.json', '{"name":"shop","owner":"EVE"}');
  store.put('/shop/rule/new.json', '{}');
  store.put('/_global/project/shop2.json', '{"name":"shop2"}');
  store.put('/shop2/table/X.json', '{}');
  return store;
}

describe('a restore', () => {
  it('brings back what was deleted and changed, and leaves what was added', async () => {
    const { store, plan } = await restored({ store: changedStore() });
    assert.equal(countsOf(plan), '1 inserted, 1 updated, 0 deleted, 14 unchanged');
    assert.equal(store.contents()['/_global/project/shop.json'], sampleOfB['/_global/project/shop.json']);
    assert.ok(store.rows.has('/shop/rule/new.json'));
    assert.ok(store.rows.has('/shop2/table/X.json'));
    assert.equal(store.rows.get('/shop/table/SHOP.OTHER.json')?.mvcc, 0, 'a new version begins at 0');
    assert.equal(store.rows.get('/_global/project/shop.json')?.mvcc, 7, 'a changed one goes on counting');
    assert.equal(store.rows.get('/shop/rule/r1.json')?.mvcc, 5, 'equal bytes are not written again');
  });

  it('deletes what was added after truncate', async () => {
    const { store, plan } = await restored({ store: changedStore(), request: { afterTruncate: true } });
    assert.deepEqual(store.contents(), sampleOfB);
    assert.equal(plan.deletes.length, 3);
    assert.deepEqual(store.audit.slice(0, 3), [
      'delete /_global/project/shop2.json',
      'delete /shop/rule/new.json',
      'delete /shop2/table/X.json',
    ]);
  });

  it('of a project touches no other, not even one whose name begins alike', async () => {
    const store = changedStore();
    store.put('/shop1/rule/own.json', '{}');
    store.put('/_global/user/ADMIN', '{"changed":true}');
    await restored({ store, request: { scope: shop, afterTruncate: true } });
    assert.ok(store.rows.has('/shop1/rule/own.json'));
    assert.ok(store.rows.has('/shop2/table/X.json'));
    assert.equal(store.contents()['/_global/user/ADMIN'], '{"changed":true}');
    assert.ok(!store.rows.has('/shop/rule/new.json'));
  });

  it('of a project that the store lacks makes it, and nothing else', async () => {
    const store = new MemoryMetadata('B', { '/_global/project/other.json': '{}' });
    await restored({ store, request: { scope: shop } });
    const ofShop = Object.keys(sampleOfB).filter((key) => key.startsWith('/shop/'));
    assert.deepEqual(
      Object.keys(store.contents()).sort(),
      [...ofShop, '/_global/project/other.json', '/_global/project/shop.json'].sort(),
    );
  });

  for (const generation of ['B', 'C'] as const) {
    it(`of ${generation} from an archive does the same as from files`, async () => {
      await using folder = await temporaryFolder();
      const origin = await new MemoryMetadata(generation, sampleOf(generation)).openForBackup();
      const packed = { ...requestOf('', ''), directory: folder.path, compress: true, excludeTableExd: false };
      const { path: archive } = await backUp(origin, packed, neverAborted);
      const [oldKey = ''] = Object.keys(sampleOf(generation)).filter((key) => key.includes('ORDERS'));
      const added = generation === 'B' ? '/shop/rule/new.json' : 'TABLE_INFO/shop.SHOP.NEW';
      const store = new MemoryMetadata(generation, {
        ...sampleOf(generation),
        [added]: '{"project":"shop"}',
      });
      store.rows.delete(oldKey);
      const request = requestOf(folder.path, archive, { scope: shop, afterTruncate: true });
      const { plan } = await restoreInto(store, request, neverAborted);
      assert.deepEqual([plan.inserts, plan.deletes.map(({ key }) => key)], [[oldKey], [added]]);
      assert.deepEqual(store.contents(), sampleOf(generation));
    });
  }

  it('never writes over the UUID of B, and writes that of C', async () => {
    const ofB = new MemoryMetadata('B', { ...sampleOfB, '/UUID': 'mine' });
    await restored({ store: ofB });
    assert.equal(ofB.contents()['/UUID'], 'mine');
    const ofC = new MemoryMetadata('C', { ...sampleOf('C'), 'SYSTEM/UUID': '{"uuid":"mine"}' });
    await restored({ store: ofC, generation: 'C' });
    assert.deepEqual(ofC.contents(), sampleOf('C'));
  });

  it('into an empty store brings all', async () => {
    for (const generation of ['B', 'C'] as const) {
      const { store, before } = await restored({ store: new MemoryMetadata(generation), generation });
      const { '/_global/trash_record': _trash, ...expected } = sampleOf(generation);
      assert.deepEqual(store.contents(), expected);
      assert.equal(before, undefined, 'there was nothing to back up before');
    }
  });

  it('backs up the state before, and can be undone with it', async () => {
    await using folder = await temporaryFolder();
    const from = path.join(folder.path, 'b');
    await writeSample(from, 'B');
    const store = changedStore();
    const { '/_global/trash_record': _trash, ...state } = store.contents();
    const result = await restoreInto(
      store,
      requestOf(folder.path, from, { afterTruncate: true }),
      neverAborted,
    );
    assert.ok(result.before !== undefined);
    assert.match(path.basename(result.before), /^\d{4}(-\d\d){5}_before_restore_backup$/);
    assert.deepEqual(await filesOf(result.before), { ...expectedFiles('B', state), _image: '{"offset":17}' });
    await restoreInto(store, requestOf(folder.path, result.before, { afterTruncate: true }), neverAborted);
    assert.deepEqual(store.contents(), { ...state, '/_global/trash_record': '{"trash":[]}' });
  });

  it('only shows what it would do on a dry run', async () => {
    const store = changedStore();
    const state = store.contents();
    const { plan, before } = await restored({ store, request: { afterTruncate: true, dryRun: true } });
    assert.deepEqual(plan.inserts, ['/shop/table/SHOP.OTHER.json']);
    assert.deepEqual(plan.deletes.length, 3);
    assert.equal(before, undefined);
    assert.deepEqual(store.contents(), state);
  });

  it('is refused where Kylin would empty the store', async () => {
    const empty = { '/UUID': 'x', '/_global/user/A': '{}' };
    await refuses({ backup: empty, request: { afterTruncate: true } }, 'refused', /delete all 2 projects/);
    const { store } = await restored({ backup: empty, request: { afterTruncate: true, force: true } });
    assert.ok(!store.rows.has('/_global/project/shop.json'));
  });

  it('is refused when it would delete more than half', async () => {
    const backup = { '/_global/project/shop.json': '{"name":"shop"}', '/shop/rule/r1.json': '{}' };
    const request = { scope: shop, afterTruncate: true };
    await refuses({ backup, request }, 'refused', /would delete \d+ of \d+ resources/);
  });

  it('of a project that the backup lacks is refused, and deletes it only by FORCE', async () => {
    const scope: Scope = { kind: 'project', project: 'shop2' };
    const store = changedStore();
    await refuses({ store, request: { scope } }, 'not_found', /nothing was restored/);
    await refuses({ store, request: { scope, afterTruncate: true } }, 'refused', /no project 'shop2'/);
    await restored({ store, request: { scope, afterTruncate: true, force: true } });
    assert.ok(!store.rows.has('/shop2/table/X.json'));
    assert.ok(store.rows.has('/shop/rule/r1.json'));
  });

  it('of broken JSON needs FORCE, or our manifest that the store held it', async () => {
    const backup = { ...sampleOfB, '/shop/rule/r1.json': '{"a":' };
    await refuses({ backup }, 'refused', /broken JSON: \/shop\/rule\/r1.json/);
    const { store } = await restored({ backup, request: { force: true } });
    assert.equal(store.contents()['/shop/rule/r1.json'], '{"a":');
    await using folder = await temporaryFolder();
    await using source = await store.openForBackup();
    const made = await backUp(
      source,
      { ...requestOf('', ''), directory: folder.path, compress: true, excludeTableExd: false },
      neverAborted,
    );
    store.put('/shop/rule/r1.json', '{}');
    await restoreInto(store, requestOf(folder.path, made.path), neverAborted);
    assert.equal(store.contents()['/shop/rule/r1.json'], '{"a":');
  });

  it('of a backup that was changed or is not qualified changes nothing', async () => {
    await using folder = await temporaryFolder();
    const store = new MemoryMetadata('B', sampleOfB);
    await using source = await store.openForBackup();
    const made = await backUp(
      source,
      { ...requestOf('', ''), directory: folder.path, compress: false, excludeTableExd: false },
      neverAborted,
    );
    await writeFile(path.join(made.path, 'shop', 'rule', 'r1.json'), '{"tampered":1}');
    await assert.rejects(
      restoreInto(store, requestOf(folder.path, made.path), neverAborted),
      /changed since the backup: \/shop\/rule\/r1.json/,
    );
    await rm(path.join(made.path, 'shop', 'rule', 'r1.json'));
    await assert.rejects(
      restoreInto(store, requestOf(folder.path, made.path), neverAborted),
      /missing: \/shop\/rule\/r1.json/,
    );
    const { '/_global/project/shop.json': _gone, ...homeless } = sampleOfB;
    await refuses({ backup: homeless }, 'illegal', /illegal projects: shop/);
    await refuses(
      { backup: { ...sampleOfB, '/shop/rule/r1.json': '' } },
      'illegal',
      /empty: \/shop\/rule\/r1.json/,
    );
  });

  it('reads again what was too much to keep, and gives up when it has changed since it was verified', async () => {
    await using folder = await temporaryFolder();
    const from = path.join(folder.path, 'b');
    await writeSample(from, 'B');
    await using source = await openBackup(from, neverAborted);
    const report = await verifyBackup(source, undefined, neverAborted, 500);
    assert.ok(report.kept.size > 0 && report.kept.size < report.resources);
    const verified = { source, report, manifest: undefined };
    const store = new MemoryMetadata('B', {});
    await restoreVerified(store, verified, requestOf(folder.path, from), neverAborted);
    const { '/_global/trash_record': _trash, ...whole } = sampleOfB;
    assert.deepEqual(store.contents(), whole);
    await writeFile(path.join(from, 'shop/rule/r1.json'), '{"later": true}');
    const other = new MemoryMetadata('B', {});
    await assert.rejects(restoreVerified(other, verified, requestOf(folder.path, from), neverAborted), {
      kind: 'conflict',
    });
    assert.deepEqual(other.contents(), {});
  });

  it('gives up when someone else writes meanwhile', async () => {
    const store = changedStore();
    store.beforeApply = () => store.put('/_global/project/shop.json', '{"late":true}');
    await assert.rejects(restored({ store }), { name: 'MetadataError', kind: 'conflict' });
    assert.equal(store.contents()['/_global/project/shop.json'], '{"late":true}');
  });

  it('makes no second model of one name', async () => {
    const store = new MemoryMetadata('C', sampleOf('C'));
    const row = store.rows.get(`MODEL/${modelId}`);
    assert.ok(row !== undefined);
    store.rows.delete(`MODEL/${modelId}`);
    store.put('MODEL/other', Buffer.from(row.bytes).toString().replace(modelId, 'other'));
    for (const scope of [{ kind: 'system' } as const, shop])
      await refuses(
        { store, generation: 'C', request: { scope } },
        'refused',
        /KE-050041203.*\[shop\]:sales/,
      );
    await restored({ store, generation: 'C', request: { afterTruncate: true } });
    assert.deepEqual(store.contents(), sampleOf('C'));
  });

  it('goes from a generation to the same one', async () => {
    await refuses(
      { store: new MemoryMetadata('C', sampleOf('C')), generation: 'B' },
      'refused',
      /not converted/,
    );
  });
});

describe('the restore of a model', () => {
  const sales: Scope = { kind: 'model', name: 'sales', project: 'shop', withSegments: true };

  it('brings the model and tables that are missing, and leaves those that differ', async () => {
    const store = new MemoryMetadata('B', sampleOfB);
    store.put(`/shop/model_desc/${modelId}.json`, '{}');
    store.rows.delete('/shop/table/SHOP.CUSTOMERS.json');
    store.put('/shop/table/SHOP.ORDERS.json', '{"changed":true}');
    store.put('/shop/rule/r1.json', '{"changed":true}');
    const { plan } = await restored({ store, request: { scope: sales } });
    assert.deepEqual(plan.kept, ['/shop/table/SHOP.ORDERS.json']);
    assert.equal(
      store.contents()[`/shop/model_desc/${modelId}.json`],
      sampleOfB[`/shop/model_desc/${modelId}.json`],
    );
    assert.ok(store.rows.has('/shop/table/SHOP.CUSTOMERS.json'));
    assert.equal(store.contents()['/shop/rule/r1.json'], '{"changed":true}');
    await restored({ store, request: { scope: sales, overwriteTables: true } });
    assert.equal(store.contents()['/shop/table/SHOP.ORDERS.json'], sampleOfB['/shop/table/SHOP.ORDERS.json']);
  });

  it('makes no built model forget its segments', async () => {
    const store = new MemoryMetadata('B', sampleOfB);
    const backup = { ...sampleOfB, [`/shop/dataflow/${modelId}.json`]: '{"segments":[]}' };
    await refuses({ store, backup, request: { scope: sales } }, 'refused', /has 1 segments/);
    await restored({ store, backup, request: { scope: sales, force: true } });
    assert.equal(store.contents()[`/shop/dataflow/${modelId}.json`], '{"segments":[]}');
  });
});
