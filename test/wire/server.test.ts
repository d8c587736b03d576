import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startWireServer } from '../../src/wire/server.ts';
import { silentLog } from '../../src/base/log.ts';
import type { Reply } from '../../src/wire/handler.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { RawClient, errorOf } from './support/raw-client.ts';
import { type Answers, TestHandler, okAnswer, scrambleOf } from './support/test-handler.ts';
import { startTestServer, testAccounts } from './support/test-server.ts';

const good = { user: 'native', password: 'pw' };
const fast = { user: 'fast', password: 'pw' };
const query = 3;
const ping = 14;
const processKill = 12;

describe('a server', () => {
  it('lists its connections, and what each is doing since when', async () => {
    const clock = new ManualClock(5_000);
    const command = hangingCommand();
    await using server = await startTestServer({ clock, answers: { hang: command.answer } });
    assert.deepEqual(server.connections(), []);
    using client = await RawClient.loggedIn(server.port, good);
    clock.advance(1_000);
    client.command(query, 'hang');
    await command.begun;
    const [info] = server.connections();
    assert.ok(info);
    assert.deepEqual(info, {
      connectionId: 1,
      user: 'native',
      address: '127.0.0.1',
      port: info.port,
      tls: false,
      command: 'Query',
      since: 6_000,
      connectedAt: 5_000,
    });
    using unknown = await RawClient.connect(server.port);
    await unknown.payload();
    assert.equal(server.connections()[1]?.user, 'unauthenticated user');
    command.end();
  });

  it('interrupts a command, after which the connection goes on', async () => {
    const command = hangingCommand();
    await using server = await startTestServer({ answers: { hang: command.answer } });
    using client = await RawClient.loggedIn(server.port, good);
    client.command(query, 'hang');
    await command.begun;
    assert.equal(server.interrupt(1), true);
    assert.equal(server.interrupt(99), false);
    assert.equal(errorOf(await client.payload()).number, 1317);
    client.command(ping);
    assert.equal((await client.payload())[0], 0);
  });

  it('kills a connection: its command is stopped, then it is closed', async () => {
    const command = hangingCommand();
    await using server = await startTestServer({ answers: { hang: command.answer } });
    using busy = await RawClient.loggedIn(server.port, good);
    using idle = await RawClient.loggedIn(server.port, good);
    using killer = await RawClient.loggedIn(server.port, good);
    busy.command(query, 'hang');
    await command.begun;
    for (const victim of [1, 2]) killer.command(processKill, Buffer.of(victim, 0, 0, 0));
    assert.deepEqual(
      (await busy.rest()).map((reply) => errorOf(reply).number),
      [1317],
    );
    assert.deepEqual(await idle.rest(), []);
    assert.equal((await killer.payload())[0], 0);
    assert.equal((await killer.payload())[0], 0);
    killer.command(processKill, Buffer.of(99, 0, 0, 0));
    assert.equal(errorOf(await killer.payload()).number, 1094);
  });

  it('stops a command when its client is gone, and closes its handler once', async () => {
    const command = hangingCommand();
    const server = await startTestServer({ answers: { hang: command.answer } });
    const client = await RawClient.loggedIn(server.port, good);
    client.command(query, 'hang');
    await command.begun;
    client[Symbol.dispose]();
    await command.aborted;
    await server.stop(60_000);
    assert.equal(server.handler.closed, 1);
  });

  it('fails to start where it cannot listen', async () => {
    await using server = await startTestServer();
    const handler = new TestHandler({});
    const second = startWireServer({ host: '127.0.0.1', port: server.port, handler, log: silentLog });
    await assert.rejects(second, { code: 'EADDRINUSE' });
  });
});

describe('stopping a server', () => {
  it('tells idle clients, and lets a command end within the grace', async () => {
    const command = hangingCommand();
    const server = await startTestServer({ answers: { hang: command.answer } });
    using busy = await RawClient.loggedIn(server.port, good);
    using idle = await RawClient.loggedIn(server.port, good);
    using early = await RawClient.connect(server.port);
    await early.payload();
    busy.command(query, 'hang');
    await command.begun;
    const stopped = server.stop(60_000);
    assert.deepEqual(
      (await idle.rest()).map((reply) => errorOf(reply).number),
      [1053],
    );
    assert.deepEqual(await early.rest(), []);
    await assert.rejects(RawClient.connect(server.port));
    command.end();
    assert.equal((await busy.payload())[0], 0);
    assert.deepEqual(
      (await busy.rest()).map((reply) => errorOf(reply).number),
      [1053],
    );
    await stopped;
    await server.stop(0);
    assert.equal(server.handler.closed, 2);
    assert.deepEqual(server.connections(), []);
  });

  it('aborts a command after the grace', async () => {
    const clock = new ManualClock();
    const command = hangingCommand();
    const server = await startTestServer({ clock, answers: { hang: command.answer } });
    using client = await RawClient.loggedIn(server.port, good);
    client.command(query, 'hang');
    await command.begun;
    const stopped = server.stop(10_000);
    clock.advance(10_000);
    assert.deepEqual(
      (await client.rest()).map((reply) => errorOf(reply).number),
      [1053, 1053],
    );
    await stopped;
  });

  it('does not wait for ever for a command that does not hear', async () => {
    const clock = new ManualClock();
    const deaf = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const answers: Answers = {
      deaf: async () => {
        begun.resolve();
        await deaf.promise;
      },
    };
    const server = await startTestServer({ clock, answers });
    using client = await RawClient.loggedIn(server.port, good);
    client.command(query, 'deaf');
    await begun.promise;
    const stopped = server.stop(10_000);
    clock.advance(15_000);
    await stopped;
    assert.deepEqual(await client.rest(), []);
    deaf.resolve();
  });
});

describe('the limit of connections', () => {
  const limits = { connectionsMax: 2, reservedLoginsMax: 2, reservedAdministratorsMax: 1 };

  it('refuses whoever is too many, but keeps a place for an administrator', async () => {
    await using server = await startTestServer({ limits });
    using first = await RawClient.loggedIn(server.port, good);
    using second = await RawClient.loggedIn(server.port, good);
    using third = await RawClient.connect(server.port);
    assert.equal(errorOf(await third.logIn(good)).number, 1040);
    using admin = await RawClient.loggedIn(server.port, { user: 'admin', password: 'pw' });
    using another = await RawClient.connect(server.port);
    assert.equal(errorOf(await another.logIn({ user: 'admin', password: 'pw' })).number, 1040);
    for (const client of [first, second, admin]) {
      client.command(ping);
      assert.equal((await client.payload())[0], 0);
    }
  });

  it('refuses at once, without SQLSTATE, when others are finding out who they are already', async () => {
    await using server = await startTestServer({ limits });
    using _places = await holdPlaces(server.port, 4);
    using extra = await RawClient.connect(server.port);
    assert.deepEqual(errorOf(await extra.payload()), { number: 1040, text: 'Too many connections' });
    assert.deepEqual(await extra.rest(), []);
  });

  it('holds per user, also after a change of user', async () => {
    const perUser = { connectionsPerUserMax: 1 };
    await using server = await startTestServer({ limits: perUser, accounts: testAccounts });
    using _first = await RawClient.loggedIn(server.port, good);
    using second = await RawClient.connect(server.port);
    assert.equal(errorOf(await second.logIn(good)).number, 1040);
    using other = await RawClient.loggedIn(server.port, { ...fast, plugin: 'caching_sha2_password' });
    other.command(17, 'native\0\0\0');
    const nonce = (await other.payload()).subarray(23, 43);
    other.send(2, scrambleOf('mysql_native_password', 'pw', nonce));
    assert.equal(errorOf(await other.payload()).number, 1040);
    assert.deepEqual(await other.rest(), []);
  });

  it('frees a place when a connection ends', async () => {
    await using server = await startTestServer({
      limits: { ...limits, connectionsMax: 1, reservedLoginsMax: 0 },
    });
    for (let count = 0; count < 3; count++) {
      using client = await RawClient.loggedIn(server.port, good);
      client.command(1);
      assert.deepEqual(await client.rest(), []);
      await until(() => server.connections().length === 0);
    }
  });
});

/** A statement that runs until it is aborted, or told to end. */
function hangingCommand(): Readonly<{
  answer: Answers[string];
  begun: Promise<void>;
  aborted: Promise<void>;
  end: () => void;
}> {
  const begun = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const answer = async (reply: Reply, signal: AbortSignal): Promise<void> => {
    signal.addEventListener('abort', () => {
      aborted.resolve();
      ended.reject(signal.reason);
    });
    begun.resolve();
    await ended.promise;
    await reply.ok(okAnswer, false);
  };
  return { answer, begun: begun.promise, aborted: aborted.promise, end: () => ended.resolve() };
}

async function holdPlaces(port: number, count: number): Promise<DisposableStack> {
  const clients = new DisposableStack();
  for (let index = 0; index < count; index++) {
    const client = clients.use(await RawClient.connect(port));
    await client.payload();
  }
  return clients;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
