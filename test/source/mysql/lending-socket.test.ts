import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { connectLending, lentEvent } from '../../../src/source/mysql/lending-socket.ts';

/** A server that sends what the test says, and a lending socket connected to it. */
async function connected(): Promise<Readonly<{ socket: Socket; peer: Socket } & AsyncDisposable>> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const accepted = once(server, 'connection');
  const socket = connectLending('127.0.0.1', address.port);
  const [peer] = (await accepted) as [Socket];
  const end = async (): Promise<void> => {
    socket.destroy();
    peer.destroy();
    server.close();
    await once(server, 'close');
  };
  return { socket, peer, [Symbol.asyncDispose]: end };
}

describe('a lending socket', () => {
  it('gives bytes for good to those that listen for data', async () => {
    await using opened = await connected();
    const kept: Buffer[] = [];
    for (const text of ['first', 'other']) {
      const received = once(opened.socket, 'data') as Promise<[Buffer]>;
      opened.peer.write(text);
      kept.push((await received)[0]);
    }
    assert.deepEqual(kept.map(String), ['first', 'other']);
  });

  it('lends the same memory again and again to those that want to borrow', async () => {
    await using opened = await connected();
    opened.socket.on('data', () => assert.fail('what is lent is not given'));
    const places = new Set<ArrayBufferLike>();
    const texts: string[] = [];
    for (const text of ['first', 'other']) {
      const received = Promise.withResolvers<void>();
      opened.socket.once(lentEvent, (bytes: Buffer) => {
        places.add(bytes.buffer);
        texts.push(String(bytes));
        received.resolve();
      });
      opened.peer.write(text);
      await received.promise;
    }
    assert.deepEqual(texts, ['first', 'other']);
    assert.equal(places.size, 1);
  });

  it('says when the other side ended', async () => {
    await using opened = await connected();
    opened.socket.resume();
    const closed = once(opened.socket, 'close');
    opened.peer.end();
    await closed;
  });
});
