import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Connection } from 'mysql2/promise';
import { rowsOf } from '../support/jobs.ts';
import { ServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';

describe('materialized views of a server', () => {
  const data = mkdtempSync(path.join(tmpdir(), 'holdfast-'));
  let server: ServerProcess;
  let connection: Connection;

  before(async () => {
    server = await ServerProcess.start({ data });
    connection = await server.connect();
    await connection.query('CREATE DATABASE shop');
    await connection.query('USE shop');
    await connection.query('CREATE TABLE sale (id INT PRIMARY KEY, day DATE, amount INT)');
    await connection.query("INSERT INTO sale VALUES (1, '2026-01-05', 10), (2, '2026-02-06', 20)");
  });

  after(async () => {
    await connection.end();
    assert.equal(await server.stop(), 0);
    rmSync(data, { recursive: true, force: true });
  });

  /** Asks until the answer is `expected`. */
  async function answers(sql: string, expected: number): Promise<void> {
    await until(`${sql} gives ${expected}`, async () => {
      const [row] = await rowsOf(connection, sql);
      return String(Object.values(row ?? {})[0]) === String(expected) || undefined;
    });
  }

  it('follow their tables, and are told of in information_schema', async () => {
    await connection.query(
      'CREATE MATERIALIZED VIEW totals REFRESH ASYNC AS SELECT SUM(amount) AS total FROM sale',
    );
    await answers('SELECT total FROM totals', 30);
    await connection.query("INSERT INTO sale VALUES (3, '2026-02-07', 5)");
    await answers('SELECT total FROM totals', 35);
    const [view] = await rowsOf(
      connection,
      "SELECT * FROM information_schema.materialized_views WHERE TABLE_NAME = 'totals'",
    );
    assert.equal(view?.['IS_ACTIVE'], 'true');
    assert.equal(view['LAST_REFRESH_STATE'], 'SUCCESS');
    assert.equal(Number(view['TABLE_ROWS']), 1);
    assert.match(String(view['MATERIALIZED_VIEW_DEFINITION']), /^CREATE MATERIALIZED VIEW `totals`/);
    const [task] = await rowsOf(connection, 'SELECT * FROM information_schema.tasks');
    assert.deepEqual(
      [task?.['TASK_NAME'], task?.['SCHEDULE'], task?.['DATABASE']],
      [view['TASK_NAME'], 'ASYNC', 'shop'],
    );
    const runs = await rowsOf(
      connection,
      `SELECT STATE, PROGRESS FROM information_schema.task_runs WHERE TASK_NAME = '${String(view['TASK_NAME'])}'`,
    );
    assert.ok(runs.length >= 2);
    assert.deepEqual({ ...runs[0] }, { STATE: 'SUCCESS', PROGRESS: '100%' });
    const [shown] = await rowsOf(connection, "SHOW MATERIALIZED VIEWS FROM shop WHERE name = 'totals'");
    assert.equal(Number(shown?.['rows']), 1);
    const [listed] = await rowsOf(connection, "SHOW FULL TABLES LIKE 'totals'");
    assert.equal(listed?.['Table_type'], 'VIEW');
  });

  it('answer REFRESH with the id of its run', async () => {
    const [answer] = await rowsOf(connection, 'REFRESH MATERIALIZED VIEW totals FORCE WITH SYNC MODE');
    const [run] = await rowsOf(
      connection,
      `SELECT STATE, EXTRA_MESSAGE FROM information_schema.task_runs WHERE QUERY_ID = '${String(answer?.['QUERY_ID'])}'`,
    );
    assert.equal(run?.['STATE'], 'SUCCESS');
    assert.match(String(run['EXTRA_MESSAGE']), /"forceRefresh":true/);
  });

  it('survive kill -9, and catch up with what was committed before it', async () => {
    await connection.query('ALTER MATERIALIZED VIEW totals REFRESH MANUAL');
    await connection.query("INSERT INTO sale VALUES (4, '2026-03-01', 100)");
    await connection.query('ALTER MATERIALIZED VIEW totals REFRESH ASYNC');
    connection.destroy();
    server.signal('SIGKILL');
    await server.exited;
    server = await ServerProcess.start({ data });
    connection = await server.connect();
    await connection.query('USE shop');
    await answers('SELECT total FROM totals', 135);
  });
});
