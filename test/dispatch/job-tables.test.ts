import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'node:test';
import { JobTables, type JobTablesParts, listingMsMax } from '../../src/dispatch/job-tables.ts';
import type { Clock } from '../../src/base/clock.ts';
import type { LoginState } from '../../src/session/login-state.ts';
import { systemTables } from '../../src/catalog/system-tables/system-tables.ts';
import { World } from './world.ts';

const schema = 'information_schema';

describe('jobs as tables', () => {
  let world: World;
  let keeper: LoginState;
  before(async () => {
    world = await World.open();
    const statements = [
      `CREATE REPOSITORY r WITH BROKER ON LOCATION "${world.place()}"`,
      'CREATE DATABASE shop',
      'CREATE DATABASE hr',
      'CREATE TABLE shop.item (id INT PRIMARY KEY)',
      'INSERT INTO shop.item VALUES (1), (2), (3)',
      'CREATE TABLE hr.person (id INT)',
      'BACKUP SNAPSHOT shop.one TO r PROPERTIES ("ttl" = "7 DAY")',
      'BACKUP SNAPSHOT hr.two TO r',
    ];
    for (const sql of statements) {
      await world.run(sql);
      await world.settled();
    }
    const [[timestamp] = []] = await world.rows(
      "SELECT snapshot_timestamp FROM information_schema.snapshots WHERE label = 'one'",
    );
    await world.run(`RESTORE SNAPSHOT copy.one FROM r PROPERTIES ("backup_timestamp" = "${timestamp}")`);
    await world.settled();
    keeper = await world.stranger('keeper');
    await world.run('GRANT REPOSITORY ON SYSTEM TO USER keeper');
    await world.run('GRANT EXPORT, SELECT ON shop.* TO keeper');
  });
  after(() => world[Symbol.asyncDispose]());

  it('say what was saved, by whom, how much and how long it took', async () => {
    const backups = await world.rows(
      'SELECT label, catalog_name, database_name, repository_name, state, is_finished, created_by, object_count, row_count, ' +
        'file_count, stored_bytes > 0, chunks_left, duration_seconds >= upload_seconds, error_code, error_text ' +
        `FROM ${schema}.backup_jobs ORDER BY job_id`,
    );
    const common = ['default_catalog', 'shop', 'r', 'FINISHED', '1', 'root'];
    assert.deepEqual(backups[0], ['one', ...common, '1', '3', '1', '1', '0', '1', null, null]);
    assert.deepEqual(backups[1]?.slice(0, 3), ['two', 'default_catalog', 'hr']);
    const restores = await world.rows(
      `SELECT label, database_name, source_database_name, state, row_count, file_count FROM ${schema}.restore_jobs`,
    );
    assert.deepEqual(restores, [['one', 'copy', 'shop', 'FINISHED', '3', '1']]);
  });

  it('have typed columns, so that a chart needs no conversion', async () => {
    const sql = `SELECT job_id, created_at, duration_seconds, stored_bytes, label FROM ${schema}.backup_jobs`;
    const answer = await world.run(sql);
    assert.ok(answer.kind === 'rows');
    assert.deepEqual(
      answer.result.columns.map(({ type }) => type),
      ['LONGLONG', 'DATETIME', 'DOUBLE', 'LONGLONG', 'VAR_STRING'],
    );
    const [[hours] = []] = await world.rows(
      `SELECT TIMESTAMPDIFF(HOUR, MAX(created_at), NOW()) BETWEEN -24 AND 24 FROM ${schema}.backup_jobs`,
    );
    assert.equal(hours, '1');
  });

  it('are joined and grouped', async () => {
    const rows = await world.rows(
      `SELECT j.database_name, COUNT(*), SUM(s.row_count), MAX(s.expires_at) IS NOT NULL, COUNT(DISTINCT e.state)
       FROM ${schema}.backup_jobs j
       JOIN ${schema}.snapshots s USING (repository_name, label, snapshot_timestamp)
       JOIN ${schema}.job_events e ON e.job_id = j.job_id AND e.state = 'FINISHED'
       JOIN ${schema}.repositories r ON r.repository_name = j.repository_name
       WHERE s.status = 'OK' GROUP BY j.database_name ORDER BY 1`,
    );
    assert.deepEqual(
      rows.map(([database, , , expires, states]) => [database, expires, states]),
      [
        ['hr', '0', '1'],
        ['shop', '1', '1'],
      ],
    );
  });

  it('tell a job’s whole way', async () => {
    const events = await world.rows(
      `SELECT event, state, seconds_since_previous >= 0 FROM ${schema}.job_events WHERE label = 'one' AND job_kind = 'backup' ORDER BY event_id`,
    );
    assert.deepEqual(
      events.map(([, state]) => state).filter((state, index, all) => state !== all[index - 1]),
      ['PENDING', 'SNAPSHOTING', 'UPLOAD_SNAPSHOT', 'UPLOADING', 'SAVE_META', 'UPLOAD_INFO', 'FINISHED'],
    );
    assert.deepEqual(events[0]?.[2], null);
    assert.deepEqual(events.at(-1)?.[2], '1');
  });

  it('show the jobs that one may follow, and nothing to those without REPOSITORY', async () => {
    const labels = async (table: string, state: LoginState): Promise<readonly unknown[]> =>
      (await world.rows(`SELECT DISTINCT label FROM ${schema}.${table} ORDER BY 1`, state)).flat();
    assert.deepEqual(await labels('backup_jobs', world.root), ['one', 'two']);
    assert.deepEqual(await labels('backup_jobs', keeper), ['one']);
    assert.deepEqual(await labels('restore_jobs', keeper), []);
    assert.deepEqual(await labels('job_events', keeper), ['one']);
    assert.deepEqual(await labels('snapshots', keeper), ['one', 'two']);
    const nobody = await world.stranger('nobody');
    for (const table of ['backup_jobs', 'restore_jobs', 'snapshots', 'job_events']) {
      assert.deepEqual(await labels(table, nobody), [], table);
    }
    assert.deepEqual(await world.rows(`SELECT * FROM ${schema}.repositories`, nobody), []);
  });

  it('tell of a job that failed with its error', async () => {
    await world.run(`CREATE REPOSITORY gone WITH BROKER ON LOCATION "${world.place('gone')}"`);
    await rm(fileURLToPath(world.place('gone')), { recursive: true });
    const rows = await world.rows(
      `SELECT status, label, error_text IS NOT NULL FROM ${schema}.snapshots WHERE repository_name = 'gone'`,
    );
    assert.deepEqual(rows, [['ERROR', null, '1']]);
    assert.equal((await world.rows(`SELECT label FROM ${schema}.snapshots WHERE status = 'OK'`)).length, 2);
  });

  it('are not held up by a repository that does not answer', async () => {
    const { services } = world;
    const wakes: (() => void)[] = [];
    const clock: Clock = {
      now: () => 0,
      elapsed: () => 0,
      schedule: (delayMs, wake) => {
        assert.equal(delayMs, listingMsMax);
        wakes.push(wake);
        return { [Symbol.dispose]: () => undefined };
      },
    };
    const asked = Promise.withResolvers<void>();
    const parts: JobTablesParts = {
      ...services,
      clock,
      // Heeds no signal, as a call that hangs in a driver.
      lookAtRepository: async (name) => {
        if (name !== 'gone') return undefined;
        asked.resolve();
        return new Promise(() => undefined);
      },
    };
    const tables = new JobTables(parts);
    const reading = tables.rows('snapshots', world.root.context, new AbortController().signal);
    await asked.promise;
    wakes[services.repositories.list().findIndex(({ name }) => name === 'gone')]?.();
    const rows = await reading;
    assert.deepEqual(
      rows
        .filter((row) => row['status'] === 'ERROR')
        .map((row) => [row['repository_name'], row['error_text']]),
      [['gone', 'the repository did not answer within 10 seconds']],
    );
    assert.equal(rows.filter((row) => row['status'] === 'OK').length, 2);
  });

  it('give no column but those that they declare, and NULL only where it may be', async () => {
    const tables = new JobTables({ ...world.services });
    for (const name of ['backup_jobs', 'restore_jobs', 'snapshots', 'repositories', 'job_events'] as const) {
      const declared = systemTables.find((table) => table.name === name)?.columns ?? '';
      const rows = await tables.rows(name, world.root.context, new AbortController().signal);
      const columns = declared.split(', ').map((column) => column.split(' ')[0] ?? '');
      const required = declared.split(', ').filter((column) => column.endsWith('NOT NULL'));
      assert.ok(rows.length > 0, name);
      for (const row of rows) {
        assert.deepEqual(
          Object.keys(row).filter((column) => !columns.includes(column)),
          [],
        );
        assert.deepEqual(
          required.filter((column) => (row[column.split(' ')[0] ?? ''] ?? null) === null),
          [],
        );
      }
    }
  });
});
