import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openAuthenticator } from '../../src/auth/authenticator.ts';
import { systemClock } from '../../src/base/clock.ts';
import { SqlError } from '../../src/base/sql-error.ts';
import { processTable } from '../../src/session/process-table.ts';
import { Sessions } from '../../src/session/sessions.ts';
import type { ConnectionInfo } from '../../src/wire/connection-info.ts';
import { sampleLogin, World } from '../dispatch/world.ts';
import { RecordingReply } from './recording-reply.ts';

const { signal } = new AbortController();

const root = { user: 'root', mayOperate: true };
const bo = { user: 'bo', mayOperate: false };

describe('the sessions of a server', () => {
  let world: World;
  let sessions: Sessions;
  const ended: string[] = [];
  const connections: ConnectionInfo[] = [
    { connectionId: 1, user: 'root', command: 'Query', since: 1_000 },
    { connectionId: 2, user: 'bo', command: 'Sleep', since: 9_500 },
    { connectionId: 3, user: 'unauthenticated user', command: 'Connect', since: 10_000 },
  ].map((given) => ({ ...given, address: '10.0.0.1', port: 5_000, tls: true, connectedAt: 0 }));

  before(async () => {
    world = await World.open();
    await world.run('CREATE DATABASE d');
    sessions = new Sessions({
      authenticator: await openAuthenticator(world.services.metastore, systemClock),
      dispatcher: world.dispatcher,
      serverVersion: '8.0.36-test',
      openState: (login) => world.session(login.user),
      accountOf: world.services.accountOf,
      connections: () => connections,
      kill: (connectionId) => ended.push(`kill ${connectionId}`) > 0,
      interrupt: (connectionId) => connectionId !== 2 && ended.push(`interrupt ${connectionId}`) > 0,
      asked: () => undefined,
      entered: () => undefined,
      hourlyUse: world.services.hourlyUse,
      statistics: () => '',
    });
  });
  after(() => world[Symbol.asyncDispose]());

  it('end where an account has used up its hour, until its counts are flushed', async () => {
    await world.run(
      "CREATE USER few IDENTIFIED BY 'long enough 1' WITH MAX_QUERIES_PER_HOUR 4 MAX_UPDATES_PER_HOUR 1 MAX_CONNECTIONS_PER_HOUR 2",
    );
    const few = sampleLogin({ user: 'few' });
    const limit = (name: string): object => ({ kind: 'user_limit', message: new RegExp(`'${name}'`) });
    const command = await sessions.open(few, signal);
    const ask = async (text: string): Promise<void> => command.query(text, new RecordingReply(), signal);
    const change = `INSERT INTO d.ghost VALUES ${"(1, 'x;y'),".repeat(9_000)} (1, 'z')`;
    await assert.rejects(ask(change), { kind: 'table_access_denied' });
    await assert.rejects(ask('/* again */ DELETE FROM d.ghost'), limit('max_updates'));
    await ask('SELECT 1; SELECT 2');
    await assert.rejects(ask('SELECT 3'), limit('max_questions'));
    await command.changeUser(few, signal);
    await assert.rejects(sessions.open(few, signal), limit('max_connections_per_hour'));
    await world.run('FLUSH USER_RESOURCES');
    await ask('SELECT 4');
    await command.close();
    await world.refuses('FLUSH USER_RESOURCES', 'privilege_denied', /OPERATE/, world.session('few'));
  });

  it('begin in the database of the login, or refuse it', async () => {
    const command = await sessions.open(sampleLogin({ database: 'D' }), signal);
    assert.equal(sessions.processes(root)[0]?.database, 'd');
    await command.close();
    assert.equal(sessions.processes(root)[0]?.database, undefined);
    await assert.rejects(sessions.open(sampleLogin({ database: 'ghost' }), signal), {
      kind: 'unknown_database',
    });
    await (await sessions.open(sampleLogin({ database: '' }), signal)).close();
  });

  it('are all seen by administrators, and their own by others', () => {
    const seen = (user: string): readonly number[] =>
      sessions.processes({ user, mayOperate: user === 'root' }).map(({ connectionId }) => connectionId);
    assert.deepEqual(seen('root'), [1, 2, 3]);
    assert.deepEqual(seen('bo'), [2]);
  });

  it('are listed as SHOW PROCESSLIST does, statements without their secrets', async () => {
    const command = await sessions.open(sampleLogin({ database: 'd' }), signal);
    let table: ReturnType<typeof processTable> | undefined;
    const look = async (): Promise<void> => {
      table = processTable(sessions.processes(root), 11_500);
    };
    await command.query(
      "SET PASSWORD FOR root = 'geheim 12345'",
      { ok: look, resultSet: look, relayed: look },
      signal,
    );
    assert.deepEqual(
      table?.rows.map((row) => row.slice(0, 7)),
      [
        [1, 'root', '10.0.0.1:5000', 'd', 'Query', 10, 'executing'],
        [2, 'bo', '10.0.0.1:5000', null, 'Sleep', 2, ''],
        [3, 'unauthenticated user', '10.0.0.1:5000', null, 'Connect', 1, ''],
      ],
    );
    const info = String(table?.rows[0]?.[7]);
    assert.match(info, /^SET PASSWORD/);
    assert.doesNotMatch(info, /geheim/);
    await command.close();
  });

  it('are ended by administrators, and by their own user', () => {
    sessions.kill(3, root);
    sessions.kill(2, bo);
    sessions.interrupt(1, root);
    assert.deepEqual(ended, ['kill 3', 'kill 2', 'interrupt 1']);
    assert.throws(() => sessions.kill(1, bo), { message: 'Unknown thread id: 1' });
    assert.throws(() => sessions.kill(99, root), { kind: 'unknown_thread' });
    assert.throws(() => sessions.interrupt(2, root), { kind: 'unknown_thread' });
  });

  it('describe errors with MySQL’s numbers', () => {
    assert.equal(sessions.describeError(new SqlError('unknown_thread', 'x')).number, 1094);
  });
});
