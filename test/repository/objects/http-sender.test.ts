import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { HttpSender, readAnswer, transportError } from '../../../src/repository/objects/http-sender.ts';
import { StorageError } from '../../../src/repository/storage-error.ts';
import { calm } from '../../conformance/blob-store/support.ts';

type World = AsyncDisposable & Readonly<{ url: URL; sender: HttpSender; sockets: () => number }>;

async function open(listener: RequestListener, silenceMsMax = 30_000): Promise<World> {
  const server: Server = createServer(listener);
  let sockets = 0;
  server.on('connection', () => (sockets += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sender = new HttpSender(silenceMsMax);
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
    sender,
    sockets: () => sockets,
    [Symbol.asyncDispose]: async () => {
      sender[Symbol.dispose]();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function kindOf(failure: unknown): string {
  const error = transportError('read', failure);
  return error instanceof StorageError ? error.kind : String(error);
}

const echo: RequestListener = (request, response) => void request.pipe(response);

describe('a sender of HTTP', () => {
  it('sends bytes and streams over one connection, and gives every status as an answer', async () => {
    await using world = await open((request, response) => {
      response.statusCode = request.method === 'PUT' ? 200 : 503;
      request.pipe(response);
    });
    const { sender, url } = world;
    const pieces = async function* pieces(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a');
      yield Buffer.from('b');
    };
    for (const [method, body, status] of [
      ['PUT', Buffer.from('ab'), 200],
      ['POST', pieces(), 503],
    ] as const) {
      const answer = await sender.send({ method, url, headers: { 'Content-Length': '2' }, body }, calm);
      assert.equal(answer.statusCode, status);
      assert.equal((await readAnswer(answer)).toString(), 'ab');
    }
    assert.equal(world.sockets(), 1);
  });

  it('gives up a connection that is silent', async () => {
    await using world = await open(() => undefined, 50);
    const sent = world.sender.send({ method: 'GET', url: world.url, headers: {} }, calm);
    await assert.rejects(sent, (error) => kindOf(error) === 'timeout');
  });

  it('gives up an answer whose body stops', async () => {
    await using world = await open((_request, response) => void response.write('begun'), 50);
    const answer = await world.sender.send({ method: 'GET', url: world.url, headers: {} }, calm);
    await assert.rejects(readAnswer(answer), (error) => kindOf(error) === 'unavailable');
  });

  it('ends a request, and the body of an answer, when its signal aborts', async () => {
    for (const isBegun of [false, true]) {
      await using world = await open((_request, response) => {
        if (isBegun) response.write('begun');
        else stop.abort();
      });
      const stop = new AbortController();
      const sent = world.sender.send({ method: 'GET', url: world.url, headers: {} }, stop.signal);
      if (!isBegun) await assert.rejects(sent, (error) => kindOf(error) === 'cancelled');
      else {
        const answer = await sent;
        answer.once('data', () => stop.abort());
        await assert.rejects(readAnswer(answer));
      }
    }
  });

  it('fails with the error of the source of a body', async () => {
    await using world = await open(echo);
    const broken = async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a');
      throw new Error('the source broke');
    };
    const call = { method: 'PUT', url: world.url, headers: { 'Content-Length': '9' }, body: broken() };
    const failed = async (): Promise<unknown> => readAnswer(await world.sender.send(call, calm));
    await assert.rejects(failed());
  });

  it('does not read an answer without end', async () => {
    const piece = new Uint8Array(1024 * 1024);
    const endless = async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield piece;
    };
    await assert.rejects(readAnswer(endless()), (error) => kindOf(error) === 'corrupt');
  });
});
