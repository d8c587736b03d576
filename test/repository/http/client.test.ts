import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HttpClient, readText, wasNotDone } from '../../../src/repository/http/client.ts';
import { StorageError } from '../../../src/repository/storage-error.ts';
import { assertFails, calm } from '../../conformance/blob-store/support.ts';
import { ScriptedServer } from '../../doubles/scripted-server.ts';

/** Where nobody is silent: far longer than an answer is late on a machine that has other work. */
const silenceMsMax = 60_000;
const silenceMsShort = 300;
const textBytesMax = 100;

describe('the client of HTTP', () => {
  it('sends bytes with their length and an iterable in chunks', async () => {
    await using server = await ScriptedServer.start();
    await using client = new HttpClient(silenceMsMax);
    const url = new URL('/a', server.origin);
    server.plays({ expects: /^PUT \/a$/, body: 'one' }, { expects: /^PUT \/a$/, status: 418, body: 'two' });
    const bytes = Buffer.from('bytes');
    const first = await client.send({ doing: 'try', method: 'PUT', url, body: bytes }, calm);
    assert.equal(await readText(first, textBytesMax), 'one');
    const second = await client.send({ doing: 'try', method: 'PUT', url, body: chunks() }, calm);
    assert.equal(second.status, 418);
    assert.equal(await readText(second, textBytesMax), 'two');
    assert.deepEqual(
      server.requests.map(({ body }) => body),
      ['bytes', 'onetwo'],
    );
    assert.equal(server.requests[0]?.headers['content-length'], '5');
    assert.equal(server.requests[1]?.headers['transfer-encoding'], 'chunked');
  });

  it('passes on what the source of a body fails with', async () => {
    await using server = await ScriptedServer.start();
    await using client = new HttpClient(silenceMsMax);
    const url = new URL('/a', server.origin);
    const failure = new Error('the source broke');
    const body = (async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('begin');
      throw failure;
    })();
    await assert.rejects(client.send({ doing: 'try', method: 'PUT', url, body }, calm), failure);
  });

  it('ends a silent request with timeout, a cut answer with unavailable, a cancelled one with cancelled', async () => {
    await using server = await ScriptedServer.start();
    await using client = new HttpClient(silenceMsMax);
    await using impatient = new HttpClient(silenceMsShort);
    const order = { doing: 'try', method: 'GET', url: new URL('/a', server.origin) } as const;
    server.plays(
      { expects: /a/, fault: 'silence' },
      { expects: /a/, body: 'half', fault: 'cut' },
      { expects: /a/, fault: 'silence' },
    );
    await assertFails('timeout', impatient.send(order, calm));
    await assertFails('unavailable', readText(await client.send(order, calm), textBytesMax));
    const controller = new AbortController();
    const sent = client.send(order, controller.signal);
    controller.abort();
    await assertFails('cancelled', sent);
    await assertFails('cancelled', client.send(order, controller.signal));
  });

  it('knows a server that was not reached from one that cut the connection', async () => {
    const server = await ScriptedServer.start();
    await using client = new HttpClient(silenceMsMax);
    const order = { doing: 'try', method: 'GET', url: new URL('/a', server.origin) } as const;
    server.plays({ expects: /a/, body: 'half', fault: 'cut' });
    const failure = (request: Promise<unknown>): Promise<unknown> =>
      request.then(
        () => assert.fail('it succeeded'),
        (error: unknown) => error,
      );
    const cut = await failure(client.send(order, calm).then((answer) => readText(answer, textBytesMax)));
    await server[Symbol.asyncDispose]();
    const refused = await failure(client.send(order, calm));
    assert.ok(cut instanceof StorageError && !wasNotDone(cut));
    assert.ok(refused instanceof StorageError && wasNotDone(refused));
  });

  it('reads no more text than was expected', async () => {
    await using server = await ScriptedServer.start();
    await using client = new HttpClient(silenceMsMax);
    server.plays({ expects: /a/, body: 'x'.repeat(textBytesMax + 1) });
    const answer = await client.send(
      { doing: 'try', method: 'GET', url: new URL('/a', server.origin) },
      calm,
    );
    await assertFails('corrupt', readText(answer, textBytesMax));
  });
});

async function* chunks(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('one');
  yield Buffer.from('two');
}
