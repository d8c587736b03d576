import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { rowsOf } from '../support/jobs.ts';
import { ServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';

/** Runs for days unless it is stopped: a test that waits for its end fails by the time limit of all tests. */
const endless =
  'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900) ' +
  'SELECT SUM(a.i * b.i * c.i * d.i) FROM n AS a, n AS b, n AS c, n AS d';

describe('connections', () => {
  let server: ServerProcess;
  let connection: Connection;
  before(async () => {
    server = await ServerProcess.start();
    connection = await server.connect();
  });
  after(async () => {
    await connection.end();
    assert.equal(await server.stop(), 0);
  });

  /** Waits until the statement of a connection is seen in the process list. */
  async function untilRunning(threadId: number): Promise<void> {
    await until('the statement is listed', async () => {
      const processes = await rowsOf(connection, 'SHOW PROCESSLIST');
      const found = processes.find((row) => Number(row['Id']) === threadId);
      return String(found?.['Info'] ?? '').startsWith('WITH RECURSIVE') || undefined;
    });
  }

  it('KILL QUERY ends a long statement, and its connection goes on', async () => {
    const other = await server.connect();
    const run = other.query(endless).then(
      () => assert.fail('the statement should have been interrupted'),
      (error: unknown) => error,
    );
    await untilRunning(other.threadId);
    await connection.query(`KILL QUERY ${other.threadId}`);
    const error = (await run) as Error & { errno?: number; sqlState?: string };
    assert.deepEqual([error.errno, error.sqlState], [1317, '70100']);
    const [rows] = await other.query<RowDataPacket[]>('SELECT 1 AS one');
    assert.equal(Number(rows[0]?.['one']), 1);
    await other.end();
  });

  it('KILL ends a connection in the middle of a statement', async () => {
    const other = await server.connect();
    const run = assert.rejects(other.query(endless));
    await untilRunning(other.threadId);
    await connection.query(`KILL ${other.threadId}`);
    await run;
    // Its client is told before the session is closed.
    const again = await until('nobody of that number', async () =>
      connection.query(`KILL ${other.threadId}`).then(
        () => undefined,
        (error: unknown) => error as Readonly<{ errno?: number }>,
      ),
    );
    assert.equal(again.errno, 1094);
    other.destroy();
  });

  it('max_execution_time ends a long statement', async () => {
    const other = await server.connect();
    await other.query('SET max_execution_time = 300');
    await assert.rejects(other.query(endless), { errno: 3024 });
    await other.query('SET max_execution_time = 0');
    await other.query('SELECT 1');
    await other.end();
  });

  it('wait_timeout ends a connection that asks nothing', async () => {
    const other = await server.connect();
    const ended = once(other, 'error');
    await other.query('SET wait_timeout = 1');
    const [error] = (await ended) as [Error & { code?: number }];
    assert.equal(error.code, 4031);
    other.destroy();
  });

  it('carry several statements only for clients that asked for it', async () => {
    await assert.rejects(connection.query('SELECT 1; SELECT 2'), { errno: 1064 });
    const other = await server.connect({ multipleStatements: true });
    const [results] = await other.query('SELECT 1 AS a; SET @x = 2; SELECT @x AS b');
    assert.equal((results as unknown[]).length, 3);
    await other.end();
  });

  it('are refused with a wrong password or user alike', async () => {
    await connection.query("CREATE USER ann IDENTIFIED BY 'long enough 1'");
    const text = /^Access denied for user '\w+'@'127\.0\.0\.1' \(using password: YES\)$/;
    for (const user of ['ann', 'ghost']) {
      await assert.rejects(
        server.connect({ user, password: 'wrong' }),
        (error: Error & { errno?: number }) => {
          assert.equal(error.errno, 1045);
          assert.match(error.message, text);
          return true;
        },
      );
    }
    const ann = await server.connect({ user: 'ann', password: 'long enough 1' });
    await assert.rejects(ann.query('BACKUP SNAPSHOT d.x TO r'), { errno: 5203 });
    await ann.end();
    const changing = await server.connect();
    await changing.changeUser({ user: 'ann', password: 'long enough 1' });
    assert.equal((await rowsOf(changing, 'SELECT CURRENT_USER() AS u'))[0]?.['u'], 'ann@%');
    await assert.rejects(changing.query('BACKUP SNAPSHOT d.x TO r'), { errno: 5203 });
    await changing.end();
  });
});
