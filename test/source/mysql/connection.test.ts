import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectMysql } from '../../../src/source/mysql/connect.ts';
import type { MysqlConnection } from '../../../src/source/mysql/connection.ts';
import { mysqlOptionsOf } from '../../../src/source/mysql/options.ts';
import { RowBatch } from '../../../src/source/mysql/row-batch.ts';
import { streamRows } from '../../../src/source/mysql/row-stream.ts';
import { socketOf } from '../../../src/source/mysql/socket.ts';
import { SourceError } from '../../../src/source/source-error.ts';
import { HostileMysql } from '../../doubles/hostile-mysql.ts';
import { until } from '../../support/until.ts';

const calm = new AbortController().signal;
/** Short, so that silence is noticed within seconds. */
const connectTimeoutMs = 1_000;

function connecting(server: HostileMysql, signal = calm): Promise<MysqlConnection> {
  const place = { type: 'mysql', host: '127.0.0.1', port: String(server.port), user: 'u' };
  const options = mysqlOptionsOf({ ...place, connect_timeout_ms: String(connectTimeoutMs) });
  return connectMysql(options, {}, signal);
}

/** On a busy machine a login may be late. */
async function connected(server: HostileMysql): Promise<MysqlConnection> {
  return until('a login', () =>
    connecting(server).catch((error: unknown) => {
      assert.ok(error instanceof SourceError && error.kind === 'away');
      return undefined;
    }),
  );
}

function isAway(pattern: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof SourceError);
    assert.equal(error.kind, 'away');
    assert.match(error.message, pattern);
    return true;
  };
}

describe('a server that falls silent and tells nobody', () => {
  it('is given up in the middle of its login, in time', async () => {
    await using server = await HostileMysql.start();
    server.greets = false;
    await assert.rejects(
      connecting(server),
      isAway(/^cannot connect to '127\.0\.0\.1:\d+': no answer within 1000 ms$/),
    );
  });

  it('is not waited for when whoever logs in is told to stop', async () => {
    await using server = await HostileMysql.start();
    server.greets = false;
    const stop = new AbortController();
    const login = connecting(server, stop.signal);
    stop.abort(new Error('enough'));
    await assert.rejects(login, { kind: 'interrupted' });
  });

  const lost = /not been heard of for \d+ s and cannot be reached: the connection was given up$/;
  const waits: Readonly<Record<string, (connection: MysqlConnection) => Promise<unknown>>> = {
    'a statement': (connection) => connection.run('ALTER TABLE t ADD KEY (a)', calm),
    'rows that are read without mysql2': (connection) =>
      connection.awaiting(() =>
        streamRows(socketOf(connection), 'SELECT a FROM t', new RowBatch(), {
          begin: () => undefined,
          rows: () => undefined,
          pauseMs: () => 0,
        }),
      ),
  };
  for (const [what, wait] of Object.entries(waits)) {
    it(`is given up while ${what} waits for it, once it can be reached no more`, async () => {
      await using server = await HostileMysql.start();
      await using connection = await connected(server);
      server.malice = () => server.refuse();
      // What is no statement of text never reaches `malice`.
      if (what !== 'a statement') server.refuse();
      await assert.rejects(wait(connection), isAway(lost));
      assert.equal(connection.isAlive, false);
    });
  }
});
