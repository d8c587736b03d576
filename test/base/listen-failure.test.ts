import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, it } from 'node:test';
import { listenFailure } from '../../src/base/listen-failure.ts';

describe('an address that cannot be listened on', () => {
  it('is told with what to do when another program has it', async () => {
    await using first = createServer();
    first.listen(0, '127.0.0.1');
    await once(first, 'listening');
    const { port } = first.address() as AddressInfo;
    assert.equal(
      await failureOn('127.0.0.1', port),
      `cannot listen on 127.0.0.1:${port}: another program listens there: stop it, or give another port by --listen`,
    );
  });

  it('is told with what to do when it is another machine’s', async () => {
    // Of the addresses for documentation (RFC 5737): nobody's.
    assert.match(
      await failureOn('192.0.2.1', 0),
      /^cannot listen on 192\.0\.2\.1:0: this machine has no such/,
    );
  });

  it('is told with what to do when the account may not use the port', () => {
    const error = Object.assign(new Error('listen EACCES'), { code: 'EACCES' });
    assert.match(
      String(listenFailure(error, { host: '::1', port: 80 }, '--metrics')),
      /from 1024 on by --metrics$/,
    );
  });

  it('stays as it is for any other reason', () => {
    const error = new Error('out of sockets');
    assert.equal(listenFailure(error, { host: '::1', port: 1 }, '--listen'), error);
  });
});

async function failureOn(host: string, port: number): Promise<string> {
  await using server = createServer();
  server.listen(port, host);
  const [error] = (await once(server, 'error')) as [unknown];
  const failure = listenFailure(error, { host, port }, '--listen');
  assert.ok(failure instanceof Error);
  return failure.message;
}
