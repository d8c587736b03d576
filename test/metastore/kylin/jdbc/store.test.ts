import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Secret } from '../../../../src/base/secret.ts';
import { backUp, type BackupResult } from '../../../../src/metastore/kylin/backup.ts';
import { decodeContent } from '../../../../src/metastore/kylin/content.ts';
import { countsOf } from '../../../../src/metastore/kylin/plan.ts';
import type { ResourceSink } from '../../../../src/metastore/kylin/resource.ts';
import {
  restoreInto,
  type RestoreRequest,
  type RestoreResult,
} from '../../../../src/metastore/kylin/restore.ts';
import { KylinStore } from '../../../../src/metastore/kylin/jdbc/store.ts';
import { readKylinUrl } from '../../../../src/metastore/kylin/jdbc/url.ts';
import { until } from '../../../support/until.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.ts';
import {
  type Contents,
  expectedFiles,
  filesOf,
  modelId,
  neverAborted,
  sampleOf,
  sampleOfB,
  sampleTime,
  uuid,
  writeSample,
} from '../sample.ts';
import { kylinDatabase } from './kylin-schema.ts';
import { type KylinServer, kylinSystems, type TestSession } from './kylin-server.ts';

for (const { name, skip, start } of kylinSystems)
  describe(`a Kylin metastore in ${name}`, { skip }, () => {
    let server: KylinServer;
    let sql: TestSession;
    let folder: TemporaryFolder;
    let count = 0;

    before(async () => {
      server = await start();
      folder = await temporaryFolder();
    });
    after(async () => {
      await sql[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    });

    type Kylin = Readonly<{ store: KylinStore; folder: string }>;

    async function kylin(generation: 'B' | 'C', contents: Contents = sampleOf(generation)): Promise<Kylin> {
      const database = `kylin_${++count}`;
      await kylinDatabase(server, database, generation, contents);
      await look(database);
      return { store: storeOf(database), folder: path.join(folder.path, database) };
    }

    function storeOf(database: string, user: string = server.user): KylinStore {
      return new KylinStore(
        readKylinUrl(new Secret(server.url(database).replace(`username=${server.user}`, `username=${user}`))),
      );
    }

    /** Has `sql` and `rows` look at that database from now on. */
    async function look(database: string): Promise<void> {
      if (count > 1) await sql[Symbol.asyncDispose]();
      sql = await server.connect(database);
    }

    async function rows(text: string): ReturnType<TestSession['rows']> {
      return sql.rows(text);
    }

    async function backedUp({ store, folder: directory }: Kylin): Promise<BackupResult> {
      await using source = await store.openForBackup(neverAborted);
      const request = {
        scope: { kind: 'system' } as const,
        compress: false,
        excludeTableExd: false,
        now: Date.now(),
      };
      return await backUp(source, { ...request, directory }, neverAborted);
    }

    async function restored(
      target: Kylin,
      from: string,
      more: Partial<RestoreRequest> = {},
    ): Promise<RestoreResult> {
      const flags = { afterTruncate: false, overwriteTables: false, force: false, dryRun: false };
      const request = { scope: { kind: 'system' } as const, operator: 'root', now: Date.now(), ...flags };
      return restoreInto(
        target.store,
        { path: from, directory: target.folder, ...request, ...more },
        neverAborted,
      );
    }

    for (const generation of ['B', 'C'] as const) {
      it(`of ${generation} is backed up byte for byte, compressed or not, and restored into an empty one`, async () => {
        const source = await kylin(generation);
        const made = await backedUp(source);
        const { '/_global/trash_record': _trash, ...kept } = sampleOf(generation);
        const image =
          generation === 'B'
            ? { _image: '{"offset":0}' }
            : { 'core_meta/SYSTEM/_image.json': '{"offset":0}' };
        assert.deepEqual(await filesOf(made.path), { ...expectedFiles(generation, kept), ...image });
        const target = await kylin(generation, {});
        const { plan } = await restored(target, made.path);
        assert.equal(plan.inserts.length, Object.keys(kept).length);
        const again = await backedUp(target);
        const { _image: _one, ...first } = await filesOf(made.path);
        const { _image: _two, ...second } = await filesOf(again.path);
        delete first['core_meta/SYSTEM/_image.json'];
        delete second['core_meta/SYSTEM/_image.json'];
        assert.deepEqual(second, first);
      });
    }

    it('of B goes on counting versions and tells followers in the audit log, as one unit', async () => {
      const target = await kylin('B');
      await writeSample(target.folder, 'B');
      await sql.rows(
        "UPDATE km SET META_TABLE_CONTENT = '{}', META_TABLE_MVCC = 8 WHERE META_TABLE_KEY = '/shop/rule/r1.json'",
      );
      await sql.rows("DELETE FROM km WHERE META_TABLE_KEY = '/shop/table/SHOP.OTHER.json'");
      await sql.rows("INSERT INTO km VALUES ('/shop/rule/new.json', '{}', 1, 0)");
      const { plan } = await restored({ ...target, folder: `${target.folder}-before` }, target.folder, {
        afterTruncate: true,
      });
      assert.equal(countsOf(plan), '1 inserted, 1 updated, 1 deleted, 14 unchanged');
      const audit = await rows(
        'SELECT meta_key, meta_content, meta_mvcc, unit_id, operator, instance FROM km_audit_log ORDER BY id',
      );
      assert.deepEqual(
        audit.map((row) => [
          row['meta_key'],
          row['meta_mvcc'] === null ? null : String(row['meta_mvcc']),
          row['meta_content'] === null,
          row['operator'],
        ]),
        [
          ['/shop/rule/new.json', null, true, 'root'],
          ['/shop/rule/r1.json', '9', false, 'root'],
          ['/shop/table/SHOP.OTHER.json', '0', false, 'root'],
        ],
      );
      assert.equal(new Set(audit.map((row) => String(row['unit_id']))).size, 1);
      assert.match(String(audit[0]?.['instance']), /:0000$/);
      const content = decodeContent(audit[1]?.['meta_content'] as Buffer);
      assert.equal(Buffer.from(content ?? '').toString(), sampleOfB['/shop/rule/r1.json']);
      const versions = await rows(
        "SELECT META_TABLE_KEY k, META_TABLE_MVCC v, META_TABLE_TS t FROM km WHERE META_TABLE_KEY LIKE '/shop/%'",
      );
      const of = (key: string): Record<string, unknown> | undefined =>
        versions.find((row) => row['k'] === key);
      assert.equal(Number(of('/shop/rule/r1.json')?.['v']), 9);
      assert.equal(Number(of('/shop/table/SHOP.OTHER.json')?.['v']), 0);
      assert.equal(Number(of('/shop/table/SHOP.ORDERS.json')?.['v']), 3, 'equal bytes are not written again');
      assert.equal(Number(of('/shop/table/SHOP.ORDERS.json')?.['t']), sampleTime);
    });

    it('of B takes the epochs of what it changes away from their owners', async () => {
      const target = await kylin('B');
      await writeSample(target.folder, 'B');
      for (const name of ['_global', 'shop', 'shop1']) {
        await sql.rows('INSERT INTO km_epoch VALUES (4, ?, ?, 99, ?, NULL, 7, NULL, NULL, NULL)', [
          name,
          'node1:7070|1',
          'all',
        ]);
      }
      await sql.rows("UPDATE km SET META_TABLE_CONTENT = '{}' WHERE META_TABLE_KEY = '/shop/rule/r1.json'");
      await restored({ ...target, folder: `${target.folder}-before` }, target.folder);
      const epochs = await rows('SELECT epoch_target, epoch_id, current_epoch_owner, mvcc FROM km_epoch');
      assert.deepEqual(epochs.map((row) => Object.values(row as object).map(String)).sort(), [
        ['_global', '4', 'node1:7070|1', '7'],
        ['shop', '5', '', '8'],
        ['shop1', '4', 'node1:7070|1', '7'],
      ]);
    });

    it('of B in maintenance mode is left alone', async () => {
      const target = await kylin('B');
      await writeSample(target.folder, 'B');
      await sql.rows(
        "INSERT INTO km_epoch VALUES (4, '_global', 'node1:0000|9', 99, 'all', 'upgrade', 7, NULL, NULL, NULL)",
      );
      await assert.rejects(restored(target, target.folder), { name: 'MetadataError', kind: 'busy' });
    });

    it('of C gets the columns that follow from the content', async () => {
      const target = await kylin('C', {});
      await writeSample(target.folder, 'C');
      await restored({ ...target, folder: `${target.folder}-before` }, target.folder);
      const [model] = await rows(
        `SELECT alias, project, uuid, mvcc FROM km_model WHERE meta_key = '${modelId}'`,
      );
      assert.deepEqual(
        { ...model, mvcc: Number(model?.['mvcc']) },
        { alias: 'sales', project: 'shop', uuid: modelId, mvcc: 0 },
      );
      const [layout] = await rows('SELECT dataflow_id FROM km_layout');
      assert.equal(layout?.['dataflow_id'], modelId);
      const [column] = await rows('SELECT column_name, expression_md5 FROM km_compute_column');
      const expression_md5 = createHash('md5').update('A * B').digest('hex');
      assert.deepEqual({ ...column }, { column_name: 'TOTAL', expression_md5 });
      const audit = await rows(
        "SELECT meta_key, project, diff_flag FROM km_audit_log_v2 WHERE meta_key LIKE 'SEGMENT/%'",
      );
      assert.deepEqual(
        audit.map((row) => ({ ...row, diff_flag: Number(row['diff_flag']) })),
        [{ meta_key: `SEGMENT/${uuid(5)}`, project: 'shop', diff_flag: 0 }],
      );
    });

    it('of C keeps nothing of a restore that it cannot hold', async () => {
      const target = await kylin('C', {});
      await writeSample(target.folder, 'C', { ...sampleOf('C'), [`INDEX_PLAN/${uuid(40)}`]: '{"broken":' });
      await assert.rejects(restored(target, target.folder, { force: true }), {
        name: 'MetadataError',
        kind: 'broken',
      });
      const [left] = await rows(
        'SELECT (SELECT COUNT(*) FROM km_model) + (SELECT COUNT(*) FROM km_audit_log_v2) AS n',
      );
      assert.equal(Number(left?.['n']), 0);
    });

    it('is unchanged when the restore ends before it commits', async () => {
      const target = await kylin('B', {});
      const opened: ResourceSink = await target.store.openForRestore(neverAborted);
      const ended = (async function* () {
        yield {
          kind: 'insert' as const,
          resource: { key: '/p/rule/a', bytes: Buffer.from('{}'), modifiedAt: 1, mvcc: 0 },
        };
        throw new Error('killed');
      })();
      await assert.rejects(opened.apply(ended, 'root', neverAborted), /killed/);
      await opened[Symbol.asyncDispose]();
      const [left] = await rows('SELECT COUNT(*) AS n FROM km');
      assert.equal(Number(left?.['n']), 0);
    });

    it('lets nobody write between comparing and writing', async () => {
      const target = await kylin('B');
      const sink = await target.store.openForRestore(neverAborted);
      await using other = await server.connect(`kylin_${count}`);
      await other.rows(server.shortWait);
      await assert.rejects(
        other.rows("UPDATE km SET META_TABLE_MVCC = 9 WHERE META_TABLE_KEY = '/UUID'"),
        server.waitedTooLong,
      );
      await assert.rejects(other.rows("INSERT INTO km VALUES ('/zzz', '{}', 1, 0)"), server.waitedTooLong);
      await sink[Symbol.asyncDispose]();
      await other.rows("UPDATE km SET META_TABLE_MVCC = 9 WHERE META_TABLE_KEY = '/UUID'");
    });

    it('is compared as it is once the lock is got, not as it was when the lock was asked for', async () => {
      const target = await kylin('B');
      await using other = await server.connect(`kylin_${count}`);
      await other.rows('BEGIN');
      await other.rows("UPDATE km SET META_TABLE_MVCC = 9 WHERE META_TABLE_KEY = '/shop/rule/r1.json'");
      const opening = target.store.openForRestore(neverAborted);
      await until('the restore waits for the lock', async () => ((await isWaiting()) ? true : undefined));
      await other.rows('COMMIT');
      await using sink = await opening;
      const [read] = await Array.fromAsync(sink.read(['/shop/rule/r1.json'], neverAborted));
      assert.equal(read?.mvcc, 9);
    });

    it('is left alone by a restore that is ended while it waits for the lock', async () => {
      const target = await kylin('B');
      await using other = await server.connect(`kylin_${count}`);
      await other.rows('BEGIN');
      await other.rows("UPDATE km SET META_TABLE_MVCC = 9 WHERE META_TABLE_KEY = '/shop/rule/r1.json'");
      const ending = new AbortController();
      const opening = target.store.openForRestore(ending.signal);
      await until('the restore waits for the lock', async () => ((await isWaiting()) ? true : undefined));
      ending.abort(new Error('cancelled'));
      await assert.rejects(opening, { name: 'Error', message: 'cancelled' });
      await other.rows('COMMIT');
    });

    async function isWaiting(): Promise<boolean> {
      return (await rows(server.waiters)).length > 0;
    }

    it('is read in one state while others write', async () => {
      const source = await kylin('B');
      await using opened = await source.store.openForBackup(neverAborted);
      await sql.rows("UPDATE km SET META_TABLE_CONTENT = 'later'");
      await sql.rows("INSERT INTO km_audit_log (meta_key, meta_ts) VALUES ('/x', 1)");
      const read = await Array.fromAsync(opened.read(['/shop/rule/r1.json'], neverAborted));
      assert.equal(Buffer.from(read[0]?.bytes ?? []).toString(), sampleOfB['/shop/rule/r1.json']);
      assert.equal(opened.offset, 0);
    });

    it('of A is read and not written', async () => {
      const database = `kylin_${++count}`;
      await server.create(database);
      await look(database);
      const columns =
        'META_TABLE_KEY VARCHAR(255) PRIMARY KEY, META_TABLE_TS BIGINT, META_TABLE_CONTENT LONGBLOB';
      await sql.rows(server.define(`CREATE TABLE km (${columns})`));
      await sql.rows("INSERT INTO km VALUES ('/cube/a.json', 5, '{}'), ('/dict/big', 5, NULL)");
      const store = storeOf(database);
      await using source = await store.openForBackup(neverAborted);
      assert.deepEqual(await source.keys(neverAborted), ['/cube/a.json', '/dict/big']);
      assert.equal((await Array.fromAsync(source.read(['/cube/a.json'], neverAborted)))[0]?.modifiedAt, 5);
      await assert.rejects(Array.fromAsync(source.read(['/dict/big'], neverAborted)), {
        name: 'MetadataError',
        kind: 'broken',
      });
      await assert.rejects(store.openForRestore(neverAborted), { name: 'MetadataError', kind: 'refused' });
    });

    it('is not backed up without a table that the account may not read', async () => {
      const source = await kylin('C');
      await server.limit(`kylin_${count}`, 'km_segment');
      const limited = storeOf(`kylin_${count}`, 'limited');
      await assert.rejects(backedUp({ ...source, store: limited }), {
        name: 'MetadataError',
        kind: 'unavailable',
        message: /permission denied for table km_segment|shows no tables that end with _segment/,
      });
    });

    it('is looked for by its tables', async () => {
      await server.create('empty_one');
      await assert.rejects(storeOf('empty_one').openForBackup(neverAborted), {
        name: 'MetadataError',
        kind: 'not_found',
      });
    });
  });
