import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { deflateSync } from 'node:zlib';
import { Secret } from '../../../../src/base/secret.ts';
import { backUp, type BackupResult } from '../../../../src/metastore/kylin/backup.ts';
import { KylinStore } from '../../../../src/metastore/kylin/jdbc/store.ts';
import { readKylinUrl } from '../../../../src/metastore/kylin/jdbc/url.ts';
import {
  restoreInto,
  type RestoreRequest,
  type RestoreResult,
} from '../../../../src/metastore/kylin/restore.ts';
import type { Scope } from '../../../../src/metastore/kylin/selection.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.ts';
import { neverAborted, sampleOfC } from '../sample.ts';
import { kylinDatabase } from './kylin-schema.ts';
import { type KylinServer, kylinSystems, type TestSession } from './kylin-server.ts';

const system: Scope = { kind: 'system' };
const rule = '[{"@type":"Condition","leftThreshold":null,"rightThreshold":"10"}]';
const content = '{\n  "uuid": "job-1",\n  "output": {"status": "SUCCEED"}\n}';

for (const { name, skip, start } of kylinSystems)
  describe(`tables beside the metadata of a Kylin 5.0 in ${name}`, { skip }, () => {
    let server: KylinServer;
    let folder: TemporaryFolder;
    before(async () => {
      server = await start();
      folder = await temporaryFolder();
    });
    after(async () => {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    });

    type Kylin = AsyncDisposable & Readonly<{ store: KylinStore; sql: TestSession; directory: string }>;

    async function kylin(database: string): Promise<Kylin> {
      await kylinDatabase(server, database, 'C', sampleOfC);
      const sql = await server.connect(database);
      return {
        store: new KylinStore(readKylinUrl(new Secret(server.url(database)))),
        sql,
        directory: path.join(folder.path, database),
        [Symbol.asyncDispose]: () => sql[Symbol.asyncDispose](),
      };
    }

    async function fill({ sql }: Kylin): Promise<void> {
      for (const [id, project] of [
        ['job-1', 'shop'],
        ['job-2', 'shop1'],
      ]) {
        const cell = Buffer.concat([Buffer.from('GZIP'), deflateSync(content)]);
        const row = [id, 'INDEX_BUILD', 'SUCCEED', project, 'sales', null, 3, cell, 4, 1_000, 2_000, 50];
        await sql.rows(
          `INSERT INTO km_job_info_v2 (job_id, job_type, job_status, project, subject, model_id, priority, job_content,
           mvcc, create_time, update_time, job_duration_millis) VALUES ?`,
          [[row]],
        );
      }
      await sql.rows(
        'INSERT INTO km_favorite_rule (project, conds, name, enabled, update_time, create_time, mvcc) VALUES ?',
        [[['shop', rule, 'count', 1, 10, 9, 1]]],
      );
      await sql.rows(
        `INSERT INTO km_query_history_offset (project, type, query_history_id_offset, update_time, create_time, mvcc)
         VALUES ?`,
        [[['shop', 'META', 42, 10, 9, 1]]],
      );
    }

    async function backedUp(
      { store, directory }: Kylin,
      scope: Scope = system,
      compress = false,
    ): Promise<BackupResult> {
      await using source = await store.openForBackup(neverAborted);
      const request = { scope, compress, excludeTableExd: false, now: Date.UTC(2026, 0, 2), directory };
      return await backUp(source, request, neverAborted);
    }

    async function restored(
      { store, directory }: Kylin,
      from: string,
      more: Partial<RestoreRequest> = {},
    ): Promise<RestoreResult> {
      const flags = { afterTruncate: false, overwriteTables: false, force: false, dryRun: false };
      const request = { scope: system, operator: 'root', now: Date.UTC(2026, 0, 3), ...flags, ...more };
      return restoreInto(store, { path: from, directory: `${directory}-before`, ...request }, neverAborted);
    }

    async function jobsOf({ sql }: Kylin): Promise<readonly string[]> {
      const rows = await sql.rows(
        'SELECT job_id, project, job_status, mvcc FROM km_job_info_v2 ORDER BY job_id',
      );
      return rows.map((row) => Object.values(row).join(' '));
    }

    it('are backed up as Kylin does, and restored into an empty one', async () => {
      await using source = await kylin('beside_whole');
      await fill(source);
      for (const compress of [false, true]) {
        const made = await backedUp(source, system, compress);
        const file = path.join(made.path, 'job_info/shop/job-1.json');
        const line = JSON.parse(await readFile(file, 'utf8')) as Readonly<Record<string, unknown>>;
        assert.deepEqual(line['jobContentJson'], JSON.parse(content));
        assert.deepEqual([line['jobId'], line['mvcc'], line['createTime']], ['job-1', 4, 1_000]);
        await using target = await kylin(compress ? 'beside_packed' : 'beside_empty');
        assert.equal((await restored(target, made.path)).beside, 4);
        assert.deepEqual(await jobsOf(target), ['job-1 shop SUCCEED 4', 'job-2 shop1 SUCCEED 4']);
        const [kept] = await target.sql.rows('SELECT conds, name, enabled FROM km_favorite_rule');
        assert.deepEqual([kept?.['conds'], kept?.['name'], Number(kept?.['enabled'])], [rule, 'count', 1]);
        const [offset] = await target.sql.rows(
          'SELECT query_history_id_offset AS at FROM km_query_history_offset',
        );
        assert.equal(Number(offset?.['at']), 42);
        assert.equal((await restored(target, made.path)).beside, 0, 'equal rows are not written again');
      }
    });

    it('go on counting versions, and lose others only after truncate', async () => {
      await using kept = await kylin('beside_changed');
      await fill(kept);
      const made = await backedUp(kept);
      await kept.sql.rows("UPDATE km_job_info_v2 SET job_status = 'ERROR', mvcc = 9 WHERE job_id = 'job-1'");
      await kept.sql.rows("UPDATE km_job_info_v2 SET job_id = 'job-3' WHERE job_id = 'job-2'");
      assert.equal((await restored(kept, made.path)).beside, 2);
      const all = ['job-1 shop SUCCEED 10', 'job-2 shop1 SUCCEED 4', 'job-3 shop1 SUCCEED 4'];
      assert.deepEqual(await jobsOf(kept), all);
      const ofShop = { scope: { kind: 'project', project: 'shop' } as const, afterTruncate: true };
      assert.equal((await restored(kept, made.path, ofShop)).beside, 0, 'no row of another project goes');
      assert.equal((await restored(kept, made.path, { afterTruncate: true })).beside, 1);
      assert.deepEqual(await jobsOf(kept), all.slice(0, 2));
    });

    it('come with a project alone, and not with a model', async () => {
      await using source = await kylin('beside_project');
      await fill(source);
      const made = await backedUp(source, { kind: 'project', project: 'shop1' });
      await assert.rejects(readFile(path.join(made.path, 'job_info/shop/job-1.json')), { code: 'ENOENT' });
      assert.ok(await readFile(path.join(made.path, 'job_info/shop1/job-2.json')));
      const model = { kind: 'model', name: 'sales', project: 'shop', withSegments: true } as const;
      const { path: ofModel } = await backedUp(source, model);
      await assert.rejects(readFile(path.join(ofModel, 'job_info/shop/job-1.json')), { code: 'ENOENT' });
    });

    it('stay as they are where the metadata is not restored, and where a file was changed', async () => {
      await using kept = await kylin('beside_unchanged');
      await fill(kept);
      const made = await backedUp(kept);
      await kept.sql.rows('DELETE FROM km_job_info_v2');
      {
        await using sink = await kept.store.openForRestore(neverAborted);
        const rows = (async function* () {
          const file = path.join(made.path, 'job_info/shop/job-1.json');
          yield { key: 'job_info/shop/job-1', bytes: await readFile(file), modifiedAt: 0, mvcc: 0 };
        })();
        assert.equal(await sink.putBeside?.(rows, true, neverAborted), 1);
      }
      assert.deepEqual(await jobsOf(kept), []);
      await writeFile(path.join(made.path, 'job_info/shop/job-1.json'), '{"jobId":"job-1"}');
      await assert.rejects(restored(kept, made.path), /changed since the backup: job_info\/shop\/job-1/);
      assert.deepEqual(await jobsOf(kept), []);
    });
  });
