import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Failpoint } from '../../src/base/failpoint.ts';
import { kylinDatabase } from '../metastore/kylin/jdbc/kylin-schema.ts';
import { type KylinServer, kylinSystems, type TestSession } from '../metastore/kylin/jdbc/kylin-server.ts';
import { sampleOfB } from '../metastore/kylin/sample.ts';
import { CrashWorld } from '../support/crash-world.ts';
import { rowsOf } from '../support/jobs.ts';

/** The state of the newest job. */
async function newestState(world: CrashWorld): Promise<string> {
  const [row] = await rowsOf(world.connection, 'SHOW METADATA BACKUPS LIMIT 1');
  return `${String(row?.['Kind'])} ${String(row?.['State'])}`;
}

/** Has the server killed at a point of a statement, and starts it again. */
async function struck(world: CrashWorld, point: Failpoint, statement: string): Promise<void> {
  world.strikeAt(`${point}:1`);
  await assert.rejects(world.connection.query(statement));
  assert.ok(!world.spare(), `${point} was passed`);
  await world.server.exited;
  await world.start();
}

describe('a server that is killed while it backs up metadata', () => {
  let world: CrashWorld;
  before(async () => {
    world = await CrashWorld.create();
  });
  after(() => world[Symbol.asyncDispose]());

  const folder = (): string => path.join(path.dirname(world.data), 'meta_backups');

  for (const [point, isThere] of [
    ['metadata.files_written', false],
    ['metadata.folder_named', true],
  ] as const) {
    it(`at ${point} has ${isThere ? 'all' : 'nothing'} of the backup, and takes its name again`, async () => {
      const name = point.replace('.', '_');
      await struck(world, point, `BACKUP METADATA FOLDER '${name}'`);
      assert.equal(await newestState(world), 'BACKUP FAILED');
      assert.equal(existsSync(path.join(folder(), name)), isThere);
      const unfinished = readdirSync(folder()).find((one) => one.startsWith(`${name}.partial-`));
      assert.equal(unfinished === undefined, isThere);
      if (unfinished !== undefined) {
        const text = `RESTORE METADATA FROM '${unfinished}'`;
        await assert.rejects(world.connection.query(text), /never finished/);
      }
      const again = isThere ? `${name}_again` : name;
      await world.connection.query(`BACKUP METADATA FOLDER '${again}'`);
      const [rows] = await world.connection.query(`VERIFY METADATA FROM '${isThere ? name : again}'`);
      assert.deepEqual(Object.values((rows as object[]).at(-1) ?? {}), ['qualified', 'true']);
    });
  }

  for (const [point, isThere] of [
    ['metadata.archive_put', false],
    ['metadata.description_put', true],
  ] as const) {
    it(`into a repository, at ${point} has ${isThere ? 'all' : 'nothing'} of it`, async () => {
      await struck(world, point, 'BACKUP METADATA TO r');
      const listed = await rowsOf(world.connection, 'SHOW METADATA BACKUPS FROM r');
      assert.equal(listed.length, isThere ? 1 : 0);
      assert.deepEqual(existsSync(path.join(world.data, 'metadata')), false, 'what was on its way is gone');
    });
  }
});

for (const { name, skip, start } of kylinSystems) {
  describe(`a server that is killed while it restores a Kylin in ${name}`, { skip }, () => {
    let world: CrashWorld;
    let server: KylinServer;
    let sql: TestSession;
    before(async () => {
      world = await CrashWorld.create();
      server = await start();
      await kylinDatabase(server, 'kylin', 'B', sampleOfB);
      sql = await server.connect('kylin');
      await sql.rows(
        "INSERT INTO km_epoch VALUES (4, 'shop', 'node1:7070|1', 99, 'all', NULL, 7, NULL, NULL, NULL)",
      );
      await world.connection.query(`CREATE METADATA STORE kylin URL '${server.url('kylin')}'`);
      await world.connection.query("BACKUP METADATA FROM STORE kylin FOLDER 'whole'");
    });
    after(async () => {
      await sql[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    });

    async function state(): Promise<readonly string[]> {
      const counts = await sql.rows(
        `SELECT (SELECT COUNT(*) FROM km) AS resources, (SELECT COUNT(*) FROM km_audit_log) AS audit,
         (SELECT epoch_id FROM km_epoch WHERE epoch_target = 'shop') AS epoch`,
      );
      return Object.values(counts[0] ?? {}).map(String);
    }

    for (const [point, isKept] of [
      ['metadata.rows_sent', false],
      ['metadata.before_commit', false],
      ['metadata.after_commit', true],
    ] as const) {
      it(`at ${point} has restored ${isKept ? 'all' : 'nothing'}`, async () => {
        await sql.rows("DELETE FROM km WHERE META_TABLE_KEY LIKE '/shop/table/%'");
        const before = await state();
        await struck(world, point, "RESTORE METADATA FROM 'whole' INTO STORE kylin");
        assert.equal(await newestState(world), 'RESTORE FAILED');
        if (!isKept) assert.deepEqual(await state(), before);
        // Nothing is left locked, and the same restore goes through.
        const [rows] = await world.connection.query("RESTORE METADATA FROM 'whole' INTO STORE kylin");
        const changes = String((rows as Record<string, unknown>[])[0]?.['Changes']);
        assert.match(changes, isKept ? /^0 inserted, 0 updated/ : /^[1-9]\d* inserted, 0 updated/);
        const [restored] = await sql.rows(
          "SELECT COUNT(*) AS n FROM km WHERE META_TABLE_KEY LIKE '/shop/table/%'",
        );
        assert.equal(Number(restored?.['n']), tablesOfShop);
      });
    }
  });
}

const tablesOfShop = Object.keys(sampleOfB).filter((key) => key.startsWith('/shop/table/')).length;
