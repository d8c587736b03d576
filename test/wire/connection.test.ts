import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type RowBatch, batchOfRows, textColumn } from '../../src/base/rows.ts';
import { jsonLog } from '../../src/base/log.ts';
import type { Reply, ResultSetEnd } from '../../src/wire/handler.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { RawClient, errorOf, framed } from './support/raw-client.ts';
import { type Answers, okAnswer } from './support/test-handler.ts';
import { startTestServer } from './support/test-server.ts';

const good = { user: 'native', password: 'pw' };
const status = { inTransaction: false, autocommit: true };

describe('a connection', () => {
  it('gives its handler what the client said of itself, made fit to print', async () => {
    await using server = await startTestServer();
    using _client = await RawClient.loggedIn(server.port, { ...good, database: 'a\nb\u202ec' });
    const [login] = server.handler.logins;
    assert.equal(login?.database, 'a\ufffdb\ufffdc');
    assert.equal(login?.user, 'native');
    assert.equal(login?.collation, 45);
    assert.equal(login?.connectionId, 1);
  });

  it('ends when its session cannot be opened, and says why', async () => {
    await using server = await startTestServer();
    using client = await RawClient.connect(server.port);
    const { number, text } = errorOf(await client.logIn({ ...good, database: 'missing' }));
    assert.equal(number, 1049);
    assert.match(text, /^#42000/);
    assert.deepEqual(await client.rest(), []);
  });

  it('ends after the wait timeout, and says so', async () => {
    const clock = new ManualClock();
    await using server = await startTestServer({ clock });
    using client = await RawClient.loggedIn(server.port, good);
    await turn();
    clock.advance(28_800_000);
    assert.deepEqual(
      (await client.rest()).map((reply) => errorOf(reply).number),
      [4031],
    );
  });

  it('ends after what its session says instead of the limits', async () => {
    const clock = new ManualClock();
    await using server = await startTestServer({ clock });
    server.handler.timeouts = { waitTimeoutMs: 2_000, readStallTimeoutMs: 500 };
    using idle = await RawClient.loggedIn(server.port, good);
    await turn();
    clock.advance(1_000);
    using halting = await RawClient.loggedIn(server.port, good);
    halting.raw(Buffer.of(9, 0, 0, 0, 3));
    await turn();
    clock.advance(500);
    assert.equal(errorOf(await halting.payload()).number, 4031);
    clock.advance(500);
    assert.equal(errorOf(await idle.payload()).number, 4031);
  });

  it('ends when a packet once begun does not go on', async () => {
    const clock = new ManualClock();
    await using server = await startTestServer({ clock });
    using client = await RawClient.loggedIn(server.port, good);
    client.raw(Buffer.of(9, 0, 0, 0, 3));
    await turn();
    clock.advance(30_000);
    assert.deepEqual(
      (await client.rest()).map((reply) => errorOf(reply).number),
      [4031],
    );
  });

  it('ends with an error on a packet above the limit, before the packet is there', async () => {
    await using server = await startTestServer({ limits: { packetBytesMax: 1_000 } });
    using client = await RawClient.loggedIn(server.port, good);
    client.raw(Buffer.of(0xe9, 0x03, 0, 0));
    assert.deepEqual(
      (await client.rest()).map((reply) => errorOf(reply).number),
      [1153],
    );
  });

  it('ends with an error on packets out of order', async () => {
    await using server = await startTestServer();
    using client = await RawClient.loggedIn(server.port, good);
    client.send(5, Buffer.of(14));
    assert.deepEqual(
      (await client.rest()).map((reply) => errorOf(reply).number),
      [1156],
    );
  });

  it('answers pipelined commands in order, each with its own sequence', async () => {
    await using server = await startTestServer();
    using client = await RawClient.loggedIn(server.port, good);
    const close = framed(0, Buffer.of(25, 9, 0, 0, 0));
    const ping = framed(0, Buffer.of(14));
    client.raw(Buffer.concat([close, ping, close, ping, ping]));
    for (let count = 0; count < 3; count++) {
      const packet = await client.packet();
      assert.equal(packet?.sequence, 1);
      assert.equal(packet?.payload[0], 0);
    }
  });

  it('logs what no client is told, without its message', async () => {
    const lines: string[] = [];
    const log = jsonLog(
      'info',
      (line) => lines.push(line),
      () => 0,
    );
    const answers: Answers = {
      broken: async () => {
        throw new TypeError('password=hunter2');
      },
    };
    await using server = await startTestServer({ answers, log });
    using client = await RawClient.loggedIn(server.port, good);
    client.command(3, 'broken');
    assert.equal(errorOf(await client.payload()).number, 1105);
    assert.match(lines.join(''), /"event":"wire_command_failed".*"error":"TypeError","frames":"    at /);
    assert.doesNotMatch(lines.join(''), /hunter2/);
  });

  it('waits for a slow reader instead of filling memory, and ends when it reads no more', async () => {
    const clock = new ManualClock();
    let produced = 0;
    const answers: Answers = {
      flood: async (reply: Reply) => {
        const row = ['x'.repeat(10_000)];
        const batches = async function* (): AsyncGenerator<RowBatch> {
          for (; produced < 20_000; produced++) yield batchOfRows([row], 1);
        };
        await reply.resultSet({ columns: [textColumn('x')], batches: batches() }, end, false);
      },
    };
    await using server = await startTestServer({ clock, answers });
    using client = await RawClient.loggedIn(server.port, good);
    client.pause();
    client.command(3, 'flood');
    await settled(() => produced);
    assert.ok(produced > 0 && produced < 5_000, `${produced} rows of 10 kB`);
    clock.advance(60_000);
    await until(() => server.connections().length === 0);
    assert.equal(server.handler.closed, 1);
  });

  it('answers an error in the middle of rows in place of the next row', async () => {
    const answers: Answers = {
      half: async (reply) => {
        await reply.resultSet({ columns: [textColumn('x')], batches: oneRowThenFailure() }, end, false);
      },
      silent: async () => undefined,
      unfinished: async (reply) => reply.ok(okAnswer, true),
    };
    await using server = await startTestServer({ answers });
    using client = await RawClient.loggedIn(server.port, good);
    client.command(3, 'half');
    const replies = [await client.payload(), await client.payload(), await client.payload()];
    assert.equal(replies[2]?.toString('latin1'), '\x01a');
    assert.equal(errorOf(await client.payload()).number, 1105);
    client.command(3, 'silent');
    assert.equal(errorOf(await client.payload()).number, 1105);
    client.command(3, 'unfinished');
    assert.equal((await client.payload())[0], 0);
    assert.equal(errorOf(await client.payload()).number, 1105);
  });
});

async function* oneRowThenFailure(): AsyncGenerator<RowBatch> {
  yield batchOfRows([['a']], 1);
  throw new Error('lost the engine');
}

const end: ResultSetEnd = () => ({ warnings: 0, status });

async function turn(): Promise<void> {
  for (let count = 0; count < 5; count++) await new Promise((resolve) => setImmediate(resolve));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

/** Until a number has not moved for many turns of the event loop. */
async function settled(value: () => number): Promise<void> {
  for (let last = -1; last !== value();) {
    last = value();
    for (let count = 0; count < 20; count++) await turn();
  }
}
